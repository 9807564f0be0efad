"""What the child makes of a file, asked in this process: cells, or the reason why there are none."""

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook as Book
from openpyxl.packaging.custom import StringProperty

from complaints.cells import CellValue, Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.child import read
from sheets.kinds import FileFault, FileKind
from sheets.limits import LIMITS
from sheets.text import STAMP_PROPERTY
from tests.unit.sheets.files import saved, with_parts, with_sheet_xml, xlsx, zipped

TOO_LARGE = FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.XLSX)
UNREADABLE = FileFault(ReasonCode.UNREADABLE_FILE, FileKind.XLSX)


def rows_of(data: bytes, kind: FileKind = FileKind.XLSX) -> tuple[tuple[CellValue, ...], ...]:
    book = read(kind, data, LIMITS)
    assert isinstance(book, Workbook), book
    return book.grids[0].rows


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
        ('<c r="XFD1048576"><v>1</v></c>', TOO_LARGE),  # aborts the reader: 10 KB of file, 550 GB of cells
        ("<c s='1' r='XFD1048576'><v>1</v></c>", TOO_LARGE),
        ('<c r="A20001"><v>1</v></c>', TOO_LARGE),
        ('<c r="ZZZZZZZZZZ3"><v>1</v></c>', TOO_LARGE),
        (f'<c r="A{"9" * 5000}"><v>1</v></c>', UNREADABLE),
        ("<c r=", UNREADABLE),
    ],
)
def test_cells_far_out_are_refused(cells: str, fault: FileFault) -> None:
    assert read(FileKind.XLSX, with_sheet_xml(f'<row r="1">{cells}</row>'), LIMITS) == fault


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        (replace(LIMITS, rows=2), [["a"], ["b"], ["c"]]),
        (replace(LIMITS, cells=3), [["a", "b"], ["c", "d"]]),
        (replace(LIMITS, area=5), [["a"], [None, None, "b"]]),
        (replace(LIMITS, text=5), [["abc"], ["def"]]),
        (replace(LIMITS, entries=3), [["a"]]),
        (replace(LIMITS, unpacked=500), [["a"]]),
    ],
)
def test_every_limit_says_too_large(limits: object, rows: list[list[CellValue]]) -> None:
    assert read(FileKind.XLSX, xlsx(rows), limits) == TOO_LARGE  # type: ignore[arg-type]


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    bomb = with_parts(xlsx([["a"]]), {"xl/media/image1.png": bytes(LIMITS.unpacked + 1)})
    assert len(bomb) < 300_000
    assert read(FileKind.XLSX, bomb, LIMITS) == TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        xlsx([["a"]])[:2000],
        zipped({"xl/workbook.xml": b"<workbook/>"}),
        zipped({"xl/workbook.xml": b"not XML"}),
        zipped({"xl/workbook.xml": b"", "XL/workbook.xml": b""}),
        with_parts(xlsx([["a"]]), {"xl/worksheets/sheet1.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"}),
    ],
)
def test_broken_files_are_unreadable(data: bytes) -> None:
    assert read(FileKind.XLSX, data, LIMITS) == UNREADABLE


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
        (b"\xef\xbb\xbfMCO,\n\nx,y\n", (("MCO", None), (), ("x", "y"))),
        ("MCO,Nuñez\n".encode("cp1252"), (("MCO", "Nuñez"),)),
        ("MCO,Nuñez\n".encode(), (("MCO", "Nuñez"),)),
        ("MCO\tNuñez\n".encode("utf-16"), (("MCO", "Nuñez"),)),
        ("MCO,Nuñez\n".encode("utf-16-be").join((b"\xfe\xff", b"")), (("MCO", "Nuñez"),)),
        (b'"two\nlines",x\n', (("two\nlines", "x"),)),
        (b"one column\nonly\n", (("one column",), ("only",))),
        (b"'=HYPERLINK(1),a\x07b\n", (("=HYPERLINK(1)", "ab"),)),
    ],
)
def test_csv(data: bytes, rows: tuple[tuple[CellValue, ...], ...]) -> None:
    assert rows_of(data, FileKind.CSV) == rows


def test_a_csv_has_limits_too() -> None:
    limits = replace(LIMITS, rows=2)
    fault = FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.CSV)
    assert read(FileKind.CSV, b"a\nb\nc\n", limits) == fault
    assert isinstance(read(FileKind.CSV, b"a\nb\n,,\n\n,\n", limits), Workbook)
    assert read(FileKind.CSV, b"a" * 200_000, LIMITS) == FileFault(ReasonCode.UNREADABLE_FILE, FileKind.CSV)
