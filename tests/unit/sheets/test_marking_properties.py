"""Whatever a sheet holds and however a program wrote its XML: marked and read again, its data is the same."""

from collections.abc import Sequence
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.cells import Merged, Workbook, column_letter
from sheets.child import read
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from tests.unit.sheets.files import with_parts, xlsx
from tests.unit.sheets.marked import book_of, marked, opened, without_marks

Value = str | float | None
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12)
VALUE = st.one_of(
    st.none(), st.sampled_from(["000123", "#N/A", "=1", "Recourse:"]), TEXT, st.integers(0, 10**12).map(float)
)
ROWS = st.lists(st.lists(VALUE, max_size=7), min_size=1, max_size=9)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, int]:
    """The XML of a sheet in one of the ways in which programs write it, and how many rows it has."""
    rows: Sequence[Sequence[Value]] = [["a"] * 7, ["b"] * 7, *draw(ROWS)]  # a reader tells merges among values only
    prefix, quote = draw(st.sampled_from(["", "x:"])), draw(st.sampled_from("\"'"))
    places, closed, styled = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    hidden, gap = draw(st.sets(st.integers(1, len(rows)))), draw(st.integers(0, 3)) if places else 0
    body = []
    for number, row in enumerate(rows, 1 + gap):
        cells = []
        for column, value in enumerate(row):
            place = f" r={quote}{column_letter(column)}{number}{quote}" if places else ""
            look = f" s={quote}0{quote}" if styled else ""
            cells.append(_cell(prefix, place + look, value, closed, quote))
        told = f" r={quote}{number}{quote}" if places else ""
        told += f" hidden={quote}1{quote}" if number - gap in hidden else ""
        body.append(f"<{prefix}row{told}>{''.join(cells)}</{prefix}row>" if cells else f"<{prefix}row{told}/>")
    name = f"xmlns:x={quote}" if prefix else f"xmlns={quote}"
    merge = f"<{prefix}mergeCells><{prefix}mergeCell ref={quote}B1:C2{quote}/></{prefix}mergeCells>"
    xml = (
        f"<{prefix}worksheet {name}http://schemas.openxmlformats.org/spreadsheetml/2006/main{quote}>"
        f"<{prefix}sheetData>{''.join(body)}</{prefix}sheetData>"
        f"{merge if draw(st.booleans()) else ''}</{prefix}worksheet>"
    )
    return xml, len(rows) + gap


def _cell(prefix: str, attributes: str, value: Value, closed: bool, quote: str) -> str:
    p = prefix
    if value is None:
        return f"<{p}c{attributes}/>" if closed else f"<{p}c{attributes}></{p}c>"
    if isinstance(value, str):
        kind = f" t={quote}inlineStr{quote}"
        return f"<{p}c{attributes}{kind}><{p}is><{p}t>{escape(value, quote=False)}</{p}t></{p}is></{p}c>"
    return f"<{p}c{attributes}><{p}v>{value:.0f}</{p}v></{p}c>"


@st.composite
def markings(draw: st.DrawFn, rows: int) -> Marking:
    row = st.integers(1, rows)
    cells = draw(st.lists(st.builds(CellMark, row, st.sampled_from("ABCDEFGH"), TEXT), max_size=6))
    header = draw(row)
    statuses = draw(st.lists(st.builds(RowMark, st.integers(header, rows), TEXT, st.booleans()), max_size=6))
    below = tuple(mark for mark in statuses if mark.row > header)
    faults = draw(st.lists(st.builds(Fault, TEXT, TEXT, st.just("Claims"), st.sampled_from(["A1", None])), max_size=3))
    return Marking(draw(TEXT), (), tuple(faults), (SheetMarks("Claims", header, tuple(cells), below),), draw(TEXT))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_marking_and_reading_again_changes_nothing_of_the_data(data: st.DataObject) -> None:
    xml, rows = data.draw(sheets())
    book = with_parts(xlsx([]), {"xl/worksheets/sheet1.xml": xml.encode()})
    before = read(FileKind.XLSX, book, LIMITS)
    assert isinstance(before, Workbook)
    first = marked(book, data.draw(markings(rows)))
    second = marked(first, data.draw(markings(rows)))
    for after in (first, second):
        assert without_marks(book_of(after)) == without_marks(before)
        assert opened(after).sheetnames == ["Recourse", "Claims"]
    assert all(isinstance(area, Merged) for grid in book_of(second).grids for area in grid.merged)
