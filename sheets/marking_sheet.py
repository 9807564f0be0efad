"""The marks of one worksheet: colours, the status column, comments; and all of an earlier marking taken away before.

Colours are conditional formats of ours that always apply, so that the cells keep their own looks underneath and have
them again when the marks go.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from complaints.cells import Merged, column_letter
from sheets import marking_styles as looks
from sheets.columns import Columns
from sheets.comments import FIRST_LINE, SheetComments
from sheets.extent import column_number
from sheets.marks import STATUS_HEADER, SheetMarks
from sheets.package import OddPackage, Package, parsed, written
from sheets.sheet_rows import LAST_COLUMN, SheetRows, Texts
from sheets.xml_order import MAIN, WORKSHEET, main_root, put_in_order, unset

_OUR_FORMULA = 'LEN("Recourse mark")>0'
"""Always true; nobody else's rule says this."""
_OUR_WORDS = '"Recourse mark"'
_RANGES_IN_ONE = 400
"""Ranges that one conditional format is given: programs choke on endless lists."""
_LONGEST_STATUS = 400
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*?\?>""")


@dataclass(slots=True)
class SheetMarker:
    """Marks the worksheets of one package. `header` finds the header of our status column in a cell."""

    package: Package
    styles: looks.Styles
    header: Texts

    def mark(self, part: str, marks: Sequence[SheetMarks]) -> None:
        """Raises OddPackage. Without marks, only an earlier marking is taken away."""
        xml = _utf8(self.package.read(part))
        if not marks and not self._may_be_ours(part, xml):
            return
        rows = SheetRows.of(xml)
        sheet = main_root(parsed(rows.shell()), "worksheet")
        rows.scan({number for one in marks for number in _rows_of(one)}, self.header)
        for view in sheet.iterfind(f"{MAIN}sheetViews/{MAIN}sheetView"):
            unset(view, "tabSelected")  # two selected sheets are typed into at once
        _strip_colours(sheet)
        comments = SheetComments(self.package, part, sheet)
        comments.strip()
        cells: dict[int, dict[int, str | None]] = defaultdict(dict)
        for row in rows.rows.values():
            cells[row.number] = dict.fromkeys(row.ours)
        if marks:
            self._put_in(sheet, rows, marks, cells, comments)
        self.package.put(part, rows.into(written(sheet), rows.changed({row: new for row, new in cells.items() if new})))

    def _may_be_ours(self, part: str, xml: bytes) -> bool:
        found = self.package.relations(part).of_type("/comments")
        return (
            b"tabSelected" in xml
            or b"Recourse mark" in xml
            or self.header.text in xml
            or bool(self.header.shared)
            or (found is not None and FIRST_LINE.encode() in self.package.read(found[1]))
        )

    def _put_in(
        self,
        sheet: etree._Element,
        rows: SheetRows,
        marks: Sequence[SheetMarks],
        cells: dict[int, dict[int, str | None]],
        comments: SheetComments,
    ) -> None:
        merges = Merges(sheet)
        first, status = _table(rows, marks, merges)
        painted: dict[str, list[str]] = defaultdict(list)
        wrong: set[Merged] = set()
        texts: dict[tuple[int, int], list[str]] = defaultdict(list)
        for one in marks:
            for mark in one.cells:
                area = merges.around(mark.row, column_number(mark.column.encode()))
                wrong.add(area)
                if mark.says:
                    texts[area.top, area.left].append(mark.says)
            for row in one.rows if status else ():
                cells[row.row][status] = " ".join(row.status.split())[:_LONGEST_STATUS]
            if status:
                cells[one.header_row][status] = STATUS_HEADER
                painted[looks.STATUS_HEADER_LOOK].append(_reference(_cell(one.header_row, status)))
            painted[looks.STATUS_OPEN] += (
                _bands((row.row for row in one.rows if not row.settled), status, status) if status else []
            )
            painted[looks.STATUS_SETTLED] += _bands(
                (row.row for row in one.rows if row.settled), first, status or first
            )
        painted[looks.TO_MEND] = _stacked(wrong)
        if status:
            longest = max((len(row.status) for one in marks for row in one.rows), default=0)
            Columns(sheet).set_width(status, min(max(20, longest * 1.1 + 3), 70))
            _widen_dimension(sheet, status)
        _put_colours(sheet, [(self.styles.dxf(look), ranges) for look in _ORDER if (ranges := painted[look])])
        comments.add({place: "\n".join(dict.fromkeys(says)) for place, says in texts.items()})


_ORDER = (looks.TO_MEND, looks.STATUS_HEADER_LOOK, looks.STATUS_OPEN, looks.STATUS_SETTLED)
"""What is to be mended shows through everything else."""


class Merges:
    """The merged ranges of a sheet, from 1."""

    def __init__(self, sheet: etree._Element) -> None:
        found = (_area(cell.get("ref", "")) for cell in sheet.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"))
        self._all = [area for area in found if area]

    def around(self, row: int, column: int) -> Merged:
        """The merged range in which this cell lies, else the cell itself."""
        inside = (
            area for area in self._all if area.top <= row <= area.bottom and area.left <= column <= area.right
        )  # fmt: skip
        return next(inside, _cell(row, column))

    def last_column(self, first_row: int, last_row: int, column: int) -> int:
        """The last column of those merges in these rows that begin in a column up to this one."""
        return max(
            (a.right for a in self._all if a.left <= column and a.top <= last_row and first_row <= a.bottom), default=0
        )


def _rows_of(marks: SheetMarks) -> Iterable[int]:
    yield marks.header_row
    yield from (row.row for row in marks.rows)


def _table(rows: SheetRows, marks: Sequence[SheetMarks], merges: Merges) -> tuple[int, int]:
    """The first column of the table, and that of the status: an earlier one of ours, else the one behind all values.
    0 when there is no room behind."""
    header_row = min(one.header_row for one in marks)
    below = [row for row in rows.rows.values() if row.number >= header_row and row.last]
    first = min((row.first for one in marks if (row := rows.rows.get(one.header_row)) and row.first), default=1)
    last = max((row.last for row in below), default=1)
    last = max(last, merges.last_column(header_row, max((row.number for row in below), default=header_row), last))
    earlier = [column for column, row in rows.status_columns.items() if row == header_row and column > first]
    status = earlier[0] if earlier else last + 1
    return first, status if status <= LAST_COLUMN else 0


def _cell(row: int, column: int) -> Merged:
    return Merged(row, column, row, column)


def _area(reference: str) -> Merged | None:
    found = _RANGE.fullmatch(reference)
    if found is None:
        return None
    left, top = column_number(found[1].encode()), int(found[2])
    return Merged(top, left, int(found[4] or top), column_number(found[3].encode()) if found[3] else left)


def _reference(area: Merged) -> str:
    start = f"{column_letter(area.left - 1)}{area.top}"
    end = f"{column_letter(area.right - 1)}{area.bottom}"
    return start if start == end else f"{start}:{end}"


def _bands(rows: Iterable[int], first: int, last: int) -> list[str]:
    """Ranges over these columns, as few as there can be."""
    bands: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if bands and bands[-1][1] == row - 1:
            bands[-1] = (bands[-1][0], row)
        else:
            bands.append((row, row))
    return [_reference(Merged(top, first, bottom, last)) for top, bottom in bands]


def _stacked(areas: Iterable[Merged]) -> list[str]:
    """Ranges over all of these, cells below each other in one."""
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for area in areas:
        rows[area.left, area.right] += range(area.top, area.bottom + 1)
    return [band for columns, found in sorted(rows.items()) for band in _bands(found, *columns)]


def _strip_colours(sheet: etree._Element) -> None:
    for formats in list(sheet.iterfind(f"{MAIN}conditionalFormatting")):
        for rule in list(formats):
            if any(_OUR_WORDS in (formula.text or "") for formula in rule.iterfind(f"{MAIN}formula")):
                formats.remove(rule)
        if len(formats) == 0:
            sheet.remove(formats)


def _put_colours(sheet: etree._Element, painted: Sequence[tuple[int, list[str]]]) -> None:
    """Ours come first; where theirs begin to count too early, they all move on."""
    theirs = [rule for rule in sheet.iter("{*}cfRule") if rule.get("priority", "").isdigit()]
    if theirs and min(int(rule.get("priority", "0")) for rule in theirs) <= len(painted):
        for rule in theirs:
            rule.set("priority", str(int(rule.get("priority", "0")) + len(painted)))
    for priority, (look, ranges) in reversed(list(enumerate(painted, 1))):
        ranges = list(dict.fromkeys(ranges))
        for start in range(0, len(ranges), _RANGES_IN_ONE):
            formats = etree.Element(f"{MAIN}conditionalFormatting")
            formats.set("sqref", " ".join(ranges[start : start + _RANGES_IN_ONE]))
            rule = etree.SubElement(formats, f"{MAIN}cfRule", type="expression", dxfId=str(look))
            rule.set("priority", str(priority))
            rule.set("stopIfTrue", "1")
            etree.SubElement(rule, f"{MAIN}formula").text = _OUR_FORMULA
            put_in_order(sheet, formats, WORKSHEET, first=True)


def _widen_dimension(sheet: etree._Element, column: int) -> None:
    told = sheet.find(f"{MAIN}dimension")
    area = _area(told.get("ref", "")) if told is not None else None
    if told is not None and area and area.right < column:
        told.set("ref", _reference(Merged(area.top, area.left, area.bottom, column)))


def _utf8(xml: bytes) -> bytes:
    """The part in UTF-8, without a mark in front."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _ENCODING.sub(b"", xml.decode("utf-16").encode(), count=1)
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    told = _ENCODING.match(xml)
    if told and told[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise OddPackage("a sheet in an unusual encoding")
    return xml
