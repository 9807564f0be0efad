"""Taking mail in by SMTP or LMTP. A mail is answered 250 only after `store` has returned: from then on it is ours.

aiosmtpd speaks the protocol; this module adds what it leaves open: caps, a strict envelope, bulk DATA, a store that
is never cut off, and an orderly end.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from complaints.errors import SettingsError, Unavailable
from mailin.addresses import envelope_address
from mailin.arriving import Kept, Received, Refused, Store, Taken, TryAgain, Way
from mailin.bulk_data import DataFault, Room, Share, read_data

log = logging.getLogger(__name__)

_SHUTTING_DOWN = "421 4.3.2 Shutting down, come back in a minute"
_NOT_STORED = "451 4.3.0 Could not be stored just now, send it again later"
_NO_ROOM = "452 4.3.1 Too much mail at once, send it again later"
_TOO_LARGE = "552 5.3.4 The mail is larger than {limit} bytes"
# Behind a queueing MTA a 5xx after DATA becomes a bounce to a sender who may be forged, so LMTP hears a 4xx.
_TOO_LARGE_LMTP = "452 4.3.4 The mail is larger than {limit} bytes"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the receiver bears. Sizes are bytes, times seconds."""

    max_size: int = 25 * 1024 * 1024
    """The largest mail; announced as SIZE, 552 beyond it."""
    max_bytes_in_flight: int = 128 * 1024 * 1024
    """Bytes of all mails that are being read or stored; 452 beyond it."""
    max_recipients: int = 10
    """RCPT commands accepted in one transaction (all name the same mailbox); 452 beyond it."""
    max_connections: int = 200
    """Open connections; 421 beyond it."""
    max_per_peer: int = 20
    """Open connections of one address; 421 beyond it. Not asked in LMTP, where the one peer is our own MTA."""
    max_commands: int = 500
    """Times that one connection may send the same command; 421 beyond it."""
    timeout: float = 300
    """Time for one command, and for the whole of one DATA. Storing is not counted."""


Accepts = Callable[[str], str | None]
"""The recipient to store for a recipient as it was written; None: no such mailbox here (550)."""


def only(mail_address: str) -> Accepts:
    """Accepts this one address, however it is written."""

    def accepts(written: str) -> str | None:
        return mail_address if written.lower() == mail_address.lower() else None

    return accepts


