"""From the bytes of an .xlsb to its cells. Runs in a child only: what it reads may be hostile.

Ours, since other readers leave out the short cells that some programs write, and believe every size. The format:
records of a number, a size and a body, in parts of a zip that are named as in an .xlsx.
"""

from collections.abc import Iterator
from enum import Enum
from posixpath import join, normpath
from struct import Struct
from zipfile import ZipFile

from complaints.cells import CellValue, FileRemark, Grid, Merged, Workbook
from complaints.verdict import ReasonCode
from sheets.archive import opened
from sheets.extent import Extent, GridBuilder, Refused, check_merges
from sheets.guard import plain_name
from sheets.limits import Limits
from sheets.number_formats import elapsed, is_date_format, moment, shows_elapsed_time
from sheets.text import clean
from sheets.xlsx import LISTS_SHEET, check_each_once, remarks_of, small_xml, stamps_of

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_U16, _U32, _REAL, _BUNDLE, _RANGE = Struct("<H"), Struct("<I"), Struct("<d"), Struct("<II"), Struct("<IIII")
_ROW, _TEXT_ITEM, _FORMAT, _XF, _RICH_CELL = 0, 19, 44, 47, 62
_SHEET, _PROPERTIES, _MERGED, _FILTER_COLUMN = 156, 153, 176, 163
_BEGIN_CELL_FORMATS, _END_CELL_FORMATS = 617, 618
_RK, _ERROR, _BOOL, _NUMBER, _TEXT, _SHARED = 2, 3, 4, 5, 6, 7
_ELAPSED_FORMAT = 46
_SHORT_FIRST, _SHORT_LAST = 12, 18
_SHORT_TO_LONG = 11
_FORMULAS = {8: _TEXT, 9: _NUMBER, 10: _BOOL, 11: _ERROR}
_VISIBLE = 0
_ROW_IS_HIDDEN = 0x10


def read_binary_workbook(data: bytes, limits: Limits) -> Workbook:
    """Raises Refused, ParseError, struct.error, IndexError, ValueError and what `zipfile` raises for broken files."""
    with opened(data, limits) as parts:
        names = {plain_name(name): name for name in parts.namelist()}
        book = _Book(parts, names, limits)
        version_stamp, mark_stamp = stamps_of(parts)
        return Workbook(book.grids(), version_stamp, mark_stamp, frozenset(book.remarks))


class _Shows(Enum):
    """What a number stands for."""

    NUMBER = "number"
    MOMENT = "moment"
    SPAN = "span"


def _shows(number: int, code: str | None) -> _Shows:
    if shows_elapsed_time(code) or number == _ELAPSED_FORMAT:
        return _Shows.SPAN
    return _Shows.MOMENT if is_date_format(number, code) else _Shows.NUMBER


