"""The cells of .xlsb and .xls files, and hostile ones among them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from struct import pack

import pytest

from complaints.cells import FileRemark, Grid, Merged, Workbook
from complaints.verdict import ReasonCode
from sheets.child import read
from sheets.kinds import FileFault, FileKind, Refusal, kind_of
from sheets.limits import LIMITS
from tests.unit.sheets.binary_files import (
    begin8,
    cell12,
    number8,
    ole,
    record8,
    record12,
    row12,
    short12,
    text8,
    wide,
    xls,
    xlsb,
)
from tests.unit.sheets.files import with_parts

HALF_PAST_NINE = 46297 + 9.5 / 24
HIDDEN = frozenset({FileRemark.HIDDEN_SHEETS})


def full_row8(row: int) -> bytes:
    """256 numbers."""
    return record8(0xBD, pack("<HH", row, 0) + pack("<HI", 0, 2) * 256 + pack("<H", 255))


def book_of(data: bytes) -> Workbook:
    book = read(kind_of(data), data, LIMITS)
    assert isinstance(book, Workbook), book
    return book


def fault_of(data: bytes, limits: object = LIMITS) -> tuple[ReasonCode, Refusal | None]:
    fault = read(kind_of(data), data, limits)  # type: ignore[arg-type]
    assert isinstance(fault, FileFault)
    return fault.code, fault.refusal


def test_every_kind_of_cell_in_an_xlsb() -> None:
    texts = record12(19, b"\0" + wide("RIN")) + record12(19, b"\1" + wide("'=1+1\x07") + bytes(8))
    rows = (
        row12(1),
        cell12(7, 1, pack("<I", 0)),
        cell12(7, 2, pack("<I", 1)),
        cell12(6, 4, wide("in the cell")),
        cell12(62, 5, b"\0" + wide("rich")),
        row12(3, hidden=True),
        cell12(1, 0),
        cell12(2, 1, pack("<I", 12 << 2 | 2)),
        cell12(2, 2, pack("<I", (1234 << 2 | 3))),
        cell12(2, 3, pack("<i", -7 << 2 | 2)),
        cell12(5, 4, pack("<d", 193450004656.0)),
        cell12(5, 5, pack("<d", 46297), style=1),
        cell12(9, 6, pack("<d", HALF_PAST_NINE) + bytes(10), style=3),
        cell12(5, 7, pack("<d", 1.25), style=2),
        cell12(4, 8, b"\1"),
        cell12(3, 9, b"\x2a"),
        cell12(11, 10, b"\x07" + bytes(10)),
        cell12(8, 11, wide("by formula") + bytes(10)),
        cell12(5, 12, pack("<d", float("inf"))),
        row12(1_048_575),
        cell12(1, 16_383),
        record12(176, pack("<IIII", 0, 1_048_575, 0, 1)),
    )
    assert book_of(xlsb(*rows, texts=texts)) == Workbook(
        (
            Grid(
                "Claims",
                (
                    (),
                    (None, "RIN", "=1+1", None, "in the cell", "rich"),
                    (),
                    (
                        None, 12.0, 12.34, -7.0, 193450004656.0, date(2026, 10, 2),
                        datetime(2026, 10, 2, 9, 30), timedelta(hours=30), True, "#N/A", "#DIV/0!",  # noqa: DTZ001
                        "by formula", "inf",
                    ),
                ),
                (Merged(0, 0, 3, 1),),
                frozenset({4}),
            ),
        ),
        remarks=HIDDEN,
    )  # fmt: skip


def test_short_cells_stand_beside_each_other() -> None:
    rows = (row12(0), cell12(1, 2), short12(17, wide("RIN")), short12(12), short12(16, pack("<d", 46297), style=1))
    (grid,) = book_of(xlsb(*rows, record12(163, bytes(6)))).grids
    assert grid.rows == ((None, None, None, "RIN", None, date(2026, 10, 2)),)
    assert not grid.is_filtered, "a filter that hides no row"


def test_a_filter_and_the_1904_system_in_an_xlsb() -> None:
    rows = row12(0, hidden=True), cell12(5, 0, pack("<d", 46297 - 1462), style=1), record12(163, bytes(6))
    (grid,) = book_of(xlsb(*rows, is_1904=True)).grids
    assert grid == Grid("Claims", ((date(2026, 10, 2),),), (), frozenset({1}), is_filtered=True)


@pytest.mark.parametrize(
    ("rows", "code", "refusal"),
    [
        ((row12(1_048_575), cell12(4, 16_383, b"\1")), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        ((row12(0xFFFFFFFF), cell12(4, 0, b"\1")), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        ((row12(20_000), cell12(4, 0, b"\1")), ReasonCode.FILE_TOO_LARGE, None),
        (
            (row12(0), cell12(4, 0, b"\1"), record12(176, pack("<IIII", 0, 1_048_575, 0, 16_383))),
            ReasonCode.FILE_TOO_LARGE,
            Refusal.HUGE_MERGES,
        ),
        ((row12(0), cell12(6, 0, pack("<I", 0x7FFFFFFF))), ReasonCode.UNREADABLE_FILE, None),
        ((row12(0), cell12(7, 0, pack("<I", 9))), ReasonCode.UNREADABLE_FILE, None),
        ((row12(0), record12(5, b"", size=200_000_000)), ReasonCode.UNREADABLE_FILE, None),
        ((row12(0), record12(5)), ReasonCode.UNREADABLE_FILE, None),
        ((record12(0),), ReasonCode.UNREADABLE_FILE, None),
        ((row12(0), cell12(2, 0, bytes(4)) * 400_001), ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_CELLS),
    ],
)
def test_a_hostile_xlsb_is_refused(rows: tuple[bytes, ...], code: ReasonCode, refusal: Refusal | None) -> None:
    assert fault_of(xlsb(*rows)) == (code, refusal)


def test_one_long_text_in_many_cells_of_an_xlsb_is_too_much() -> None:
    rows = row12(0), cell12(7, 0, bytes(4)), *[short12(18, bytes(4))] * 3
    assert fault_of(xlsb(*rows, texts=record12(19, b"\0" + wide("x" * 30_000))), replace(LIMITS, text=100_000)) == (
        ReasonCode.FILE_TOO_LARGE,
        Refusal.TOO_MUCH_TEXT,
    )


def test_an_xlsb_without_its_parts_is_unreadable() -> None:
    assert fault_of(with_parts(xlsb(), {"xl/_rels/workbook.bin.rels": b"<Relation"})) == (
        ReasonCode.UNREADABLE_FILE,
        None,
    )
    assert book_of(with_parts(xlsb(), {"xl/styles.bin": b""})).grids == (Grid("Claims", ()),)


def test_one_part_under_many_names_is_refused() -> None:
    listed = b"".join(record12(156, pack("<II", 0, number) + wide("rId1") + wide(f"S{number}")) for number in range(3))
    data = with_parts(xlsb(row12(0), cell12(4, 0, b"\1")), {"xl/workbook.bin": listed})
    assert fault_of(data) == (ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)


def test_an_xls() -> None:
    rows = (
        record8(0x208, pack("<HHHHHHHH", 1, 0, 3, 300, 0, 0, 0x20, 0)),
        text8(0, 1, "RIN"),
        number8(1, 1, 46297, style=1),
        record8(0xBD, pack("<HHHIHIH", 1, 2, 0, 12 << 2 | 2, 0, 1234 << 2 | 3, 3)),
        record8(0x205, pack("<HHHBB", 2, 0, 0, 0x2A, 1)),
        record8(0x06, pack("<HHHBBBBBBHHI", 2, 1, 0, 2, 0, 0x07, 0, 0, 0, 0xFFFF, 0, 0) + pack("<H", 0)),
        record8(0xE5, pack("<HHHHH", 1, 0, 65_535, 0, 1)),
        record8(0x9B),
    )
    book = book_of(xls(*rows, before=record8(0x1AE, pack("<HH", 1, 5) + b"\0other")))
    assert book.remarks == {FileRemark.HIDDEN_SHEETS, FileRemark.EXTERNAL_LINKS}
    assert book.grids == (
        Grid(
            "Claims",
            ((None, "RIN"), (None, date(2026, 10, 2), 12, 12.34), ("#N/A", "#DIV/0!")),
            (Merged(0, 0, 2, 1),),
            frozenset({2}),
            is_filtered=True,
        ),
    )


@pytest.mark.parametrize(
    ("data", "code", "refusal"),
    [
        (xls(number8(65_535, 255, 1)), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        (xls(number8(20_000, 0, 1)), ReasonCode.FILE_TOO_LARGE, None),
        (xls(before=record8(0x2F, bytes(6))), ReasonCode.PASSWORD_PROTECTED, None),
        (xls(before=record8(0xFC, pack("<II", 1, 0x7FFFFFFF))), ReasonCode.UNREADABLE_FILE, Refusal.LYING_SIZES),
        (
            xls(number8(0, 0, 1), record8(0xE5, pack("<H", 1000) + pack("<HHHH", 0, 65_535, 0, 255) * 1000)),
            ReasonCode.FILE_TOO_LARGE,
            Refusal.HUGE_MERGES,
        ),
        (xls(*(full_row8(row) for row in range(1600))), ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_CELLS),
        (ole({"Workbook": begin8(5)}), ReasonCode.UNREADABLE_FILE, None),
        (ole({"Workbook": b""}), ReasonCode.UNREADABLE_FILE, None),
    ],
)
def test_a_hostile_xls_is_refused(data: bytes, code: ReasonCode, refusal: Refusal | None) -> None:
    assert read(FileKind.OLD_WORKBOOK, data, LIMITS) == FileFault(code, FileKind.OLD_WORKBOOK, refusal)


def test_a_formatted_blank_tail_of_an_xls_is_honest() -> None:
    size = record8(0x200, pack("<IIHHH", 0, 65_536, 0, 256, 0))
    blank = record8(0x201, pack("<HHH", 65_535, 255, 0)) + record8(
        0x208, pack("<HHHHHHHH", 65_535, 0, 0, 9, 0, 0, 0, 0)
    )
    assert book_of(xls(size, number8(1, 0, 7), blank)).grids[0].rows == ((), (7.0,))


def test_one_sheet_under_many_names_is_refused() -> None:
    data = xls(number8(0, 0, 1), names=tuple((f"S{number}", 0) for number in range(9)))
    first = data.find(b"\x85\0", 512)
    body = bytearray(data)
    at = first
    while body[at : at + 2] == b"\x85\0":
        body[at + 4 : at + 8] = body[first + 4 : first + 8]
        at += 4 + int.from_bytes(body[at + 2 : at + 4], "little")
    assert fault_of(bytes(body)) == (ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)


def test_a_chain_of_sectors_in_a_circle_is_unreadable() -> None:
    data = bytearray(xls(number8(0, 0, 1)))
    table = 512 * (1 + int.from_bytes(data[76:80], "little"))
    data[table : table + 4] = bytes(4)
    assert read(FileKind.OLD_WORKBOOK, bytes(data), LIMITS) == FileFault(
        ReasonCode.UNREADABLE_FILE, FileKind.OLD_WORKBOOK
    )
