"""The addresses and Message-IDs that our mails carry out, signed, so that what comes back by them is known for theirs.

A bounce address is `portal+b.<notice>.<mac>@domain`: in lower case, short, and the same when a server on its way folds
its case. Whoever has seen a mail of ours knows both, so they prove nothing about who writes; only that we wrote.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mailin.headers import Headers

_MAC = r"[a-z2-7]{16}"
_ID = r"[1-9][0-9]{0,17}"
_MOMENT = r"[0-9]{14}"
_MESSAGE_ID = re.compile(rf"<notice-({_ID})\.({_MOMENT})\.({_MAC})\.recourse@[^<>@\s]+>", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
_LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
_DELIVERY_FIELDS = ("Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
"""Where servers say to whom they delivered a mail."""
_ADDRESSED_FIELDS = ("To", "Cc")
"""Where its sender says to whom it goes."""
_MOST_FIELDS = 20
_MOST_ADDRESSES = 50
_MOST_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True)
class ReturnAddresses:
    """What is signed with this database's own key, for our one mail address."""

    mail_address: str
    key: bytes

    def bounce_address(self, notice_id: int) -> str:
        """The envelope sender of a notice; "" (the null sender) when our own address is too long to add to."""
        local, _, domain = self.mail_address.rpartition("@")
        local = f"{local.lower()}+b.{notice_id}.{self._mac('bounce', str(notice_id))}"
        return f"{local}@{domain.lower()}" if len(local) <= _LONGEST_LOCAL_PART else ""

    def notice_of(self, recipient: str) -> int | None:
        """The notice whose bounce address this is, however its case was folded; None for any other address."""
        local, _, domain = self.mail_address.lower().rpartition("@")
        form = rf"{re.escape(local)}\+b\.({_ID})\.({_MAC})@{re.escape(domain)}"
        match = re.fullmatch(form, recipient.lower(), re.ASCII)
        if match is None or not hmac.compare_digest(match[2], self._mac("bounce", match[1])):
            return None
        return int(match[1])

    def accepts(self, recipient: str) -> str | None:
        """For the receiver: the recipient to store, our address as configured or a bounce address in lower case; None
        for all others."""
        if recipient.lower() == self.mail_address.lower():
            return self.mail_address
        return recipient.lower() if self.notice_of(recipient) is not None else None

    def message_id(self, notice_id: int, created: datetime) -> str:
        """Made from the outbox's own row, so that a mail sent twice after a crash is recognised as one.

        `created` keeps it new for ever: a fresh database counts from 1 again, and many mailboxes silently drop a mail
        whose Message-ID they have seen.
        """
        moment = f"{created:%Y%m%d%H%M%S}"
        mac = self._mac("message", f"{notice_id}.{moment}")
        return f"<notice-{notice_id}.{moment}.{mac}.recourse@{self.mail_address.rpartition('@')[2]}>"

    def answered(self, message_id: str) -> int | None:
        """The notice that was sent under this Message-ID; None when it is not one of ours, or made up."""
        match = _MESSAGE_ID.fullmatch(message_id)
        if match is None or not hmac.compare_digest(match[3].lower(), self._mac("message", f"{match[1]}.{match[2]}")):
            return None
        return int(match[1])

    def _mac(self, purpose: str, told: str) -> str:
        """80 bits in letters and digits that no server changes."""
        mac = hmac.new(self.key, f"{purpose}:{told}".encode(), hashlib.sha256).digest()
        return base64.b32encode(mac[:10]).decode().lower()


def looks_signed(message_id: str) -> bool:
    """It has the form of a Message-ID of ours with a token. Ids of before there were tokens have none."""
    return _MESSAGE_ID.fullmatch(message_id) is not None


def bounce_recipient(headers: Headers, addresses: ReturnAddresses) -> str | None:
    """The bounce address of ours that a mail without an envelope was delivered to; None when it was none.

    Servers that deliver say so themselves. Only where none of them names an address of ours, what the sender wrote
    counts, and then a mail that is for the portal, too, is for the portal.
    """
    for fields in (_DELIVERY_FIELDS, _ADDRESSED_FIELDS):
        named = islice(_named(headers, fields), _MOST_ADDRESSES)
        ours = [found for address in named if (found := addresses.accepts(address))]
        if ours:
            return ours[0] if all(addresses.notice_of(address) is not None for address in ours) else None
    return None


def _named(headers: Headers, fields: Iterable[str]) -> Iterable[str]:
    for name in fields:
        for value in headers.all(name)[:_MOST_FIELDS]:
            for match in _ADDRESS.finditer(value, 0, _MOST_LOOKED_AT):
                yield match[0]
