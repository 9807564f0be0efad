"""Mail handed over on a pipe, with the script that we ship: stored, or the mail server is told to try again."""

import asyncio
import os
import re
import smtplib
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from storage.schema import migrate
from tests.parts import office
from tests.parts.name_server import Fault, NameServer, name_server
from tests.parts.pipes import pipe_to
from tests.parts.program import PORTAL, Ended, Installation, installation, serving
from tests.parts.signing import rsa_key, signed
from tests.parts.waiting import until_async

FROM = ("--from", office.CLINIC)
STORED, TRY_AGAIN = 0, 75


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    """With a database, as an operator has made it: a pipe makes none."""
    place = installation(tmp_path)
    asyncio.run(migrate(place.database_url))
    return place


def as_sent(number: int) -> bytes:
    """A complaint as it goes over the wire."""
    return office.in_words(number).as_bytes().replace(b"\n", b"\r\n")


def on_a_pipe(number: int) -> bytes:
    """The same as a mail server on this machine writes it."""
    return office.in_words(number).as_bytes()


async def letters(place: Installation) -> list[Any]:
    found: list[Any] = (await place.done("letters", "list", "--json")).json
    return found


async def shown(place: Installation, letter: int) -> Any:
    return (await place.done("letters", "show", str(letter), "--json")).json


async def outcomes(place: Installation, number: int) -> list[str]:
    """What became of so many letters, the oldest first."""

    async def look() -> list[str] | None:
        found = [letter["outcome"] for letter in await letters(place)]
        return found[::-1] if len(found) == number and all(found) else None

    return await until_async(look, f"{number} letters with an outcome")


async def test_a_mail_is_stored_with_a_server_and_without_one(place: Installation) -> None:
    await place.register(office.CLINIC)
    pipe = pipe_to(place)
    alone = await pipe.take(on_a_pipe(1), *FROM, "--to", PORTAL)
    assert (alone.code, alone.out) == (STORED, ""), alone.err
    async with serving(place):
        beside = await pipe.take(on_a_pipe(2), *FROM, "--to", PORTAL)
        assert beside.code == STORED, beside.err
        assert await outcomes(place, 2) == ["ticket", "ticket"]
    one = await shown(place, 1)
    assert (one["way"], one["mail_from"], one["recipient"]) == ("pipe", office.CLINIC, PORTAL)


async def test_a_mail_that_came_before_is_known_whatever_its_lines_end_in(on_sqlite: Installation) -> None:
    await on_sqlite.register(office.CLINIC)
    pipe = pipe_to(on_sqlite)
    async with serving(on_sqlite) as server:
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            await asyncio.to_thread(client.sendmail, office.CLINIC, [PORTAL], as_sent(1))
        for raw in (
            on_a_pipe(1),
            as_sent(1),
            b"From billing@lakeside.example Tue Nov 24 20:00:00 2026\n" + on_a_pipe(1),
        ):
            assert (await pipe.take(raw, *FROM)).code == STORED
        assert [letter["id"] for letter in await letters(on_sqlite)] == [1]


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (("--form", office.CLINIC), {}),
        (("--from",), {}),
        ((), {"RECOURSE_RELAY": "nowhere"}),
        ((), {"RECOURSE_DATABASE_URL": "sqlite:////nowhere/recourse.sqlite3"}),
        ((), {"RECOURSE_DATABASE_URL": "postgresql://nobody:wrong@127.0.0.1:1/nothing"}),
        ((), {"RECOURSE_LIMITS": "tight.toml"}),
    ],
    ids=["option", "no value", "settings", "no folder", "no PostgreSQL", "watermark"],
)
async def test_whatever_hinders_it_the_mail_server_keeps_the_mail(
    on_sqlite: Installation, words: tuple[str, ...], settings: dict[str, str]
) -> None:
    (on_sqlite.folder / "tight.toml").write_text("[receiving]\nfree_disk_mb = 1000000000\n")
    told = await pipe_to(on_sqlite).take(on_a_pipe(1), *words, settings=settings)
    assert (told.code, told.out) == (TRY_AGAIN, "")
    assert "recourse: not stored: " in told.err
    assert office.CLINIC not in told.err
    assert (await letters(on_sqlite)) == []


@pytest.mark.parametrize("path", ["nothing.sqlite3", "{folder}/nothing.sqlite3"])
async def test_no_database_is_made_for_mail_that_a_program_hands_over(on_sqlite: Installation, path: str) -> None:
    """With settings that were forgotten or are wrong, it would swallow mail that nobody ever reads."""
    url = f"sqlite:///{path.format(folder=on_sqlite.folder)}"
    told = await pipe_to(on_sqlite).take(on_a_pipe(1), *FROM, settings={"RECOURSE_DATABASE_URL": url})
    assert (told.code, told.out) == (TRY_AGAIN, "")
    assert f"not stored: there is no database at {on_sqlite.folder}/nothing.sqlite3" in told.err
    assert list(on_sqlite.folder.glob("nothing*")) == []


