"""What a sheet's XML tells besides values: hidden rows, merged cells, filters, errors, formulas without a result.

Sheets as nearly every program writes them are looked through by patterns; whatever is written otherwise (prefixes, no
references, odd attributes) is parsed. Both count the cells that hold a value before any reader makes room for them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers.expat import ParserCreate

from complaints.cells import Merged
from complaints.verdict import ReasonCode
from sheets.extent import Extent, Refused, check_merges, column_number
from sheets.kinds import Refusal

_CHUNK = 1 << 20
_LONGEST_TAG = 1 << 20
_LONGEST_ROW_NUMBER = 9
_PLAIN = rb' r="[A-Z]++\d++"(?: (?:s|t|cm|vm|ph)="\w*+")*+ ?+/?>'
_ODD_CELL = re.compile(rb"<c(?!(?:" + _PLAIN + rb")|[a-zA-Z])|<[^\s<>/:\"']++:(?:c|row)[\s/>]")
_VALUED_CELL = re.compile(rb'<c r="([A-Z]++)(\d++)"[^<>]*+(?<!/)>(?!</)')
_NO_RESULT = re.compile(rb"(?:</f>|<f(?:\s[^<>]*+)?+(?<=/)>)\s*+(?!<v>[^<])")
_HIDDEN_ROW = re.compile(rb"<row\s[^<>]*?\bhidden=[\"'](?:1|true|on)[\"'][^<>]*+>")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d{1,9})[\"']")
_MERGE = re.compile(rb"mergeCell\s[^<>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_FILTER_MODE = re.compile(rb"filterMode=[\"'](?:1|true)[\"']")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)\Z")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""How UTF-16 begins, which no reader of ours takes."""


@dataclass(slots=True)
class SheetScan:
    """Rows and columns of cells count from 0, hidden rows from 1."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    has_filter: bool = False
    has_table: bool = False


def scan_sheet(open_part: Callable[[], IO[bytes]], extent: Extent) -> SheetScan:
    """Raises Refused, ExpatError, and what `zipfile` raises."""
    scan = SheetScan()
    with open_part() as stream:
        is_plain = _look_through(stream, scan, extent)
    if not is_plain:
        extent.begin_sheet()
        scan.hidden_rows.clear()
        with open_part() as stream:
            _Walk(scan, extent).through(stream)
    check_merges(scan.merged)
    return scan


def _look_through(stream: IO[bytes], scan: SheetScan, extent: Extent) -> bool:
    """False when the cells have to be parsed."""
    rest, is_plain = b"", True
    while chunk := stream.read(_CHUNK):
        chunk = rest + chunk
        cut = max(chunk.rfind(b"<", 0, -1), 0)  # from here on a tag may go on in the next chunk
        rest = chunk[cut:]
        if b"<!DOCTYPE" in chunk:
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE)
        if len(rest) > _LONGEST_TAG or chunk.startswith(_WIDE):
            raise Refused(ReasonCode.UNREADABLE_FILE)
        is_plain = is_plain and _are_plain(chunk[: cut + 2], scan, extent)  # two more: is the next tag a closing one?
        _note_the_rest(chunk, scan)
    return is_plain


def _are_plain(chunk: bytes, scan: SheetScan, extent: Extent) -> bool:
    if _ODD_CELL.search(chunk, 0, len(chunk) - 2) or b't="e"' in chunk or _NO_RESULT.search(chunk, 0, len(chunk) - 2):
        return False
    if places := _VALUED_CELL.findall(chunk):
        height = max(_row_number(row) for _, row in places)
        width = max(column_number(column) for column in {column for column, _ in places})
        extent.add(height, width, len(places))
    for tag in _HIDDEN_ROW.findall(chunk, 0, len(chunk) - 2):
        number = _ROW_NUMBER.search(tag)
        if number is None:
            return False
        scan.hidden_rows.add(int(number[1]))
    return True


def _note_the_rest(chunk: bytes, scan: SheetScan) -> None:
    """What may be noted twice where chunks meet."""
    for left, top, right, bottom in _MERGE.findall(chunk):
        merged = Merged(int(top) - 1, column_number(left) - 1, int(bottom) - 1, column_number(right) - 1)
        if merged.top >= 0 and (not scan.merged or scan.merged[-1] != merged):
            scan.merged.append(merged)
    scan.has_filter = scan.has_filter or b"filterColumn" in chunk or bool(_FILTER_MODE.search(chunk))
    scan.has_table = scan.has_table or b"tablePart" in chunk


def _row_number(digits: bytes) -> int:
    if len(digits) > _LONGEST_ROW_NUMBER:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS)
    return int(digits)


class _Walk:
    """The cells of a sheet whose XML is not written as usual, parsed one by one."""

    def __init__(self, scan: SheetScan, extent: Extent) -> None:
        self._scan, self._extent = scan, extent
        self._row = self._column = 0  # of the cell we are in or were in last, from 1
        self._type = self._text = ""
        self._has_formula = self._has_result = self._is_value = False

    def through(self, stream: IO[bytes]) -> None:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(stream)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            self._row = _row_number(number.encode()) if number.isdecimal() else self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true", "on"):
                self._scan.hidden_rows.add(self._row)
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "is"):
            self._is_value = self._has_result = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if place := _REFERENCE.match(attributes.get("r", "")):
            self._column, self._row = column_number(place[1].encode()), _row_number(place[2].encode())
        else:
            self._column += 1
        self._type = attributes.get("t", "")
        self._text = ""
        self._has_formula = self._has_result = self._is_value = False

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "is"):
            self._is_value = False
        elif name == "c" and self._row > 0:
            if self._has_formula or self._has_result:
                self._extent.add(self._row, self._column)
            place = (self._row - 1, self._column - 1)
            if self._has_formula and not (self._text or (self._type == "str" and self._has_result)):
                self._scan.uncalculated.add(place)
            elif self._type == "e" and self._text:
                self._scan.errors[place] = self._text[:20]

    def _characters(self, text: str) -> None:
        if self._is_value and len(self._text) < _LONGEST_TAG:
            self._text += text
