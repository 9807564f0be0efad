"""Only clamd's own "OK" is clean: whatever else is said, or not said, is no answer."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import scanning
from bot.scanning import Harm, Scanner, examine_scanner, open_scanner
from bot.settings import MalwareScan, Settings
from complaints.errors import SettingsError, Unavailable
from mailin import clamd
from mailin.clamd import Clamd, NotScanned
from storage.work import TryLater
from tests.parts.clamav import FOUND, HARMFUL, ClamAV, clamav, scripted_clamd


@pytest.fixture(scope="module")
def scanner() -> Iterator[ClamAV]:
    with clamav() as running:
        yield running


@pytest.mark.real("clamav")
@pytest.mark.parametrize("before", [0, 1, 300_000, 5_000_000])
async def test_a_real_clamd_finds_what_it_knows_at_any_place(scanner: ClamAV, before: int) -> None:
    asked = Clamd(scanner.socket)
    assert (await asked.version()).startswith("ClamAV")
    assert await asked.scan(bytes(before)) is None
    assert await asked.scan(bytes(before) + HARMFUL) == FOUND


@pytest.mark.real("clamav")
async def test_a_real_clamd_that_takes_no_more_says_no_it_is_clean() -> None:
    with clamav(stream_max="1M") as small:
        for size in (1_048_577, 1_100_000, 30_000_000):  # it hangs up in the middle of what it does not want
            with pytest.raises(NotScanned, match="size limit exceeded"):
                await Clamd(small.socket).scan(bytes(size))


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        (b"stream: OK\0", None),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", "Win.Test.EICAR_HDB-1"),
        (b"stream: Eicar-Signature(44d88612fea8a8f36de82e1278abb02f:68) FOUND\0", "Eicar-Signature"),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", "Heuristics.Limits.Exceeded.MaxFileSize"),
    ],
)
async def test_what_clamd_says_is_understood(reply: bytes, name: str | None) -> None:
    async with scripted_clamd(lambda _: _at_once(reply)) as where:
        assert await Clamd(where).scan(b"x") == name


@pytest.mark.parametrize(
    "reply",
    [
        None,
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK",
        b"stream: OK\n",
        b"stream: ok\0",
        b"stream: OK \0",
        b"1: stream: OK\0",
        b"stream:  FOUND\0",
        b"stream: two words FOUND\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
        b"\xff" * 4000 + b"\0",
        b"x" * 100_000 + b"\0",
    ],
)
async def test_any_other_reply_is_none(reply: bytes | None) -> None:
    async with scripted_clamd(lambda _: _at_once(reply)) as where:
        with pytest.raises(Unavailable):
            await Clamd(where).scan(b"x")


async def _at_once(reply: bytes | None) -> bytes | None:
    return reply


async def test_ok_before_all_was_sent_is_no_answer(tmp_path: Path) -> None:
    """It can only be about something else."""

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        writer.write(b"stream: OK\0")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.transport.abort()
        gone.set()

    place, gone = tmp_path / "hasty", asyncio.Event()
    async with await asyncio.start_unix_server(hasty, place):
        with pytest.raises(Unavailable, match="before it had all of it"):
            await Clamd(str(place)).scan(bytes(20_000_000))
        await gone.wait()
        await asyncio.sleep(0)  # the transport is closed in the loop's next turn


async def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    for where in ("127.0.0.1:1", str(tmp_path / "clamd.ctl"), f"unix:{tmp_path}/clamd.ctl"):
        with pytest.raises(Unavailable, match="no clamd answers"):
            await Clamd(where).scan(b"x")


async def test_one_that_hangs_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "SCAN_SECONDS", 0.05)
    async with scripted_clamd(lambda _: asyncio.Event().wait()) as where:  # type: ignore[arg-type, return-value]
        with pytest.raises(Unavailable, match="hangs"):
            await Clamd(where).scan(b"x")


async def test_what_only_looks_like_a_clamd_is_none() -> None:
    async with scripted_clamd(lambda _: _at_once(b"stream: OK\0"), pong=b"220 mail.example\0") as where:
        with pytest.raises(Unavailable, match="is no clamd"):
            await Clamd(where).ping()
        with pytest.raises(TryLater, match="is no clamd"):
            await Scanner(Clamd(where)).harm_in([b"x"])


@pytest.mark.parametrize(
    "where", ["", "clamd.ctl", "localhost", "localhost:", "localhost:0", "localhost:99999", "a b:1"]
)
def test_a_place_that_is_none_is_told_at_the_start(where: str) -> None:
    with pytest.raises(SettingsError, match="RECOURSE_CLAMD"):
        open_scanner(Settings(malware_scan=MalwareScan.REQUIRED, clamd=where))


async def test_switched_off_nobody_is_asked() -> None:
    assert await open_scanner(Settings(clamd="/nowhere")).harm_in([HARMFUL]) is None


async def test_all_are_scanned_until_one_is_harmful() -> None:
    seen: list[bytes] = []

    async def answers(body: bytes) -> bytes:
        seen.append(body)
        return b"stream: Bad FOUND\0" if body == b"b" else b"stream: OK\0"

    async with scripted_clamd(answers) as where:
        assert await Scanner(Clamd(where)).harm_in([b"a", b"b", b"c"]) == Harm("Bad")
    assert seen == [b"a", b"b"]


async def test_away_it_is_left_alone_for_a_moment_and_asked_again_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "AWAY_SECONDS", 1e9)
    replies: list[bytes | None] = [None, b"stream: OK\0"]
    async with scripted_clamd(lambda _: _at_once(replies.pop(0))) as where:
        scanner = Scanner(Clamd(where))
        with pytest.raises(TryLater, match="went away"):
            await scanner.harm_in([b"x"])
        with pytest.raises(TryLater, match="a moment ago"):
            await scanner.harm_in([b"x"])
        scanner._away_until = 0.0
        assert await scanner.harm_in([b"x"]) is None


async def test_what_clamd_does_not_take_stops_nothing_else() -> None:
    async def answers(body: bytes) -> bytes:
        return b"INSTREAM size limit exceeded. ERROR\0" if len(body) > 5 else b"stream: OK\0"

    async with scripted_clamd(answers) as where:
        scanner = Scanner(Clamd(where))
        with pytest.raises(TryLater, match="size limit"):
            await scanner.harm_in([b"too large"])
        assert await scanner.harm_in([b"small"]) is None


async def test_it_is_tried_again_within_a_minute_however_long_it_was_away() -> None:
    scanner = Scanner(Clamd("127.0.0.1:1"))
    for attempt in (1, 5, 10_000):
        scanner._away_until = 0.0
        with pytest.raises(TryLater) as later:
            await scanner.harm_in([b"x"], attempt)
        assert 1 <= later.value.seconds <= 60


def test_a_heuristic_is_no_certainty() -> None:
    assert Harm("Win.Test.EICAR_HDB-1").is_certain
    assert not Harm("Heuristics.Limits.Exceeded.MaxScanSize").is_certain
    assert not Harm("PUA.Doc.Packed").is_certain


async def test_the_doctor_tells_old_signatures() -> None:
    version = b"ClamAV 1.4.6/27500/Tue Nov 24 08:30:01 2026\0"
    async with scripted_clamd(lambda _: _at_once(b"stream: OK\0"), pong=version) as where:
        settings = Settings(malware_scan=MalwareScan.REQUIRED, clamd=where)
        assert (await examine_scanner(settings, datetime(2026, 11, 30, tzinfo=UTC)))[1] == ""
        assert "9 days old" in (await examine_scanner(settings, datetime(2026, 12, 4, tzinfo=UTC)))[1]


async def test_while_it_hangs_one_at_a_time_finds_out_whether_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what else the worker does goes on."""
    monkeypatch.setattr(clamd, "SCAN_SECONDS", 0.2)
    monkeypatch.setattr(scanning, "AWAY_SECONDS", 1e9)
    asked = 0

    async def hangs(_: bytes) -> bytes | None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()
        return None

    async with scripted_clamd(hangs) as where:
        scanner = Scanner(Clamd(where))
        for expected in (scanning.AT_ONCE, scanning.AT_ONCE + 1):
            tried = await asyncio.gather(*(scanner.harm_in([b"x"]) for _ in range(40)), return_exceptions=True)
            assert all(isinstance(each, TryLater) for each in tried)
            assert asked == expected
            scanner._away_until = 0.0
