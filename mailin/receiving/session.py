"""One connection that brings mail. aiosmtpd speaks the protocol; here is what it leaves open: a strict envelope, bulk
DATA, the limits, whom it believes about the client, and a store that is never cut off."""

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

from mailin.addresses import envelope_address
from mailin.arriving import Received
from mailin.bulk_data import DataFault, Share, read_data
from mailin.receiving.crowd import UNIX, is_on_this_machine, key_of
from mailin.receiving.service import Service, where
from mailin.receiving.xforward import ATTRIBUTES, Forwarded, plain_helo, read_xforward

log = logging.getLogger(__name__)

SHUTTING_DOWN = "421 4.3.2 Shutting down, come back in a minute"
_NO_ROOM = "452 4.3.1 Too much mail at once, send it again later"
_PRESSED = "451 4.3.1 Not enough room here just now, send it again later"
_TOO_MANY = "451 4.7.0 Too many connections from your address, send it again later"
_TOO_OFTEN = "451 4.7.1 Too much mail from your address, send it again later"
_NO_MAIL = "421 4.7.0 Too many commands without a mail, come back later"
_NOT_ENCRYPTED = "530 5.7.0 Must issue a STARTTLS command first"
_TOO_LARGE = "552 5.3.4 The mail is larger than {limit} bytes"
# Behind a queueing MTA a 5xx becomes a bounce to a sender who may be forged, so LMTP hears a 4xx.
_NOT_ENCRYPTED_LMTP = "451 4.7.0 Must issue a STARTTLS command first"
_TOO_LARGE_LMTP = "452 4.3.4 The mail is larger than {limit} bytes"
_LONG_COMMAND = b"500 Command line too long"

_FOR_REPORTS = frozenset({"RET", "ENVID", "NOTIFY", "ORCPT"})


