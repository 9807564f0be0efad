"""The mail channel outward: one notice becomes one mail, handed to the relay or put into a Maildir.

Our answers speak for a machine and say so (RFC 3834): Auto-Submitted, a loop mark, and nothing of what the submitter
wrote. Their envelope sender is a bounce address (`mailin.return_address`) that answers nothing.
"""

import asyncio
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import aiosmtplib

from complaints.errors import RecourseError, Unavailable
from mailin.machines import LOOP_HEADER
from tickets.ports import Attachment

SEND_TIMEOUT = 60.0
SPEAKER = "Provider Resolution intake"
UNFOLDED = policy.SMTP.clone(max_line_length=400)
"""A subject stays on its line: folded, some programs show it with a blank in front."""


class Refused(RecourseError):
    """The relay will not take this mail, now or ever (5xx)."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A rendered notice with where it goes. Message-IDs carry their angle brackets; `envelope_from` is "" for the null
    sender."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    date: datetime
    envelope_from: str = ""
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()


class MailCarrier(Protocol):
    """Takes one mail off our hands. Raises Unavailable (try again) or Refused (never)."""

    async def send(self, mail: OutgoingMail) -> None: ...


def compose(mail: OutgoingMail, mail_address: str) -> bytes:
    """The mail as it goes over the wire: text and HTML twins, then the sheets."""
    message = EmailMessage(policy=policy.SMTP)
    local, _, domain = mail_address.rpartition("@")
    message["From"] = Address(SPEAKER, local, domain)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
        message["References"] = " ".join(dict.fromkeys([*mail.references, mail.in_reply_to]))
    message["Auto-Submitted"] = "auto-replied" if mail.in_reply_to else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[LOOP_HEADER] = mail_address
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.body, maintype=main, subtype=sub, filename=attachment.name)
    return message.as_bytes(policy=UNFOLDED)


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP server that takes our mail onward: in clear on this machine, elsewhere with STARTTLS where offered."""

    host: str
    port: int
    mail_address: str

    async def send(self, mail: OutgoingMail) -> None:
        relay = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=SEND_TIMEOUT,
            local_hostname=self.mail_address.rpartition("@")[2],
            start_tls=False if _is_this_machine(self.host) else None,
        )
        try:
            async with relay:
                await relay.sendmail(mail.envelope_from, [mail.to], compose(mail, self.mail_address))
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _told(error.recipients[0].code) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _told(error.code) from error
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise Unavailable(
                f"the relay {self.host}:{self.port} cannot be reached ({type(error).__name__})"
            ) from error


@dataclass(frozen=True, slots=True)
class Maildir:
    """A folder of mails, for trying Recourse out and for machines whose mail is picked up from a folder."""

    path: str
    mail_address: str

    async def send(self, mail: OutgoingMail) -> None:
        name = mail.message_id.strip("<>").replace("/", "-")
        delivered = f"Return-Path: <{mail.envelope_from}>\r\n".encode()
        await asyncio.to_thread(self._write, name, delivered + compose(mail, self.mail_address))

    def _write(self, name: str, body: bytes) -> None:
        """Durable, and once: a mail that is there already, read or unread, is not put there again."""
        root = Path(self.path)
        try:
            for folder in ("tmp", "new", "cur"):
                (root / folder).mkdir(parents=True, exist_ok=True)
            if (root / "new" / name).exists() or any((root / "cur").glob(f"{name}*")):
                return
            with (root / "tmp" / name).open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            (root / "tmp" / name).rename(root / "new" / name)
        except OSError as error:
            raise Unavailable(f"cannot write to the Maildir {self.path}: {error.strerror}") from error


def open_carrier(relay: str, mail_address: str) -> MailCarrier:
    """The carrier for a checked RECOURSE_RELAY."""
    if relay.startswith("maildir:"):
        return Maildir(relay.removeprefix("maildir:"), mail_address)
    parts = urlsplit(relay)
    return Relay(parts.hostname or "", parts.port or 25, mail_address)


def _is_this_machine(host: str) -> bool:
    """A mail server on this machine often offers STARTTLS with a certificate of its own making: no use."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _told(code: int) -> RecourseError:
    """What a reply code means for us: 5xx is for good. The server's words may repeat an address, so only the code."""
    if 500 <= code < 600:
        return Refused(f"the relay refused the mail with {code}")
    return Unavailable(f"the relay deferred the mail with {code}")
