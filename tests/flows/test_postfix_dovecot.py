"""The real way of a mail: swaks, a private Postfix in front, Recourse, Postfix as relay, Dovecot, IMAP."""

import asyncio
import imaplib
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.parts import libreoffice, office, swaks
from tests.parts.dovecot import PASSWORD, Dovecot, dovecot
from tests.parts.postfix import Postfix, postfix
from tests.parts.program import PORTAL, Installation, installation, serving
from tests.parts.waiting import free_port, until_async

pytestmark = [pytest.mark.real("postfix"), pytest.mark.real("dovecot"), pytest.mark.real("swaks")]

CLINIC = "billing@lakeside.example"
SECOND = "office@lakeside.example"


@pytest.fixture(scope="module")
def mailboxes() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture(scope="module")
def portal_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def mail_server(mailboxes: Dovecot, portal_port: int) -> Iterator[Postfix]:
    with postfix(portal=PORTAL, portal_port=portal_port, mailboxes=mailboxes) as running:
        yield running


@pytest.fixture
async def place(tmp_path: Path, mail_server: Postfix) -> Installation:
    """An installation whose answers go out by Postfix, with a clinic that has two addresses."""
    found = installation(tmp_path, relay=f"smtp://127.0.0.1:{mail_server.port}")
    await found.register(CLINIC)
    await found.register(SECOND)
    return found


async def filled_sheet(place: Installation, series: str) -> Path:
    """`recourse sheet`, filled with three eligible claims as a clerk does in Excel."""
    path = place.folder / f"claims-{series}.xlsx"
    await place.done("sheet", "--out", str(path), "--mco", "Meridian")
    await asyncio.to_thread(_fill, path, series)
    return path


