"""What all connections of one listening place share, and storing, which outlives any of them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from complaints.errors import Unavailable
from mailin.arriving import Kept, Received, Refused, Store, Taken, TryAgain, Way
from mailin.bulk_data import Room, Share
from mailin.receiving.certificate import Certificate
from mailin.receiving.crowd import Crowd, Networks, is_one_of
from mailin.receiving.limits import Limits

log = logging.getLogger(__name__)

_NOT_STORED = "451 4.3.0 Could not be stored just now, send it again later"

Accepts = Callable[[str], str | None]
"""The recipient to store for a recipient as it was written; None: no such mailbox here (550)."""


def only(mail_address: str) -> Accepts:
    """Accepts this one address, however it is written."""

    def accepts(written: str) -> str | None:
        return mail_address if written.lower() == mail_address.lower() else None

    return accepts


class Watch(Protocol):
    """Is told what happens, to count it."""

    def answered(self, way: Way, code: str) -> None:
        """A mail was heard to its end and answered with this code."""

    def limited(self, limit: str) -> None:
        """Somebody went beyond the limit of this name and was told to come back."""


class Unwatched:
    """Nobody counts."""

    def answered(self, way: Way, code: str) -> None: ...

    def limited(self, limit: str) -> None: ...


def no_pressure() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is let in, and how. All of it but the address may be left as it is."""

    mail_address: str
    accepts: Accepts
    limits: Limits = field(default_factory=Limits)
    lmtp: bool = False
    trusted: Networks = ()
    """Our own mail servers: their XFORWARD is believed, and they are not counted as peers. A client on a local socket
    is always one of them."""
    certificate: Certificate | None = None
    """STARTTLS is offered."""
    require_tls: bool = False
    """No mail without STARTTLS, except from this machine."""
    pressure: Callable[[], str] = no_pressure
    """The name of a limit of the machine that is reached now, for example "free_disk"; "" when none is."""
    watch: Watch = field(default_factory=Unwatched)

    @property
    def way(self) -> Way:
        return Way.LMTP if self.lmtp else Way.SMTP

    def is_ours(self, peer: str) -> bool:
        """Whether this is one of our own mail servers."""
        return is_one_of(peer, self.trusted)


class Connection(Protocol):
    """One client, as far as the end of all is concerned."""

    @property
    def in_data(self) -> bool:
        """A mail is being sent."""

    @property
    def task(self) -> "asyncio.Task[None]":
        """Ends with the connection."""

    def hang_up(self, reply: str) -> None: ...

    def abort(self) -> None: ...


class Service:
    """One for each listening place."""

    def __init__(self, rules: Rules, store: Store) -> None:
        self.rules = rules
        capacity = rules.limits.max_bytes_in_flight
        self.room = Room(capacity, max(capacity // 4, rules.limits.max_size))
        self.crowd = Crowd(rules.limits.max_letters, rules.limits.letters_period)
        self.sessions: set[Connection] = set()
        self.stores: set[asyncio.Task[str]] = set()
        self.closing = False
        self._store = store

    def begin_store(self, received: Received, share: Share) -> asyncio.Task[str]:
        """Store in a task of its own, which outlives the connection; its result is the reply to the client."""
        task = asyncio.get_running_loop().create_task(self._keep(received, share))
        self.stores.add(task)
        task.add_done_callback(self.stores.discard)
        return task

    async def _keep(self, received: Received, share: Share) -> str:
        try:
            taken = await self._store(received)
        except Unavailable as error:
            log.warning("a mail of %d bytes was not stored: %s", len(received.raw), where(error))
            return _NOT_STORED
        except asyncio.CancelledError as error:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            log.error("a mail of %d bytes was not stored: %s", len(received.raw), where(error))  # noqa: TRY400
            return _NOT_STORED
        except Exception as error:  # noqa: BLE001  a surprise must not cost the sender the mail
            log.error("a mail of %d bytes was not stored: %s", len(received.raw), where(error))  # noqa: TRY400
            return _NOT_STORED
        finally:
            share.give_back()
        return self._reply(taken, len(received.raw))

    def _reply(self, taken: Taken, size: int) -> str:
        """What the client is told."""
        match taken:
            case Kept(letter):
                log.info("letter %d kept, %d bytes", letter, size)
                return f"250 2.0.0 kept as letter {letter}"
            case TryAgain(why):
                log.info("a mail of %d bytes was deferred: %s", size, why)
                return f"451 {why}"
            case Refused(why):
                log.info("a mail of %d bytes was refused: %s", size, why)
                # out of a queue it would become a bounce to a sender who may be forged
                return f"451 {why}" if self.rules.lmtp else f"550 {why}"


def where(error: BaseException) -> str:
    """The kind of an exception and where it was raised, never its text: that may hold what was in the mail."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "an unknown place"
    return f"{type(error).__name__} at {place}"
