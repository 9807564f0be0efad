"""Rule 13: a claim that is on an open ticket already, or twice in the same sheet.

Two claims with the same MCO and tracking number are the same claim when their claim numbers are; where one has none,
when RIN and first service date are; and when one of them says neither, for then nothing tells them apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from complaints.case import Case, about_row
from complaints.identifiers import fold
from complaints.model import ClaimIssue, Field
from complaints.verdict import Finding, ReasonCode
from complaints.who_is_meant import text_of

T = TypeVar("T")


class Identity(NamedTuple):
    """What tells claims with one tracking number apart; empty or None when it is not known."""

    claim_number: str
    service: tuple[str, date] | None


def identity(claim_number: str, rin: str, service_from: date | None) -> Identity:
    return Identity(fold(claim_number), (fold(rin), service_from) if rin and service_from else None)


def duplicates(case: Case) -> Iterator[Finding]:
    """Rows on an open ticket, and rows that repeat an earlier one. A sound row may repeat a faulty one: that is how
    people correct themselves."""
    on_tickets: _Claims[str] = _Claims()
    for known in case.facts.open_claims:
        what = identity(known.claim_number, known.rin, known.service_from)
        on_tickets.add(known.mco, fold(known.tracking_number), what, known.ticket)
    sound_rows: _Claims[int] = _Claims()
    all_rows: _Claims[int] = _Claims()
    for claim, plan in case.named():
        tracking = _number(claim, Field.TRACKING_NUMBER)
        if plan.mco is None or not tracking:
            continue
        where = (plan.mco.name, fold(tracking))
        service_from = claim.service_from.value
        what = identity(_number(claim, Field.CLAIM_NUMBER), _number(claim, Field.RIN), service_from)
        ticket = on_tickets.find(*where, what)
        rows = all_rows if claim.row in case.faulty else sound_rows
        earlier = rows.find(*where, what)
        found = about_row(case, claim, Field.TRACKING_NUMBER, ReasonCode.DUPLICATE)
        if ticket is not None:
            yield replace(found, ticket=ticket)
        elif earlier is not None:
            yield replace(found, other_row=earlier)
        elif claim.row not in case.faulty:
            sound_rows.add(*where, what, claim.row)
        all_rows.add(*where, what, claim.row)


def _number(claim: ClaimIssue, name: Field) -> str:
    entry = getattr(claim, name.value)
    return text_of(entry) if entry.flaw is None else ""


@dataclass(slots=True)
class _SameNumber(Generic[T]):
    """Claims with one tracking number, each with its turn, so that the earliest of several can be told."""

    any: list[tuple[int, T]] = field(default_factory=list)
    unknown: list[tuple[int, T]] = field(default_factory=list)
    by_number: dict[str, tuple[int, T]] = field(default_factory=dict)
    by_service: dict[object, tuple[int, T]] = field(default_factory=dict)
    by_service_alone: dict[object, tuple[int, T]] = field(default_factory=dict)


class _Claims(Generic[T]):
    """Claims seen, found again in constant time however many share a tracking number."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _SameNumber[T]] = {}

    def add(self, mco: str, tracking: str, what: Identity, label: T) -> None:
        same = self._seen.setdefault((mco, tracking), _SameNumber())
        entry = (len(same.any), label)
        same.any.append(entry)
        if what.claim_number:
            same.by_number.setdefault(what.claim_number, entry)
        if what.service:
            same.by_service.setdefault(what.service, entry)
            if not what.claim_number:
                same.by_service_alone.setdefault(what.service, entry)
        if not any(what):
            same.unknown.append(entry)

    def find(self, mco: str, tracking: str, what: Identity) -> T | None:
        """The label of the earliest claim that is the same as this one."""
        same = self._seen.get((mco, tracking))
        if same is None:
            return None
        if not any(what):
            return same.any[0][1]
        by_service = same.by_service_alone if what.claim_number else same.by_service
        found = [same.by_number.get(what.claim_number), by_service.get(what.service), *same.unknown[:1]]
        return min((entry for entry in found if entry), default=(0, None), key=lambda entry: entry[0])[1]
