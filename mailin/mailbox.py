"""A mailbox elsewhere, fetched from by IMAP. Synchronous: it is used from a thread of its own."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import imapclient
import imapclient.exceptions

from complaints.errors import SettingsError, Unavailable

_SECONDS = 60.0
"""For each answer of the server."""
_LOOK_UP = 1.0
"""While it waits for new mail, it looks so often whether it shall end."""
_EXAMPLE = "Example: imaps://portal%40example.gov@outlook.office365.com/INBOX"


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Where a mailbox is. `tls`: from the first byte; else STARTTLS, which only a server on this machine may lack."""

    host: str
    port: int
    tls: bool
    user: str
    folder: str

    @property
    def name(self) -> str:
        """What its bookkeeping is kept under."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def read_address(url: str) -> MailboxAddress:
    """`imaps://user@host:port/folder` in its parts. SettingsError: it is something else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"RECOURSE_IMAP={_without_password(url)!r}: {error}. {_EXAMPLE}") from None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or parts.password:
        raise SettingsError(
            f"RECOURSE_IMAP={_without_password(url)!r} is not imaps://user@host/folder "
            f"(its password is RECOURSE_IMAP_PASSWORD). {_EXAMPLE}"
        )
    tls = parts.scheme == "imaps"
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return MailboxAddress(parts.hostname, port or (993 if tls else 143), tls, unquote(parts.username), folder)


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@:]*):[^/@]*@", r"\1:…@", url)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A password, or (`token`) a function that fetches an access token when one is needed."""

    password: str = ""
    token: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server holds it, and when it arrived there, in UTC."""

    raw: bytes
    arrived: datetime | None


class Mailbox:
    """An open mailbox. Every method raises Unavailable when the server or the way to it fails."""

    def __init__(self, client: imapclient.IMAPClient, uidvalidity: int) -> None:
        self._client = client
        self.uidvalidity = uidvalidity
        """While it stays the same, a UID names the same mail (RFC 9051, 2.3.1.1)."""

    def after(self, uid: int) -> list[tuple[int, int]]:
        """UIDs and sizes of the mails above this UID, in their order."""
        with _told():
            found = [each for each in self._client.search(["UID", f"{uid + 1}:*"]) if each > uid]
            sizes = self._client.fetch(found, ["RFC822.SIZE"]) if found else {}
        return [(each, int(sizes[each][b"RFC822.SIZE"])) for each in sorted(found) if each in sizes]

    def fetch(self, uid: int) -> Fetched | None:
        """The mail, which stays unread. None: it is not there any more."""
        with _told():
            parts = self._client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE"]).get(uid, {})
        raw = parts.get(b"BODY[]")
        when = parts.get(b"INTERNALDATE")
        arrived = when.astimezone(UTC) if isinstance(when, datetime) else None
        return None if raw is None else Fetched(bytes(raw), arrived)

    def mark(self, uid: int) -> None:
        """It is ours: seen. Nothing is ever moved or deleted."""
        with _told():
            self._client.add_flags([uid], [imapclient.SEEN], silent=True)

    def wait(self, seconds: float, ended: Callable[[], bool]) -> None:
        """Until the server says that something is new, `seconds` at most (or until it shall end). Without IDLE: that
        long."""
        with _told():
            if b"IDLE" not in self._client.capabilities():
                _pause(seconds, ended)
                return
            self._client.idle()
            try:
                for _ in range(max(1, int(seconds / _LOOK_UP))):
                    if ended() or self._client.idle_check(timeout=_LOOK_UP):
                        break
            finally:
                self._client.idle_done()


def _pause(seconds: float, ended: Callable[[], bool]) -> None:
    from threading import Event

    for _ in range(max(1, int(seconds / _LOOK_UP))):
        if ended():
            return
        Event().wait(_LOOK_UP)


@contextmanager
def open_mailbox(address: MailboxAddress, credentials: Credentials) -> Iterator[Mailbox]:
    """Sign in and select the folder. Unavailable: it cannot be done just now, or the server refuses it."""
    with _told():
        client = _connect(address)
    try:
        with _told():
            _sign_in(client, address.user, credentials)
            client.normalise_times = False  # keep the zone that the server names
            selected = client.select_folder(address.folder)
        yield Mailbox(client, int(selected[b"UIDVALIDITY"]))
    finally:
        _leave(client)


def _connect(address: MailboxAddress) -> imapclient.IMAPClient:
    context = ssl.create_default_context()
    if address.tls:
        return imapclient.IMAPClient(
            address.host, address.port, use_uid=True, ssl=True, ssl_context=context, timeout=_SECONDS
        )
    client = imapclient.IMAPClient(address.host, address.port, use_uid=True, ssl=False, timeout=_SECONDS)
    if b"STARTTLS" in client.capabilities() and not _is_this_machine(address.host):
        client.starttls(context)
    elif not _is_this_machine(address.host):
        client.shutdown()
        raise Unavailable(f"the mailbox at {address.host} offers no STARTTLS; use imaps://")
    return client


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _sign_in(client: imapclient.IMAPClient, user: str, credentials: Credentials) -> None:
    if credentials.token is None:
        client.login(user, credentials.password)
    elif b"AUTH=XOAUTH2" in client.capabilities():
        client.oauth2_login(user, credentials.token())
    else:
        client.oauthbearer_login(user, credentials.token())


def _leave(client: imapclient.IMAPClient) -> None:
    try:
        client.logout()
    except (imapclient.exceptions.IMAPClientError, OSError, ValueError):
        client.shutdown()


@contextmanager
def _told() -> Iterator[None]:
    """The server's own words are not repeated: they may hold an address."""
    try:
        yield
    except Unavailable:
        raise
    except imapclient.exceptions.LoginError as error:
        raise Unavailable("the mailbox refuses our user name, password or token") from error
    except (imapclient.exceptions.IMAPClientError, OSError, ValueError, KeyError) as error:
        raise Unavailable(f"the mailbox cannot be reached or used ({type(error).__name__})") from error
