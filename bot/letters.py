"""From a stored letter to what the conversation can take as a turn: its sheets read, its files named."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.letter_reader import FileReader
from bot.unpacking import unpack
from complaints.cells import Workbook
from complaints.model import Complaint
from complaints.registration_sheet import read_registration_sheets
from complaints.sheet_reading import SheetFault, read_claim_sheets
from complaints.verdict import Finding, ReasonCode
from mailin.cloud_links import links_to_files
from mailin.letter import Letter, Part
from sheets.kinds import FileFault, FileKind, Refusal, kind_of
from sheets.reading import looks_like_sheet
from templates.file_words import REFUSED

LARGEST_LOGO = 50_000
"""Bytes up to which a picture is taken for part of somebody's signature; a photo of a sheet is larger."""

MOST_DEATHS = 2
"""Files of one letter that may kill their readers."""


@dataclass(frozen=True, slots=True)
class SheetFile:
    """One file that was meant as a sheet: the complaints in it, or why there are none. `book` None: it has no cells."""

    part: Part
    book: Workbook | None = None
    complaints: tuple[Complaint, ...] = ()
    fault: Finding | None = None
    refusal: Refusal | None = None
    is_registration: bool = False
    """There is no complaint in it, but a filled registration sheet."""

    @property
    def stamp(self) -> str | None:
        """What we wrote into it, when it is a workbook of theirs that we had marked."""
        return self.book.mark_stamp if self.book else None


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """The files of a letter that were meant as sheets. `document` is what came when there is none: a PDF, say."""

    files: tuple[SheetFile, ...] = ()
    document: Finding | None = None
    refused: tuple[Refusal, ...] = ()
    """The walls that stopped files of this letter: for staff."""

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        return tuple(complaint for file in self.files for complaint in file.complaints)

    @property
    def unreadable(self) -> tuple[Finding, ...]:
        """Why files hold no complaint. Beside a sheet that could be read, a workbook without a table of claims is no
        fault: it is something that goes with it."""
        faults = [file.fault for file in self.files if file.fault]
        return tuple(fault for fault in faults if not (self.complaints and _is_only_another_workbook(fault)))

    @property
    def registrations(self) -> tuple[SheetFile, ...]:
        """The files with filled registration sheets."""
        return tuple(file for file in self.files if file.is_registration)

    @property
    def stamps(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file.stamp for file in self.files if file.stamp))


NO_SHEETS = SheetsRead()


async def read_sheets(letter: Letter, reader: FileReader, today: date) -> SheetsRead:
    """Look into every attachment that may be a sheet, whatever it is called and however it is wrapped."""
    read = await read_files(letter.attachments, reader, today)
    if not read.files and read.document is None and links_to_files(letter.text):
        return SheetsRead(document=Finding(ReasonCode.UNREADABLE_FILE, read=FileKind.CLOUD_LINK.value))
    return read


async def read_files(parts: Sequence[Part], reader: FileReader, today: date) -> SheetsRead:
    """As `read_sheets`, of files that came by any way."""
    unpacked = await unpack(parts, reader)
    likely = [part for part in unpacked.files if looks_like_sheet(part.body, part.name, part.media_type)]
    files = [_refused(fault) for fault in unpacked.refused]
    for part in likely:
        died = sum(file.refusal is Refusal.READER_DIED for file in files)
        files.append(await _read(part, reader, today) if died < MOST_DEATHS else _given_up(part))
    document = None if files else _document(unpacked.files)
    return SheetsRead(tuple(files), document, tuple(file.refusal for file in files if file.refusal))


async def _read(part: Part, reader: FileReader, today: date) -> SheetFile:
    book = await reader.read(part.body, part.name, part.media_type)
    if isinstance(book, FileFault):
        return SheetFile(part, fault=_told(book), refusal=book.refusal)
    found = await asyncio.to_thread(read_claim_sheets, book, today)  # ten thousand rows take a while
    if isinstance(found, SheetFault):
        registers = await asyncio.to_thread(is_registration, book)
        return SheetFile(part, book, fault=_not_found(found), is_registration=registers)
    return SheetFile(part, book, found)


def _given_up(part: Part) -> SheetFile:
    """Of a letter whose files kill readers, the others are not tried: each costs what many honest letters cost."""
    fault = FileFault(ReasonCode.UNREADABLE_FILE, kind_of(part.body, part.name, part.media_type), Refusal.READER_DIED)
    return SheetFile(part, fault=_told(fault), refusal=fault.refusal)


def _refused(fault: FileFault) -> SheetFile:
    return SheetFile(Part("", "", b""), fault=_told(fault), refusal=fault.refusal)


def _told(fault: FileFault) -> Finding:
    """A file that killed its readers may only be damaged: that is what its sender is told."""
    is_odd = fault.refusal is not None and not fault.child_died
    return Finding(fault.code, read=REFUSED if is_odd else fault.kind.value)


def _not_found(fault: SheetFault) -> Finding:
    return Finding(fault.code, choices=tuple(field.value for field in fault.missing))


def _is_only_another_workbook(fault: Finding) -> bool:
    return fault.code is ReasonCode.UNREADABLE_FILE and bool(fault.choices)


def _document(parts: Sequence[Part]) -> Finding | None:
    for part in parts:
        kind = kind_of(part.body, part.name, part.media_type)
        if kind is not FileKind.PICTURE or len(part.body) > LARGEST_LOGO:
            return Finding(ReasonCode.UNREADABLE_FILE, read=kind.value)
    return None


def is_registration(book: Workbook) -> bool:
    """Whether it is a registration sheet with at least one filled row, right or not: staff check each."""
    return any(sheet.has_addresses and sheet.results for sheet in read_registration_sheets(book))


def one_complaint(book: Workbook | FileFault, today: date) -> Complaint | Finding:
    """One file, for a chat: the one complaint in it, or what is wrong with it."""
    if isinstance(book, FileFault):
        return _told(book)
    found = read_claim_sheets(book, today)
    if isinstance(found, SheetFault):
        return _not_found(found)
    if len(found) > 1:
        return Finding(ReasonCode.SEVERAL_SHEETS, read=str(len(found)))
    return found[0]
