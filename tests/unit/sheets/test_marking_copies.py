"""What cannot be written back is copied: every cell at its own place, and the copy is marked."""

from datetime import date, datetime, time, timedelta

import pytest

from complaints.cells import CellValue, Grid, Merged, Uncalculated, Workbook
from sheets.child import mark_file, read
from sheets.copying import copy_of, names_in_copy
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.marking import mark
from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, CellMark, Fault, Marking, RowMark, SheetMarks, suffix_of
from tests.unit.sheets.files import with_sheet_xml
from tests.unit.sheets.marked import book_of, opened, without_marks

MOMENT = datetime.fromisoformat("2026-10-02T13:45:00")
ROWS: tuple[tuple[CellValue, ...], ...] = (
    (None, "Tracking", "Sent", "Member"),
    (),
    (None, "000123456789", date(2026, 10, 2), "Nuñez & <Söhne>", 193450004656.0, 1250.5, True),
    (None, "two\nlines", MOMENT, time(8, 30), timedelta(hours=30), -3, "#N/A"),
)
MARKS = (
    SheetMarks("", 1, (CellMark(3, "B", "Wrong."),), (RowMark(3, "Correct B"), RowMark(4, "Filed", settled=True))),
)
MARKING = Marking("One", ("A line",), (Fault("Row 3", "Wrong.", "", "B3"),), MARKS, "letter 3")


def test_every_cell_stands_at_its_place_with_its_value() -> None:
    grid = Grid("Data", ROWS, (Merged(0, 1, 1, 1),), frozenset({3, 9}))
    (copied,) = book_of(copy_of(Workbook((grid,)), {"Data": 1})).grids
    assert copied.name == "Data"
    assert copied.rows == ROWS
    assert copied.merged == grid.merged
    assert 3 in copied.hidden_rows


def test_a_day_whose_number_is_uncertain_and_a_formula_without_result() -> None:
    rows = ((date(1900, 1, 5), Uncalculated.FORMULA, "x"),)
    (copied,) = book_of(copy_of(Workbook((Grid("Data", rows),)), {})).grids
    assert copied.rows == (("1900-01-05", None, "x"),)


def test_texts_stay_texts_and_formulas_sleep() -> None:
    rows = (("Tracking", "Sum"), ("000123", "=1+1"), ("000124", "-x"))
    data = copy_of(Workbook((Grid("Data", rows),)), {"Data": 1})
    sheet = opened(data)["Data"]
    assert sheet["A2"].number_format == "@"
    assert sheet.column_dimensions["A"].number_format == "@", "what is typed below keeps its zeros"
    assert sheet["B2"].value == "'=1+1"
    assert book_of(data).grids[0].rows == rows


def test_names_that_excel_does_not_take() -> None:
    grids = [Grid(name, ()) for name in ("", "a/b", "A:B", "'quoted'", "x" * 40, "x" * 41)]
    names = names_in_copy(Workbook(tuple(grids)))
    assert names == {
        "": "Claims",
        "a/b": "a b",
        "A:B": "A B 2",
        "'quoted'": "quoted",
        "x" * 40: "x" * 31,
        "x" * 41: "x" * 26 + " 2",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_comes_back_as_a_marked_workbook(separator: str) -> None:
    lines = (("Tracking", "Sent"), ("000123", "10/2/2026"), ("000124", "10/3/2026"), ("=1+1", "x"))
    data = "\r\n".join(separator.join(line) for line in lines).encode()
    before = read(FileKind.CSV, data, LIMITS)
    assert isinstance(before, Workbook)
    out = mark_file(FileKind.CSV, data, MARKING, LIMITS)
    assert isinstance(out, bytes)
    assert suffix_of(out) == ".xlsx"
    after = opened(out)
    assert after.sheetnames == [SUMMARY_SHEET, "Claims"]
    assert after["Claims"]["B3"].comment.text == "Recourse:\nWrong."
    assert [cell.value for cell in after["Claims"]["C"]] == [STATUS_HEADER, None, "Correct B", "Filed"]
    assert any(cell.hyperlink and cell.hyperlink.location == "'Claims'!B3" for (cell, *_) in after[SUMMARY_SHEET])
    assert without_marks(book_of(out))[0].rows == before.grids[0].rows
    assert book_of(out).mark_stamp == "letter 3"


def test_the_version_of_our_sheet_goes_along() -> None:
    data = mark(FileKind.OLD_WORKBOOK, b"", Workbook((Grid("", ROWS),), "2026.1"), MARKING, LIMITS)
    assert book_of(data).version_stamp == "2026.1"


def test_a_workbook_with_odd_xml_is_copied_in_the_child() -> None:
    odd = with_sheet_xml('<row r="1"><c r="A1" t="str"><v>Tracking</v></c></row><!-- odd --><row r="2"/>')
    out = mark_file(FileKind.XLSX, odd, Marking("One", sheets=(SheetMarks("Claims", 1),)), LIMITS)
    assert isinstance(out, bytes)
    assert opened(out)["Claims"]["A1"].value == "Tracking"
    assert opened(out)["Claims"]["B1"].value == STATUS_HEADER
