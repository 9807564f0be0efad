"""The first wall before an .xlsx: its zip directory, and a pass over its XML before any reader believes it.

What gets past this wall meets the second one: the child's own limits (`child`).
"""

import re
from dataclasses import dataclass, field
from functools import partial
from zipfile import ZipFile, ZipInfo

from complaints.verdict import ReasonCode
from sheets.archive import opened
from sheets.extent import Extent, Refused, column_number
from sheets.kinds import Refusal
from sheets.limits import Limits
from sheets.sheet_scan import SheetScan, scan_sheet

__all__ = ["CheckedParts", "Refused", "check_workbook", "column_number"]

_CHUNK = 1 << 20
_SHEET_PART = re.compile(r"/?xl[/\\]worksheets[/\\][^/\\]*\.xml$", re.IGNORECASE)
_TEXTS_PART = re.compile(r"/?xl[/\\]sharedStrings\.xml$", re.IGNORECASE)
_TABLE_PART = re.compile(r"/?xl[/\\]tables[/\\][^/\\]*\.xml$", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_TEXTS_ROOT = re.compile(rb"<(?:[\w.-]+:)?sst\b[^<>]*>")
_COUNT = re.compile(rb"\s(uniqueCount|count)=[\"'](\d+)[\"']")
_SMALLEST_TEXT = 5
"""Bytes of <si/>."""
_SLACK = 1000
_LONGEST_COUNT = 12


@dataclass(frozen=True, slots=True)
class CheckedParts:
    """What was seen on the way through a workbook's parts."""

    sheets: dict[str, SheetScan] = field(default_factory=dict)
    """By the part's name, in lower case and with / between folders."""
    has_filtered_table: bool = False
    """A table somewhere in the file has a filter that is set."""


def check_workbook(data: bytes, limits: Limits) -> CheckedParts:
    """Lets a workbook pass and tells what else than values its sheets hold.

    Raises Refused, BadZipFile, ExpatError, and what `zipfile` raises for parts that cannot be unpacked.
    """
    extent, sheets, has_filtered_table = Extent(limits), {}, False
    with opened(data, limits) as book:
        for part in book.infolist():
            if _SHEET_PART.match(part.filename):
                extent.begin_sheet()
                sheets[plain_name(part.filename)] = scan_sheet(partial(book.open, part), extent)
            elif part.filename.lower().endswith(_XML):
                start, has_filter = _look_through(book, part)
                has_filtered_table = has_filtered_table or (has_filter and bool(_TABLE_PART.match(part.filename)))
                if _TEXTS_PART.match(part.filename):
                    _check_texts(start, part.file_size, limits)
    return CheckedParts(sheets, has_filtered_table)


def plain_name(part: str) -> str:
    """One name for however a part is written: some programs write \\ or capitals."""
    return part.replace("\\", "/").lstrip("/").lower()


def _look_through(book: ZipFile, part: ZipInfo) -> tuple[bytes, bool]:
    """The first bytes of the part, and whether a filter is set in it."""
    start, rest, has_filter = b"", b"", False
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            start = start or chunk[:4096]
            if b"<!DOCTYPE" in rest + chunk:
                raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE)
            has_filter = has_filter or b"filterColumn" in rest + chunk
            rest = chunk[-16:]
    return start, has_filter


def _check_texts(start: bytes, size: int, limits: Limits) -> None:
    """The reader makes room for as many texts as the part says it has, and aborts where there is no such room."""
    root = _TEXTS_ROOT.search(start)
    for name, number in _COUNT.findall(root[0]) if root else []:
        most = size // _SMALLEST_TEXT if name == b"uniqueCount" else 10 * limits.cells
        if len(number) > _LONGEST_COUNT or int(number) > most + _SLACK:
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.LYING_SIZES)
