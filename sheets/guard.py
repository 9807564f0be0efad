"""The first wall before a workbook: what can be told from its zip directory and from a pass over its sheets' XML.

A reader keeps the whole rectangle between A1 and the last value in memory, so one cell at XFD1048576 in a file of
10 KB takes a process down. Blank tails are honest (people format a million rows) and cost nothing, so only cells that
hold a value count. What gets past this wall meets the second one: the child's own limits (`child`).
"""

import re
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from complaints.verdict import ReasonCode
from sheets.limits import Limits

_CHUNK = 1 << 20
_VALUED_CELL = re.compile(rb"""<(?:\w+:)?c\s(?=[^<>]*+(?<!/)>(?!</))[^<>]*?\br=["']([A-Z]+)(\d+)["']""")
_SHEET_PART = re.compile(r"/?xl/worksheets/.*\.xml$", re.IGNORECASE)


class Refused(Exception):
    """The guard stopped a file."""

    def __init__(self, code: ReasonCode) -> None:
        super().__init__(code.value)
        self.code = code


def check_workbook(data: bytes, limits: Limits) -> frozenset[str]:
    """Lets a workbook pass and returns the names of those of its parts in which a cell shows an error (#N/A).

    Raises Refused, BadZipFile, and what `zipfile` raises for parts that cannot be unpacked.
    """
    with ZipFile(BytesIO(data)) as book:
        parts = book.infolist()
        _check_directory(parts, len(data), limits)
        extent = _Extent(limits)
        sheets = [part for part in parts if _SHEET_PART.match(part.filename)]
        return frozenset([part.filename for part in sheets if _check_sheet(book, part, extent)])


def _check_directory(parts: list[ZipInfo], size: int, limits: Limits) -> None:
    names = {part.filename.lower() for part in parts}
    if len(parts) > limits.entries or sum(part.file_size for part in parts) > limits.unpacked:
        raise Refused(ReasonCode.FILE_TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(ReasonCode.PASSWORD_PROTECTED)
    if (
        len(names) != len(parts)  # two parts of one name: which one is read would be the reader's whim
        or sum(part.compress_size for part in parts) > size  # parts that overlap
        or any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts)
    ):
        raise Refused(ReasonCode.UNREADABLE_FILE)


@dataclass(slots=True)
class _Extent:
    """How far the values of one sheet reach, and how many there are in all sheets."""

    limits: Limits
    cells: int = 0

    def add(self, places: list[tuple[bytes, bytes]]) -> None:
        self.cells += len(places)
        last_row = max(int(row) for _, row in places)
        last_column = max(column_number(column) for column in {column for column, _ in places})
        limits = self.limits
        if self.cells > limits.cells or last_row > limits.rows or last_row * last_column > limits.area:
            raise Refused(ReasonCode.FILE_TOO_LARGE)


def _check_sheet(book: ZipFile, part: ZipInfo, extent: _Extent) -> bool:
    """True when a cell shows an error."""
    rest, shows_error = b"", False
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            chunk = rest + chunk
            cut = max(chunk.rfind(b"<", 0, -1), 0)  # from here on a tag may go on in the next chunk
            rest = chunk[cut:]
            if b"<!DOCTYPE" in chunk or len(rest) > _CHUNK:
                raise Refused(ReasonCode.UNREADABLE_FILE)
            if places := _VALUED_CELL.findall(chunk[: cut + 2]):  # two more: is the next tag a closing one?
                extent.add(places)
            shows_error = shows_error or b't="e"' in chunk
    return shows_error


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27. Beyond eight letters, only that it is far too large."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - ord("A") + 1
    return number