class Receiver:
    """A listening server with its connections. Made by `start_receiver`."""

    def __init__(self, mail_address: str, store: Store, limits: Limits, *, lmtp: bool, accepts: Accepts) -> None:
        self.mail_address = mail_address
        self.accepts = accepts
        self.limits = limits
        self.lmtp = lmtp
        self.room = Room(limits.max_bytes_in_flight)
        self.closing = False
        self.sessions: set[_Session] = set()
        self.per_peer: Counter[str] = Counter()
        self._store = store
        self._stores: set[asyncio.Task[str]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        """The port it listens on; of use when it was asked for port 0."""

    async def listen(self, host: str, port: int) -> None:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Door(self), host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    def begin_store(self, received: Received, share: Share) -> asyncio.Task[str]:
        """Store in a task of its own, which outlives the connection; its result is the reply to the client."""
        task = asyncio.get_running_loop().create_task(self._keep(received, share))
        self._stores.add(task)
        task.add_done_callback(self._stores.discard)
        return task

    async def _keep(self, received: Received, share: Share) -> str:
        try:
            taken = await self._store(received)
        except Unavailable as error:
            log.warning("a mail of %d bytes was not stored: %s", len(received.raw), _where(error))
            return _NOT_STORED
        except asyncio.CancelledError as error:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            log.error("a mail of %d bytes was not stored: %s", len(received.raw), _where(error))  # noqa: TRY400
            return _NOT_STORED
        except Exception as error:  # noqa: BLE001  a surprise must not cost the sender the mail
            log.error("a mail of %d bytes was not stored: %s", len(received.raw), _where(error))  # noqa: TRY400
            return _NOT_STORED
        finally:
            share.give_back()
        return _reply(taken, len(received.raw))

    async def close(self, grace: float) -> None:
        """Stop listening; let mails that are being sent or stored finish for `grace` seconds; then hang up.

        A store that is still under way after that goes on, is not cancelled, and its client has heard no 250.
        """
        self.closing = True
        if self._server is not None:
            self._server.close()
        for session in tuple(self.sessions):
            if not session.in_data:
                session.hang_up(_SHUTTING_DOWN)
        tasks = {session.task for session in self.sessions}
        await _wait(tasks | self._stores, grace)
        for session in tuple(self.sessions):
            session.abort()
        await _wait(tasks, None)
        if self._stores:
            log.warning("%d mails were still being stored at the end", len(self._stores))
        if self._server is not None:
            await self._server.wait_closed()


def _reply(taken: Taken, size: int) -> str:
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
            return f"550 {why}"


async def start_receiver(
    listen: str,
    mail_address: str,
    store: Store,
    limits: Limits | None = None,
    *,
    lmtp: bool = False,
    accepts: Accepts | None = None,
) -> Receiver:
    """Listen on "host:port" for mail to `mail_address`. Raises SettingsError when that is impossible.

    `accepts` says which recipients are ours; without it only `mail_address` is.
    """
    # aiosmtpd logs what clients say, and a client that loses step says the lines of a mail.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"{listen!r} is not an address to listen on; write host:port, for example 127.0.0.1:2525")
    receiver = Receiver(mail_address, store, limits or Limits(), lmtp=lmtp, accepts=accepts or only(mail_address))
    try:
        await receiver.listen(host.strip("[]"), int(port))
    except OSError as error:
        why = str(error.strerror or error).rpartition("): ")[2]  # asyncio says the address again before it
        raise SettingsError(f"cannot listen on {listen}: {why}") from error
    return receiver


class _Door(asyncio.Protocol):
    """Counts who comes in, and hands the connection to a session or says 421."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)
        refusal = self._refusal(_peer(transport))
        if refusal:
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        session: _Session = (_LmtpSession if self._receiver.lmtp else _Session)(self._receiver)
        transport.set_protocol(session)
        session.connection_made(transport)

    def _refusal(self, peer: str) -> str:
        receiver, limits = self._receiver, self._receiver.limits
        if receiver.closing:
            return _SHUTTING_DOWN
        if len(receiver.sessions) >= limits.max_connections:
            return "421 4.3.2 Too many connections, come back later"
        if not receiver.lmtp and receiver.per_peer[peer] >= limits.max_per_peer:
            return "421 4.7.0 Too many connections from your address, come back later"
        return ""


class _Hooks:
    """aiosmtpd's questions to whoever uses it."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        recipient = self._receiver.accepts(address)
        if recipient is None:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= self._receiver.limits.max_recipients:
            return "452 4.5.3 Too many recipients"
        if envelope.rcpt_tos and (envelope.mail_from == "<>" or recipient not in envelope.rcpt_tos):
            return "452 4.5.3 One recipient at a time"  # it comes again for the other one
        envelope.rcpt_tos.append(recipient)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail session was surprised: %s", _where(error))
        return "451 4.3.0 Something went wrong here, try again later"


class _Session(SMTP):
    """One connection."""

    line_length_limit = 64 * 1024  # here only how much is read at a time

    def __init__(self, receiver: Receiver) -> None:
        # The library shares one dict between all connections, and each EHLO raises its limits.
        self.command_size_limits = defaultdict(lambda: SMTP.command_size_limit)
        super().__init__(
            _Hooks(receiver),
            data_size_limit=receiver.limits.max_size,
            enable_SMTPUTF8=True,  # without it a non-ASCII command may get no reply at all
            hostname=receiver.mail_address.rpartition("@")[2],
            ident="Recourse",
            timeout=receiver.limits.timeout,
            command_call_limit=receiver.limits.max_commands,
            loop=asyncio.get_running_loop(),
        )
        self._receiver = receiver
        self._peer = ""
        self._storing = False
        self._client_has_ended = False
        self.in_data = False

    @property
    def task(self) -> "asyncio.Task[None]":
        return cast("asyncio.Task[None]", self._handler_coroutine)

    @property
    def _mail(self) -> Envelope:
        return cast(Envelope, self.envelope)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._peer = _peer(transport)
        self._receiver.sessions.add(self)
        self._receiver.per_peer[self._peer] += 1
        self.task.add_done_callback(_tell_surprise)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._receiver.sessions.discard(self)
        self._receiver.per_peer[self._peer] -= 1
        if not self._receiver.per_peer[self._peer]:
            del self._receiver.per_peer[self._peer]

    def eof_received(self) -> bool | None:
        if self._storing:
            self._client_has_ended = True
            return True  # it says no more, but still waits for our reply
        return super().eof_received()

    def hang_up(self, reply: str) -> None:
        if self.transport is not None:
            cast(asyncio.Transport, self.transport).write(reply.encode() + b"\r\n")
            self.transport.close()

    def abort(self) -> None:
        if self.transport is not None:
            cast(asyncio.Transport, self.transport).abort()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return envelope_address(arg) or (None, None)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if not self._mail.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT first")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        elif self._receiver.room.free <= 0:
            await self.push(_NO_ROOM)
        else:
            self.in_data = True
            try:
                await self.push("354 End data with <CR><LF>.<CR><LF>")
                await self._answer(await self._take_mail())
            finally:
                self.in_data = False

    async def _take_mail(self) -> str:
        """Read one mail and have it stored; the reply to it."""
        limit = self._receiver.limits.max_size
        share = Share(self._receiver.room)
        try:
            data = await read_data(self._reader, limit, share)
        except BaseException:
            share.give_back()
            raise
        if data is DataFault.NO_ROOM:
            return _NO_ROOM
        if isinstance(data, DataFault):
            return (_TOO_LARGE_LMTP if self._receiver.lmtp else _TOO_LARGE).format(limit=limit)
        sender = self._mail.mail_from or ""
        received = Received(
            raw=data,
            mail_from="" if sender == "<>" else sender,
            recipient=self._mail.rcpt_tos[0],
            peer=self._peer,
            received=datetime.now(UTC),
            helo=str(getattr(self.session, "host_name", None) or ""),
            way=Way.LMTP if self._receiver.lmtp else Way.SMTP,
        )
        # From here on nothing cuts it short: no timer, no lost connection. A client that waits longer than it wants
        # leaves by itself, and its second copy is recognised.
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._storing = True
        try:
            return await asyncio.shield(self._receiver.begin_store(received, share))
        finally:
            self._storing = False

    async def _answer(self, reply: str) -> None:
        """LMTP is answered once for each accepted RCPT (RFC 2033, 4.2), SMTP once."""
        times = len(self._mail.rcpt_tos) if self._receiver.lmtp else 1
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push("\r\n".join([reply] * times))
        if self._receiver.closing:
            self.hang_up(_SHUTTING_DOWN)
        elif self._client_has_ended and self.transport is not None:
            self.transport.close()


class _LmtpSession(_Session, LMTP):
    """The same behind an MTA."""


def _peer(transport: asyncio.BaseTransport) -> str:
    name = transport.get_extra_info("peername")
    return str(name[0]) if name else ""


def _where(error: BaseException) -> str:
    """The kind of an exception and where it was raised, never its text: that may hold what was in the mail."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "an unknown place"
    return f"{type(error).__name__} at {place}"


def _tell_surprise(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ConnectionError):
        log.error("a mail session broke off: %s", _where(error))


async def _wait(tasks: set[Any], timeout: float | None) -> None:  # noqa: ASYNC109
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)
