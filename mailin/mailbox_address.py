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
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or parts.password:
        raise SettingsError(
            f"RECOURSE_IMAP={_without_password(url)!r} is not imaps://user@host/folder "
            f"(its password is RECOURSE_IMAP_PASSWORD). {_EXAMPLE}"
        )
    tls = parts.scheme == "imaps"
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return MailboxAddress(parts.hostname, port or (993 if tls else 143), tls, unquote(parts.username), folder)


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@:]*):[^/]*@", r"\1:…@", url)
