"""What the child makes of a file, asked in this process: cells, or the reason why there are none."""

from dataclasses import replace
from datetime import date, datetime
from zipfile import ZIP_BZIP2

import pytest
from openpyxl import Workbook as Book
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from complaints.cells import CellValue, FileRemark, Grid, Merged, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.child import read
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.limits import LIMITS, Limits
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY
from tests.unit.sheets.files import (
    MAIN,
    RELATIONS,
    changed,
    overlapping,
    renamed,
    saved,
    with_parts,
    with_sheet_xml,
    xlsx,
    zipped,
)

TOO_LARGE = FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.XLSX)
UNREADABLE = FileFault(ReasonCode.UNREADABLE_FILE, FileKind.XLSX)
DOCTYPE = b"<!DOCTYPE x [<!ENTITY a 'b'>]>"
LYING_COUNT = f'<sst xmlns="{MAIN}" count="1" uniqueCount="99999999999"><si><t>a</t></si></sst>'.encode()


def many_names() -> bytes:
    """A workbook that lists one sheet again and again."""
    one = b'<sheet name="%d" sheetId="%d" r:id="rId1"/>'
    sheets = b"".join(one % (number, number) for number in range(1, 2000))
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'.encode() + sheets + b"</sheets></workbook>"
    return with_parts(xlsx([["a"]]), {"xl/workbook.xml": book})


def too_large(refusal: Refusal | None) -> FileFault:
    return replace(TOO_LARGE, refusal=refusal)


def unreadable(refusal: Refusal | None) -> FileFault:
    return replace(UNREADABLE, refusal=refusal)


def book_of(data: bytes, kind: FileKind = FileKind.XLSX) -> Workbook:
    book = read(kind, data, LIMITS)
    assert isinstance(book, Workbook), book
    return book


def rows_of(data: bytes, kind: FileKind = FileKind.XLSX) -> tuple[tuple[CellValue, ...], ...]:
    return book_of(data, kind).grids[0].rows


def test_rows_keep_their_numbers_and_values_their_types() -> None:
    rows = rows_of(xlsx([[], ["", "RIN", None], [], ["001234567", 193450004656, 12.5, True, date(2026, 10, 2)]]))
    assert rows == ((), (None, "RIN"), (), ("001234567", 193450004656.0, 12.5, True, date(2026, 10, 2)))


def test_cells_that_show_an_error_are_told() -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="C2" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    below = '<row r="4"><c r="B4" t="e"><v>#N/A</v></c></row>'
    assert rows_of(with_sheet_xml(row + below)) == ((), (1.0, None, "#DIV/0!"), (), (None, "#N/A"))


def test_control_characters_and_our_own_apostrophe_are_taken_off() -> None:
    assert rows_of(xlsx([["a_x0000_b", "'=1+1", "'t Hooft"]])) == (("ab", "=1+1", "'t Hooft"),)


def test_hidden_sheets_are_left_out_and_the_version_stamp_is_read() -> None:
    book = Book()
    book.create_sheet("Lists").sheet_state = "hidden"
    book.custom_doc_props.append(StringProperty(name=STAMP_PROPERTY, value="2026.1"))  # type: ignore[attr-defined]
    assert read(FileKind.XLSX, saved(book), LIMITS) == Workbook((Grid("Sheet", ()),), "2026.1")


def test_a_million_formatted_blank_rows_are_honest() -> None:
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="0"/><c r="B{row}" s="0"></c></row>' for row in range(2, 30_000))
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert rows_of(with_sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>' + blank + far)) == ((7.0,),)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (
            '<c r="XFD1048576"><v>1</v></c>',
            too_large(Refusal.FAR_CELLS),
        ),
        ("<c s='1' r='XFD1048576'><v>1</v></c>", too_large(Refusal.FAR_CELLS)),
        ('<c r="A20001"><v>1</v></c>', TOO_LARGE),
        ('<c r="ZZZZZZZZZZ3"><v>1</v></c>', too_large(Refusal.FAR_CELLS)),
        (f'<c r="A{"9" * 5000}"><v>1</v></c>', too_large(Refusal.FAR_CELLS)),
        ("<c z='>' r='XFD1048576'><v>1</v></c>", too_large(Refusal.FAR_CELLS)),
        ("""<c z=' r="A1">' r='XFD1048576'><v>1</v></c>""", too_large(Refusal.FAR_CELLS)),
        ("<c/>" * 16_384 + "<c><v>1</v></c>", too_large(Refusal.FAR_CELLS)),
        ("<c><v>1</v></c>" * 2 + "</row>" + "<row><c/><c><v>1</v></c></row>" * 20_000 + "<row>", TOO_LARGE),
        ('<c r="A1"><v>1</v></c><c r="A2"><is/></c>' * 200_001, too_large(Refusal.TOO_MANY_CELLS)),
        ("<c r=", UNREADABLE),
    ],
)
def test_cells_far_out_are_refused(cells: str, fault: FileFault) -> None:
    assert read(FileKind.XLSX, with_sheet_xml(f'<row r="1">{cells}</row>'), LIMITS) == fault


