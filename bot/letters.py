"""From a stored letter to what the conversation can take as a turn: its sheets read, its files named."""

from dataclasses import dataclass
from datetime import date

from complaints.cells import Workbook
from complaints.model import Complaint
from complaints.registration_sheet import read_registration
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import Finding, ReasonCode
from mailin.letter import Letter
from sheets.kinds import FileFault, FileKind, kind_of
from sheets.reading import SheetReader, looks_like_sheet

LARGEST_LOGO = 50_000
"""Bytes up to which a picture is taken for part of somebody's signature; a photo of a sheet is larger."""


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """All complaints found in the files of a letter, and why the others hold none."""

    complaints: tuple[Complaint, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    document: Finding | None = None
    """What came when nothing was meant as a sheet: a PDF, for example."""
    registers: bool = False
    """There is no complaint, but a filled registration sheet."""


async def read_sheets(letter: Letter, reader: SheetReader, today: date) -> SheetsRead:
    """Look into every attachment that may be a sheet, whatever it is called."""
    likely = [part for part in letter.attachments if looks_like_sheet(part.body, part.name, part.media_type)]
    if not likely:
        return SheetsRead(document=_document(letter))
    books = [await reader.read(part.body, part.name) for part in likely]
    results = [book_complaint(book, today) for book in books]
    complaints = tuple(result for result in results if isinstance(result, Complaint))
    return SheetsRead(
        complaints=complaints,
        unreadable=tuple(result for result in results if isinstance(result, Finding)),
        registers=not complaints and any(is_registration(book) for book in books),
    )


def _document(letter: Letter) -> Finding | None:
    for part in letter.attachments:
        kind = kind_of(part.body, part.name, part.media_type)
        if kind is not FileKind.PICTURE or len(part.body) > LARGEST_LOGO:
            return Finding(ReasonCode.UNREADABLE_FILE, read=kind.value)
    return None


def is_registration(book: Workbook | FileFault) -> bool:
    """Whether it is a registration sheet with at least one filled row, right or not: staff check each."""
    return not isinstance(book, FileFault) and any(row.row is not None for row in read_registration(book))


def book_complaint(book: Workbook | FileFault, today: date) -> Complaint | Finding:
    """One file: the complaint in it, or what is wrong with it."""
    if isinstance(book, FileFault):
        return Finding(book.code, read=book.kind.value)
    result = read_claim_sheet(book, today)
    if isinstance(result, SheetFault):
        return Finding(result.code, choices=tuple(field.value for field in result.missing))
    return result
