"""The settings of one installation: one frozen object, from a TOML file and the environment, the environment winning.

The file is named by `--config` or RECOURSE_CONFIG; without either, ./recourse.toml and then
/etc/recourse/recourse.toml are used if they exist. A key of the file is the name of the variable without its prefix,
in lower case. docs/settings.md lists them all, and a test holds it to this module.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from bot.limits import load_limits
from complaints.errors import SettingsError
from mailin.mailbox_address import is_this_machine, read_address

PREFIX = "RECOURSE_"
_WEB_ADDRESS = re.compile(r"https?://(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?/?", re.IGNORECASE)
PLACES = (Path("recourse.toml"), Path("/etc/recourse/recourse.toml"))


class SenderCheck(StrEnum):
    """How a sender is known to be genuine; see docs/settings.md."""

    VERIFY = "verify"
    TRUSTED_HEADER = "trusted-header"
    REGISTERED_ONLY = "registered-only"


class SmtpTls(StrEnum):
    """Whether mail comes to us encrypted."""

    OFF = "off"
    OFFER = "offer"
    REQUIRE = "require"


class MalwareScan(StrEnum):
    OFF = "off"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator decides."""

    database_url: str = "sqlite:///recourse.sqlite3"
    mail_address: str = "complaints@localhost"
    smtp_listen: str = "127.0.0.1:8025"
    lmtp_listen: str = ""
    http_listen: str = "127.0.0.1:8080"
    public_url: str = ""
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api: str = "https://slack.com/api/"
    telegram_token: str = field(default="", repr=False)
    telegram_mode: str = "polling"
    telegram_secret: str = field(default="", repr=False)
    telegram_api: str = "https://api.telegram.org"
    relay: str = "maildir:recourse-mail"
    sender_check: SenderCheck = SenderCheck.VERIFY
    authserv_id: str = ""
    trusted_peers: str = "127.0.0.1 ::1"
    dns: str = ""
    smtp_tls: SmtpTls = SmtpTls.OFF
    smtp_certificate: str = ""
    smtp_key: str = ""
    imap: str = ""
    imap_password: str = field(default="", repr=False)
    imap_token_url: str = ""
    imap_client_id: str = ""
    imap_client_secret: str = field(default="", repr=False)
    imap_refresh_token: str = field(default="", repr=False)
    imap_scope: str = ""
    malware_scan: MalwareScan = MalwareScan.OFF
    clamd: str = "/run/clamav/clamd.ctl"
    limits: str = ""

    def __post_init__(self) -> None:
        _check_address(self.mail_address)
        _check_relay(self.relay)
        for name in ("smtp_listen", "lmtp_listen"):
            listen = getattr(self, name)
            if listen and not (name == "lmtp_listen" and unix_path(listen)):
                host, _ = host_and_port(name, listen)
                if self.sender_check is SenderCheck.REGISTERED_ONLY:
                    _check_loopback(name, host)
        if self.http_listen:
            host_and_port("http_listen", self.http_listen)
        _check_public_url(self.public_url)
        self._check_slack()
        self._check_telegram()
        self._check_mail()

    def _check_mail(self) -> None:
        if self.sender_check is SenderCheck.TRUSTED_HEADER and not self.authserv_id:
            raise SettingsError(
                f"{PREFIX}SENDER_CHECK=trusted-header needs {PREFIX}AUTHSERV_ID, the name that your mail server writes "
                "first in its Authentication-Results. Example: mx.example.gov"
            )
        if any(c.isspace() or c == ";" for c in self.authserv_id):
            raise SettingsError(
                f"{PREFIX}AUTHSERV_ID={self.authserv_id!r} is not one name: it has no blank and no semicolon in it. "
                "Example: mx.example.gov"
            )
        trusted_networks(self.trusted_peers)
        if self.smtp_tls is not SmtpTls.OFF and not (self.smtp_certificate and self.smtp_key):
            raise SettingsError(
                f"{PREFIX}SMTP_TLS={self.smtp_tls} needs {PREFIX}SMTP_CERTIFICATE and {PREFIX}SMTP_KEY, two .pem files."
            )
        load_limits(self.limits)
        if self.imap:
            self._check_imap()

    def _check_imap(self) -> None:
        mailbox = read_address(self.imap)
        if bool(self.imap_password) == bool(self.imap_token_url):
            raise SettingsError(
                f"{PREFIX}IMAP needs either {PREFIX}IMAP_PASSWORD or {PREFIX}IMAP_TOKEN_URL (OAuth2, docs/mail.md)."
            )
        if self.imap_token_url and not _is_safe_url(self.imap_token_url):
            raise SettingsError(f"{PREFIX}IMAP_TOKEN_URL={self.imap_token_url!r} is no https:// address.")
        if self.sender_check is SenderCheck.REGISTERED_ONLY and not mailbox.is_here:
            raise SettingsError(
                f"{PREFIX}IMAP is a mailbox at {mailbox.host}, and {PREFIX}SENDER_CHECK=registered-only believes every "
                "From line: only a mail server on this machine may have checked senders for us (docs/mail.md)."
            )

    def _check_slack(self) -> None:
        if (self.slack_app_token or self.slack_signing_secret) and not self.slack_bot_token:
            raise SettingsError(f"{PREFIX}SLACK_BOT_TOKEN is empty, and Slack is to be used. It begins with xoxb-.")
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise SettingsError(
                f"Slack needs {PREFIX}SLACK_APP_TOKEN (xapp-…, Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET (HTTP)."
            )

    def _check_telegram(self) -> None:
        if self.telegram_mode not in ("polling", "webhook"):
            raise SettingsError(f"{PREFIX}TELEGRAM_MODE={self.telegram_mode!r} is neither polling nor webhook.")
        if not self.telegram_token or self.telegram_mode == "polling":
            return
        if not (self.telegram_secret and self.public_url):
            raise SettingsError(
                f"{PREFIX}TELEGRAM_MODE=webhook needs {PREFIX}TELEGRAM_SECRET (a long random word) and "
                f"{PREFIX}PUBLIC_URL, the https:// address that Telegram can reach."
            )

    @property
    def web_address(self) -> str:
        """Where a person's browser finds our pages, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.http_listen}"


SettingsLoader = Callable[[], Settings]
"""Reads the settings when a command first asks, so that one that needs none never fails over them."""


def load(config: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingsError: one line that says which setting, what was read and what is right."""
    values = _from_file(config, environment)
    names = {field.name for field in fields(Settings)}
    values.update({name: environment[PREFIX + name.upper()] for name in names if PREFIX + name.upper() in environment})
    for name, words in _WORDS.items():
        if name in values:
            values[name] = _word(name, words, values[name])
    return Settings(**values)  # type: ignore[arg-type]  # every value is a str but the words, checked above


