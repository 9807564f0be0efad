"""Reading DATA in bulk gives what a naive line loop gives, ends only where it must, and stays within bounds."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailin.bulk_data import DataFault, Room, Share, read_data

ROOMY = 1_000_000


async def read(
    chunks: list[bytes], max_size: int = ROOMY, room: Room | None = None, window: int = 8
) -> tuple[bytes | DataFault, bytes]:
    """What is read when these chunks arrive one after another, and what is left for the next command."""
    reader = asyncio.StreamReader(limit=window)
    reading = asyncio.create_task(read_data(reader, max_size, Share(room or Room(ROOMY))))
    await asyncio.sleep(0)
    for chunk in chunks:
        reader.feed_data(chunk)
        await asyncio.sleep(0)
    reader.feed_eof()
    return await reading, await reader.read()


def reference(stream: bytes) -> tuple[bytes, bytes]:
    """The same by RFC 5321, line by line."""
    lines: list[bytes] = []
    at = 0
    while True:
        stop = stream.index(b"\r\n", at) + 2
        line = stream[at:stop]
        at = stop
        if line == b".\r\n":
            return b"".join(lines), stream[at:]
        lines.append(line.removeprefix(b"."))


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(borders)]


awkward = st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b".", b"..", b"x", b"\0", b"\xff", b"abcdefghij"]))


@settings(max_examples=400)
@given(awkward, st.lists(st.integers(0, 10_000), max_size=12), st.integers(1, 40))
async def test_equals_the_line_loop_on_any_body_in_any_chunks(bits: list[bytes], cuts: list[int], window: int) -> None:
    stream = b"".join(bits) + b"\r\n.\r\nMAIL FROM:<a@b.example>\r\n"
    assert await read([c for c in cut(stream, cuts) if c], window=window) == reference(stream)


@pytest.mark.parametrize(
    "no_end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\n",
        b"\r\n.\r",
        b"\r\n\0.\r\n",
        b"\r\n. \r\n",
        b"\n\r\n.\n\n",
        b"\r\r\n..\r\n",
    ],
)
async def test_nothing_else_ends_the_data(no_end: bytes) -> None:
    smuggled = b"Subject: a\r\n\r\nhello" + no_end + b"MAIL FROM:<evil@x.example>\r\nDATA\r\n"
    data, rest = await read([smuggled + b"\r\n.\r\nQUIT\r\n"])
    assert isinstance(data, bytes)
    assert b"MAIL FROM:<evil@x.example>" in data
    assert rest == b"QUIT\r\n"


async def test_an_empty_mail_and_a_first_line_with_a_dot() -> None:
    assert await read([b".\r\n"]) == (b"", b"")
    assert await read([b"..x\r\n.\r\n"]) == (b".x\r\n", b"")


async def test_one_line_as_long_as_the_mail() -> None:
    body = b"x" * 500_000 + b"\r\n"
    assert await read([body + b".\r\n"], window=4096) == (body, b"")


@pytest.mark.parametrize("unit", [b"x", b"\r", b"\n", b"\r\n.y", b"0123456\r\n"])
async def test_too_large_is_read_to_its_end_and_not_kept(unit: bytes) -> None:
    room = Room(ROOMY)
    chunks = [unit * 1000] * 50
    assert await read([*chunks, b"\r\n.\r\nNOOP\r\n"], max_size=900, room=room) == (DataFault.TOO_LARGE, b"NOOP\r\n")
    assert room.free == ROOMY


async def test_stuffed_dots_do_not_count_as_size() -> None:
    stream = b"..\r\n" * 100 + b".\r\n"
    assert await read([stream], max_size=300) == (b".\r\n" * 100, b"")
    assert await read([stream], max_size=299) == (DataFault.TOO_LARGE, b"")


async def test_no_room_gives_back_what_was_taken() -> None:
    room = Room(1000)
    assert await read([b"x" * 5000, b"\r\n.\r\n"], room=room) == (DataFault.NO_ROOM, b"")
    assert room.free == 1000
    share = Share(room)
    assert share.take(1000)
    assert not share.take(1)
    share.give_back()
    share.give_back()
    assert room.free == 1000


async def test_a_client_that_leaves_is_no_mail() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await read([b"half a mail\r\n"])