@pytest.mark.parametrize(
    ("limits", "rows", "refusal"),
    [
        (replace(LIMITS, rows=2), [["a"], ["b"], ["c"]], None),
        (replace(LIMITS, cells=3), [["a", "b"], ["c", "d"]], Refusal.TOO_MANY_CELLS),
        (replace(LIMITS, area=5), [["a"], [None, None, "b"]], Refusal.FAR_CELLS),
        (replace(LIMITS, text=5), [["abc"], ["def"]], Refusal.TOO_MUCH_TEXT),
        (replace(LIMITS, entries=3), [["a"]], Refusal.TOO_MANY_PARTS),
        (replace(LIMITS, unpacked=500), [["a"]], Refusal.UNPACKS_TOO_LARGE),
    ],
)
def test_every_limit_says_too_large(limits: Limits, rows: list[list[CellValue]], refusal: Refusal | None) -> None:
    assert read(FileKind.XLSX, xlsx(rows), limits) == too_large(refusal)


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    bomb = with_parts(xlsx([["a"]]), {"xl/media/image1.png": bytes(LIMITS.unpacked + 1)})
    assert len(bomb) < 300_000
    assert read(FileKind.XLSX, bomb, LIMITS) == too_large(Refusal.UNPACKS_TOO_LARGE)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (xlsx([["a"]])[:2000], None),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), None),
        (zipped({"xl/workbook.xml": b"not XML"}), None),
        (zipped({"xl/workbook.xml": b"", "XL/workbook.xml": b""}), Refusal.PARTS_OF_ONE_NAME),
        (with_parts(xlsx([["a"]]), {"xl/worksheets/sheet1.xml": DOCTYPE + b"<worksheet/>"}), Refusal.DOCTYPE),
        (with_parts(xlsx([["a"]]), {"xl/styles.xml": DOCTYPE + b"<styleSheet/>"}), Refusal.DOCTYPE),
        (with_parts(xlsx([["a"]]), {"docProps/app.xml": b" " * (1 << 20) + DOCTYPE}), Refusal.DOCTYPE),
        (with_parts(xlsx([["a"]]), {"xl/sharedStrings.xml": LYING_COUNT}), Refusal.LYING_SIZES),
        (zipped({"xl/workbook.xml": b"<workbook/>"}, ZIP_BZIP2), Refusal.ODD_PACKING),
        (overlapping(), Refusal.PARTS_OVERLAP),
        (many_names(), Refusal.PARTS_OVERLAP),
        (with_sheet_xml("").replace(b"PK\x05\x06", b"PK\x05\x07"), None),
    ],
)
def test_broken_files_are_unreadable(data: bytes, refusal: Refusal | None) -> None:
    assert read(FileKind.XLSX, data, LIMITS) == unreadable(refusal)


@pytest.mark.parametrize(
    "merges", ['<mergeCell ref="A1:XFD1048576"/>', '<mergeCell ref="B2:C3"/><mergeCell ref="B5:C5"/>' * 10_001]
)
def test_merges_that_no_person_makes_are_refused(merges: str) -> None:
    data = with_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', f"<mergeCells>{merges}</mergeCells>")
    assert read(FileKind.XLSX, data, LIMITS) == too_large(Refusal.HUGE_MERGES)