async def test_a_database_that_depends_on_where_the_program_stands_is_one_only_while_a_server_has_it(
    on_sqlite: Installation,
) -> None:
    await on_sqlite.register(office.CLINIC)
    relative = {"RECOURSE_DATABASE_URL": "sqlite:///recourse.sqlite3"}
    pipe = pipe_to(on_sqlite)
    told = await pipe.take(on_a_pipe(1), *FROM, settings=relative)
    assert told.code == TRY_AGAIN
    assert "not stored: the path of the database must be absolute" in told.err
    assert await letters(on_sqlite) == []
    async with serving(on_sqlite):
        assert (await pipe.take(on_a_pipe(1), *FROM, settings=relative)).code == STORED


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("<&-", "standard input is closed"),
        ("0>written", "standard input cannot be read"),
        ("--help <mail", "--help was asked for"),
        ("-h --from=x <mail", "--help was asked for"),
    ],
)
async def test_what_keeps_the_mail_from_being_read_is_told(on_sqlite: Installation, words: str, why: str) -> None:
    """By the program itself, without the script around it."""
    (on_sqlite.folder / "mail").write_bytes(on_a_pipe(1))
    told = await _in_a_shell(on_sqlite, f"{sys.executable} -m bot letters take {words}")
    assert (told.code, told.err.count("recourse: not stored: ")) == (TRY_AGAIN, 1), told.err
    assert why in told.err


async def test_a_folder_in_the_place_of_a_mail_is_no_mail(on_sqlite: Installation) -> None:
    """Python itself does not start then."""
    told = await _in_a_shell(on_sqlite, f"{pipe_to(on_sqlite).script} </")
    assert told.code == TRY_AGAIN
    assert "is a directory" in told.err


async def test_a_person_at_a_terminal_is_helped(on_sqlite: Installation) -> None:
    terminal, end = os.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "letters", "take", "--help"),
            env=on_sqlite.environment,
            cwd=on_sqlite.folder,
            stdin=end,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    finally:
        os.close(terminal)
        os.close(end)
    assert process.returncode == 0
    assert b"--client" in out


