"""Taking mail in by SMTP or LMTP. A mail is answered 250 only after `store` has returned: from then on it is ours."""

import asyncio
import logging
from pathlib import Path
from typing import Any, cast

from complaints.errors import SettingsError
from mailin.arriving import Store
from mailin.bulk_data import Room
from mailin.receiving.limits import Limits
from mailin.receiving.service import Accepts, Rules, Service, only
from mailin.receiving.session import SHUTTING_DOWN, LmtpSession, Session, peer_of

__all__ = ["Accepts", "Limits", "Receiver", "Rules", "only", "start_receiver"]

log = logging.getLogger(__name__)

_UNIX = "unix:"


class Receiver:
    """A listening server with its connections. Made by `start_receiver`."""

    def __init__(self, rules: Rules, store: Store) -> None:
        self._service = Service(rules, store)
        self._server: asyncio.Server | None = None
        self.lmtp = rules.lmtp
        self.port = 0
        """The port it listens on; of use when it was asked for port 0."""
        self.place = ""
        """Where it listens, as "host:port" or "unix:/path"."""

    @property
    def room(self) -> Room:
        return self._service.room

    @property
    def connections(self) -> int:
        return len(self._service.sessions)

    async def listen(self, host: str, port: int) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._door, host, port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.place = f"{f'[{host}]' if ':' in host else host}:{self.port}"

    async def listen_on_socket(self, path: Path) -> None:
        """Whoever may enter its folder may bring mail, as whoever is on this machine may at a port of loopback."""
        self._server = await asyncio.get_running_loop().create_unix_server(self._door, path)
        _open_to_all(path)
        self.place = f"{_UNIX}{path}"

    def _door(self) -> "_Door":
        return _Door(self._service)

    async def close(self, grace: float) -> None:
        """Stop listening; let mails that are being sent or stored finish for `grace` seconds; then hang up.

        A store that is still under way after that goes on, is not cancelled, and its client has heard no 250.
        """
        service = self._service
        service.closing = True
        if self._server is not None:
            self._server.close()
        for session in tuple(service.sessions):
            if not session.in_data:
                session.hang_up(SHUTTING_DOWN)
        tasks = {session.task for session in service.sessions}
        await _wait(tasks | service.stores, grace)
        for session in tuple(service.sessions):
            session.abort()
        await _wait(tasks, None)
        if service.stores:
            log.warning("%d mails were still being stored at the end", len(service.stores))
        if self._server is not None:
            await self._server.wait_closed()


async def start_receiver(listen: str, rules: Rules, store: Store) -> Receiver:
    """Listen on "host:port" or "unix:/path". Raises SettingsError when that is impossible."""
    # aiosmtpd logs what clients say, and a client that loses step says the lines of a mail.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    receiver = Receiver(rules, store)
    try:
        if listen.startswith(_UNIX):
            await receiver.listen_on_socket(Path(listen.removeprefix(_UNIX)))
        else:
            await receiver.listen(*_host_and_port(listen))
    except OSError as error:
        why = str(error.strerror or error).rpartition("): ")[2]  # asyncio says the address again before it
        raise SettingsError(f"cannot listen on {listen}: {why}") from error
    return receiver


def _host_and_port(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"{listen!r} is not an address to listen on; write host:port, for example 127.0.0.1:2525")
    return host.strip("[]"), int(port)


class _Door(asyncio.Protocol):
    """Counts who comes in, and hands the connection to a session or says 421."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)
        refusal = self._refusal(peer_of(transport))
        if refusal:
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        session: Session = (LmtpSession if self._service.rules.lmtp else Session)(self._service)
        transport.set_protocol(session)
        session.connection_made(transport)

    def _refusal(self, peer: str) -> str:
        service, rules = self._service, self._service.rules
        if service.closing:
            return SHUTTING_DOWN
        if len(service.sessions) >= rules.limits.max_connections:
            rules.watch.limited("connections")
            return "421 4.3.2 Too many connections, come back later"
        is_counted = not rules.lmtp and not rules.is_ours(peer)
        if is_counted and service.crowd.connections(peer) >= rules.limits.max_per_peer:
            rules.watch.limited("connections_per_peer")
            return "421 4.7.0 Too many connections from your address, come back later"
        return ""


def _open_to_all(path: Path) -> None:
    path.chmod(0o666)


async def _wait(tasks: set[Any], timeout: float | None) -> None:  # noqa: ASYNC109
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)
