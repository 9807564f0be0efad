"""From a stored letter to what the conversation can take as a turn: its sheets read, its files named."""

from dataclasses import dataclass
from datetime import date

from complaints.cells import Workbook
from complaints.model import Complaint
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import Finding
from mailin.letter import Letter, Part
from sheets.kinds import FileFault
from sheets.reading import SheetReader, looks_like_sheet


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """All complaints found in the files of a letter, and why the others hold none."""

    complaints: tuple[Complaint, ...]
    unreadable: tuple[Finding, ...]


async def read_sheets(letter: Letter, reader: SheetReader, today: date) -> SheetsRead:
    """Look into every attachment that may be a sheet, whatever it is called.

    When none of them was meant as a sheet, a lone document is named all the same: it is what the sender took for one.
    """
    likely = [part for part in letter.attachments if looks_like_sheet(part.body, part.name, part.media_type)]
    complaints: list[Complaint] = []
    unreadable: list[Finding] = []
    for part in likely or letter.attachments[:1]:
        result = await read_complaint(part, reader, today)
        if isinstance(result, Complaint):
            complaints.append(result)
        else:
            unreadable.append(result)
    return SheetsRead(tuple(complaints), tuple(unreadable))


async def read_complaint(part: Part, reader: SheetReader, today: date) -> Complaint | Finding:
    """One file: the complaint in it, or what is wrong with it."""
    book = await reader.read(part.body, part.name)
    return book_complaint(book, today)


def book_complaint(book: Workbook | FileFault, today: date) -> Complaint | Finding:
    """The same for a file whose cells have been read."""
    if isinstance(book, FileFault):
        return Finding(book.code, read=book.kind.value)
    result = read_claim_sheet(book, today)
    if isinstance(result, SheetFault):
        return Finding(result.code, choices=tuple(field.value for field in result.missing))
    return result
