"""A post office between installations of Recourse and machines that write back to them, over real SMTP on loopback."""

import asyncio
import email
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import default

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

PostedMail = tuple[str, EmailMessage]
"""An envelope sender, "" for null, and a mail."""
Machine = Callable[[EmailMessage], Iterable[PostedMail]]
"""What a machine at an address says to a mail that it gets."""


@dataclass(slots=True)
class PostOffice:
    """Carries mail to installations, and to machines, whose words go to whoever wrote to them."""

    port: int = 0
    portals: dict[str, int] = field(default_factory=dict)
    """The port of the installation at each address."""
    machines: dict[str, Machine] = field(default_factory=dict)
    launder: Callable[[EmailMessage], EmailMessage] = lambda mail: mail
    """What a server on the way makes of a mail between two installations."""
    carried: list[tuple[str, str]] = field(default_factory=list)
    """From and to of every mail."""
    under_way: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        (recipient,) = envelope.rcpt_tos
        mail = email.message_from_bytes(envelope.content, policy=default)
        sender = _address(mail)
        self.carried.append((sender, recipient))
        for mail_from, to, passed in self._what_follows(mail, sender, recipient):
            self.under_way += 1
            task = asyncio.create_task(self._pass_on(mail_from, to, passed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return "250 2.0.0 taken"

    def _what_follows(self, mail: EmailMessage, sender: str, recipient: str) -> Sequence[tuple[str, str, EmailMessage]]:
        if machine := self.machines.get(recipient):
            return [(mail_from, sender, said) for mail_from, said in machine(mail)]
        if recipient in self.portals:
            return [(sender, recipient, self.launder(mail))]
        return []

    async def post(self, mail: EmailMessage, to: str, mail_from: str | None = None) -> None:
        """Hand a mail to the installation at an address."""
        envelope_sender = _address(mail) if mail_from is None else mail_from
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.portals[to], start_tls=False) as client:
            await client.sendmail(envelope_sender, [to], mail.as_bytes(policy=WIRE))

    async def _pass_on(self, mail_from: str, to: str, mail: EmailMessage) -> None:
        try:
            await self.post(mail, to, mail_from)
        finally:
            self.under_way -= 1

    def to(self, address: str) -> int:
        """How many mails came for this address."""
        return sum(recipient == address for _, recipient in self.carried)


def _address(mail: EmailMessage) -> str:
    address: str = mail["From"].addresses[0].addr_spec
    return address


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """Open one, listening on a loopback port for what installations relay."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, hostname="relay.example", loop=loop), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
