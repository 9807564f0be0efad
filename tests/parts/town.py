"""Everybody around Recourse: a Postfix that mails come through and answers leave by, and the mailboxes of a clinic."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

from tests.parts import swaks
from tests.parts.dovecot import Dovecot, dovecot
from tests.parts.postfix import Postfix, postfix
from tests.parts.program import PORTAL, Installation
from tests.parts.waiting import free_port, until_async

CLINIC = "billing@lakeside.example"
SECOND = "office@lakeside.example"
OUTSIDE = "192.0.2.10"
"""Where the clinic's mail server stands, as Postfix is made to see it."""


@dataclass(frozen=True, slots=True)
class Town:
    mailboxes: Dovecot
    postfix: Postfix
    portal_port: int
    """Where Postfix looks for Recourse."""
    clinic: str = CLINIC
    """Who writes to us."""

    def of(self, clinic: str) -> "Town":
        """The same town for another clinic."""
        return replace(self, clinic=clinic)

    def answering(self, place: Installation) -> Installation:
        """The installation with Postfix as its relay."""
        return replace(place, relay=f"smtp://127.0.0.1:{self.postfix.port}")

    async def mail_in(self, port: int, message_id: str, sheet: Path, headers: Sequence[str] = ()) -> None:
        """The clinic mails a sheet, by swaks. Through Postfix it comes from outside."""
        sent = await swaks.send(
            port, sender=self.clinic, to=PORTAL, attach=[sheet],
            headers=[f"Message-Id: {message_id}", f"From: {self.clinic}", *headers],
            client=OUTSIDE if port == self.postfix.port else None,
        )  # fmt: skip
        assert sent.code == 0, sent.transcript

    async def keep_copy(self, message_id: str, headers: Sequence[str]) -> EmailMessage:
        """What the clinic sent, in its own mailbox, as its mail program keeps it."""
        copy = EmailMessage()
        for line in (
            f"From: {self.clinic}",
            f"To: {PORTAL}",
            "Subject: A complaint",
            f"Message-ID: {message_id}",
            *headers,
        ):
            name, _, value = line.partition(": ")
            copy[name] = value
        copy.set_content("The sheet is attached.")
        await asyncio.to_thread(self.mailboxes.put, self.clinic, copy.as_bytes())
        return copy

    async def answers(self, message_id: str | None, address: str | None = None) -> list[EmailMessage]:
        """The mails in the clinic's inbox, or in another one, that answer this mail (None: that answer none)."""
        return [m for m in await self.mailboxes.mails(address or self.clinic) if m["In-Reply-To"] == message_id]

    async def answer_to(self, message_id: str | None, subject: str, address: str | None = None) -> EmailMessage:
        """The one answer whose subject begins so, when it has come."""

        async def look() -> list[EmailMessage]:
            return [m for m in await self.answers(message_id, address) if m["Subject"].startswith(subject)]

        (answer,) = await until_async(look, f"the answer to {message_id}")
        return answer

    async def logged(self, server: Postfix, *texts: str) -> None:
        """Wait until the server's log has each of these texts."""

        async def look() -> bool:
            return all(server.logged(text) for text in texts)

        await until_async(look, f"{texts} in Postfix's log")

    @contextmanager
    def another_postfix(self, protocol: str) -> Iterator[tuple[Postfix, int]]:
        """A second one, that looks for Recourse at another port and speaks this protocol there."""
        port = free_port()
        with postfix(portal=PORTAL, portal_port=port, mailboxes=self.mailboxes, protocol=protocol) as server:
            yield server, port


@contextmanager
def town() -> Iterator[Town]:
    portal_port = free_port()
    with dovecot() as mailboxes, postfix(portal=PORTAL, portal_port=portal_port, mailboxes=mailboxes) as server:
        yield Town(mailboxes, server, portal_port)
