"""From the bytes of an .xls to its cells. Runs in a child only: what it reads may be hostile.

calamine reads the values. A walk over the records before tells how far they reach, so that calamine makes no room for
cells far out, and what calamine does not tell: hidden rows, errors, filters. What the sheets say of their own size is
blanked before, since calamine makes room for all of it: formatted blank tails are honest, and large.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from struct import Struct

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from complaints.cells import FileRemark, Merged, Workbook
from complaints.verdict import ReasonCode
from sheets.binary_workbook import ERRORS
from sheets.extent import Extent, Refused, check_merges
from sheets.kinds import Refusal
from sheets.limits import Limits
from sheets.ole_streams import Ole
from sheets.property_set import user_properties
from sheets.sheet_scan import SheetScan
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY, clean
from sheets.xlsx import LISTS_SHEET, grid_of

_RECORD, _SHEET, _TEXTS, _U16 = Struct("<HH"), Struct("<IBB"), Struct("<II"), Struct("<H")
_CELL, _ROW, _RANGE = Struct("<HHH"), Struct("<H10xH"), Struct("<HHHH")
_BEGINS = frozenset({0x809, 0x409, 0x209, 0x009})
_END, _PASSWORD, _SHEET_RECORD, _SHARED_TEXTS, _LINKED_BOOK = 0x0A, 0x2F, 0x85, 0xFC, 0x1AE
_ROW_RECORD, _MERGED, _FILTER_MODE, _BOOL_OR_ERROR, _FORMULAS, _MANY_NUMBERS = (
    0x208, 0xE5, 0x9B, 0x205, frozenset({0x06, 0x206, 0x406}), 0xBD,
)  # fmt: skip
_VALUES = frozenset({0x203, 0x204, 0x205, 0xFD, 0x27E, 0xD6, 0xBD, *_FORMULAS})
_ROW_IS_HIDDEN = 0x20
_OWN_BOOKS = (b"\x01\x04", b"\x01\x3a")
"""How the entries begin that stand for the workbook itself and for built-in functions."""
_DIMENSIONS = frozenset({0x000, 0x200})
_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_SMALLEST_TEXT = 3
_MOST_SHEETS = 500
_MOST_RECORDS = 3_000_000


@dataclass(slots=True)
class _Walked:
    """What the walk brought."""

    sheets: list[SheetScan] = field(default_factory=list)
    remarks: set[FileRemark] = field(default_factory=set)
    dimensions: list[tuple[int, int]] = field(default_factory=list)
    """Where in the stream a sheet says how large it is: offset and length."""


def read_old_workbook(data: bytes, limits: Limits) -> Workbook:
    """Raises Refused, BadOle, struct.error, KeyError, and what calamine raises for broken files."""
    ole = Ole(data)
    walked = _walk(ole.stream(*_STREAMS), limits)
    if any(name.startswith("_VBA_PROJECT") for name in ole.names):
        walked.remarks.add(FileRemark.MACROS)
    properties = user_properties(ole)
    grids = []
    with CalamineWorkbook.from_object(BytesIO(ole.blanked(walked.dimensions, *_STREAMS))) as book:
        if len(book.sheets_metadata) != len(walked.sheets):
            raise Refused(ReasonCode.UNREADABLE_FILE)
        for sheet, scan in zip(book.sheets_metadata, walked.sheets, strict=True):
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible is not SheetVisibleEnum.Visible:
                walked.remarks |= set() if sheet.name == LISTS_SHEET else {FileRemark.HIDDEN_SHEETS}
                continue
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            grids.append(grid_of(clean(sheet.name), rows, scan, is_filtered=scan.has_filter))
    version_stamp, mark_stamp = properties.get(STAMP_PROPERTY) or None, properties.get(MARK_PROPERTY) or None
    return Workbook(tuple(grids), version_stamp, mark_stamp, frozenset(walked.remarks))


def _walk(stream: bytes, limits: Limits) -> _Walked:
    walked, places = _Walked(), []
    for number, body, _ in _records(stream, 0):
        if number == _PASSWORD:
            raise Refused(ReasonCode.PASSWORD_PROTECTED)
        if number == _SHEET_RECORD:
            places.append(_SHEET.unpack_from(body)[0])
        elif number == _SHARED_TEXTS and _TEXTS.unpack_from(body)[1] * _SMALLEST_TEXT > len(stream):
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.LYING_SIZES)
        elif number == _LINKED_BOOK and body[2:4] not in _OWN_BOOKS:
            walked.remarks.add(FileRemark.EXTERNAL_LINKS)
    if not places:
        raise Refused(ReasonCode.UNREADABLE_FILE)
    if len(places) > _MOST_SHEETS:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_PARTS)
    if len(set(places)) != len(places):  # the same cells again and again
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)
    extent = Extent(limits)
    walked.sheets += [_walk_sheet(stream, place, extent, walked.dimensions) for place in places]
    return walked


def _walk_sheet(stream: bytes, place: int, extent: Extent, dimensions: list[tuple[int, int]]) -> SheetScan:
    scan = SheetScan()
    extent.begin_sheet()
    for number, body, at in _records(stream, place):
        if number in _VALUES:
            row, column, _ = _CELL.unpack_from(body)
            count = (len(body) - 6) // 6 if number == _MANY_NUMBERS else 1
            extent.add(row + 1, column + count, count)
            if error := _error(number, body):
                scan.errors[row, column] = error
        elif number == _ROW_RECORD:
            row, flags = _ROW.unpack_from(body)
            if flags & _ROW_IS_HIDDEN:
                scan.hidden_rows.add(row + 1)
        elif number == _MERGED:
            for one in range(2, min(2 + 8 * _U16.unpack_from(body)[0], len(body) - 7), 8):
                top, bottom, left, right = _RANGE.unpack_from(body, one)
                scan.merged.append(Merged(top, left, bottom, right))
        elif number in _DIMENSIONS:
            dimensions.append((at, len(body)))
        elif number == _FILTER_MODE:
            scan.has_filter = True
    check_merges(scan.merged)
    return scan


def _error(number: int, body: bytes) -> str | None:
    """What the cell shows when it is an error."""
    if number == _BOOL_OR_ERROR and body[7]:
        return ERRORS.get(body[6], "#VALUE!")
    if number in _FORMULAS and body[12:14] == b"\xff\xff" and body[6] == 2:
        return ERRORS.get(body[8], "#VALUE!")
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Number, body and the body's place of each record, from the beginning that stands at this place until its end.
    Charts inside are left out."""
    depth = 0
    for _ in range(_MOST_RECORDS):
        if at + _RECORD.size > len(stream):
            return
        number, size = _RECORD.unpack_from(stream, at)
        at += _RECORD.size
        if number in _BEGINS:
            depth += 1
        elif number == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield number, stream[at : at + size], at
        at += size
    raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_CELLS)
