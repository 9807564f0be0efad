"""A mailbox elsewhere, fetched from by IMAP. Synchronous: it is used from a thread of its own."""

import logging
import select
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import imapclient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from complaints.errors import Unavailable
from mailin.mailbox_address import MailboxAddress

logging.getLogger("imapclient").setLevel(logging.WARNING)  # else it would write down all that is said

_TO_CONNECT = 10.0
_TO_ANSWER = 60.0
"""Seconds without a byte, not for a whole answer."""
_NONSENSE = (ValueError, LookupError, TypeError, AttributeError)
"""What the library raises over an answer that makes no sense."""


class NotHandedOver(Exception):
    """The server does not hand one mail over. Others may come."""


class Tokens(Protocol):
    """Where access tokens come from."""

    def __call__(self) -> str:
        """One that is good for a while yet. Raises Unavailable."""

    def forget(self) -> None:
        """The last one is refused: the next one is another."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A password, or (`token`) what fetches an access token when one is needed."""

    password: str = ""
    token: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the server says of a mail: its bytes, and when it arrived there, in UTC, where that makes sense."""

    size: int
    arrived: datetime | None


class Mailbox:
    """One connection to a mailbox. Every method raises Unavailable when the server or the way to it fails."""

    def __init__(self, address: MailboxAddress, credentials: Credentials) -> None:
        self._address = address
        self._credentials = credentials
        self._open: imapclient.IMAPClient | None = None
        self._ended = False

    def open(self) -> int:
        """Sign in and select the folder. Its UIDVALIDITY: while that stays the same, a UID names the same mail
        (RFC 9051, 2.3.1.1)."""
        with self._told():
            self._open = client = _connect(self._address)
            if self._ended:
                self.abort()
            _sign_in(client, self._address.user, self._credentials)
            client.normalise_times = False  # keep the zone that the server names
            return int(_select(client, self._address.folder)[b"UIDVALIDITY"])

    def close(self) -> None:
        """Say good-bye, if anybody listens."""
        if self._open is not None:
            try:
                self._open.logout()
            except (IMAPClientError, OSError, *_NONSENSE):
                _hang_up(self._open)

    def abort(self) -> None:
        """From another thread: let whatever is under way fail at once."""
        self._ended = True
        if self._open is not None:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(self._open.socket(), socket.SHUT_RDWR)  # below TLS, which would say good-bye

    def announces(self) -> bool:
        """It says by itself that a mail has come."""
        with self._told():
            return b"IDLE" in self._client.capabilities()

    def after(self, uid: int) -> list[int]:
        """The UIDs above this one, in their order."""
        with self._told():
            # "9:*" has the last mail in it whatever its UID is.
            return sorted(each for each in self._client.search(["UID", f"{uid + 1}:*"]) if each > uid)

    def look(self, uids: Sequence[int]) -> Mapping[int, Entry]:
        """What the server says of these. One that is missing is left out of its answer: see `lists`."""
        with self._told():
            try:
                return self._look(uids)
            except IMAPClientAbortError:
                raise
            except (IMAPClientError, *_NONSENSE):
                found: dict[int, Entry] = {}
                for uid in uids:
                    found |= self._look_at_one(uid)
                return found

    def _look(self, uids: Sequence[int]) -> dict[int, Entry]:
        told = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return {uid: _entry(parts) for uid, parts in told.items()}

    def _look_at_one(self, uid: int) -> dict[int, Entry]:
        try:
            return self._look([uid])
        except IMAPClientAbortError:
            raise
        except (IMAPClientError, *_NONSENSE):
            return {uid: Entry(0, None)}  # fetching it will tell

    def fetch(self, uid: int) -> bytes | None:
        """The mail, which stays unread. None: the answer leaves it out. NotHandedOver: this one cannot be had."""
        with self._told():
            try:
                parts = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {})
            except IMAPClientAbortError:
                raise
            except (IMAPClientError, *_NONSENSE) as error:
                raise NotHandedOver(f"the server does not hand it over ({type(error).__name__})") from error
        if not parts:
            return None
        raw = parts.get(b"BODY[]")
        if not isinstance(raw, bytes):
            raise NotHandedOver("the server hands over nothing in its place")
        return raw

    def lists(self, uid: int) -> bool:
        """Whether the server still knows of this mail. One that refuses to say so has not said that it is gone."""
        with self._told():
            try:
                return uid in self._client.search(["UID", str(uid)])
            except IMAPClientAbortError:
                raise
            except (IMAPClientError, *_NONSENSE):
                return True

    def mark(self, uid: int) -> bool:
        """It is ours: seen. Nothing is ever moved or deleted. False: the server does not let us."""
        with self._told():
            try:
                self._client.add_flags([uid], [imapclient.SEEN], silent=True)
            except IMAPClientAbortError:
                raise
            except (IMAPClientError, *_NONSENSE):
                return False
            return True

    def wait_for_news(self, seconds: float) -> None:
        """Until the server says anything, so many seconds at most."""
        with self._told():
            self._client.idle()
            if not self._has_said_something():
                poll = select.poll()
                poll.register(self._client.socket().fileno(), select.POLLIN)
                poll.poll(seconds * 1000)
            self._client.idle_done()

    def _has_said_something(self) -> bool:
        """What was read from the socket together with the server's last answer does not wait there any more."""
        connection = self._client.socket()
        connection.settimeout(0)
        try:
            return bool(self._client._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            connection.settimeout(_TO_ANSWER)

    @property
    def _client(self) -> imapclient.IMAPClient:
        if self._open is None:
            raise Unavailable("the mailbox is not open")
        return self._open

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The server's own words are not repeated: they may hold an address."""
        try:
            yield
        except Unavailable:
            raise
        except LoginError as error:
            raise Unavailable("the mailbox refuses our user name, password or token") from error
        except ssl.SSLCertVerificationError as error:
            raise Unavailable(f"the certificate of {self._address.host} is wrong: {error.verify_message}") from error
        except (IMAPClientError, OSError, *_NONSENSE) as error:
            raise Unavailable(f"the mailbox cannot be reached or used ({type(error).__name__})") from error


def _entry(parts: Mapping[bytes, Any]) -> Entry:
    when = parts.get(b"INTERNALDATE")
    arrived = when.astimezone(UTC) if isinstance(when, datetime) and when.tzinfo else None
    return Entry(int(parts.get(b"RFC822.SIZE", 0)), arrived)


def _connect(address: MailboxAddress) -> imapclient.IMAPClient:
    context = ssl.create_default_context()
    timeout = imapclient.SocketTimeout(connect=_TO_CONNECT, read=_TO_ANSWER)
    if address.tls:
        return imapclient.IMAPClient(address.host, address.port, ssl_context=context, timeout=timeout)
    client = imapclient.IMAPClient(address.host, address.port, ssl=False, timeout=timeout)
    try:
        if b"STARTTLS" in client.capabilities():
            client.starttls(context)
            return client
    except BaseException:
        _hang_up(client)
        raise
    if not address.is_here:
        _hang_up(client)
        raise Unavailable(f"the mailbox at {address.host} offers no STARTTLS; use imaps://")
    return client


def _select(client: imapclient.IMAPClient, folder: str) -> Mapping[bytes, Any]:
    try:
        found: Mapping[bytes, Any] = client.select_folder(folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if client.folder_exists(folder):
            raise
        raise Unavailable(f"there is no folder {folder}") from error
    return found


def _hang_up(client: imapclient.IMAPClient) -> None:
    with suppress(OSError):  # it is gone already
        client.shutdown()


def _sign_in(client: imapclient.IMAPClient, user: str, credentials: Credentials) -> None:
    offered = client.capabilities()
    if credentials.token is not None:
        token = credentials.token()
        try:
            if b"AUTH=XOAUTH2" in offered:
                client.oauth2_login(user, token)
            else:
                client.oauthbearer_login(user, token)
        except LoginError:
            credentials.token.forget()  # it may be revoked long before its end
            raise
    elif b"AUTH=PLAIN" in offered:  # LOGIN takes ASCII only
        client.plain_login(user, credentials.password)
    else:
        client.login(user, credentials.password)
