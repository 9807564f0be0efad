"""Workbooks to be marked, as rich as people have them, and what stands in them before and after."""

from io import BytesIO
from typing import Any
from warnings import catch_warnings, filterwarnings
from zipfile import ZipFile

from openpyxl import load_workbook
from xlsxwriter import Workbook as WrittenBook  # type: ignore[import-untyped]

from complaints.cells import Grid, Workbook
from sheets.child import read
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.marking import mark
from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, CellMark, Fault, Marking, RowMark, SheetMarks

HEADER_ROW, ROWS = 4, 12
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ff9f0100050001ff"
    "5c2d1ba40000000049454e44ae426082"
)
SAYS = "The tracking number reads 1.93E+11. Type all 12 digits, for example 193450004656."


def rich_workbook(rows: int = ROWS) -> bytes:
    """A table of claims in C4:H16 of its second sheet, with all that a billing office may have put around it."""
    body = BytesIO()
    book = WrittenBook(body, {"in_memory": True})
    notes, sheet, other = book.add_worksheet("Read me"), book.add_worksheet("June's claims"), book.add_worksheet("Sums")
    bold, money, yellow = (
        book.add_format(look) for look in ({"bold": True}, {"num_format": "#,##0.00"}, {"bg_color": "yellow"})
    )
    notes.write(0, 0, "Made by our own program")
    notes.write_comment("A1", "Ask Jo")
    sheet.merge_range("C1:H1", "Claims of June", bold)
    sheet.set_column("C:C", 24, yellow)
    sheet.set_column("D:XFD", 14)
    for column, header in enumerate(("Tracking", "Sent", "Member", "Billed", "Sum", "Remark"), 2):
        sheet.write(HEADER_ROW - 1, column, header, bold)
    for number in range(rows):
        row = HEADER_ROW + number
        sheet.write_string(row, 2, f"{number:012d}", yellow)
        sheet.write_number(row, 3, 46_000 + number, book.add_format({"num_format": "m/d/yyyy"}))
        sheet.write_string(row, 4, f"Sample & <{number}>")
        sheet.write_number(row, 5, 100.5 * number, money)
        sheet.write_formula(row, 6, f"=F{row + 1}*2", money, 201 * number)
        sheet.write_blank(row, 8, None, yellow)
    sheet.write_rich_string(HEADER_ROW, 7, bold, "two", " runs")
    sheet.write_comment(HEADER_ROW, 2, "Theirs, here")
    sheet.write_comment(HEADER_ROW + 5, 7, "Theirs, elsewhere")
    sheet.conditional_format("F5:F16", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("F5:F16", {"type": "cell", "criteria": ">", "value": 900, "format": bold})
    sheet.data_validation("C5:C16", {"validate": "length", "criteria": "==", "value": 12})
    sheet.insert_image("K3", "pixel.png", {"image_data": BytesIO(PIXEL)})
    sheet.autofilter(HEADER_ROW - 1, 2, HEADER_ROW + rows - 1, 7)
    sheet.set_row(HEADER_ROW + 2, None, None, {"hidden": True})
    sheet.freeze_panes(HEADER_ROW, 3)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.activate()
    other.write_formula("A1", "=SUM('June''s claims'!F5:F16)", None, 1)
    other.write_url("A2", "https://provider.example/")
    book.define_name("Sums!Local", "=Sums!$A$1")
    book.set_custom_property("Department", "Billing")
    book.close()
    return body.getvalue()


def marking(
    sheet: str = "June's claims",
    first: int = HEADER_ROW + 1,
    *,
    wrong: tuple[int, ...] = (5, 7),
    stamp: str = "letter 7",
) -> Marking:
    """Column C is wrong in these rows, all others are settled."""
    rows = tuple(
        RowMark(row, "Correct column C" if row in wrong else "Filed: ticket 2026-004190-7", row not in wrong)
        for row in range(first, first + ROWS)
    )
    cells = tuple(CellMark(row, "C", SAYS) for row in wrong)
    faults = tuple(Fault(f"Row {row}, column C", SAYS, sheet, f"C{row}") for row in wrong)
    return Marking(
        f"{len(wrong)} of {ROWS} claims need you",
        ("Correct the cells below and reply with this file.",),
        faults,
        (SheetMarks(sheet, first - 1, cells, rows),),
        stamp,
    )


def marked(data: bytes, marks: Marking) -> bytes:
    return mark(FileKind.XLSX, data, None, marks, LIMITS)


def book_of(data: bytes) -> Workbook:
    book = read(FileKind.XLSX, data, LIMITS)
    assert isinstance(book, Workbook), book
    return book


def opened(data: bytes) -> Any:
    with catch_warnings():
        filterwarnings("ignore", ".*extension is not supported and will be removed")  # by openpyxl, not by us
        return load_workbook(BytesIO(data), rich_text=True)


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as book:
        assert book.testzip() is None
        return {name: book.read(name) for name in book.namelist()}


def without_marks(book: Workbook) -> tuple[Grid, ...]:
    """What a reader finds apart from ours: no summary, no status column."""
    return tuple(_without_status(grid) for grid in book.grids if grid.name != SUMMARY_SHEET)


def _without_status(grid: Grid) -> Grid:
    ours = {(row.index(STATUS_HEADER), number) for number, row in enumerate(grid.rows) if STATUS_HEADER in row}
    rows = []
    for number, row in enumerate(grid.rows):
        kept = [
            None if any(column == index and number >= top for column, top in ours) else value
            for index, value in enumerate(row)
        ]
        while kept and kept[-1] is None:
            kept.pop()
        rows.append(tuple(kept))
    while rows and not rows[-1]:
        rows.pop()
    hidden = frozenset(number for number in grid.hidden_rows if number <= len(rows))
    return Grid(grid.name, tuple(rows), grid.merged, hidden, grid.is_filtered)