def unknown_variables(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """RECOURSE_ variables that are no setting: told as a warning, since a misspelled one would else go unnoticed."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)} | {PREFIX + "CONFIG", PREFIX + "TESTS_REQUIRE"}
    return tuple(sorted(name for name in environment if name.startswith(PREFIX) and name not in known))


def unix_path(listen: str) -> Path | None:
    """The path of a local socket, `unix:/path`; None when it is no such place."""
    path = Path(listen.removeprefix("unix:"))
    return path if listen.startswith("unix:") and path.is_absolute() else None


def host_and_port(name: str, listen: str) -> tuple[str, int]:
    """`127.0.0.1:8025` or `[::1]:8025` in its two parts. Port 0 lets the system choose a free one."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"{PREFIX}{name.upper()}={listen!r} is not host:port. Example: 127.0.0.1:8025")
    return host.strip("[]"), int(port)


def _from_file(config: Path | None, environment: Mapping[str, str]) -> dict[str, object]:
    named = config or (Path(environment[PREFIX + "CONFIG"]) if environment.get(PREFIX + "CONFIG") else None)
    path = named or next((place for place in PLACES if _is_there(place)), None)
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from error
    known = {field.name for field in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{path}: {key!r} is not a setting. The settings are: {', '.join(sorted(known))}.")
        if not isinstance(value, str):
            raise SettingsError(
                f'{path}: {key} must be a text in quotes, for example {key} = "{getattr(Settings(), key)}"'
            )
    return dict(values)


def _is_there(place: Path) -> bool:
    """A working directory that is closed to us holds no settings of ours; for /etc, reading the file says why not."""
    try:
        return place.is_file()
    except PermissionError:
        return place.is_absolute()


_WORDS: dict[str, type[StrEnum]] = {
    "sender_check": SenderCheck,
    "smtp_tls": SmtpTls,
    "malware_scan": MalwareScan,
}
"""The settings that are one word of a few."""


def _word(name: str, words: type[StrEnum], written: object) -> StrEnum:
    try:
        return words(str(written))
    except ValueError:
        raise SettingsError(f"{PREFIX}{name.upper()}={written!r} is none of: {', '.join(words)}.") from None


def trusted_networks(written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of RECOURSE_TRUSTED_PEERS: addresses and networks with blanks between them."""
    try:
        return tuple(ip_network(word) for word in written.split())
    except ValueError as error:
        raise SettingsError(f"{PREFIX}TRUSTED_PEERS={written!r}: {error}. Example: 127.0.0.1 10.0.5.0/24") from None


def _check_address(address: str) -> None:
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(c.isspace() or c in "<>,;" for c in address):
        raise SettingsError(f"{PREFIX}MAIL_ADDRESS={address!r} is not a mail address. Example: complaints@example.gov")


def _check_loopback(name: str, host: str) -> None:
    """With registered-only a From line is believed, so only the mail server on this machine may speak to us."""
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingsError(
            f"{PREFIX}{name.upper()} is {host}, which others can reach, and RECOURSE_SENDER_CHECK=registered-only "
            "believes every From line. Listen on 127.0.0.1 and let a mail server on this machine check senders "
            "(docs/operators.md)."
        )


def _check_public_url(url: str) -> None:
    if url and not _WEB_ADDRESS.fullmatch(url):
        raise SettingsError(f"{PREFIX}PUBLIC_URL={url!r} is not https://host. Example: https://complaints.example.gov")


def _is_safe_url(written: str) -> bool:
    """An address that secrets may be sent to: https, or a server on this machine."""
    try:
        url = urlsplit(written)
    except ValueError:  # brackets that hold no IP address
        return False
    return bool(url.hostname) and (
        url.scheme == "https" or (url.scheme == "http" and is_this_machine(url.hostname or ""))
    )


def _check_relay(relay: str) -> None:
    if relay.startswith("maildir:") and relay != "maildir:":
        return
    parts = urlsplit(relay)
    try:
        if parts.scheme == "smtp" and parts.hostname and parts.port:
            return
    except ValueError:  # a port that is no number
        pass
    raise SettingsError(
        f"{PREFIX}RELAY={relay!r} is neither smtp://host:port nor maildir:PATH. Example: smtp://127.0.0.1:25"
    )
