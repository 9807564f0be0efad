"""How wide the columns of one sheet are."""

from lxml import etree

from sheets.xml_order import MAIN, WORKSHEET, child_of, unset

_DIGIT, _PADDING = 7, 5
"""Pixels of a digit, in which widths count, and of the rims of a column."""
_LAST = 16_384


class Columns:
    """The `<cols>` of a sheet."""

    def __init__(self, sheet: etree._Element) -> None:
        self._sheet = sheet

    def _all(self) -> list[etree._Element]:
        return list(self._sheet.iterfind(f"{MAIN}cols/{MAIN}col"))

    def pixels(self, column: int) -> int:
        """The width of a column (from 1); none when it is hidden."""
        for col in self._all():
            first, last = _range(col)
            if first <= column <= last:
                if col.get("hidden") in ("1", "true"):
                    return 0
                return int(float(col.get("width", "9.14")) * _DIGIT) + _PADDING
        return 64

    def after(self, column: int, pixels: int) -> tuple[int, int]:
        """The column that lies so many pixels behind the left side of this one, and the pixels into it."""
        while column < _LAST and (width := self.pixels(column)) <= pixels:
            pixels -= width
            column += 1
        return column, pixels

    def set_width(self, column: int, width: float) -> None:
        """Give one column a width and show it; its neighbours in the same element keep theirs."""
        cols = child_of(self._sheet, "cols", WORKSHEET)
        place = 0
        for index, col in enumerate(list(cols)):
            first, last = _range(col)
            if last < column:
                place = index + 1
            elif first <= column:
                self._split(cols, col, first, last, column)
                break
        found = next((col for col in cols if _range(col) == (column, column)), None)
        if found is None:
            found = etree.Element(f"{MAIN}col", min=str(column), max=str(column))
            cols.insert(place, found)
        found.set("width", f"{width:g}")
        found.set("customWidth", "1")
        unset(found, "hidden", "collapsed")

    def _split(self, cols: etree._Element, col: etree._Element, first: int, last: int, column: int) -> None:
        place = list(cols).index(col)
        cols.remove(col)
        for start, end in reversed([(first, column - 1), (column, column), (column + 1, last)]):
            if start <= end:
                part = etree.fromstring(etree.tostring(col))
                part.set("min", str(start))
                part.set("max", str(end))
                cols.insert(place, part)


def _range(col: etree._Element) -> tuple[int, int]:
    return int(col.get("min", "0")), int(col.get("max", "0"))