def _fill(path: Path, series: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    above = next(
        number
        for number, (cell,) in enumerate(sheet.iter_rows(max_col=1, values_only=True), 1)
        if str(cell).startswith("MCO tracking")
    )
    titles = [str(cell.value).replace("\n", " ").rstrip(" *") for cell in sheet[above]]
    for row, number in enumerate(range(3), above + 1):
        values: dict[str, Any] = {
            "MCO tracking number": f"{series}{number}",
            "Date dispute submitted to MCO": office.today() - timedelta(days=40),
            "Member name": "Sample, Pat",
            "RIN": f"01234567{number}",
            "Date of service from": office.today() - timedelta(days=120),
        }
        for name, value in values.items():
            sheet.cell(row, titles.index(name) + 1).value = value
    book.save(path)


async def answer_to(mailboxes: Dovecot, message_id: str, address: str = CLINIC) -> EmailMessage:
    """The answer to this mail, as it lies in the sender's inbox."""

    async def look() -> EmailMessage | None:
        mails = await mailboxes.mails(address)
        return next((mail for mail in mails if mail["In-Reply-To"] == message_id), None)

    return await until_async(look, f"the answer to {message_id}", 60)


async def mail_in(port: int, message_id: str, sheet: Path) -> None:
    sent = await swaks.send(
        port, sender=CLINIC, to=PORTAL, attach=[sheet], headers=[f"Message-Id: {message_id}", f"From: {CLINIC}"]
    )
    assert sent.code == 0, sent.transcript


def threads(mailboxes: Dovecot, address: str) -> str:
    """What Dovecot itself calls threads in this inbox, as numbers in parentheses."""
    with imaplib.IMAP4("127.0.0.1", mailboxes.imap_port, timeout=20) as imap:
        imap.login(address, PASSWORD)
        imap.select("INBOX", readonly=True)
        _, (found,) = imap.thread("REFERENCES", "UTF-8", "ALL")
        return str(found, "ascii")


@pytest.mark.parametrize("way", ["straight", "through Postfix"])
@pytest.mark.parametrize("saved_by", ["openpyxl", pytest.param("LibreOffice", marks=pytest.mark.real("libreoffice"))])
async def test_a_filled_sheet_becomes_a_ticket_and_the_answer_is_read_over_imap(
    place: Installation, mail_server: Postfix, mailboxes: Dovecot, portal_port: int, way: str, saved_by: str
) -> None:
    sheet = await filled_sheet(place, f"{saved_by}-{way.split()[0]}-")
    if saved_by == "LibreOffice":
        (place.folder / "saved").mkdir()
        sheet = await libreoffice.save_as(sheet, place.folder / "saved")
    message_id = f"<{saved_by}-{way.replace(' ', '-')}@lakeside.example>"
    async with serving(place, portal_port) as server:
        await mail_in(server.port if way == "straight" else mail_server.port, message_id, sheet)
        answer = await answer_to(mailboxes, message_id)
        (ticket,) = (await place.done("tickets", "list", "--json")).json
    assert ticket["claims"] == 3
    assert answer["Subject"] == f"Ticket {ticket['number']}: your 3 claims against Meridian Health Plan of Illinois"
    assert answer["References"].split()[-1] == message_id
    assert answer["Return-Path"] == "<>"
    assert answer["Auto-Submitted"] == "auto-replied"


@pytest.mark.real("libreoffice")
async def test_closing_reaches_the_first_mails_thread_and_the_other_address(
    place: Installation, mail_server: Postfix, mailboxes: Dovecot, portal_port: int
) -> None:
    sheet = await libreoffice.save_as(await filled_sheet(place, "close-"), place.folder, "csv")
    message_id = "<to-be-closed@lakeside.example>"
    async with serving(place, portal_port):
        copy = await swaks.send(
            mail_server.port, sender=CLINIC, to=CLINIC, headers=[f"Message-Id: {message_id}", f"From: {CLINIC}"]
        )
        assert copy.code == 0
        await mail_in(mail_server.port, message_id, sheet)
        await answer_to(mailboxes, message_id)
        (ticket,) = (await place.done("tickets", "list", "--json")).json
        await place.done("tickets", "close", ticket["number"], "--disposition", "paid")

        async def closed(address: str) -> EmailMessage | None:
            mails = await mailboxes.mails(address)
            return next((m for m in mails if f"{ticket['number']} is closed" in str(m["Subject"])), None)

        notice = await until_async(lambda: closed(CLINIC), "the closure notice", 60)
        second = await until_async(lambda: closed(SECOND), "the closure notice at the other address", 60)
    assert notice["In-Reply-To"] == message_id
    assert second["In-Reply-To"] is None
    mails = await mailboxes.mails(CLINIC)
    ours = [number for number, mail in enumerate(mails, 1) if message_id in (mail["Message-ID"], mail["In-Reply-To"])]
    assert len(ours) == 3, "the sent mail's copy, the receipt, the closure notice"
    found = await asyncio.to_thread(threads, mailboxes, CLINIC)
    assert set(ours) in top_level(found)


def top_level(threads: str) -> list[set[int]]:
    """The numbers of each whole thread: (1)(2 (3)(4)) → {1}, {2, 3, 4}."""
    found: list[set[int]] = []
    depth = 0
    for token in re.findall(r"[()]|\d+", threads):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "(" and depth == 1:
            found.append(set())
        elif token.isdigit():
            found[-1].add(int(token))
    return found


async def test_postfix_keeps_the_mail_while_recourse_is_away(
    place: Installation, mail_server: Postfix, mailboxes: Dovecot, portal_port: int
) -> None:
    message_id = "<while-away@lakeside.example>"
    await mail_in(mail_server.port, message_id, await filled_sheet(place, "away-"))

    async def deferred() -> bool:
        return mail_server.logged("status=deferred")

    await until_async(deferred, "Postfix to find nobody and keep the mail", 60)
    async with serving(place, portal_port):
        await answer_to(mailboxes, message_id)
        tickets = (await place.done("tickets", "list", "--json")).json
        letters = (await place.done("letters", "list", "--json")).json
    assert len(tickets) == len(letters) == 1
    assert len([m for m in await mailboxes.mails(CLINIC) if m["In-Reply-To"] == message_id]) == 1


async def test_an_answer_waits_for_a_relay_that_is_away(
    tmp_path: Path, mailboxes: Dovecot, portal_port: int, mail_server: Postfix
) -> None:
    relay = free_port()
    place = installation(tmp_path, relay=f"smtp://127.0.0.1:{relay}")
    await place.register(CLINIC)
    message_id = "<no-relay@lakeside.example>"
    async with serving(place) as server:
        await mail_in(server.port, message_id, await filled_sheet(place, "relay-"))

        async def waits() -> bool:
            (ticket,) = (await place.done("tickets", "list", "--json")).json or [None]
            if ticket is None:
                return False
            shown = (await place.done("tickets", "show", ticket["number"], "--json")).json
            return [notice["state"] for notice in shown["notices"]] == ["queued"]

        await until_async(waits, "the ticket with its receipt still to be sent", 60)
        async with _forwarding(relay, mail_server.port):
            answer = await answer_to(mailboxes, message_id)
    assert answer["Subject"].startswith("Ticket ")


async def test_an_answer_that_no_relay_takes_is_shown_as_undeliverable(tmp_path: Path) -> None:
    """A relay that knows only other addresses: Recourse itself, which refuses every recipient but its own."""
    other = installation(tmp_path / "other")
    other.folder.mkdir()
    async with serving(other) as refusing:
        place = installation(tmp_path, relay=f"smtp://127.0.0.1:{refusing.port}")
        await place.register(CLINIC)
        async with serving(place) as server:
            await mail_in(server.port, "<refused@lakeside.example>", await filled_sheet(place, "refused-"))

            async def undeliverable() -> bool:
                found = (await place.run("doctor", "--json")).out
                return "1 undeliverable" in found

            await until_async(undeliverable, "the notice to be undeliverable", 60)
            (ticket,) = (await place.done("tickets", "list", "--json")).json
            shown = (await place.done("tickets", "show", ticket["number"], "--json")).json
    (notice,) = shown["notices"]
    assert notice["state"] == "undeliverable"
    assert notice["error"] == "the relay refused the mail with 550"
    assert CLINIC not in json.dumps(notice["error"])


async def test_postfix_delivers_by_lmtp_as_well(place: Installation) -> None:
    """The same receiver speaks LMTP: swaks as the mail server that delivers to it."""
    port = free_port()
    sheet = await filled_sheet(place, "lmtp-")
    async with serving(_with_lmtp(place, port)):
        sent = await swaks.send(
            port, sender=CLINIC, to=PORTAL, attach=[sheet], headers=[f"From: {CLINIC}"], protocol="LMTP"
        )
        assert sent.code == 0, sent.transcript

        async def filed() -> bool:
            return bool((await place.done("tickets", "list", "--json")).json)

        await until_async(filed, "the ticket", 60)


async def test_an_unknown_recipient_is_refused_at_once(place: Installation) -> None:
    async with serving(place) as server:
        sent = await swaks.send(server.port, sender=CLINIC, to="postmaster@example.org")
    assert sent.code == 24
    assert "550" in sent.transcript


def _with_lmtp(place: Installation, port: int) -> Installation:
    (place.folder / "recourse.toml").write_text(f'lmtp_listen = "127.0.0.1:{port}"\n')
    return place


@asynccontextmanager
async def _forwarding(port: int, to: int) -> AsyncIterator[None]:
    """A relay that comes back: this port leads to Postfix from now on."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    server = await asyncio.start_server(join, "127.0.0.1", port)
    async with server:
        yield
