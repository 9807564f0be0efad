"""Staff and their letters, with the real program: release, discard, accounts of each day, and replays that write
nothing even when they are killed."""

import asyncio
import os
import signal
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosmtplib
import pytest

from storage import inbox
from storage.database import open_database
from storage.inbox import Arrived
from storage.states import LetterOutcome
from tests.parts import office
from tests.parts.program import PORTAL, Ended, Installation, serving
from tests.parts.waiting import until_async


async def send(port: int, *numbers: int) -> None:
    for number in numbers:
        await aiosmtplib.send(office.with_csv(number), hostname="127.0.0.1", port=port, timeout=30)


async def listed(place: Installation, outcome: str) -> list[Any]:
    found: list[Any] = (await place.done("letters", "list", "--outcome", outcome, "--json")).json
    return found


async def all_read(place: Installation, outcome: str, number: int) -> list[Any]:
    async def look() -> list[Any] | None:
        found = await listed(place, outcome)
        return found if len(found) == number else None

    return await until_async(look, f"{number} letters with the outcome {outcome}")


async def test_letters_are_accounted_for_and_replayed_beside_a_server_and_without_one(place: Installation) -> None:
    await place.register(office.CLINIC)
    async with serving(place) as server:
        await send(server.port, 1, 2, 3)
        letters = await all_read(place, "ticket", 3)
        beside = (await place.done("letters", "replay", "--json")).json
        assert (beside["judged"], beside["differ"]) == (3, 0)
        await assert_balanced(place, 3)
    alone = (await place.done("letters", "replay", "--json")).json
    assert alone == beside
    await assert_balanced(place, 3)
    told = await place.done("letters", "replay", "--since", "2026-01-01", "--outcome", "ticket", "--text")
    assert told.out == "3 judged again, 3 the same, 0 different.\n"
    one = str(letters[0]["id"])
    assert (await place.done("letters", "replay", one)).out.startswith("1 judged again")


async def assert_balanced(place: Installation, letters: int) -> None:
    days = (await place.done("letters", "reconcile", "--json")).json
    assert sum(day["accepted"] for day in days) == letters
    assert [day["gap"] for day in days] == [0] * len(days)
    told = await place.done("letters", "reconcile")
    assert "balanced" in told.out


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("1", "--outcome", "ticket"), ("99",), (str(2**70),)])
async def test_what_cannot_be_replayed_is_said_in_one_line(on_sqlite: Installation, words: tuple[str, ...]) -> None:
    refused = await on_sqlite.run("letters", "replay", *words)
    assert refused.code == 2
    assert refused.err.startswith("recourse: ")
    assert refused.err.count("\n") == 1


async def test_a_replay_that_is_killed_has_written_nothing(on_sqlite: Installation) -> None:
    """Without a server the command itself has the database, so it is the one to kill; at whatever moment."""
    await on_sqlite.register(office.CLINIC)
    async with serving(on_sqlite) as server:
        await send(server.port, *range(1, 9))
        before = await all_read(on_sqlite, "ticket", 8)
    tickets = (await on_sqlite.done("tickets", "list", "--json")).json
    ids = [str(letter["id"]) for letter in before]
    for seconds in (1.0, 1.5, 2.0, 2.5):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "letters", "replay", *ids * 20,
            env=on_sqlite.environment, cwd=on_sqlite.folder, start_new_session=True,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        assert (await on_sqlite.done("tickets", "list", "--json")).json == tickets
        assert await listed(on_sqlite, "ticket") == before
        assert await listed(on_sqlite, "waiting") == []
    again = (await on_sqlite.done("letters", "replay", "--json")).json
    assert (again["judged"], again["differ"]) == (8, 0)


async def test_a_gap_is_an_exit_code_a_line_in_the_log_and_bad_at_the_doctor_s(on_sqlite: Installation) -> None:
    await on_sqlite.register(office.CLINIC)
    async with serving(on_sqlite) as server:
        await send(server.port, 1, 2)
        await all_read(on_sqlite, "ticket", 2)
    yesterday = damage(on_sqlite)
    async with serving(on_sqlite) as server:

        async def logged() -> bool:
            return f"the letters of {yesterday} do not add up" in server.log.read_text()

        await until_async(logged, "the gap in the log")
        gap: Ended = await on_sqlite.run("letters", "reconcile", "--since", yesterday, "--json")
        assert (gap.code, [day["gap"] for day in gap.json if day["gap"]]) == (1, [1])
        sick = await on_sqlite.run("doctor")
        assert sick.code == 1
        assert "BAD  letters: 0 held, 0 in quarantine" in sick.out
        assert f"{yesterday} (gap 1)" in sick.out


def damage(place: Installation) -> str:
    """As if both had come yesterday, and one row were lost since."""
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=1)).date().isoformat()
    with sqlite3.connect(place.folder / "recourse.sqlite3") as database:
        database.execute("UPDATE letters SET received = ? || substr(received, 11)", (yesterday,))
        database.execute("UPDATE counters SET name = 'accepted:' || ? || substr(name, 20) WHERE name LIKE 'accepted:%'",
                         (yesterday,))  # fmt: skip
        database.execute("UPDATE letters SET received = '2026-01-01 00:00:00.000000' WHERE id = 1")
    database.close()
    return yesterday


