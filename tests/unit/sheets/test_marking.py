"""Somebody's own workbook, marked: what is put in, and that nothing else of it changes."""

import re
from io import BytesIO
from zipfile import ZIP_STORED

import pytest
from openpyxl import Workbook as Book

from complaints.cells import column_letter
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.marking import mark
from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, CellMark, Fault, Marking, RowMark, SheetMarks, suffix_of
from sheets.package import OddPackage
from tests.unit.sheets.claims import FIRST_ROW, claim, filled_by_openpyxl
from tests.unit.sheets.files import saved, with_parts, with_sheet_xml, xlsx, zipped
from tests.unit.sheets.marked import (
    HEADER_ROW,
    ROWS,
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


def simple(*cells: CellMark, header_row: int = 1, rows: tuple[RowMark, ...] = (), sheet: str = "Claims") -> Marking:
    return Marking("One claim needs you", sheets=(SheetMarks(sheet, header_row, cells, rows),))


def test_the_cells_of_the_file_stay_as_they_are() -> None:
    assert without_marks(book_of(MARKED)) == without_marks(book_of(RICH))


def test_only_the_parts_that_carry_marks_change() -> None:
    before, after = parts_of(RICH), parts_of(MARKED)
    assert {name for name in before if before[name] != after[name]} == {
        "[Content_Types].xml",
        "docProps/custom.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/comments2.xml",
        "xl/drawings/vmlDrawing2.vml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet2.xml",
    }
    assert set(after) - set(before) == {"xl/worksheets/recourse.xml"}


def test_every_part_is_told_once_with_what_it_is() -> None:
    types = parts_of(MARKED)["[Content_Types].xml"].decode()
    names = re.findall('PartName="([^"]+)"', types)
    assert len(names) == len(set(names))
    assert "/xl/worksheets/recourse.xml" in names


def test_wrong_cells_are_coloured_before_all_other_rules() -> None:
    sheet = opened(MARKED)[SHEET]
    rules = {str(formats.sqref): formats.rules for formats in sheet.conditional_formatting}
    assert [rule.priority for rule in rules["C5 C7"]] == [1]
    assert sorted(rule.priority for rule in rules["F5:F16"]) == [5, 6]
    assert rules["C5 C7"][0].dxf.fill.bgColor.rgb == "FFF9C9B6"
    assert rules["C6:I6 C8:I16"][0].dxf.font.color.rgb == "FF6B7685", "settled rows are grey, from first to last column"
    assert sheet["C5"].fill.bgColor.rgb == sheet["C8"].fill.bgColor.rgb, "their own look stays underneath"


def test_the_comment_says_it_below_what_somebody_said_there_before() -> None:
    sheet = opened(MARKED)[SHEET]
    assert sheet["C5"].comment.text == f"Theirs, here\nRecourse:\n{SAYS}"
    assert sheet["C7"].comment.text == f"Recourse:\n{SAYS}"
    assert sheet["H10"].comment.text == "Theirs, elsewhere"
    boxes = parts_of(MARKED)["xl/drawings/vmlDrawing2.vml"]
    ids = re.findall(rb'id="_x0000_s(\d+)"', boxes)
    assert len(ids) == len(set(ids)) == 3


def test_every_row_has_its_status_behind_the_table() -> None:
    sheet = opened(MARKED)[SHEET]
    column = [cell.value for cell in sheet["I"]]
    assert column[:HEADER_ROW] == [None, None, None, STATUS_HEADER]
    assert column[HEADER_ROW] == "Correct column C"
    assert column[HEADER_ROW + 1] == "Filed: ticket 2026-004190-7"
    assert len(column) == HEADER_ROW + ROWS
    assert sheet.column_dimensions["I"].width > 20


def test_the_first_sheet_lists_all_faults_with_links_and_is_shown() -> None:
    book = opened(MARKED)
    assert book.sheetnames == [SUMMARY_SHEET, "Read me", SHEET, "Sums"]
    assert book.active.title == SUMMARY_SHEET
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == [SUMMARY_SHEET]
    summary = book[SUMMARY_SHEET]
    texts = {row[0].value: row[1].value for row in summary.iter_rows()}
    assert "2 of 12 claims need you" in texts
    assert texts["Row 5, column C"] == texts["Row 7, column C"] == SAYS
    links = [cell.hyperlink.location for row in summary.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'June''s claims'!C5", "'June''s claims'!C7"]


def test_names_that_belong_to_a_sheet_still_belong_to_it() -> None:
    book = opened(MARKED)
    assert book["Sums"].defined_names["Local"].attr_text == "Sums!$A$1"
    assert book[SHEET].print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def test_the_stamp_comes_back_and_their_properties_stay() -> None:
    assert book_of(MARKED).mark_stamp == "letter 7"
    assert opened(MARKED).custom_doc_props["Department"].value == "Billing"
    ours = filled_by_openpyxl([claim(1)])
    stamped = book_of(marked(ours, Marking("A title", stamp="letter 9")))
    assert (stamped.mark_stamp, stamped.version_stamp) == ("letter 9", book_of(ours).version_stamp)
    assert book_of(marked(xlsx([["x"]]), Marking("A title"))).mark_stamp is None


def test_our_own_sheet_is_marked_in_its_merged_cells() -> None:
    data = filled_by_openpyxl([claim(number) for number in range(3)])
    mark_of_block = CellMark(4, "C", "The plan is not known.")
    sheet = opened(marked(data, simple(mark_of_block, header_row=FIRST_ROW - 1)))["Claims"]
    assert sheet["B4"].comment.text == "Recourse:\nThe plan is not known."
    assert "B4:D4" in [str(formats.sqref) for formats in sheet.conditional_formatting]
    assert sheet.cell(FIRST_ROW - 1, 14).value == STATUS_HEADER


def test_texts_are_never_formulas() -> None:
    formula = '=HYPERLINK("https://evil.example")'
    marks = Marking(
        formula,
        (formula,),
        (Fault(formula, f"{formula}\x00<&>", "Claims", "A2"),),
        (SheetMarks("Claims", 1, (CellMark(2, "A", formula),), (RowMark(2, formula),)),),
        formula,
    )
    data = marked(xlsx([["Tracking"], ["1"]]), marks)
    book = opened(data)
    values = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(value.startswith("'=") for value in map(str, values) if "HYPERLINK" in value)
    assert not any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert book["Claims"]["A2"].comment.text == f"Recourse:\n'{formula}"


def test_several_sheets_and_words_for_one_cell() -> None:
    book = Book()
    for title in ("Aetna", "Molina", "Notes"):
        sheet = book.create_sheet(title)
        sheet.append(["Tracking", "Sent"])
        sheet.append(["1", "2"])
    del book["Sheet"]
    marks = tuple(
        SheetMarks(title, 1, (CellMark(2, "B", "First."), CellMark(2, "B", "Second.")), (RowMark(2, title),))
        for title in ("Aetna", "Molina")
    )
    after = opened(marked(saved(book), Marking("Both", sheets=marks)))
    assert [after[title]["C2"].value for title in ("Aetna", "Molina", "Notes")] == ["Aetna", "Molina", None]
    assert after["Molina"]["B2"].comment.text == "Recourse:\nFirst.\nSecond."


def test_a_table_up_to_the_last_column_has_no_status_and_keeps_its_marks() -> None:
    wide = with_sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="XFD2"><v>2</v></c></row>')
    title = book_of(wide).grids[0].name
    sheet = opened(marked(wide, simple(CellMark(2, "XFD", "Wrong."), rows=(RowMark(2, "x", True),), sheet=title)))[
        title
    ]
    assert sheet["XFD2"].comment.text == "Recourse:\nWrong."
    assert sheet["XFD1"].value == 1


def test_thousands_of_comments_have_boxes_with_ids_of_their_own() -> None:
    rows = [["Tracking", "Sent"]] + [["1", "2"]] * 1_500
    cells = tuple(CellMark(row, letter, "Wrong.") for row in range(2, 1_502) for letter in "AB")
    data = marked(xlsx(rows), simple(*cells))
    boxes = next(content for name, content in parts_of(data).items() if name.endswith(".vml"))
    ids = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', boxes)]
    assert len(ids) == len(set(ids)) == 2_000
    assert {number // 1024 for number in ids} == {1, 2}
    assert b'data="1,2"' in boxes
    assert str(next(iter(opened(data)["Claims"].conditional_formatting)).sqref) == "A2:A1501 B2:B1501"


def test_the_name_has_to_fit_what_the_file_holds() -> None:
    assert suffix_of(MARKED) == ".xlsx"
    macros = with_parts(RICH, {"xl/vbaProject.bin": b"macros"})
    after = marked(macros, marking())
    assert suffix_of(after) == ".xlsm"
    assert parts_of(after)["xl/vbaProject.bin"] == b"macros"
    assert b"macroEnabled.main+xml" in parts_of(after)["[Content_Types].xml"]
    types = parts_of(RICH)["[Content_Types].xml"].replace(b".sheet.main+xml", b".template.main+xml")
    assert b".sheet.main+xml" in parts_of(marked(with_parts(RICH, {"[Content_Types].xml": types}), marking()))[
        "[Content_Types].xml"
    ]  # fmt: skip


def test_their_own_sheet_of_our_name_stays() -> None:
    data = xlsx([["Tracking"], ["1"]], title="Recourse")
    after = opened(marked(data, simple(CellMark(2, "A", "Wrong."), sheet="Recourse")))
    assert after.sheetnames == ["Recourse 2", "Recourse"]
    assert after["Recourse"]["A2"].value == "1"


ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tracking</t></is></c></row>'
ODD = {
    "rows out of order": ROW + '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
    "cells out of order": ROW + '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>',
    "a comment": ROW + "<!-- x -->",
    "a section": '<row r="1"><c r="A1" t="str"><v><![CDATA[<row>]]></v></c></row>',
    "an open row": '<row r="1"><c r="A1"><v>1</v></c>',
}


@pytest.mark.parametrize("cells", ODD.values(), ids=ODD)
def test_what_no_program_writes_is_not_patched(cells: str) -> None:
    with pytest.raises(OddPackage):
        marked(with_sheet_xml(cells), simple(CellMark(1, "A", "Wrong."), sheet="Claims"))


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b">]><styleSheet>&a;</styleSheet>'


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "_rels/.rels", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<a>", ENTITIES, ENTITIES.decode().encode("utf-16"), b"<a/>"])
def test_parts_that_are_not_as_they_must_be_are_refused(part: str, content: bytes) -> None:
    try:
        data = marked(with_parts(RICH, {part: content}), marking())
    except OddPackage:
        return
    assert part in {"_rels/.rels", "[Content_Types].xml"}, "what is found without these is marked all the same"
    assert parts_of(data)


def test_other_kinds_and_no_workbooks_are_refused() -> None:
    with pytest.raises(OddPackage):
        mark(FileKind.CSV, b"a,b", None, marking(), LIMITS)
    with pytest.raises(OddPackage):
        marked(zipped({"readme.txt": b"x"}, ZIP_STORED), marking())


def test_a_million_formatted_rows_stay_as_they_are() -> None:
    blank = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(3, 1_000_001))
    data = with_sheet_xml(f'{ROW}<row r="2"><c r="A2"><v>1</v></c></row>{blank}')
    before = parts_of(data)["xl/worksheets/sheet1.xml"]
    after = parts_of(marked(data, simple(CellMark(2, "A", "x"), rows=(RowMark(2, "Wrong"),))))[
        "xl/worksheets/sheet1.xml"
    ]
    assert blank.encode() in before
    assert blank.encode() in after
    assert b">Wrong<" in after


def test_a_box_beside_a_far_cell_stays_on_the_sheet() -> None:
    far = with_sheet_xml(f'{ROW}<row r="1048576"><c r="XFC1048576"><v>1</v></c></row>')
    boxes = parts_of(marked(far, simple(CellMark(1_048_576, "XFC", "x"))))["xl/drawings/vmlDrawingRecourse1.vml"]
    anchor = re.search(rb"<x:Anchor>([^<]+)<", boxes)
    assert anchor is not None
    left, _, top, _, right, _, bottom, _ = map(int, anchor[1].split(b","))
    assert left < right < 16_384, column_letter(right)
    assert top < bottom < 1_048_576


def test_a_file_without_styles_gets_some() -> None:
    parts = parts_of(xlsx([["Tracking"], ["1"]]))
    del parts["xl/styles.xml"]
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = re.sub(rb"<(Relationship|Override) [^>]*styles[^>]*/>", b"", parts[name])
    after = opened(marked(zipped(parts), simple(CellMark(2, "A", "Wrong."))))
    assert after["Claims"].conditional_formatting
    assert after[SUMMARY_SHEET]["A1"].font.size == 18


def test_marking_changes_nothing_when_the_zip_is_stored() -> None:
    stored = BytesIO(zipped(parts_of(RICH), ZIP_STORED)).getvalue()
    assert parts_of(marked(stored, marking())) == parts_of(MARKED)
