"""Whether a machine wrote a mail. Such a mail is kept like any other and never answered (RFC 3834, 3.1).

The rules are the union of what helpdesks ask, an ordered table: the first that shows something is the sign.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mailin.addresses import one_address
from mailin.headers import Headers
from mailin.letter import MachineSign

LOOP_HEADER = "X-Recourse-Loop"
"""Every mail of ours carries it."""

_ROBOT = re.compile(
    r"(mailer|mail)[._-]?daemon|postmaster|daemon|nobody|majordomo|listserv"
    r"|([a-z0-9]+[._-])?(no|do[._-]?not|dont)[._-]?reply([._+-].*)?"
    r"|auto[._-]?(reply|responder|response|mailer)"
    r"|bounces?([._+=-].*)?|owner-.*|.*-(owner|bounces?)"
)
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report",
                      "message/global-delivery-status", "message/global-disposition-notification"})  # fmt: skip
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_SUPPRESSING = frozenset({"all", "autoreply", "oof"})
_CALENDAR_ANSWERS = frozenset({"reply", "counter", "declinecounter", "refresh"})


MediaType = tuple[str, Mapping[str, str]]
"""A Content-Type and its parameters, in lower case."""


@dataclass(frozen=True, slots=True)
class _Asked:
    headers: Headers
    mail_from: str
    our_addresses: frozenset[str]
    parts: Sequence[MediaType]

    @property
    def senders(self) -> list[str]:
        """The addresses that the From fields name, as far as each is a plain one."""
        return [address for value in self.headers.all("From") if (address := one_address(value))]


def _our_own(mail: _Asked) -> bool:
    return bool(mail.headers.all(LOOP_HEADER)) or any(a in mail.our_addresses for a in mail.senders)


def _null_sender(mail: _Asked) -> bool:
    return not mail.mail_from or any(value.replace(" ", "") == "<>" for value in mail.headers.all("Return-Path"))


def _robot_address(mail: _Asked) -> bool:
    addresses = [mail.mail_from.lower(), *mail.senders]
    return any(_ROBOT.fullmatch(address.rpartition("@")[0]) for address in addresses)


def _auto_submitted(mail: _Asked) -> bool:
    words = {re.split(r"[\s;(]", value.lower(), maxsplit=1)[0] for value in mail.headers.all("Auto-Submitted")}
    others = ("X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply", "X-AutoReply-From")
    return bool(words - {"no", ""}) or any(mail.headers.all(name) for name in others)


def _precedence(mail: _Asked) -> bool:
    names = ("Precedence", "X-Precedence")
    return any(value.lower().replace("-", "_") in _BULK for name in names for value in mail.headers.all(name))


def _mailing_list(mail: _Asked) -> bool:
    return mail.headers.has_prefix("List-")


def _response_suppressed(mail: _Asked) -> bool:
    return any(
        _SUPPRESSING & set(re.split(r"[\s,;]+", value.lower()))
        for value in mail.headers.all("X-Auto-Response-Suppress")
    )


def _report(mail: _Asked) -> bool:
    if mail.headers.all("X-Failed-Recipients"):
        return True
    return mail.headers.media_type()[0] == "multipart/report" or any(kind in _REPORTS for kind, _ in mail.parts)


def _calendar_reply(mail: _Asked) -> bool:
    return any(
        kind == "text/calendar" and parameters.get("method", "").lower() in _CALENDAR_ANSWERS
        for kind, parameters in mail.parts
    )


_RULES: tuple[tuple[MachineSign, Callable[[_Asked], bool]], ...] = (
    (MachineSign.OUR_OWN, _our_own),
    (MachineSign.REPORT, _report),
    (MachineSign.CALENDAR_REPLY, _calendar_reply),
    (MachineSign.AUTO_SUBMITTED, _auto_submitted),
    (MachineSign.MAILING_LIST, _mailing_list),
    (MachineSign.PRECEDENCE, _precedence),
    (MachineSign.RESPONSE_SUPPRESSED, _response_suppressed),
    (MachineSign.ROBOT_ADDRESS, _robot_address),
    (MachineSign.NULL_SENDER, _null_sender),
)


def sign_of_machine(
    headers: Headers, mail_from: str, our_addresses: frozenset[str], parts: Sequence[MediaType]
) -> MachineSign | None:
    """What shows that a machine wrote it, or None.

    `mail_from` is the envelope sender, "" for null; `our_addresses` are in lower case; `parts` what the
    mail's own leaf parts are, without those of mails attached to it: a person may forward a bounce.
    """
    mail = _Asked(headers, mail_from, our_addresses, parts)
    return next((sign for sign, shows in _RULES if shows(mail)), None)
