"""A letter is read in a child that may die: what comes back is what `read_letter` says, and a hostile mail is told."""

import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.children import read
from bot.letter_reader import FileReader
from mailin.letter import Letter, MachineSign
from mailin.limits import Unreadable, UnreadableReason
from mailin.packing import unpack_letter
from mailin.reading import read_letter
from sheets.limits import LIMITS, MB, Limits

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAW = (
    b"From: ann@clinic.example\r\nSubject: =?utf-8?q?=C3=9Cber?=\r\nMessage-ID: <1@clinic.example>\r\n"
    b"References: <a@b.example> <c@d.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\xff\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\nMCO\nRIN\n\r\n--b\r\n"
    b"Content-Type: application/x\r\n\r\n--b--\r\n"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[FileReader]:
    async with FileReader(workers=2) as reader:
        yield reader


async def test_a_child_reads_what_read_letter_reads(reader: FileReader) -> None:
    ours = frozenset({"portal@agency.example"})
    assert await reader.letters.read(RAW, "ann@clinic.example", ours) == read_letter(RAW, "ann@clinic.example", ours)
    found = await reader.letters.read(RAW, "", frozenset({"ann@clinic.example"}))
    assert isinstance(found, Letter)
    assert found.machine is MachineSign.OUR_OWN
    words = json.dumps({"mail_from": "", "our_addresses": []}).encode()
    assert unpack_letter(read(RAW, words)) == read_letter(RAW, "", frozenset())


async def test_the_largest_letter_comes_back_whole(reader: FileReader) -> None:
    body = os.urandom(1024) * (24 * 1024)
    head = b"From: ann@clinic.example\r\nContent-Type: application/x; name=a\r\n\r\n"
    found = await reader.letters.read(head + body, "ann@clinic.example")
    assert isinstance(found, Letter)
    assert found.attachments[0].body == body


async def test_no_child_sees_what_is_too_large() -> None:
    async with FileReader(workers=0) as reader:
        found = await reader.letters.read(bytes(25 * MB + 1))
        assert found == Unreadable(UnreadableReason.TOO_LARGE, 25 * MB + 1, 25 * MB + 1, 25 * MB)


async def test_a_child_that_was_killed_is_replaced_and_its_letter_read_again(reader: FileReader) -> None:
    for pid in reader.children():
        os.kill(pid, signal.SIGKILL)
    assert await reader.letters.read(RAW, "a@b.example") == read_letter(RAW, "a@b.example", frozenset())


@pytest.mark.parametrize("limits", [replace(LIMITS, wall_seconds=0), replace(LIMITS, memory=30 * MB)])
async def test_a_letter_that_kills_two_children_is_given_up_with_the_reason(limits: Limits) -> None:
    async with FileReader(workers=1, limits=limits) as reader:
        raw = RAW + bytes(24 * MB)
        assert await reader.letters.read(raw, "a@b.example") == Unreadable(UnreadableReason.READER_DIED, len(raw))
