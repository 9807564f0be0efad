"""A marked workbook that comes back and is marked once more: all of the first marking goes, whoever saved it since."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment

from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, CellMark, Marking, RowMark, SheetMarks
from tests.unit.sheets.files import saved, xlsx
from tests.unit.sheets.marked import (
    SAYS,
    book_of,
    marked,
    marking,
    opened,
    parts_of,
    rich_workbook,
    without_marks,
)

RICH = rich_workbook()
MARKED = marked(RICH, marking())
SHEET = "June's claims"
NOTHING = Marking("Nothing to mend")


def comments_in(sheet: Any) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def statuses_in(data: bytes, sheet: str = SHEET) -> dict[str, str]:
    """The status column: cell → text."""
    columns = {
        header.column for row in opened(data)[sheet].iter_rows() for header in row if header.value == STATUS_HEADER
    }
    return {
        cell.coordinate: cell.value
        for row in opened(data)[sheet].iter_rows()
        for cell in row
        if cell.column in columns and cell.value
    }


def test_the_same_marking_twice_is_the_same_file() -> None:
    assert parts_of(marked(MARKED, marking())) == parts_of(MARKED)


def test_without_marks_everything_of_theirs_is_back() -> None:
    before, after = opened(RICH)[SHEET], opened(marked(MARKED, NOTHING))[SHEET]
    assert comments_in(after) == comments_in(before)
    rules = [[(rule.type, rule.dxfId) for rule in formats.rules] for formats in after.conditional_formatting]
    assert rules == [[(rule.type, rule.dxfId) for rule in formats.rules] for formats in before.conditional_formatting]
    for row in before.iter_rows():
        for cell in row:
            other = after[cell.coordinate]
            assert (other.value, other.number_format) == (cell.value, cell.number_format)
            assert other.fill.fgColor.rgb == cell.fill.fgColor.rgb
    assert after.max_column == before.max_column


def test_parts_that_held_only_our_comments_are_gone() -> None:
    plain = xlsx([["Tracking"], ["1"]])
    cells = (CellMark(2, "A", "Wrong."),)
    with_comments = parts_of(marked(plain, Marking("One", sheets=(SheetMarks("Claims", 1, cells),))))
    assert {"xl/commentsRecourse1.xml", "xl/drawings/vmlDrawingRecourse1.vml"} <= set(with_comments)
    again = marked(marked(plain, Marking("One", sheets=(SheetMarks("Claims", 1, cells),))), NOTHING)
    assert not {name for name in parts_of(again) if "omments" in name or "vml" in name}
    assert b"legacyDrawing" not in parts_of(again)["xl/worksheets/sheet1.xml"]
    assert b"commentsRecourse" not in parts_of(again)["[Content_Types].xml"]


def test_a_second_marking_takes_the_first_ones_place() -> None:
    second = marked(MARKED, marking(wrong=(9,), stamp="letter 8"))
    sheet = opened(second)[SHEET]
    assert comments_in(sheet) == {"C5": "Theirs, here", "C9": f"Recourse:\n{SAYS}", "H10": "Theirs, elsewhere"}
    assert [str(formats.sqref) for formats in sheet.conditional_formatting if formats.rules[0].priority == 1] == ["C9"]
    assert statuses_in(second)["I5"] == "Filed: ticket 2026-004190-7"
    assert statuses_in(second)["I9"] == "Correct column C"
    assert book_of(second).mark_stamp == "letter 8"
    assert opened(second).sheetnames == [SUMMARY_SHEET, "Read me", SHEET, "Sums"]
    assert parts_of(second).keys() == parts_of(MARKED).keys()


def edited(data: bytes) -> bytes:
    """As a person leaves it: a row put in above the table, a column of their own behind ours, our sheet moved away."""
    book = load_workbook(BytesIO(data))
    sheet = book["Claims"]
    sheet.insert_rows(1)
    sheet["E2"] = "Their own"
    sheet["B3"].comment = Comment("Jo: asked the plan", "Jo")
    book.move_sheet(SUMMARY_SHEET, offset=2)
    return saved(book)


def test_what_a_person_did_to_the_sheet_meanwhile_is_kept() -> None:
    rows = [["Tracking", "Sent", "Member"], ["1", "x", "A"], ["2", "y", "B"]]

    def marks(header: int) -> Marking:
        cells = (CellMark(header + 1, "B", "No such day."),)
        statuses = (RowMark(header + 1, "Correct column B"), RowMark(header + 2, "Filed", settled=True))
        return Marking("One claim", sheets=(SheetMarks("Claims", header, cells, statuses),))

    came_back = edited(marked(xlsx(rows), marks(1)))
    again = marked(came_back, marks(2))
    sheet = opened(again)["Claims"]
    assert statuses_in(again, "Claims") == {"D2": STATUS_HEADER, "D3": "Correct column B", "D4": "Filed"}
    assert sheet["E2"].value == "Their own"
    assert comments_in(sheet) == {"B3": "Jo: asked the plan\nRecourse:\nNo such day."}
    assert opened(again).sheetnames[0] == SUMMARY_SHEET
    assert without_marks(book_of(again)) == without_marks(book_of(came_back))


def test_an_earlier_status_column_elsewhere_is_emptied() -> None:
    book = opened(MARKED)
    sheet = book[SHEET]
    sheet.move_range("I4:I16", cols=4)
    again = marked(saved(book), marking())
    assert {cell[0] for cell in statuses_in(again)} == {"M"}, "it stays where somebody put it"
    header = opened(again)[SHEET]
    assert header["M4"].value == STATUS_HEADER
    book[SHEET].move_range("M4:M16", rows=20)
    assert statuses_in(marked(saved(book), marking()))["I4"] == STATUS_HEADER
