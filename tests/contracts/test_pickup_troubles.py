"""Fetching from a real Dovecot when something goes wrong with one mail, with the connection or with another server."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot import pickup
from bot.house import House
from bot.limits import load_limits
from bot.metrics import Metrics
from bot.settings import Settings
from mailin.arriving import Received
from mailin.genuine.standing import ListedDomains, SenderStanding, Standing
from mailin.return_address import ReturnAddresses
from storage import inbox, pickups
from storage.database import Database
from storage.inbox import StoredLetter
from tests.parts.certificates import write_certificate
from tests.parts.dovecot import Dovecot, dovecot
from tests.parts.houses import house_of
from tests.parts.imap_wire import Fault, imap_wire
from tests.parts.mailbox import Box
from tests.parts.token_server import TokenServer, token_server
from tests.parts.waiting import until, until_async

pytestmark = [pytest.mark.real("dovecot")]
NUMBERS = count(1)
CLINIC = "billing@clinic.example"


@pytest.fixture(scope="module")
def _server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def box(_server: Dovecot) -> Box:
    return Box(_server, f"trouble{next(NUMBERS)}@example.org")


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that nobody has to wait for."""
    monkeypatch.setattr(pickup, "POLL", 0.05)
    monkeypatch.setattr(pickup, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(pickup, "LONGEST_PUT_OFF", 0.05)
    monkeypatch.setattr(pickup, "IDLE", 1.0)


def mail(number: int) -> bytes:
    return f"Return-Path: <{CLINIC}>\r\nFrom: {CLINIC}\r\nSubject: {number}\r\n\r\nmail {number}\r\n".encode()


def settings_of(box: Box, port: int = 0, **more: str) -> Settings:
    told = {name.removeprefix("RECOURSE_").lower(): value for name, value in box.settings().items()}
    if port:
        told["imap"] = told["imap"].replace(f":{box.server.imap_port}/", f":{port}/")
    return Settings(**(told | more))  # type: ignore[arg-type]


@asynccontextmanager
async def fetching(house: House) -> AsyncIterator[None]:
    task = asyncio.create_task(pickup.run(house, Metrics()))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def letters(database: Database, wanted: int) -> list[StoredLetter]:
    """So many letters, the oldest first."""

    async def look() -> list[StoredLetter]:
        found = list(await database.run(inbox.list_letters))
        return found[::-1] if len(found) >= wanted else []

    found = await until_async(look, f"{wanted} letters", every=0.1)
    assert len(found) == wanted
    return found


async def put_off(database: Database, wanted: int) -> list[str]:
    async def look() -> list[str] | None:
        found = await database.run(pickups.list_put_off)
        return [one.why for one in found] if len(found) == wanted else None

    return await until_async(look, f"{wanted} mails to be put off") if wanted else await _none_left(look)


async def _none_left(look: Any) -> list[str]:
    async def gone() -> bool:
        return await look() is not None

    await until_async(gone, "nothing to be put off any more")
    return []


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.CUT])
async def test_a_mail_that_is_not_handed_over_stops_no_other_and_comes_later(
    database: Database, box: Box, fault: Fault
) -> None:
    for number in (1, 2, 3):
        await box.put(mail(number))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[r"UID FETCH 2 \(BODY\.PEEK"] = fault
        async with fetching(house_of(database, settings_of(box, wire.port))):
            await letters(database, 2)
            (why,) = await put_off(database, 1)
            assert why.startswith(
                "the server does not hand it over" if fault is Fault.REFUSED else "the connection ends"
            )
            wire.faults.clear()
            found = await letters(database, 3)
            await put_off(database, 0)
    assert [letter.mail_from for letter in found] == [CLINIC] * 3
    assert [letter.way for letter in found] == ["pickup"] * 3


@pytest.mark.parametrize("asked_for", [r"RFC822\.SIZE", r"UID FETCH 2 \(BODY\.PEEK"])
async def test_a_mail_that_is_there_and_left_out_of_an_answer_is_not_given_up(
    database: Database, box: Box, asked_for: str
) -> None:
    for number in (1, 2, 3):
        await box.put(mail(number))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[asked_for] = Fault.EMPTY
        async with fetching(house_of(database, settings_of(box, wire.port))):
            missing = 3 if "SIZE" in asked_for else 1
            assert await put_off(database, missing) == ["the server leaves it out"] * missing
            wire.faults.clear()
            await letters(database, 3)
            await put_off(database, 0)
    assert await box.seen() == [True] * 3