async def test_a_held_letter_is_released_and_filed_as_of_the_day_it_arrived(place: Installation) -> None:
    await place.register(office.CLINIC)
    arrived = datetime.now(UTC) - timedelta(days=3)
    raw = office.with_csv(1).as_bytes().replace(b"\n", b"\r\n")
    mail = Arrived(raw, office.CLINIC, PORTAL, "192.0.2.1", arrived, "smtp", {"standing": "spf_only"})
    async with open_database(place.database_url) as database:
        letter, _ = await database.run(lambda s: inbox.put(s, mail, LetterOutcome.HELD, "clinic.example did not sign"))
    assert "1 held" in (waits := await place.run("doctor")).out
    assert f"A letter is held since {arrived.isoformat()[:10]}" in waits.out
    replayed = (await place.done("letters", "replay")).out
    assert replayed.startswith(f"letter {letter} is held (clinic.example did not sign); read now: ticket, answered")
    assert replayed.endswith("\n1 letter was not decided yet: told is what would become of it now.\n")
    words = (await place.done("letters", "show", str(letter))).out
    assert f"received      {arrived:%Y-%m-%d %H:%M}\n" in words
    assert "[" not in words
    async with serving(place):
        done = await place.done("letters", "release", str(letter))
        assert done.out == f"Letter {letter} is released: it is read as of {arrived.isoformat()}.\n"
        await all_read(place, "ticket", 1)
    (ticket,) = (await place.done("tickets", "list", "--json")).json
    assert ticket["opened"] == arrived.isoformat()
    shown = (await place.done("letters", "show", str(letter), "--json")).json
    assert (shown["standing"]["apart"], bool(shown["standing"]["released_by"])) == ("held", True)
    again = (await place.done("letters", "replay", "--json")).json
    assert (again["judged"], again["differ"]) == (1, 0)


async def test_a_parked_letter_is_discarded_by_staff(on_sqlite: Installation) -> None:
    async with serving(on_sqlite) as server:
        two = office.mail(1, "hello")
        del two["From"]
        await aiosmtplib.send(two, sender="a@b.example", recipients=[PORTAL],
                              hostname="127.0.0.1", port=server.port, timeout=30)  # fmt: skip
        (letter,) = await all_read(on_sqlite, "parked", 1)
        refused = await on_sqlite.run("letters", "release", str(letter["id"]))
        assert (refused.code, "neither held nor in quarantine" in refused.err) == (1, True)
        done = await on_sqlite.done("letters", "discard", str(letter["id"]), "--reason", "no sender")
        assert done.out == f"Letter {letter['id']} is discarded; it is kept and will not be answered.\n"
        (discarded,) = await listed(on_sqlite, "discarded")
        assert discarded["detail"].endswith(": no sender (was parked: no one plain From address)")
        shown = (await on_sqlite.done("letters", "show", str(letter["id"]))).out
        assert "  standing    believed" in shown


async def apart(place: Installation, why: str) -> int:
    """A letter in quarantine since two days that names the clinic."""
    arrived = datetime.now(UTC) - timedelta(days=2)
    mail = Arrived(b"x", office.CLINIC, PORTAL, "", arrived, "lmtp", {"standing": "not_proved"}, office.CLINIC)
    async with open_database(place.database_url) as database:
        letter, _ = await database.run(lambda s: inbox.put(s, mail, LetterOutcome.QUARANTINE, why))
    return letter


async def test_a_letter_in_quarantine_that_names_somebody_registered_is_not_overlooked(on_sqlite: Installation) -> None:
    await on_sqlite.register(office.CLINIC)
    letter = await apart(on_sqlite, "lakeside.example did not sign it")
    shown = await on_sqlite.done("letters", "show", str(letter))
    assert "names a registered sender; lakeside.example did not sign it" in shown.out
    table = (await on_sqlite.run("letters", "list", "--outcome", "quarantine", settings={"COLUMNS": "200"})).out
    assert "names a registered sender; lakeside.example did not sign it" in table
    sick = (await on_sqlite.run("doctor")).out
    assert "BAD  letters: 0 held, 1 in quarantine, 1 of those name a registered sender" in sick
    assert f"the oldest are {letter}: phone the office" in sick
    await on_sqlite.done("letters", "discard", str(letter), "--reason", "The office did not send it.")
    told = (await on_sqlite.run("doctor")).out
    assert "letters: 0 held, 0 in quarantine" in told
    assert "name a registered sender" not in told


@pytest.mark.parametrize(
    ("why", "scan", "told"),
    [
        ("malware: Eicar-Test", "required", "It is scanned again first, and stays in quarantine if clamd still finds"),
        ("malware: Eicar-Test", "off", "RECOURSE_MALWARE_SCAN is off: nothing scans it again."),
        ("lakeside.example did not sign it", "required", ""),
    ],
)
async def test_who_releases_a_harmful_letter_hears_that_it_is_scanned_again(
    on_sqlite: Installation, why: str, scan: str, told: str
) -> None:
    await on_sqlite.done("migrate")
    letter = await apart(on_sqlite, why)
    done = await on_sqlite.run("letters", "release", str(letter), settings={"RECOURSE_MALWARE_SCAN": scan})
    first, _, second = done.out.partition("\n")
    assert first.startswith(f"Letter {letter} is released: it is read as of ")
    assert (told in second, bool(second)) == (True, bool(told))