class _Hooks:
    """aiosmtpd's questions to whoever uses it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [line for line in responses if not line.startswith("250-AUTH")]  # nobody logs in here
        if server.is_ours:
            offered.insert(-1, f"250-XFORWARD {' '.join(ATTRIBUTES)}")
        return offered

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        rules = self._service.rules
        recipient = rules.accepts(address)
        if recipient is None:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= rules.limits.max_recipients:
            return "452 4.5.3 Too many recipients"
        if envelope.rcpt_tos and (envelope.mail_from == "<>" or recipient not in envelope.rcpt_tos):
            return "452 4.5.3 One recipient at a time"  # it comes again for the other one
        envelope.rcpt_tos.append(recipient)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail session was surprised: %s", where(error))
        return "451 4.3.0 Something went wrong here, try again later"


class Session(SMTP):
    """One connection."""

    line_length_limit = 64 * 1024  # here only how much is read at a time

    def __init__(self, service: Service) -> None:
        rules = service.rules
        # The library shares one dict between all connections, and each EHLO raises its limits.
        self.command_size_limits = defaultdict(lambda: SMTP.command_size_limit)
        self._service = service
        self._peer = ""
        self._forwarded: Forwarded | None = None
        self._storing = False
        self._client_has_ended = False
        self._is_counted = False
        self._cut: asyncio.TimerHandle | None = None
        self._commands = -1  # answered since the last mail; the greeting answers none
        self.is_ours = False
        """The peer is one of our own mail servers."""
        self.in_data = False
        super().__init__(
            _Hooks(service),
            data_size_limit=rules.limits.max_size,
            enable_SMTPUTF8=True,  # without it a non-ASCII command may get no reply at all
            hostname=rules.mail_address.rpartition("@")[2],
            ident="Recourse",
            timeout=rules.limits.timeout,
            command_call_limit=rules.limits.max_commands,
            tls_context=rules.certificate.context() if rules.certificate else None,
            loop=asyncio.get_running_loop(),
        )

    @property
    def task(self) -> "asyncio.Task[None]":
        return cast("asyncio.Task[None]", self._handler_coroutine)

    @property
    def _mail(self) -> Envelope:
        return cast(Envelope, self.envelope)

    @property
    def _is_encrypted(self) -> bool:
        return self._tls_protocol is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._is_encrypted:
            return  # the same connection again, after the handshake
        self._peer = peer_of(transport)
        self.is_ours = self._service.rules.is_ours(self._peer)
        self._service.sessions.add(self)
        self._service.crowd.enter(self._peer)
        self._is_counted = True
        self.task.add_done_callback(_tell_surprise)

    def connection_lost(self, error: Exception | None) -> None:
        if self._cut is not None:
            self._cut.cancel()
        if not self._is_counted:
            return  # a handshake that failed is told twice
        self._is_counted = False
        self._forget_client()
        super().connection_lost(error)
        self._service.sessions.discard(self)
        self._service.crowd.leave(self._peer)

    def eof_received(self) -> bool | None:
        if self._storing and not self._is_encrypted:
            self._client_has_ended = True
            return True  # it says no more, but still waits for our reply
        return super().eof_received()

    def hang_up(self, reply: str) -> None:
        if self.transport is not None and not self.transport.is_closing():
            cast(asyncio.Transport, self.transport).write(reply.encode() + b"\r\n")
        self._end()

    def _end(self) -> None:
        """Close, which waits until the client has taken all that it was told; and cut it off when it does not."""
        if self.transport is not None:
            self.transport.close()
            if self._cut is None:
                self._cut = self.loop.call_later(self._service.rules.limits.linger, self.abort)

    def _timeout_cb(self) -> None:
        self._end()

    def abort(self) -> None:
        transport = self._original_transport or self.transport  # below TLS, which would say good-bye first
        if transport is not None:
            cast(asyncio.Transport, transport).abort()

    async def push(self, status: str | bytes) -> None:
        reply = status.encode() if isinstance(status, str) else status
        rules = self._service.rules
        if not (self.in_data or self.is_ours or rules.lmtp or reply[3:4] == b"-"):
            self._commands += 1
            if self._commands > rules.limits.max_commands_without_mail:
                rules.watch.limited("commands")
                self.hang_up(_NO_MAIL)
                raise ConnectionResetError  # what it has sent already is not read
        await super().push(reply)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return envelope_address(arg) or (None, None)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        """Without what only says whether to send delivery notifications (RFC 3461): we send none. A Postfix before its
        queue passes that on though we do not announce it, and a 555 would be the end of the mail."""
        known = super()._getparams(params)
        return None if known is None else {name: said for name, said in known.items() if name not in _FOR_REPORTS}

    def _set_rset_state(self) -> None:
        super()._set_rset_state()  # type: ignore[no-untyped-call]
        self._forget_client()

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        if self._is_encrypted:
            await self.push("503 5.5.1 Encrypted already")
            return
        await super().smtp_STARTTLS(arg)
        if self._tls_protocol is not None and getattr(self.session, "ssl", None) is None:
            # The client left during the handshake, and asyncio tells that to nobody.
            self.connection_lost(None)
            raise ConnectionResetError

    async def smtp_AUTH(self, _arg: str | None) -> None:  # noqa: N802
        await self.push("502 5.5.1 Nobody logs in here")

    async def smtp_XFORWARD(self, arg: str | None) -> None:  # noqa: N802
        if not self.is_ours:
            await self.push("550 5.7.0 Not from you")
        elif self._mail.mail_from is not None:
            await self.push("503 5.5.1 A mail is under way")
        elif (told := read_xforward(arg or "", self._forwarded or Forwarded())) is None:
            await self.push("501 5.5.4 Syntax: XFORWARD NAME=value ...")
        else:
            self._forget_client()
            self._forwarded = told
            self._service.crowd.enter(told.address)
            await self.push("250 2.0.0 OK")

    def _forget_client(self) -> None:
        """What was said of it held for one mail."""
        if self._forwarded is not None:
            self._service.crowd.leave(self._forwarded.address)
            self._forwarded = None

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if refusal := self._refusal():
            await self.push(refusal)
        else:
            await super().smtp_MAIL(arg)

    def _refusal(self) -> str:
        """Why no mail may come now; "" when it may. Each can be mended by coming back."""
        rules = self._service.rules
        if rules.require_tls and not self._is_encrypted and not is_on_this_machine(self._peer):
            rules.watch.limited("tls")
            return _NOT_ENCRYPTED_LMTP if rules.lmtp else _NOT_ENCRYPTED
        if pressure := rules.pressure():
            rules.watch.limited(pressure)
            return _PRESSED
        client = self._client
        if not client or rules.is_ours(client):
            return ""
        if self._service.crowd.has_brought_enough(client):
            rules.watch.limited("letters_per_peer")
            return _TOO_OFTEN
        if not rules.lmtp and self._service.crowd.connections(client) > rules.limits.max_per_peer:
            rules.watch.limited("connections_per_peer")
            return _TOO_MANY
        return ""

    @property
    def _client(self) -> str:
        """The IP address of who sends this mail; "" when nobody knows."""
        if self._forwarded is not None:
            return self._forwarded.address
        # Out of the queue of our own mail server, which has not said from whom it has the mail.
        is_handed_over = self.is_ours and (self._service.rules.lmtp or self._peer == UNIX)
        return "" if is_handed_over else self._peer

    @property
    def _holder(self) -> str:
        """Who is counted for the room that this mail takes; "" for nobody."""
        client = self._client
        return "" if not client or self._service.rules.is_ours(client) else key_of(client)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if not self._mail.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT first")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        elif refusal := self._refusal():
            await self.push(refusal)
        elif self._service.room.left_for(self._holder) <= 0:
            self._service.rules.watch.limited("bytes_in_flight")
            await self.push(_NO_ROOM)
        else:
            self._service.crowd.note_letter(self._client)
            self.in_data = True
            self._commands = 0
            try:
                await self.push("354 End data with <CR><LF>.<CR><LF>")
                await self._answer(await self._take_mail())
            finally:
                self.in_data = False

    async def _take_mail(self) -> str:
        """Read one mail and have it stored; the reply to it."""
        rules = self._service.rules
        limit = rules.limits.max_size
        share = Share(self._service.room, self._holder)
        try:
            data = await read_data(self._reader, limit, share)
        except BaseException:
            share.give_back()
            raise
        if data is DataFault.NO_ROOM:
            rules.watch.limited("bytes_in_flight")
            return _NO_ROOM
        if isinstance(data, DataFault):
            return (_TOO_LARGE_LMTP if rules.lmtp else _TOO_LARGE).format(limit=limit)
        received = self._received(data)
        del data
        # From here on nothing cuts it short: no timer, no lost connection. A client that waits longer than it wants
        # leaves by itself, and its second copy is recognised.
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._storing = True
        try:
            return await asyncio.shield(self._service.begin_store(received, share))
        finally:
            self._storing = False

    def _received(self, data: bytes) -> Received:
        sender = self._mail.mail_from or ""
        client = self._client
        if self._forwarded is not None:
            helo, handed_over_by = self._forwarded.helo, self._peer
        elif client:
            helo, handed_over_by = plain_helo(str(getattr(self.session, "host_name", None) or "")), ""
        else:
            helo, handed_over_by = "", self._peer
        return Received(
            raw=data,
            mail_from="" if sender == "<>" else sender,
            recipient=self._mail.rcpt_tos[0],
            peer=client,
            received=datetime.now(UTC),
            helo=helo,
            way=self._service.rules.way,
            tls=self._is_encrypted,
            handed_over_by=handed_over_by,
        )

    async def _answer(self, reply: str) -> None:
        """LMTP is answered once for each accepted RCPT (RFC 2033, 4.2), SMTP once."""
        rules = self._service.rules
        rules.watch.answered(rules.way, reply[:3])
        times = len(self._mail.rcpt_tos) if rules.lmtp else 1
        self._set_rset_state()
        self._reset_timeout()
        await self.push("\r\n".join([reply] * times))
        if self._service.closing:
            self.hang_up(SHUTTING_DOWN)
        elif self._client_has_ended:
            self._end()


class LmtpSession(Session, LMTP):
    """The same behind an MTA, which would make a bounce of a 5xx to MAIL, to a sender who may be forged."""

    _is_at_sender = False

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        self._is_at_sender = True
        try:
            await super().smtp_MAIL(arg)
        finally:
            self._is_at_sender = False

    async def push(self, status: str | bytes) -> None:
        reply = status.encode() if isinstance(status, str) else status
        if self._is_at_sender or reply == _LONG_COMMAND:
            reply = self._softened(reply)
        await super().push(reply)

    def _softened(self, reply: bytes) -> bytes:
        """A 4xx in place of a 5xx."""
        if reply.startswith(b"552"):
            return _TOO_LARGE_LMTP.format(limit=self._service.rules.limits.max_size).encode()
        return re.sub(rb"\A5\d\d( 5)?", lambda found: b"451 4" if found[1] else b"451", reply)


def peer_of(transport: asyncio.BaseTransport) -> str:
    """The IP address at the other end, or "unix" for a local socket."""
    name = transport.get_extra_info("peername")
    if isinstance(name, tuple):
        return str(name[0])
    return UNIX if isinstance(name, str | bytes) else ""


def _tell_surprise(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ConnectionError):
        log.error("a mail session broke off: %s", where(error))
