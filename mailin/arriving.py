"""A mail as it arrives by any way, and what is said to whoever brings it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How a mail came to us. The values are words of the database."""

    SMTP = "smtp"  # the sender's own server, or ours before its queue: a refusal reaches the real client
    LMTP = "lmtp"  # our own mail server, out of its queue: what we refuse it would bounce, perhaps to somebody forged
    PIPE = "pipe"  # our own mail server, out of its queue, by `recourse letters take`
    PICKUP = "pickup"  # fetched from a mailbox by IMAP


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it arrived. `raw` is exactly what was sent, CR LF kept, stuffed dots taken out.

    `mail_from` is the envelope sender, "" for the null sender; `recipient` our own address as configured, or a bounce
    address of ours as it was written; `peer` the IP address of the client that brought it to us or, when one of our own
    mail servers says whom it had it from (XFORWARD), of that client; "" when nobody knows. `received` is the moment it
    arrived, in UTC: the moment a complaint counts as filed.
    """

    raw: bytes
    mail_from: str
    recipient: str
    peer: str
    received: datetime
    helo: str = ""
    """What that client called itself."""
    way: Way = Way.SMTP
    tls: bool = False
    """It came to us encrypted."""
    handed_over_by: str = ""
    """The IP address of our own mail server that brought it ("unix" for a local socket); "" when the client came by
    itself."""

    @property
    def faces_client(self) -> bool:
        """A refusal reaches who sent it, and nobody else."""
        return self.way is Way.SMTP


@dataclass(frozen=True, slots=True)
class Kept:
    """It is durable: from now on it is ours."""

    letter: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    """It is not kept, and may be later (451). `why` is one line of ASCII without member data."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not kept, for good (550). Only for a mail that faces its client."""

    why: str


Taken = Kept | TryAgain | Refused
Store = Callable[[Received], Awaitable[Taken]]
"""Makes a mail durable, or says why not. Whatever it raises, the client is told to come back (451)."""
