"""Files of every format with bytes changed at random: read or refused, within bounds, and the next one is read."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from struct import pack
from time import monotonic
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.cells import Workbook
from sheets.kinds import FileFault, FileKind, Refusal, kind_of
from sheets.limits import LIMITS, Limits
from sheets.marks import CellMark, Marking, RowMark, SheetMarks
from sheets.reading import SheetReader
from tests.unit.sheets.binary_files import cell12, number8, row12, text8, wide, xls, xlsb
from tests.unit.sheets.files import with_sheet_xml, xlsx, zipped
from tests.unit.sheets.test_open_document import ods, row, text

TIGHT = replace(LIMITS, cpu_seconds=5, wall_seconds=10.0)
GOOD = xlsx([["RIN"], ["001234567"]])
SAMPLES = {
    "xlsx": GOOD,
    "xlsx with more": with_sheet_xml(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><v>#N/A</v></c></row><row r="2" hidden="1"/>',
        '<autoFilter ref="A1:B2"/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
        '<dimension ref="A1:B2"/>',
    ),
    "xlsb": xlsb(row12(0), cell12(6, 0, wide("RIN")), cell12(2, 1, pack("<I", 6)), cell12(5, 2, pack("<d", 46297), 1)),
    "xls": xls(text8(0, 0, "RIN"), number8(0, 1, 1.5), number8(5, 3, 46297, 1)),
    "ods": ods(
        row(text("RIN"), text("a", 'table:number-columns-repeated="2"'), attributes='table:visibility="filter"')
    ),
    "csv": b'MCO,RIN,"a note"\nMolina,001234567,x\n',
    "utf-16": "MCO\tRIN\nMolina\t001234567\n".encode("utf-16"),
}
MARKING = Marking(
    "One", (), (), (SheetMarks("Claims", 1, (CellMark(2, "A", "Mend"),), (RowMark(2, "Mend"),)),), "stamp"
)


@dataclass(frozen=True)
class Desk:
    """A reader, and the loop that it runs in."""

    runner: asyncio.Runner
    reader: SheetReader

    def read(self, data: bytes, name: str = "") -> Workbook | FileFault:
        return self.runner.run(self.reader.read(data, name))

    def mark(self, data: bytes, name: str = "") -> bytes | FileFault:
        return self.runner.run(self.reader.mark(data, name, MARKING))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        reader = runner.run(stack.enter_async_context(SheetReader(workers=1, limits=TIGHT)))
        yield Desk(runner, reader)
        runner.run(stack.aclose())


EDITS = st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=8)


def edited(data: bytes, edits: list[tuple[int, bytes, int]]) -> bytes:
    """Some bytes put in where others are taken out."""
    for place, put, taken in edits:
        at = place % (len(data) + 1)
        data = data[:at] + put + data[at + taken :]
    return data


def edited_inside(data: bytes, part: int, edits: list[tuple[int, bytes, int]]) -> bytes:
    """The same in one part of a zip, which stays whole itself."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except BadZipFile:
        return edited(data, edits)
    name = list(parts)[part % len(parts)]
    return zipped(parts | {name: edited(parts[name], edits)}, ZIP_STORED)


def is_within_bounds(answer: object, limits: Limits) -> bool:
    """No file of a few kilobytes needs a limit of time or memory: whatever is odd about it is found before."""
    if isinstance(answer, Workbook):
        return sum(len(line) for grid in answer.grids for line in grid.rows) <= limits.area
    return isinstance(answer, FileFault) and answer.refusal is not Refusal.READER_DIED


@pytest.mark.parametrize("name", SAMPLES)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.none() | st.integers(0, 20), edits=EDITS)
def test_damaged_files_are_read_or_refused(
    name: str, part: int | None, edits: list[tuple[int, bytes, int]], desk: Desk
) -> None:
    sample = SAMPLES[name]
    data = edited(sample, edits) if part is None else edited_inside(sample, part, edits)
    started = monotonic()
    answer = desk.read(data, "claims.csv" if kind_of(sample, "claims.csv") is FileKind.CSV else "")
    assert is_within_bounds(answer, TIGHT), answer
    assert monotonic() - started < TIGHT.wall_seconds


@pytest.mark.parametrize("name", ["xlsx", "xlsx with more"])
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.integers(0, 20), edits=EDITS)
def test_damaged_workbooks_are_marked_or_refused(
    name: str, part: int, edits: list[tuple[int, bytes, int]], desk: Desk
) -> None:
    answer = desk.mark(edited_inside(SAMPLES[name], part, edits))
    assert isinstance(answer, bytes) or answer.refusal is not Refusal.READER_DIED


def test_a_good_file_is_read_after_all_that(desk: Desk) -> None:
    answer = desk.read(GOOD)
    assert isinstance(answer, Workbook)
    assert answer.grids[0].rows == (("RIN",), ("001234567",))
    assert len(desk.reader.children()) == 1