class _Noting(ReturnAddresses):
    """Knows in which thread it was asked."""

    asked_in: ClassVar[list[threading.Thread]] = []

    def accepts(self, recipient: str) -> str | None:
        self.asked_in.append(threading.current_thread())
        return super().accepts(recipient)


async def test_a_mail_is_looked_through_outside_the_loop(sqlite_database: Database, box: Box) -> None:
    await box.put(b"Delivered-To: somebody@example.org\r\n" + mail(1))
    house = house_of(sqlite_database, settings_of(box))
    house = replace(house, addresses=_Noting(house.addresses.mail_address, house.addresses.key))
    async with fetching(house):
        await letters(sqlite_database, 1)
    assert _Noting.asked_in
    assert threading.current_thread() not in _Noting.asked_in


async def test_a_mailbox_that_lets_nothing_be_marked_is_fetched_from_once(database: Database, box: Box) -> None:
    for number in (1, 2):
        await box.put(mail(number))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[r"UID STORE"] = Fault.REFUSED
        async with fetching(house_of(database, settings_of(box, wire.port))):
            await letters(database, 2)
            await box.put(mail(3))
            await letters(database, 3)
        assert wire.asked("BODY.PEEK") == 3
    assert await box.seen() == [False] * 3


async def test_what_ends_between_storing_and_marking_makes_one_letter(database: Database, box: Box) -> None:
    await box.put(mail(1))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[r"UID STORE"] = Fault.CUT
        async with fetching(house_of(database, settings_of(box, wire.port))):

            async def again() -> bool:
                return wire.asked("BODY.PEEK") >= 2

            await until_async(again, "it to be fetched again")
            wire.faults.clear()

            async def marked() -> bool:
                return await box.seen() == [True]

            await until_async(marked, "it to be marked")
        await letters(database, 1)
    assert await database.run(pickups.list_put_off) == []


class _Unsure:
    """Cannot check who sent a mail, until it can."""

    standing = Standing.UNKNOWN_NOW

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding:
        unsure = b"Subject: 1\r\n" in received.raw and self.standing is Standing.UNKNOWN_NOW
        return SenderStanding(Standing.UNKNOWN_NOW if unsure else Standing.GENUINE, CLINIC, "the DNS is slow")


async def test_a_mail_whose_sender_cannot_be_checked_is_put_off_until_it_can(database: Database, box: Box) -> None:
    for number in (1, 2):
        await box.put(mail(number))
    senders = _Unsure()
    async with fetching(house_of(database, settings_of(box), senders)):
        await letters(database, 1)
        (why,) = await put_off(database, 1)
        assert why.startswith("4.4.3 The sender cannot be checked just now")
        senders.standing = Standing.GENUINE
        await letters(database, 2)
        await put_off(database, 0)


