"""A registration sheet that came by mail: what goes back with the answer, and the turn that it takes.

`prepare` is called before the transaction, because marking a workbook takes time, `take` inside it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.enclosures import workbook
from bot.letter_reader import FileReader
from bot.own_sheets import LARGEST_MARKED
from bot.stamps import stamp_of
from complaints.cells import Workbook
from complaints.notices import RegistrationReceived
from complaints.registration_sheet import RegistrationFault, RegistrationSheet, read_registration_sheets
from mailin.letter import Part
from sheets.kinds import FileFault
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from storage.database import Session
from storage.inbox import StoredLetter
from storage.registrations import SqlRequests
from templates.registration_words import marked_title, problem_says, status_of_row
from tickets.ports import Attachment, ReplyRoute
from tickets.registering import Registering, register
from tickets.submission import Books

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RegistrationRead:
    """The sheets as read, and the sender's own workbook with what is wrong marked in it, when something is."""

    sheets: tuple[RegistrationSheet, ...]
    marked: tuple[Attachment, ...] = ()


async def prepare(
    reader: FileReader, stored: StoredLetter, part: Part, book: Workbook, *, is_known: bool
) -> RegistrationRead:
    """`book` is what was read of `part`, and has a table of registrations.

    Only a registered sender gets the workbook back: anybody can write a mail in somebody else's name, and what a
    stranger sent must not reach that somebody through us. A stranger is told the same in words.
    """
    sheets = await asyncio.to_thread(read_registration_sheets, book)  # ten thousand rows take a while
    if not is_known or not any(sheet.faults for sheet in sheets):
        return RegistrationRead(sheets)
    body = await reader.mark(part.body, part.name, marking_of(sheets, stamp_of(stored)), part.media_type)
    if isinstance(body, FileFault):
        log.warning("letter %d: a workbook could not be marked (%s)", stored.id, body.refusal or body.code.value)
        return RegistrationRead(sheets)
    if len(body) > LARGEST_MARKED:
        log.warning("letter %d: a marked workbook of %d bytes is too large to be sent", stored.id, len(body))
        return RegistrationRead(sheets)
    return RegistrationRead(sheets, (workbook("registration-sheet-marked", body),))


def take(session: Session, read: RegistrationRead, route: ReplyRoute, stored: StoredLetter, books: Books) -> str:
    """Keep the right rows for staff and queue the answer; the detail of the letter's outcome."""
    key = f"letter:{stored.id}"
    requests = SqlRequests(session)
    return _detail(register(read.sheets, route, stored.received, key, books, requests, read.marked))


def _detail(became: Registering) -> str:
    """For staff, in the list of letters."""
    found = [f"registration {became.request}"] if became.request else []
    wrong = len(became.notice.faults)
    if wrong:
        found.append("1 row to correct" if wrong == 1 else f"{wrong} rows to correct")
    return ", ".join(found) or "nothing new in it"


def marking_of(sheets: Sequence[RegistrationSheet], stamp: str) -> Marking:
    """The marks for a workbook with registrations, as for claims. Rows that are right need nothing more."""
    faults = tuple(fault for sheet in sheets for fault in sheet.faults)
    received = RegistrationReceived(faults=faults, marked=True)  # what is new in it is not known yet
    return Marking(
        title=marked_title(received),
        lines=_LINES,
        faults=tuple(listed for sheet in sheets for listed in _listed(sheet, several=len(sheets) > 1)),
        sheets=tuple(SheetMarks(sheet.sheet, sheet.header_row, _cells(sheet), _rows(sheet)) for sheet in sheets),
        stamp=stamp,
    )


_LINES = (
    "Correct the coloured cells in this workbook and reply with it. A comment in each says what is wrong.",
    "Staff check the rows that are right. Leave them in: they are recognized.",
)


def _listed(sheet: RegistrationSheet, *, several: bool) -> Iterator[Fault]:
    for fault in sheet.faults:
        for problem in fault.problems:
            row, column = fault.row, problem.place.column
            where = [sheet.sheet] if several else []
            where += [f"Row {row}"] + ([f"column {column}"] if column else [])
            cell = f"{column}{row}" if column else None
            yield Fault(", ".join(where), problem_says(problem), sheet.sheet, cell)


def _cells(sheet: RegistrationSheet) -> tuple[CellMark, ...]:
    said: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for fault in sheet.faults:
        for problem in fault.problems:
            if fault.row is not None and problem.place.column is not None:
                said[fault.row, problem.place.column].append(problem_says(problem))
    return tuple(CellMark(row, column, "\n\n".join(texts)) for (row, column), texts in said.items())


def _rows(sheet: RegistrationSheet) -> tuple[RowMark, ...]:
    marks = []
    for result in sheet.results:
        wrong = result if isinstance(result, RegistrationFault) else None
        if result.row is not None:
            marks.append(RowMark(result.row, status_of_row(wrong), settled=wrong is None))
    return tuple(marks)
