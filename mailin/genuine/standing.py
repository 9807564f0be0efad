"""What was found out about who sent a mail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from mailin.arriving import Received


class Standing(StrEnum):
    """How well a mail's one From address is proved. The values are words of the database."""

    GENUINE = "genuine"  # a signature (DKIM) of the From domain, or of one listed for that provider, is right
    SPF_ONLY = "spf_only"  # the client may send for the From domain, and nothing is signed
    ARC_ONLY = "arc_only"  # somebody who passed it on says that it was right before
    NOT_PROVED = "not_proved"  # nothing fits: forged, altered on the way, or never signed
    NO_SENDER = "no_sender"  # there is not exactly one plain From address
    UNKNOWN_NOW = "unknown_now"  # temporary trouble (DNS) that could change the result
    BELIEVED = "believed"  # not asked: the mail server in front has checked (registered-only), or it is a bounce to us


class Missing(StrEnum):
    """What would prove a sender who is not proved, as far as the mail's side can mend it."""

    SIGNATURE = "signature"  # a signature (DKIM) of the From domain
    DMARC = "dmarc"  # that the mail server in front finds it right
    WAY = "way"  # that it comes through the mail server in front


@dataclass(frozen=True, slots=True)
class SenderStanding:
    """`sender` is the strict From address in lower case. `why` is one line of ASCII for the log, the desk and the SMTP
    reply: domains, selectors and words of the standards, never a local part and never what the mail says."""

    standing: Standing
    sender: str | None
    why: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    """For the desk, as JSON: each signature with its domain, selector and result, SPF, the DMARC record."""
    missing: Missing = Missing.SIGNATURE


ListedDomains = Callable[[str], Awaitable[frozenset[str]]]
"""The signing domains that staff have listed for the providers of an address."""


class SenderCheck(Protocol):
    """Finds out who sent a mail. Never raises for what a mail or the DNS does."""

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding: ...