def test_merged_cells_and_hidden_rows_are_told_as_far_as_there_are_cells() -> None:
    rows = "".join(f'<row r="{row}" hidden="1"><c r="A{row}"><v>{row}</v></c><c r="C{row}"/></row>' for row in (2, 4))
    blank = '<row r="9" hidden="1"/><row r="1048576" hidden="true"/>'
    merges = (
        '<mergeCell ref="A1:C1"/><mergeCell ref="A4:A1048576"/><mergeCell ref="A3:B1048576"/><mergeCell ref="A9:B9"/>'
    )
    cells = '<row r="1"><c r="A1"><v>7</v></c><c r="D1"><v>8</v></c></row>'
    book = book_of(with_sheet_xml(cells + rows + blank, f"<mergeCells>{merges}</mergeCells>"))
    (grid,) = book.grids
    assert grid.merged == (Merged(0, 0, 0, 2), Merged(2, 0, 3, 1))
    assert grid.hidden_rows == {2, 4}
    assert not grid.is_filtered


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", '<autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>', {}),
        ('<sheetPr filterMode="1"/>', "", {}),
        (
            "",
            '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>',
            {"xl/tables/table1.xml": b"<table><autoFilter><filterColumn/></autoFilter></table>"},
        ),
    ],
)
def test_a_filter_that_hides_rows_is_told(before: str, after: str, parts: dict[str, bytes]) -> None:
    cells = '<row r="1"><c r="A1"><v>7</v></c></row><row r="2"{}><c r="A2"><v>7</v></c></row>'
    data = with_parts(with_sheet_xml(cells.format(' hidden="1"'), after, before), parts)
    assert book_of(data).grids[0].is_filtered
    assert book_of(data).grids[0].hidden_rows == {2}
    shows_all = with_parts(with_sheet_xml(cells.format(""), after, before), parts)
    assert not book_of(shows_all).grids[0].is_filtered


def test_a_formula_without_a_result_is_no_blank_cell() -> None:
    cells = (
        '<c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>1+1</f><v></v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="str"><f>A1</f><v>text</v></c>'
        '<c r="F1"><f t="shared" si="0"/></c>'
        '<c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    missing = Uncalculated.FORMULA
    assert rows_of(with_sheet_xml(f'<row r="1">{cells}</row>')) == (
        (missing, 2.0, missing, None, "text", missing, "#DIV/0!"),
    )


PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2" hidden="1"><x:c r="A2" t="inlineStr">'
    '<x:is><x:t>hi</x:t></x:is></x:c><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c></x:row></x:sheetData>'
    '<x:mergeCells><x:mergeCell ref="A2:B2"/></x:mergeCells></x:worksheet>'
)


def test_other_ways_to_write_the_same_are_read() -> None:
    (grid,) = book_of(with_parts(xlsx([]), {"xl/worksheets/sheet1.xml": PREFIXED.encode()})).grids
    assert grid == Grid("Claims", ((), ("hi", "#N/A")), (Merged(1, 0, 1, 1),), frozenset({2}))
    bare = '<row r="2" hidden="1"><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row>'
    bare += '<row><c/><c t="e"><v>#N/A</v></c></row>'
    (grid,) = book_of(with_sheet_xml(bare)).grids
    assert grid == Grid("Claims", ((), ("a", 1.0), (None, "#N/A")), (), frozenset({2}))
    rich = '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t xml:space="preserve"> b</t></r></is></c>'
    assert rows_of(with_sheet_xml(f'<row r="1">{rich}<c r="B1" t="d"><v>2026-10-02</v></c></row>')) == (
        ("a b", date(2026, 10, 2)),
    )
    far = '<row r="3"><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c></row><row r="1"><c r="A1"><v>1e999</v></c></row>'
    assert rows_of(with_sheet_xml(far, "", '<dimension ref="A1"/>')) == (("inf",), (), (1.0, None, 3.0))


