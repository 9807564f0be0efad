"""What the use cases need from outside, as Protocols. `storage` and `bot` bring the real ones; both sides are
synchronous, because they run inside one unit of work (`Database.run`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from complaints.eligibility import OpenClaim
from complaints.lifecycle import Disposition, State
from complaints.model import ClaimIssue, Person, Provider
from complaints.notices import Notice
from complaints.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ReplyRoute:
    """Where an answer goes: the address, and the mail it answers (Message-IDs with their angle brackets).

    `references` is the thread so far, oldest first, without `message_id`. `letter_id` is the stored letter that is
    answered, None for a notice that answers no letter. `person` is the registered mail address of who is behind a chat.
    """

    channel: str
    address: str
    message_id: str | None = None
    references: tuple[str, ...] = ()
    letter_id: int | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a notice."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """Our numbered record of an accepted complaint. Times are aware and in UTC."""

    number: str
    state: State
    provider_id: int
    provider_name: str
    mco: str
    opened: datetime
    claims: int
    filed_by: ReplyRoute
    closed: datetime | None = None
    disposition: Disposition | None = None
    note: str = ""


class Ledger(Protocol):
    """The tickets."""

    def open_claims(self, provider_id: int, tracking_numbers: Sequence[str]) -> Sequence[OpenClaim]:
        """Claims on this provider's tickets that have not ended and whose folded tracking number is one of these."""

    def next_sequence(self, year: int) -> int:
        """The next number of this year, 1, 2, 3 …, taken in this transaction, so none is used twice."""

    def add(self, ticket: Ticket, claims: Sequence[ClaimIssue], verdict: Verdict) -> None:
        """Store a new ticket with its claims and the verdict that opened it."""

    def find(self, number: str) -> Ticket | None: ...

    def find_for_change(self, number: str) -> Ticket | None:
        """As `find`, and nobody else can change it before this transaction ends."""

    def open_tickets(self, provider_ids: Sequence[int], limit: int) -> Sequence[Ticket]:
        """The newest tickets of these providers that have not ended."""

    def set_closed(self, number: str, closed: datetime, disposition: Disposition, note: str) -> None: ...

    def record(self, number: str, moment: datetime, event: str, who: str, detail: str = "") -> None:
        """One line of the ticket's timeline. Never member data."""


class Registry(Protocol):
    """Who may speak for whom."""

    def providers_of(self, address: str) -> Sequence[Provider]:
        """Every provider that this mail address is registered for; empty for a stranger."""

    def people_of(self, provider_id: int) -> Sequence[Person]: ...


class Notices(Protocol):
    """The outbox, with its wording."""

    def put(
        self,
        notice: Notice,
        route: ReplyRoute,
        key: str,
        attachments: Sequence[Attachment] = (),
        ticket: str | None = None,
    ) -> None:
        """Render and store one notice to send, once per `key` ever (a second put with the same key does nothing)."""
