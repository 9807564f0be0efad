"""The pool of children: it survives whatever its children do not."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from complaints.cells import Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.kinds import Refusal
from sheets.marks import CellMark, Marking, SheetMarks
from sheets.opening import EnclosedFile
from sheets.reading import LIMITS, FileFault, FileKind, SheetReader, read_file
from tests.unit.sheets.files import MAIN, OLE, with_parts, with_sheet_xml, xlsx, zipped

SMALL = xlsx([["RIN"], ["001234567"]])
SMALL_BOOK = Workbook((Grid("Claims", (("RIN",), ("001234567",))),))
FAR_CELL = with_sheet_xml('<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>')
NO_GUARD = replace(LIMITS, rows=2_000_000, area=10**12)
KILLED = FileFault(ReasonCode.UNREADABLE_FILE, FileKind.XLSX, Refusal.READER_DIED)


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


@pytest.fixture
async def reader() -> AsyncIterator[SheetReader]:
    async with SheetReader(workers=2) as reader:
        yield reader


async def test_many_files_at_a_time(reader: SheetReader) -> None:
    books = await asyncio.gather(*(reader.read(xlsx([[f"sheet {number}"]])) for number in range(20)))
    assert books == [Workbook((Grid("Claims", ((f"sheet {number}",),)),)) for number in range(20)]
    assert len(reader.children()) == 2


async def test_a_large_answer_arrives_whole(reader: SheetReader) -> None:
    rows = tuple((f"tracking number {row}", row + 0.5) for row in range(12_000))
    body = "\n".join(f"{text},{number}" for text, number in rows).encode()
    book = await reader.read(body, "claims.csv")
    assert book == Workbook((Grid("", tuple((text, str(number)) for text, number in rows)),))


async def test_a_cell_at_the_far_end_is_refused_by_the_guard(reader: SheetReader) -> None:
    assert len(FAR_CELL) < 10_000
    assert await reader.read(FAR_CELL) == FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.XLSX, Refusal.FAR_CELLS)


async def test_what_gets_past_the_guard_kills_only_a_child() -> None:
    async with SheetReader(workers=2, limits=NO_GUARD) as reader:
        results = await asyncio.gather(reader.read(FAR_CELL), *(reader.read(SMALL) for _ in range(5)))
        assert results == [KILLED] + [SMALL_BOOK] * 5


async def test_a_long_text_in_very_many_cells_does_no_harm() -> None:
    texts = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"x" * 32_000}</t></si></sst>'.encode()
    cells = "".join(
        f'<row r="{row}">{"".join(f"""<c r="{column}{row}" t="s"><v>0</v></c>""" for column in "ABCDEFGHIJ")}</row>'
        for row in range(1, 10_001)
    )
    data = with_parts(with_sheet_xml(cells), {"xl/sharedStrings.xml": texts})
    async with SheetReader(workers=1) as reader:
        fault = await reader.read(data)
        assert fault in (KILLED, FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.XLSX, Refusal.TOO_MUCH_TEXT))
        assert await reader.read(SMALL) == SMALL_BOOK


async def test_large_files_leave_one_child_to_the_small_ones(reader: SheetReader) -> None:
    await asyncio.gather(reader.read(SMALL), reader.read(SMALL))  # both are there by now
    large = [asyncio.create_task(reader.read(b"claim,number\n" * 19_000, "claims.csv")) for _ in range(6)]
    await asyncio.sleep(0)
    assert await reader.read(SMALL) == SMALL_BOOK
    assert not all(task.done() for task in large)
    assert [isinstance(book, Workbook) for book in await asyncio.gather(*large)] == [True] * 6


async def test_a_container_is_opened_and_a_workbook_marked_in_a_child(reader: SheetReader) -> None:
    files = (EnclosedFile("claims.xlsx", "", SMALL), EnclosedFile("notes.txt", "", b"some notes"))
    assert await reader.open(zipped({file.name: file.body for file in files})) == files
    for data, name, sheet in ((SMALL, "", "Claims"), (b"RIN\n001234567\n", "claims.csv", "")):
        marks = SheetMarks(sheet, 1, (CellMark(2, "A", "Mend it"),))
        marked = await reader.mark(data, name, Marking("One claim needs you", sheets=(marks,), stamp="s"))
        assert isinstance(marked, bytes)
        book = await reader.read(marked)
        assert isinstance(book, Workbook)
        assert book.mark_stamp == "s"
        assert any(row[:1] == ("001234567",) for grid in book.grids for row in grid.rows)


@pytest.mark.parametrize("data", [b"%PDF-1.7", SMALL])
async def test_what_is_no_container_is_not_opened(data: bytes) -> None:
    async with SheetReader(workers=0) as reader:
        fault = await reader.open(data)
    assert isinstance(fault, FileFault)
    assert fault.code is ReasonCode.UNREADABLE_FILE


async def test_a_child_that_was_killed_is_replaced_and_its_file_tried_again(reader: SheetReader) -> None:
    before = reader.children()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert await asyncio.gather(*(reader.read(SMALL) for _ in before)) == [SMALL_BOOK, SMALL_BOOK]
    assert not set(before) & set(reader.children())


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    async with SheetReader(workers=1, limits=replace(LIMITS, wall_seconds=0)) as reader:
        assert await reader.read(SMALL) == KILLED


async def test_a_cancelled_read_leaves_no_half_answer_behind() -> None:
    async with SheetReader(workers=1) as reader:
        (pid,) = reader.children()
        reading = asyncio.create_task(reader.read(b"a,b\n" * 15_000, "big.csv"))
        for _ in range(3):  # far enough for the child to have the request
            await asyncio.sleep(0)
        assert reader.children() == ()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await reader.read(SMALL) == SMALL_BOOK
        assert pid not in reader.children()


async def test_no_child_outlives_its_reader() -> None:
    async with SheetReader(workers=2) as reader:
        children = reader.children()
        assert all(is_there(pid) for pid in children)
    assert not any(is_there(pid) for pid in children)


async def test_a_child_has_nothing_of_ours(reader: SheetReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_SECRET", "for the parent only")
    kept = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(kept, True)
    try:
        async with SheetReader(workers=1) as fresh:
            assert await fresh.read(SMALL) == SMALL_BOOK
            (pid,) = fresh.children()
            assert "RECOURSE_SECRET" not in environment_of(pid)
            assert sorted(os.listdir(f"/proc/{pid}/fd")) == ["0", "1", "2"]
    finally:
        os.close(kept)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"%PDF-1.7", FileFault(ReasonCode.UNREADABLE_FILE, FileKind.PDF)),
        (b"", FileFault(ReasonCode.UNREADABLE_FILE, FileKind.EMPTY)),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            FileFault(ReasonCode.PASSWORD_PROTECTED, FileKind.ENCRYPTED_WORKBOOK),
        ),
        (b"PK\x03\x04" + bytes(LIMITS.file_size), FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.TRUNCATED)),
    ],
    ids=["pdf", "empty", "encrypted", "too large"],
)
async def test_what_no_child_needs_to_see(data: bytes, fault: FileFault) -> None:
    async with SheetReader(workers=0) as reader:
        assert await reader.read(data, "claims.xlsx") == fault


def test_one_file_without_a_loop() -> None:
    assert read_file(b"MCO,RIN\n", "claims.csv") == Workbook((Grid("", (("MCO", "RIN"),)),))
