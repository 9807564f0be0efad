"""What a mail to a bounce address tells of the notice it was made for: a delivery status notification, or one of the
older forms that servers still write.

Only a failure that is said clearly is one. A delay, a delivery and whatever is not understood change nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailin.addresses import one_address
from mailin.decoding import raw_text
from mailin.headers import Headers, read_headers
from mailin.letter import Letter
from mailin.limits import BeyondLimit, ReadingLimits

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MOST = 64 * 1024
"""Bytes of a report, and characters of a text, that are looked at."""
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_QMAIL = re.compile(r"Hi\. This is the .{1,200}\n", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|non-?deliver|delivery (?:has )?fail|delivery status notification \(fail|mail delivery failed"
    r"|returned mail|returned to sender|failure notice|delivery failure|unzustellbar|nicht zugestellt"
    r"|no se puede entregar|no entregado",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"delay|warning|deferred|still (?:being )?tr(?:y|ied)|verz.ger|retras", re.IGNORECASE)
_SERVERS = re.compile(r"(?:mailer|mail)[._-]?daemon.*|postmaster|microsoftexchange.*|bounces?")


class Fate(StrEnum):
    FAILED = "undelivered"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Told:
    """`status` is an enhanced status code (RFC 3463), "" when none is said."""

    fate: Fate
    status: str = ""


UNCLEAR = Told(Fate.UNCLEAR)
_ACTIONS = {
    "failed": Fate.FAILED,
    "delayed": Fate.DELAYED,
    "delivered": Fate.DELIVERED,
    "relayed": Fate.DELIVERED,
    "expanded": Fate.DELIVERED,
}


def read_bounce(raw: bytes, letter: Letter, mail_from: str) -> Told:
    """What this mail to a bounce address tells. `letter` is the same mail as read, `mail_from` its envelope sender.

    It is not asked whose address the report names: mail is forwarded, and the bounce address says what it is about.
    """
    reports = [part.body for part in letter.attachments if part.media_type in _REPORTS]
    if reports:
        return _of_several([told for report in reports for told in _in_report(report)])
    try:
        headers, _ = read_headers(raw, 0, len(raw), ReadingLimits())
    except BeyondLimit:  # its lines end in CR only, say, which is mended for reading
        return UNCLEAR
    text = letter.text[:_MOST]
    if headers.all("X-Failed-Recipients"):
        return Told(Fate.FAILED, _failure_in(text))
    if _QMAIL.match(text.lstrip()):
        return Told(Fate.FAILED, _failure_in(text)) if "permanent" in text.lower() else UNCLEAR
    if not _is_a_servers(headers, mail_from) or _NOT_YET.search(letter.subject):
        return UNCLEAR
    status = _failure_in(text)
    if _FAILED.search(letter.subject) or (status and mail_from == "" and _FAILED.search(text)):
        return Told(Fate.FAILED, status)
    return UNCLEAR


def _is_a_servers(headers: Headers, mail_from: str) -> bool:
    """A mail server wrote it, and no responder of a person: those say auto-replied."""
    if any(value.lower().startswith("auto-replied") for value in headers.all("Auto-Submitted")):
        return False
    senders = [mail_from, *(one_address(value) or "" for value in headers.all("From"))]
    return any(_SERVERS.fullmatch(sender.lower().rpartition("@")[0]) for sender in senders)


def _failure_in(text: str) -> str:
    """The first code of a permanent failure in the words of a server."""
    return next((code for code in _STATUS.findall(text) if code.startswith("5")), "")


def _of_several(told: list[Told]) -> Told:
    """A mail of ours has one recipient: that one was reported of as several is an alias. Failed for one is failed."""
    for fate in (Fate.FAILED, Fate.DELAYED, Fate.DELIVERED):
        if found := next((one for one in told if one.fate is fate), None):
            return found
    return UNCLEAR


def _in_report(body: bytes) -> Iterator[Told]:
    """Of each recipient, as RFC 3464 has it: groups of fields, an empty line between them."""
    text = raw_text(body[:_MOST]).replace("\r\n", "\n").replace("\r", "\n")
    for group in re.split(r"\n[ \t]*\n", text):
        fields = _fields(group.split("\n"))
        action = re.split(r"[\s;(]", fields.get("action", "").lower(), maxsplit=1)[0]
        if not action and "status" not in fields:
            continue  # the group about the mail itself
        code = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
        status = code[1] if code else ""
        yield Told(_ACTIONS.get(action) or _by_class(status), status)


def _by_class(status: str) -> Fate:
    """Without an action that we know, the class of the code tells."""
    classes = {"5": Fate.FAILED, "4": Fate.DELAYED, "2": Fate.DELIVERED}
    return classes.get(status[:1], Fate.UNCLEAR)


def _fields(lines: Iterable[str]) -> Mapping[str, str]:
    """Names in lower case; of two of the same name the first."""
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in {" ", "\t"}:
            if name:
                fields[name] += f" {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name in fields:
            name = ""
        elif name:
            fields[name] = value.strip()
    return fields
