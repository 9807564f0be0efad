"""Books kept in memory: the ports of `tickets` as dictionaries, for tests of the use cases alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from complaints.case import OpenClaim
from complaints.identifiers import fold
from complaints.lifecycle import ENDED, Disposition, State
from complaints.mcos import load_roster
from complaints.model import ClaimIssue, Person, Provider
from complaints.notices import Notice
from complaints.policy import load_policy
from complaints.verdict import Verdict
from tests.unit.complaints.making import CLINIC, HOSPITAL
from tickets.ports import Attachment, ReplyRoute, Ticket
from tickets.submission import Books

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
"""Of `making.TODAY`, in Chicago."""
OFFICE = "billing@prairie.example"
AGENT = "agent@agency.example"


@dataclass(slots=True)
class Ledger:
    tickets: dict[str, Ticket] = field(default_factory=dict)
    claims: dict[str, tuple[ClaimIssue, ...]] = field(default_factory=dict)
    timeline: list[tuple[str, str, str, str]] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)

    def open_claims(self, provider_id: int, tracking_numbers: Sequence[str]) -> Sequence[OpenClaim]:
        return [
            OpenClaim(ticket.number, ticket.mco, fold(claim.tracking_number.value or ""),
                      fold(claim.claim_number.value or ""), claim.rin.value or "", claim.service_from.value)
            for ticket in self.tickets.values() if ticket.provider_id == provider_id and ticket.state not in ENDED
            for claim in self.claims[ticket.number] if fold(claim.tracking_number.value or "") in tracking_numbers
        ]  # fmt: skip

    def next_sequence(self, year: int) -> int:
        self.taken[year] += 1
        return self.taken[year]

    def add(self, ticket: Ticket, claims: Sequence[ClaimIssue], verdict: Verdict) -> None:
        self.tickets[ticket.number] = ticket
        self.claims[ticket.number] = tuple(claims)

    def find(self, number: str) -> Ticket | None:
        return self.tickets.get(number)

    def find_for_change(self, number: str) -> Ticket | None:
        return self.tickets.get(number)

    def open_tickets(self, provider_ids: Sequence[int], limit: int) -> Sequence[Ticket]:
        newest = sorted(self.tickets.values(), key=lambda ticket: ticket.number, reverse=True)
        return [one for one in newest if one.provider_id in provider_ids and one.state not in ENDED][:limit]

    def set_closed(self, number: str, closed: datetime, disposition: Disposition, note: str) -> None:
        ended = replace(self.tickets[number], state=State.CLOSED, closed=closed, disposition=disposition, note=note)
        self.tickets[number] = ended

    def record(self, number: str, moment: datetime, event: str, who: str, detail: str = "") -> None:
        self.timeline.append((number, event, who, detail))


@dataclass(slots=True)
class Registry:
    """The office speaks for the clinic, the agent for the clinic and the hospital."""

    people: list[Person] = field(default_factory=lambda: [
        Person(CLINIC.id, OFFICE), Person(CLINIC.id, AGENT), Person(HOSPITAL.id, AGENT),
    ])  # fmt: skip

    def providers_of(self, address: str) -> Sequence[Provider]:
        known = {person.provider_id for person in self.people if person.address == address}
        return [provider for provider in (CLINIC, HOSPITAL) if provider.id in known]

    def people_of(self, provider_id: int) -> Sequence[Person]:
        return [person for person in self.people if person.provider_id == provider_id]


@dataclass(frozen=True, slots=True)
class Told:
    notice: Notice
    route: ReplyRoute
    key: str
    files: tuple[str, ...]
    ticket: str | None


@dataclass(slots=True)
class Notices:
    told: list[Told] = field(default_factory=list)

    def put(
        self, notice: Notice, route: ReplyRoute, key: str, attachments: Sequence[Attachment] = (),
        ticket: str | None = None,
    ) -> None:  # fmt: skip
        self.told.append(Told(notice, route, key, tuple(file.name for file in attachments), ticket))


@dataclass(frozen=True, slots=True)
class Desk:
    """The three books at hand, and as the use cases take them."""

    ledger: Ledger = field(default_factory=Ledger)
    registry: Registry = field(default_factory=Registry)
    notices: Notices = field(default_factory=Notices)

    @property
    def books(self) -> Books:
        return Books(self.ledger, self.registry, self.notices, load_policy(), load_roster())
