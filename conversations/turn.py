"""What one step of a chat answers: what to say, which buttons to show, and what the program is to do. Pure data.

What is said is a key of the wording catalogue with the values that go into it; `templates.chat` has the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from complaints.eligibility import OpenClaim
from complaints.mcos import Roster
from complaints.model import Complaint, Provider
from complaints.policy import Policy
from complaints.privacy import Tier
from complaints.verdict import Finding
from conversations.session import Offer, Session


@dataclass(frozen=True, slots=True)
class Say:
    """One thing to say. `words` are strings (data, or keys of the catalogue where they begin with "~"), numbers, dates,
    findings, or tuples of these."""

    key: str
    words: Mapping[str, "Word"] = field(default_factory=dict)


Word = str | int | date | Finding | Say | tuple["Word", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its label, and what a press on it does."""

    label: Say
    offer: Offer


# What the program is to do in the turn's own transaction; what came of it is the next event.


@dataclass(frozen=True, slots=True)
class SendCode:
    """Mail a sign-in code to this address if it is registered; the person hears the same either way. No event."""

    address: str


@dataclass(frozen=True, slots=True)
class TryCode:
    """Link this conversation if the code is right: Linked or CodeRefused comes next."""

    code: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """Forget who this is: Unlinked comes next."""


@dataclass(frozen=True, slots=True)
class Submit:
    """File it, once per `key` in this conversation: Submitted comes next. `files` go with it; `sheet` is the digest of
    the workbook that it came in, "" for a complaint that was told."""

    complaint: Complaint
    key: str
    files: tuple[str, ...] = ()
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class HandSheet:
    """Send the claim sheet, filled with this complaint. No event."""

    complaint: Complaint


@dataclass(frozen=True, slots=True)
class HandLink:
    """Say a one-time link to our own page: to add member details and files to `ticket`, or ("") to go on with this
    draft there. No event."""

    ticket: str = ""


@dataclass(frozen=True, slots=True)
class ReadSheetAgain:
    """The claim sheet that waited until the person was known. No event: it comes as one of its own."""

    file: str


Effect = SendCode | TryCode | Unlink | Submit | HandSheet | HandLink | ReadSheetAgain


@dataclass(frozen=True, slots=True)
class Turn:
    """What one step answers. `kept` (not None) replaces the event's text in the store: the rest may not be kept."""

    session: Session
    says: tuple[Say, ...]
    choices: tuple[Choice, ...] = ()
    effect: Effect | None = None
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """What may be said of a ticket to somebody of its provider. `state` and `disposition` are catalogue words."""

    number: str
    state: str
    mco: str
    claims: int
    opened: date
    closed: date | None = None
    disposition: str | None = None


class LookUp(Protocol):
    """What the engine looks up. It answers the same as long as nothing is filed or closed."""

    def open_claims(self, numbers: Sequence[str]) -> Sequence[OpenClaim]:
        """Claims on open tickets of the linked person's providers whose folded tracking number is one of these."""

    def ticket(self, number: str) -> TicketStatus | None:
        """A ticket of one of the linked person's providers; None for any other number."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a step knows besides the session: the day, the law, the channel's tier, and who is talking.

    `event` is the external id of the event. `providers` are those that the linked person may speak for, () when nobody
    is linked. `deletes` is whether the channel lets us delete what the person wrote.
    """

    today: date
    event: str
    tier: Tier
    policy: Policy
    roster: Roster
    providers: tuple[Provider, ...]
    person: str
    """The linked mail address, "" for none."""
    look_up: LookUp
    mail_address: str
    deletes: bool = False