def test_strict_workbooks_and_other_paths_are_read() -> None:
    book = xlsx([["RIN", date(2026, 10, 2)]])
    strict = changed(
        book,
        lambda _, content: content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    assert rows_of(strict) == (("RIN", date(2026, 10, 2)),)
    hidden = with_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>1</v></c></row>')
    for old, new in (("worksheets/", "Worksheets/"), ("xl/", "xl\\")):
        (grid,) = book_of(renamed(hidden, old, new)).grids
        assert grid.hidden_rows == {2}


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_both_systems(is_1904: bool) -> None:
    book = Book()
    book.epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
    book.worksheets[0].append([date(2026, 10, 2), datetime(2026, 10, 2, 9, 30)])  # noqa: DTZ001
    assert rows_of(saved(book)) == ((date(2026, 10, 2), datetime(2026, 10, 2, 9, 30)),)  # noqa: DTZ001


def test_macros_links_and_hidden_sheets_are_remarked() -> None:
    book = Book()
    book.create_sheet("Lists").sheet_state = "hidden"
    assert book_of(saved(book)).remarks == frozenset()
    book.create_sheet("Old").sheet_state = "veryHidden"
    data = with_parts(
        saved(book), {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    )
    assert book_of(data).remarks == {FileRemark.MACROS, FileRemark.EXTERNAL_LINKS, FileRemark.HIDDEN_SHEETS}


def test_our_mark_comes_back() -> None:
    book = Book()
    book.custom_doc_props.append(StringProperty(name=MARK_PROPERTY, value="a <stamp>"))  # type: ignore[attr-defined]
    assert book_of(saved(book)).mark_stamp == "a <stamp>"


def test_a_zip_whose_parts_are_encrypted_asks_for_one_without_a_password() -> None:
    data = bytearray(xlsx([["a"]]))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert read(FileKind.XLSX, bytes(data), LIMITS) == FileFault(ReasonCode.PASSWORD_PROTECTED, FileKind.XLSX)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"MCO,RIN\nMolina,001234567\n", (("MCO", "RIN"), ("Molina", "001234567"))),
        (b"MCO;Billed\r\nMolina;1,5\r\n", (("MCO", "Billed"), ("Molina", "1,5"))),
        (b'MCO\tMember\n"Molina"\tDoe, Jo\n', (("MCO", "Member"), ("Molina", "Doe, Jo"))),
        (b'"a;b;c",d\n', (("a;b;c", "d"),)),
        (b"\xef\xbb\xbfMCO,\n\nx,y\n", (("MCO",), (), ("x", "y"))),
        ("MCO,Nuñez\n".encode("cp1252"), (("MCO", "Nuñez"),)),
        ("MCO,Nuñez\n".encode(), (("MCO", "Nuñez"),)),
        ("MCO\tNuñez\n".encode("utf-16"), (("MCO", "Nuñez"),)),
        ("MCO,Nuñez\n".encode("utf-16-be").join((b"\xfe\xff", b"")), (("MCO", "Nuñez"),)),
        (b'"two\nlines",x\n', (("two\nlines", "x"),)),
        (b"one column\nonly\n", (("one column",), ("only",))),
        (b"sep=;\r\nMCO,RIN;a\r\n", (("MCO,RIN", "a"),)),
        (b"MCO|RIN\nMolina, Inc|1\n", (("MCO", "RIN"), ("Molina, Inc", "1"))),
        (
            b"MCO;Billed;Paid\na;1,5;2,5\nb;1,50;3,5\n",
            (("MCO", "Billed", "Paid"), ("a", "1,5", "2,5"), ("b", "1,50", "3,5")),
        ),
        (b'MCO,Note\nx,5" pipe\ny,z\n', (("MCO", "Note"), ("x", '5" pipe'), ("y", "z"))),
        (b'MCO,Note\nx,"open\n' + b"y,z\n" * 70, (("MCO", "Note"), ("x", '"open'), *[("y", "z")] * 70)),
        (b"MCO,RIN\rMolina,1\r", (("MCO", "RIN"), ("Molina", "1"))),
        (b"'=HYPERLINK(1),a\x07b\n", (("=HYPERLINK(1)", "ab"),)),
    ],
)
def test_csv(data: bytes, rows: tuple[tuple[CellValue, ...], ...]) -> None:
    assert rows_of(data, FileKind.CSV) == rows


def test_a_csv_has_limits_too() -> None:
    limits = replace(LIMITS, rows=2)
    fault = FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.CSV)
    assert read(FileKind.CSV, b"," * 20_000 + b"x", LIMITS) == replace(fault, refusal=Refusal.FAR_CELLS)
    assert read(FileKind.CSV, b"a\nb\nc\n", limits) == fault
    assert isinstance(read(FileKind.CSV, b"a\nb\n,,\n\n,\n", limits), Workbook)
    assert read(FileKind.CSV, b"a" * 200_000, LIMITS) == FileFault(ReasonCode.UNREADABLE_FILE, FileKind.CSV)
