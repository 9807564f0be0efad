"""From a stored letter to what the conversation can take as a turn: its sheets read, its files named."""

from dataclasses import dataclass
from datetime import date

from complaints.cells import Workbook
from complaints.model import Complaint
from complaints.registration_sheet import RegistrationRow, read_registration
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import Finding
from mailin.letter import Letter
from sheets.kinds import FileFault
from sheets.reading import SheetReader, looks_like_sheet


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """All complaints found in the files of a letter, and why the others hold none."""

    complaints: tuple[Complaint, ...]
    unreadable: tuple[Finding, ...]
    registers: bool
    """There is no complaint, but a filled registration sheet."""


async def read_sheets(letter: Letter, reader: SheetReader, today: date) -> SheetsRead:
    """Look into every attachment that may be a sheet, whatever it is called.

    When none of them was meant as a sheet, a lone document is named all the same: it is what the sender took for one.
    """
    likely = [part for part in letter.attachments if looks_like_sheet(part.body, part.name, part.media_type)]
    books = [await reader.read(part.body, part.name) for part in likely or letter.attachments[:1]]
    results = [book_complaint(book, today) for book in books]
    complaints = tuple(result for result in results if isinstance(result, Complaint))
    return SheetsRead(
        complaints=complaints,
        unreadable=tuple(result for result in results if isinstance(result, Finding)),
        registers=not complaints and any(registrations(book) for book in books),
    )


def registrations(book: Workbook | FileFault) -> tuple[RegistrationRow, ...]:
    """The people whom a registration sheet registers; none for any other file, or when a row has a fault."""
    if isinstance(book, FileFault):
        return ()
    rows = read_registration(book)
    good = tuple(row for row in rows if isinstance(row, RegistrationRow))
    return good if len(good) == len(rows) else ()


def book_complaint(book: Workbook | FileFault, today: date) -> Complaint | Finding:
    """One file: the complaint in it, or what is wrong with it."""
    if isinstance(book, FileFault):
        return Finding(book.code, read=book.kind.value)
    result = read_claim_sheet(book, today)
    if isinstance(result, SheetFault):
        return Finding(result.code, choices=tuple(field.value for field in result.missing))
    return result