async def _in_a_shell(place: Installation, line: str) -> Ended:
    process = await asyncio.create_subprocess_shell(
        line,
        env=place.environment,
        cwd=place.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.mark.parametrize("raw", [b"", b"Subject: large\n\n" + b"x" * 25 * 1024 * 1024], ids=["nothing", "too much"])
async def test_what_is_no_mail_that_we_take_is_not_stored(on_sqlite: Installation, raw: bytes) -> None:
    assert (await pipe_to(on_sqlite).take(raw, *FROM)).code == TRY_AGAIN


@pytest.mark.parametrize("program", [("/nowhere/recourse",), ("false",), ("sh", "-c", "'kill -9 $$'")])
async def test_a_program_that_is_away_or_dies_bounces_nothing(
    on_sqlite: Installation, program: tuple[str, ...]
) -> None:
    assert (await pipe_to(on_sqlite, program).take(on_a_pipe(1))).code == TRY_AGAIN


async def test_the_envelope_may_be_in_the_environment(on_sqlite: Installation) -> None:
    """As Exim and Postfix's local(8) say it."""
    told = {
        "SENDER": office.CLINIC,
        "RECIPIENT": PORTAL,
        "CLIENT_ADDRESS": "IPv6:2001:db8::7",
        "CLIENT_HELO": "mx.example",
    }
    assert (
        await pipe_to(on_sqlite).take(on_a_pipe(1), settings=told | {"CLIENT_ADDRESS": "2001:db8::7"})
    ).code == STORED
    one = await shown(on_sqlite, 1)
    assert (one["mail_from"], one["peer"]) == (office.CLINIC, "2001:db8::7")


@pytest.mark.parametrize(
    ("words", "settings", "above", "mail_from"),
    [
        ((), {}, "", office.CLINIC),
        ((), {}, "Return-Path: <back@lakeside.example>\n", "back@lakeside.example"),
        ((), {}, "Return-Path: <>\n", ""),
        (("--from", ""), {}, "Return-Path: <back@lakeside.example>\n", ""),
        (("--from=<>",), {}, "", ""),
        (("--from", "MAILER-DAEMON"), {}, "", ""),
        (("--from", "no address at all"), {}, "", office.CLINIC),
        ((), {"SENDER": ""}, "Return-Path: <back@lakeside.example>\n", ""),
    ],
)
async def test_an_envelope_sender_that_nobody_said_is_not_the_null_sender(
    on_sqlite: Installation, words: tuple[str, ...], settings: dict[str, str], above: str, mail_from: str
) -> None:
    taken = await pipe_to(on_sqlite).take(above.encode() + on_a_pipe(1), *words, settings=settings)
    assert taken.code == STORED, taken.err
    assert (await shown(on_sqlite, 1))["mail_from"] == mail_from


@pytest.mark.parametrize("serves", [True, False])
async def test_what_is_said_of_the_envelope_and_cannot_be_used_is_told_and_the_mail_is_stored(
    on_sqlite: Installation, serves: bool
) -> None:
    words = ("--client", "mx.example", "--from", "no address at all")
    async with AsyncExitStack() as running:
        if serves:
            await running.enter_async_context(serving(on_sqlite))
        taken = await pipe_to(on_sqlite).take(on_a_pipe(1), *words)
        well = await pipe_to(on_sqlite).take(on_a_pipe(1), *FROM, "--client", "2001:db8::7")
    assert (taken.code, taken.err.count("\n")) == (STORED, 1), taken.err
    assert "stored, but --client (or $CLIENT_ADDRESS) is no IP address" in taken.err
    assert "--from (or $SENDER) is no mail address" in taken.err
    assert "no address at all" not in taken.err
    assert (well.code, well.err) == (STORED, "")


async def test_a_hand_over_that_does_not_end_is_given_up_and_comes_again(on_sqlite: Installation) -> None:
    """A server that takes the question and never answers."""
    hanging = "from bot import cli, cli_take\ncli_take.PATIENCE = 0.5\ncli.main()\n"
    (on_sqlite.folder / "hanging.py").write_text(hanging)

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(on_sqlite.folder / "recourse.sqlite3.sock"))
        silent.listen()
        program = (f"PYTHONPATH={Path(__file__).parents[2]}", sys.executable, "hanging.py")
        taken = await pipe_to(on_sqlite, program).take(on_a_pipe(1), *FROM)
    assert (taken.code, taken.out) == (TRY_AGAIN, "")
    assert "recourse: not stored: it took too long" in taken.err


async def test_what_came_back_by_a_pipe_is_known_for_that(on_sqlite: Installation) -> None:
    await on_sqlite.register(office.CLINIC)
    pipe = pipe_to(on_sqlite)
    async with serving(on_sqlite):
        assert (await pipe.take(on_a_pipe(1), *FROM)).code == STORED
        answer = await until_async(lambda: _first_answer(on_sqlite), "an answer")
        back = re.sub("[<>]", "", str(answer["Return-Path"]))
        raw = b"From: mailer-daemon@lakeside.example\nTo: %s\nSubject: Undelivered\n\n%d\n"
        for number, words in enumerate((("--to", back), ("--to", "recourse-pipe@localhost"), ())):
            assert (await pipe.take(raw % (back.encode(), number), "--from", "", *words)).code == STORED
        assert await outcomes(on_sqlite, 4) == ["ticket", "bounce", "bounce", "bounce"]


async def _first_answer(place: Installation) -> Any:
    return next(iter(place.answers()), None)


@pytest.fixture
def dns() -> Any:
    with name_server() as server:
        yield server


async def test_who_cannot_be_checked_comes_again_and_who_is_forged_bounces_to_nobody(
    on_sqlite: Installation, dns: NameServer
) -> None:
    await on_sqlite.register(office.CLINIC)
    pipe = pipe_to(on_sqlite)
    verify = {"RECOURSE_SENDER_CHECK": "verify", "RECOURSE_DNS": dns.address}
    dns.txt("s1._domainkey.lakeside.example", rsa_key().record)
    dns.txt("lakeside.example", "v=spf1 ip4:192.0.2.10 -all")
    genuine = signed(as_sent(1), "lakeside.example").replace(b"\r\n", b"\n")
    async with serving(on_sqlite, settings=verify):
        dns.fault = Fault.SERVFAIL
        later = await pipe.take(genuine, *FROM, settings=verify)
        assert later.code == TRY_AGAIN
        assert "4.4.3 The sender cannot be checked just now" in later.err
        dns.fault = None
        client = ("--client", "192.0.2.10", "--helo", "mx.lakeside.example")
        for raw, words in ((genuine, ()), (on_a_pipe(2), client), (on_a_pipe(3), ())):
            assert (await pipe.take(raw, *FROM, *words, settings=verify)).code == STORED
        assert await outcomes(on_sqlite, 3) == ["ticket", "held", "quarantine"]