async def test_a_mail_that_is_taken_away_is_not_waited_for(
    database: Database, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await box.put(mail(1))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[r"BODY\.PEEK"] = Fault.REFUSED
        async with fetching(house_of(database, settings_of(box, wire.port))):
            await put_off(database, 1)
            await box.empty()
            await put_off(database, 0)
    assert "a mail in the mailbox (UID 1) is gone: it was not taken" in caplog.text
    assert await database.run(inbox.list_letters) == []


async def test_nothing_is_fetched_while_the_machine_is_full(database: Database, box: Box) -> None:
    await box.put(mail(1))
    bounds = load_limits()
    full = replace(bounds, receiving=replace(bounds.receiving, memory_mb=1))
    async with imap_wire(box.server.imap_port) as wire:
        async with fetching(house_of(database, settings_of(box, wire.port), bounds=full)):

            async def tried() -> bool:
                return wire.connections >= 2

            await until_async(tried, "a second try")
        assert wire.asked("BODY.PEEK") == 0


async def test_a_server_that_says_nothing_by_itself_is_asked(database: Database) -> None:
    with dovecot(announces=False) as server:
        box = Box(server, "quiet@example.org")
        async with imap_wire(server.imap_port) as wire, fetching(house_of(database, settings_of(box, wire.port))):
            await box.put(mail(1))
            await letters(database, 1)
            await box.put(mail(2))
            await letters(database, 2)
            assert wire.asked("^IDLE") == 0


async def test_what_comes_is_announced(database: Database, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickup, "IDLE", 600.0)
    await box.put(mail(1))
    async with imap_wire(box.server.imap_port) as wire, fetching(house_of(database, settings_of(box, wire.port))):
        for number in (2, 3, 4):

            async def waits(number: int = number) -> bool:
                return wire.asked("^IDLE") >= number - 1

            await until_async(waits, "it to wait for mail")
            await box.put(mail(number))
            await letters(database, number)


@pytest.mark.parametrize("silent", ["^UID SEARCH", r"BODY\.PEEK", "^IDLE", "^SELECT"])
async def test_it_ends_at_once_whatever_it_waits_for(sqlite_database: Database, box: Box, silent: str) -> None:
    await box.put(mail(1))
    async with imap_wire(box.server.imap_port) as wire:
        wire.faults[silent] = Fault.SILENT
        async with fetching(house_of(sqlite_database, settings_of(box, wire.port))):

            async def waits() -> bool:
                return wire.asked(silent) == 1

            await until_async(waits, "it to hang")
        await asyncio.to_thread(until, _no_thread, "its thread to end", 20.0)


def _no_thread() -> bool:
    return not [one for one in threading.enumerate() if one.name.startswith("pickup")]


@pytest.mark.real("postgres")
async def test_of_two_servers_one_fetches_and_the_other_goes_on_when_it_ends(
    postgres_database: Database, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "HOLD", 2.0)
    async with imap_wire(box.server.imap_port) as wire:
        house = house_of(postgres_database, settings_of(box, wire.port))
        async with AsyncExitStack() as first, fetching_later(house) as start_second:
            await first.enter_async_context(fetching(house))
            await box.put(mail(1))
            await letters(postgres_database, 1)
            start_second.set()
            await box.put(mail(2))
            await letters(postgres_database, 2)
            assert wire.connections == 1
            await first.aclose()
            await box.put(mail(3))
            await letters(postgres_database, 3)
            assert wire.connections == 2
    assert wire.asked("BODY.PEEK") == 3


@asynccontextmanager
async def fetching_later(house: House) -> AsyncIterator[asyncio.Event]:
    """Once the event is set."""
    start = asyncio.Event()

    async def wait_and_run() -> None:
        await start.wait()
        await pickup.run(house, Metrics())

    task = asyncio.create_task(wait_and_run())
    try:
        yield start
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(scope="module")
def encrypting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dovecot, Path]]:
    certificate, key = write_certificate(tmp_path_factory.mktemp("imap"), "localhost")
    with dovecot(certificate=(certificate, key)) as server:
        yield server, certificate


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
async def test_a_certificate_must_be_right(
    sqlite_database: Database,
    encrypting: tuple[Dovecot, Path],
    scheme: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server, certificate = encrypting
    box = Box(server, f"{scheme}@example.org")
    await box.put(mail(1))
    port = server.imaps_port if scheme == "imaps" else server.imap_port
    url = f"{scheme}://{scheme}%40example.org@localhost:{port}/Complaints"
    house = house_of(sqlite_database, settings_of(box, imap=url))
    async with fetching(house):

        async def told() -> bool:
            return "the certificate of localhost is wrong" in caplog.text

        await until_async(told, "the refusal of the certificate")
    assert await sqlite_database.run(inbox.list_letters) == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with fetching(house):
        await letters(sqlite_database, 1)
        await box.put(mail(2))
        await letters(sqlite_database, 2)


@pytest.fixture(scope="module")
def token_giver() -> Iterator[TokenServer]:
    with token_server("tokens@example.org") as server:
        yield server


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
async def test_a_mailbox_may_want_an_access_token_and_one_that_it_refuses_is_not_kept_to_its_end(
    sqlite_database: Database, token_giver: TokenServer, mechanism: str, caplog: pytest.LogCaptureFixture
) -> None:
    token_giver.answers = [(200, b'{"access_token": "made up", "expires_in": 3600}')]
    more: Any = {"imap_password": "", "imap_token_url": token_giver.url, "imap_client_id": "recourse"}
    with dovecot(tokens=(mechanism, token_giver.introspection)) as server:
        box = Box(server, token_giver.user)
        await box.put(mail(1))
        async with fetching(house_of(sqlite_database, settings_of(box, **more))):

            async def refused() -> bool:
                return "the mailbox refuses our user name, password or token" in caplog.text

            await until_async(refused, "the made-up token to be refused")
            await letters(sqlite_database, 1)
    assert "made up" not in caplog.text