class _Book:
    """The parts of one workbook."""

    def __init__(self, parts: ZipFile, names: dict[str, str], limits: Limits) -> None:
        self.remarks = remarks_of(names)
        self._parts, self._names, self._limits = parts, names, limits
        self._is_1904 = False
        self._sheets = list(self._list_sheets())
        check_each_once(part for _, part in self._sheets)
        self._texts = [clean(text) for text in self._shared_texts()]
        self._formats = self._read_formats()

    def grids(self) -> tuple[Grid, ...]:
        extent = Extent(self._limits)
        return tuple(self._grid(name, part, extent) for name, part in self._sheets)

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        name = self._names.get(part)
        return records(self._parts.read(name)) if name else iter(())

    def _list_sheets(self) -> Iterator[tuple[str, str]]:
        """The sheets that a person sees: name and part."""
        relations = {
            relation.get("Id"): (plain_name(normpath(join("xl", relation.get("Target", "")))), relation.get("Type", ""))
            for relation in small_xml(self._parts, "xl/_rels/workbook.bin.rels")
        }
        for number, body in self._records("xl/workbook.bin"):
            if number == _PROPERTIES:
                self._is_1904 = bool(_U32.unpack_from(body)[0] & 1)
            elif number == _SHEET:
                state, _ = _BUNDLE.unpack_from(body)
                relation, end = wide_text(body, 8)
                name, _ = wide_text(body, end)
                part, kind = relations.get(relation, ("", ""))
                if state != _VISIBLE:
                    self.remarks |= set() if name == LISTS_SHEET else {FileRemark.HIDDEN_SHEETS}
                elif kind.endswith("/worksheet"):
                    yield clean(name), part

    def _shared_texts(self) -> Iterator[str]:
        for number, body in self._records("xl/sharedstrings.bin"):
            if number == _TEXT_ITEM:
                yield wide_text(body, 1)[0]

    def _read_formats(self) -> list[_Shows]:
        """What each cell format shows."""
        codes: dict[int, str] = {}
        used: list[int] = []
        is_of_cells = False
        for number, body in self._records("xl/styles.bin"):
            if number == _FORMAT:
                codes[_U16.unpack_from(body)[0]] = wide_text(body, 2)[0]
            elif number in (_BEGIN_CELL_FORMATS, _END_CELL_FORMATS):
                is_of_cells = number == _BEGIN_CELL_FORMATS
            elif number == _XF and is_of_cells:
                used.append(_U16.unpack_from(body, 2)[0])
        return [_shows(number, codes.get(number)) for number in used]

    def _grid(self, name: str, part: str, extent: Extent) -> Grid:
        grid = GridBuilder(name, extent)
        row = column = -1
        for number, body in self._records(part):
            if number == _ROW:
                row, column = _U32.unpack_from(body)[0], -1
                if body[11] & _ROW_IS_HIDDEN and row < self._limits.rows:
                    grid.hidden_rows.add(row + 1)
            elif number <= _SHORT_LAST or number == _RICH_CELL:
                is_short = _SHORT_FIRST <= number <= _SHORT_LAST
                column = column + 1 if is_short else _U32.unpack_from(body)[0]
                value = self._value(number - _SHORT_TO_LONG if is_short else number, body, 0 if is_short else 4)
                if row >= 0:
                    grid.put(row, column, value)
            elif number == _MERGED:
                top, bottom, left, right = _RANGE.unpack_from(body)
                grid.merged.append(Merged(top, left, bottom, right))
            elif number == _FILTER_COLUMN:
                grid.is_filtered = True
        check_merges(grid.merged)
        return grid.grid()

    def _value(self, number: int, body: bytes, at: int) -> CellValue:
        """Of a cell whose format stands at `at`, and its value four bytes further on."""
        number = _FORMULAS.get(number, number)
        if number == _SHARED:
            return self._texts[int(_U32.unpack_from(body, at + 4)[0])]
        if number == _NUMBER:
            return self._shown(float(_REAL.unpack_from(body, at + 4)[0]), body, at)
        if number == _RK:
            return self._shown(rk_number(_U32.unpack_from(body, at + 4)[0]), body, at)
        if number in (_TEXT, _RICH_CELL):
            return clean(wide_text(body, at + (5 if number == _RICH_CELL else 4))[0])
        if number == _BOOL:
            return bool(body[at + 4])
        return ERRORS.get(body[at + 4], "#VALUE!") if number == _ERROR else None

    def _shown(self, value: float, body: bytes, at: int) -> CellValue:
        style = int.from_bytes(body[at : at + 3], "little")
        kind = self._formats[style] if style < len(self._formats) else _Shows.NUMBER
        if not abs(value) < float("inf"):
            return str(value)
        if kind is _Shows.NUMBER:
            return value
        return elapsed(value) if kind is _Shows.SPAN else moment(value, is_1904=self._is_1904)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of every record. Raises IndexError where one is cut off."""
    at, end = 0, len(data)
    while at < end:
        number = data[at]
        at += 1
        if number & 0x80:
            number = (number & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if at + size > end:
            raise IndexError("a record is cut off")
        yield number, data[at : at + size]
        at += size


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """The text at this place, and where it ends; nothing for one that says it is none."""
    (length,) = _U32.unpack_from(body, at)
    start = at + 4
    if length == 0xFFFFFFFF:
        return "", start
    end = start + 2 * length
    if end > len(body):
        raise Refused(ReasonCode.UNREADABLE_FILE)
    return body[start:end].decode("utf-16-le", "replace"), end


def rk_number(packed: int) -> float:
    """A number in four bytes: two bits tell whether it is whole, and whether it is in hundredths."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        (value,) = _REAL.unpack(bytes(4) + _U32.pack(packed & 0xFFFFFFFC))
    return value / 100 if packed & 1 else value
