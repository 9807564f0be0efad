"""Where a mailbox is that is fetched from, as an operator writes it."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from complaints.errors import SettingsError

_EXAMPLE = "Example: imaps://portal%40example.gov@outlook.office365.com/INBOX"


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """`tls`: from the first byte on; else by STARTTLS, which only a server on this machine may lack."""

    host: str
    port: int
    tls: bool
    user: str
    folder: str

    @property
    def name(self) -> str:
        """What its bookkeeping is kept under."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    @property
    def is_here(self) -> bool:
        """Its server is on this machine."""
        return is_this_machine(self.host)


def read_address(url: str) -> MailboxAddress:
    """`imaps://user@host:port/folder` in its parts. SettingsError: it is something else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"RECOURSE_IMAP={_without_password(url)!r}: {error}. {_EXAMPLE}") from None
    user, folder = unquote(parts.username or "").strip(), unquote(parts.path.lstrip("/")) or "INBOX"
    host = parts.hostname or ""
    is_whole = parts.scheme in ("imap", "imaps") and host and user and not (parts.password or parts.query)
    if not is_whole or " " in host or not f"{host}{user}{folder}".isprintable():
        raise SettingsError(
            f"RECOURSE_IMAP={_without_password(url)!r} is not imaps://user@host/folder "
            f"(its password is RECOURSE_IMAP_PASSWORD). {_EXAMPLE}"
        )
    tls = parts.scheme == "imaps"
    return MailboxAddress(host, port or (993 if tls else 143), tls, user, folder)


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@:]*):[^/]*@", r"\1:…@", url)
