"""What goes back to somebody who sent workbooks: theirs with the faults marked, and their data on our current sheet."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.enclosures import workbook
from bot.house import House
from bot.letters import SheetFile, SheetsRead
from bot.marked_sheets import marking_of, needs_marking
from bot.stamps import stamp_of
from complaints.deadlines import local_date
from complaints.how_read import Layout
from sheets.kinds import FileFault
from storage.inbox import StoredLetter
from tickets.ports import Attachment
from tickets.submission import Judged, OwnSheets

log = logging.getLogger(__name__)

LARGEST_MARKED = 10 * 1024 * 1024
"""Bytes of marked workbooks that a mail may carry: many servers refuse a mail of 25 MB, which is 18 before base64."""
MOST_ROWS_ANEW = 1_000
"""Rows of a foreign layout up to which we write them into our own sheet."""


@dataclass(frozen=True, slots=True)
class SheetJudged:
    """One complaint of a sheet: the verdict that was reached before the transaction, and what the answer may carry."""

    judged: Judged
    own_sheets: OwnSheets


async def with_own_sheets(
    house: House, stored: StoredLetter, sheets: SheetsRead, judged: Sequence[Judged]
) -> tuple[SheetJudged, ...]:
    """`judged` are the complaints of all files in their order."""
    files = [file for file in sheets.files if file.complaints]
    made: list[SheetJudged] = []
    room = LARGEST_MARKED
    for number, file in enumerate(files, 1):
        mine = judged[len(made) : len(made) + len(file.complaints)]
        prefix = f"claim-sheet-{number}" if len(files) > 1 else "claim-sheet"
        marked = await _marked(house, stored, file, mine, f"{prefix}-marked", room)
        room -= len(marked.body) if marked else 0
        for tab, one in enumerate(mine, 1):
            name = f"{prefix}-tab-{tab}-current.xlsx" if len(mine) > 1 else f"{prefix}-current.xlsx"
            made.append(SheetJudged(one, OwnSheets(marked, await _current(house, stored, one, name))))
    return tuple(made)


async def _marked(
    house: House, stored: StoredLetter, file: SheetFile, judged: Sequence[Judged], name: str, room: int
) -> Attachment | None:
    if not any(needs_marking(one.verdict) for one in judged):
        return None
    marking = await asyncio.to_thread(marking_of, judged, stamp_of(stored))
    body = await house.reader.mark(file.part.body, file.part.name, marking, file.part.media_type)
    if isinstance(body, FileFault):
        log.warning("letter %d: a workbook could not be marked (%s)", stored.id, body.refusal or body.code.value)
        return None
    if len(body) > room:
        log.warning("letter %d: a marked workbook of %d bytes is too large to be sent", stored.id, len(body))
        return None
    return workbook(name, body)


async def _current(house: House, stored: StoredLetter, judged: Judged, name: str) -> Attachment | None:
    complaint = judged.verdict.complaint
    if complaint.how_read is None or complaint.how_read.layout is Layout.CURRENT:
        return None
    if len(complaint.claims) > MOST_ROWS_ANEW:
        return None
    filled = await house.cabinet.filled(local_date(stored.received, house.policy), complaint)
    return Attachment(name, filled.media_type, filled.body)
