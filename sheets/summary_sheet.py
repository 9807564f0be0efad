"""The sheet that stands first in a marked workbook: what is to be mended, in one list with links to the cells."""

import re
from collections.abc import Iterator
from html import escape

from sheets import marking_styles as looks
from sheets.marks import Fault, Marking
from sheets.text import neutral
from sheets.xml_order import MAIN, RELATION_ID

RECOGNISED_BY = "Recourse added this sheet. It is made anew each time you send the file."
"""Stands on the sheet, whatever program saved it since."""

_REST = " Nothing on it is read: correct the cells in your own sheet, save, and reply with this file."
_MOST_LINKS = 60_000
"""Excel takes some more, and calls a file damaged beyond that."""
_WHERE_WIDTH, _SAYS_WIDTH = 26, 96
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_TAB_COLOUR = "FFB45309"


def summary_xml(marking: Marking, styles: looks.Styles) -> list[bytes]:
    """The part of the sheet, in pieces."""
    return [piece.encode() for piece in _Drawing(marking, styles).xml()]


class _Drawing:
    def __init__(self, marking: Marking, styles: looks.Styles) -> None:
        self._marking, self._styles = marking, styles
        self._row = 0
        self._links: list[str] = []
        self._merges: list[str] = []

    def xml(self) -> Iterator[str]:
        rows = [*self._head(), *self._list(), *self._foot()]
        head_row = self._list_row
        yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN[1:-1]}"'
        yield f' xmlns:r="{RELATION_ID[1:].partition("}")[0]}"><sheetPr><tabColor rgb="{_TAB_COLOUR}"/>'
        yield '<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1"'
        yield ' workbookViewId="0">'
        if self._marking.faults:
            yield f'<pane ySplit="{head_row}" topLeftCell="A{head_row + 1}" activePane="bottomLeft" state="frozen"/>'
            yield f'<selection pane="bottomLeft" activeCell="A{head_row + 1}" sqref="A{head_row + 1}"/>'
        yield '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>'
        for index, width in enumerate((_WHERE_WIDTH, _SAYS_WIDTH), 1):
            yield f'<col min="{index}" max="{index}" width="{width}" customWidth="1"/>'
        yield "</cols><sheetData>"
        yield from rows
        yield "</sheetData>"
        if self._merges:
            yield f'<mergeCells count="{len(self._merges)}">'
            yield from (f'<mergeCell ref="{area}"/>' for area in self._merges)
            yield "</mergeCells>"
        if self._links:
            yield "<hyperlinks>"
            yield from self._links
            yield "</hyperlinks>"
        yield '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        yield '<pageSetup paperSize="1" orientation="portrait" fitToHeight="0"/></worksheet>'

    def _head(self) -> Iterator[str]:
        yield self._line(self._text("A", self._marking.title, looks.TITLE), 34)
        for line in self._marking.lines:
            yield self._wide(line, looks.LINE)
        yield self._line("", 8)
        if any(sheet.cells for sheet in self._marking.sheets):
            yield self._line(
                self._text("A", "Needs you", looks.SWATCH_MEND)
                + self._text("B", "This cell is wrong or empty. Point at it: a note says what to do.", looks.LEGEND),
                20,
            )
        if any(row.settled for sheet in self._marking.sheets for row in sheet.rows):
            yield self._line(
                self._text("A", "Settled", looks.SWATCH_SETTLED)
                + self._text("B", "Grey rows need nothing more. Leave them as they are.", looks.LEGEND),
                20,
            )
        yield self._line("", 8)

    def _list(self) -> Iterator[str]:
        self._list_row = self._row + 1
        if not self._marking.faults:
            return
        yield self._line(self._text("A", "Where", looks.HEAD) + self._text("B", "What to do", looks.HEAD), 22)
        for fault in self._marking.faults:
            yield self._fault(fault)

    def _fault(self, fault: Fault) -> str:
        linked = self._link(fault)
        cells = self._text("A", fault.where, looks.WHERE if linked else looks.WHERE_UNLINKED)
        cells += self._text("B", fault.says, looks.SAYS)
        lines = max(_lines(fault.where, _WHERE_WIDTH - 4), _lines(fault.says, _SAYS_WIDTH))
        return self._line(cells, 6 + 15 * lines)

    def _link(self, fault: Fault) -> bool:
        """The row that comes next leads to the fault's cell."""
        if not (fault.sheet and fault.cell and _CELL.fullmatch(fault.cell)) or len(self._links) >= _MOST_LINKS:
            return False
        place = escape(neutral(f"'{fault.sheet.replace(chr(39), chr(39) * 2)}'!{fault.cell}"))
        self._links.append(f'<hyperlink ref="A{self._row + 1}" location="{place}"/>')
        return True

    def _foot(self) -> Iterator[str]:
        yield self._line("", 10)
        yield self._wide(RECOGNISED_BY, looks.QUIET)
        yield self._wide(_REST.strip(), looks.QUIET)

    def _wide(self, text: str, look: looks.CellLook) -> str:
        self._merges.append(f"A{self._row + 1}:B{self._row + 1}")
        return self._line(self._text("A", text, look), 4 + 15 * _lines(text, _WHERE_WIDTH + _SAYS_WIDTH))

    def _line(self, cells: str, height: float) -> str:
        self._row += 1
        return f'<row r="{self._row}" ht="{min(height, 400):g}" customHeight="1">{cells}</row>'

    def _text(self, letter: str, text: str, look: looks.CellLook) -> str:
        style = self._styles.cell(look)
        return (
            f'<c r="{letter}{self._row + 1}" s="{style}" t="inlineStr"><is>'
            f'<t xml:space="preserve">{escape(neutral(text), quote=False)}</t></is></c>'
        )


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column that holds so many characters."""
    return sum(1 + len(line) // width for line in text.split("\n"))
