"""The real parts themselves: what the flow tests build on works here."""

import asyncio
import contextlib
import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts import libreoffice, swaks
from tests.parts.dovecot import Dovecot, dovecot
from tests.parts.postfix import Postfix, postfix
from tests.parts.waiting import free_port, until_async

PORTAL = "portal@example.org"
CLINIC = "clinic@example.org"


@dataclass
class Sink:
    """The smallest receiver: stands where Recourse will stand."""

    got: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got.append(envelope)
        return "250 2.0.0 kept"


@dataclass(frozen=True)
class Mail:
    postfix: Postfix
    mailboxes: Dovecot
    portal_port: int


@pytest.fixture(scope="module")
def mail() -> Iterator[Mail]:
    portal_port = free_port()
    with (
        dovecot() as mailboxes,
        postfix(portal=PORTAL, portal_port=portal_port, mailboxes=mailboxes) as server,
    ):
        yield Mail(server, mailboxes, portal_port)


async def test_mail_to_a_clinic_is_read_over_imap(mail: Mail, tmp_path: Path) -> None:
    sheet = tmp_path / "claims.csv"
    sheet.write_text("MCO,Tracking number\n")
    sent = await swaks.send(mail.postfix.port, sender=PORTAL, to=CLINIC, subject="Ticket", attach=[sheet])
    assert sent.code == 0, sent.transcript

    (arrived,) = await until_async(lambda: mail.mailboxes.mails(CLINIC), "the mail in the clinic's mailbox")
    assert arrived["Subject"] == "Ticket"
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["claims.csv"]


@contextlib.asynccontextmanager
async def portal(mail: Mail) -> AsyncIterator[Callable[[], Awaitable[list[Envelope]]]]:
    """A sink that listens where Recourse would; what it gives is awaited for the mails that came."""
    sink = Sink()
    loop = asyncio.get_running_loop()

    async def arrived() -> list[Envelope]:
        return sink.got

    async with await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", mail.portal_port):
        yield arrived


async def test_mail_to_the_portal_goes_to_the_portals_port(mail: Mail) -> None:
    async with portal(mail) as arrived:
        sent = await swaks.send(mail.postfix.port, sender=CLINIC, to=PORTAL, headers=["X-Made-By: swaks"])
        assert sent.code == 0, sent.transcript
        (envelope,) = await until_async(arrived, "the mail at the portal's port")
    assert (envelope.mail_from, envelope.rcpt_tos) == (CLINIC, [PORTAL])
    assert isinstance(envelope.content, bytes)
    assert b"X-Made-By: swaks" in envelope.content


async def test_the_postfix_lines_that_we_ship_let_no_second_mail_through_a_bare_line_feed(mail: Mail) -> None:
    inner = b"MAIL FROM:<forged@example.org>\r\nRCPT TO:<portal@example.org>\r\nDATA\r\nSubject: inner\r\n\r\nforged"
    dialogue = [
        b"XCLIENT ADDR=192.0.2.10",  # from outside: for its own networks Postfix makes an exception
        b"HELO mail.example.org",
        b"MAIL FROM:<clinic@example.org>",
        b"RCPT TO:<portal@example.org>",
        b"DATA",
        b"Subject: outer\r\n\r\nfirst\n.\r\n" + inner + b"\r\n.",
    ]
    async with portal(mail) as arrived:
        reader, writer = await asyncio.open_connection("127.0.0.1", mail.postfix.port)
        replies = [await reader.readline()]
        for said in dialogue:
            writer.write(said + b"\r\n")
            replies.append(await reader.readline())
        writer.close()
        await writer.wait_closed()
        assert [reply[:3] for reply in replies] == [b"220", b"220", b"250", b"250", b"250", b"354", b"250"]
        (envelope,) = await until_async(arrived, "the outer mail at the portal's port")
    assert envelope.mail_from == CLINIC
    assert isinstance(envelope.content, bytes)
    assert b"MAIL FROM:<forged@example.org>" in envelope.content


async def test_libreoffice_saves_a_workbook(tmp_path: Path) -> None:
    source = tmp_path / "sheet.csv"
    with source.open("w", newline="") as out:
        csv.writer(out).writerows([["MCO", "Rows"], ["Meridian", 3]])
    saved = await libreoffice.save_as(source, tmp_path)
    with contextlib.closing(openpyxl.load_workbook(saved)) as book:
        assert list(book.worksheets[0].iter_rows(values_only=True)) == [("MCO", "Rows"), ("Meridian", 3)]
