"""A complaint before the rules, with all that they look up: who is meant, the days that count, and how to say where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from complaints.deadlines import Window, window
from complaints.mcos import Roster
from complaints.model import MEMBER_FIELDS, NOWHERE, ClaimIssue, Complaint, Entry, Field, Place, Provider
from complaints.policy import Policy
from complaints.verdict import Finding, ReasonCode
from complaints.who_is_meant import PlanNamed, mcos_named, meant_provider, plans_named

_LONGEST_READ = 60
"""What is longer is prose, which can hold anything: it is not repeated."""


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim on a ticket of this provider that has not ended. Numbers are folded; "" when there is none."""

    ticket: str
    mco: str
    """Canonical name."""
    tracking_number: str
    claim_number: str = ""
    rin: str = ""
    service_from: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules know besides the complaint.

    `providers`: those the submitter may speak for; () for a stranger, None when the registry was not asked.
    `open_claims`: this provider's open claims with one of the complaint's tracking numbers.
    """

    policy: Policy
    roster: Roster
    providers: tuple[Provider, ...] | None = None
    open_claims: tuple[OpenClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint on one day. `plans` go with the complaint's claims one by one."""

    complaint: Complaint
    facts: Facts
    today: date
    provider: Provider | None
    plans: tuple[PlanNamed, ...]
    mcos: tuple[str, ...]
    """Canonical names of all MCOs named."""
    faulty: set[int] = field(default_factory=set)
    """Rows rejected by the rules asked so far. `judge` keeps it."""

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    @property
    def claims(self) -> tuple[ClaimIssue, ...]:
        return self.complaint.claims

    def named(self) -> Iterator[tuple[ClaimIssue, PlanNamed]]:
        return zip(self.claims, self.plans, strict=True)

    def window(self, claim: ClaimIssue) -> Window | None:
        """When a complaint about this claim can be filed; None when the day of its dispute is not known or to come."""
        filed = claim.dispute_date.value
        return None if filed is None or filed > self.today else window(filed, self.policy)


def open_case(complaint: Complaint, facts: Facts, today: date) -> Case:
    plans = plans_named(complaint, facts.roster, today)
    return Case(
        complaint,
        facts,
        today,
        meant_provider(complaint, facts.providers or ()),
        plans,
        mcos_named(complaint, plans, facts.roster, today),
    )


def about_row(case: Case, claim: ClaimIssue, name: Field, code: ReasonCode) -> Finding:
    """A finding about one field of one claim."""
    entry = getattr(claim, name.value)
    place = entry.place if entry.place != NOWHERE else Place(claim.row, case.complaint.columns.get(name))
    return Finding(code, field=name, row=claim.row, place=place, read=safe_to_repeat(name, entry))


def about_whole(case: Case, name: Field, code: ReasonCode) -> Finding:
    """A finding about one field of the block above the table, which concerns the whole complaint."""
    entry = getattr(case.complaint, name.value)
    return Finding(code, field=name, place=entry.place, read=safe_to_repeat(name, entry))


def about_plans(
    case: Case, code: ReasonCode, is_trouble: Callable[[PlanNamed], bool]
) -> Iterator[tuple[Finding, PlanNamed]]:
    """Findings about how claims name their MCO: each about its row where other claims name an MCO that is known, else
    once about the whole complaint. The block speaks for all rows that rely on it, a row only for itself."""
    block_is_known = any(plan.mco for plan in case.plans if plan.in_block)
    any_is_known = any(plan.mco for plan in case.plans)
    told = set()
    for claim, plan in case.named():
        if not is_trouble(plan):
            continue
        read = safe_to_repeat(Field.MCO, plan.entry)
        if block_is_known if plan.in_block else any_is_known:
            finding = replace(about_row(case, claim, Field.MCO, code), read=read)
            yield with_time_left(case, claim, finding), plan
        elif (plan.in_block, read) not in told:
            told.add((plan.in_block, read))
            yield Finding(code, field=Field.MCO, place=plan.entry.place, read=read), plan


def with_time_left(case: Case, claim: ClaimIssue, finding: Finding) -> Finding:
    """The finding with the days until which the row can be mended; as it is when they are not known or gone by."""
    days = case.window(claim)
    if days is None or case.today > days.last:
        return finding
    return replace(finding, eligible_from=days.first, eligible_until=days.last)


def safe_to_repeat(name: Field, entry: Entry[Any]) -> str:
    """What was written, as far as an answer may say it: nothing of a member field but how many digits a RIN has."""
    written = entry.written or str(entry.value or "")
    if name is Field.RIN and written.isdigit():
        return f"{len(written)} digits"
    return "" if name in MEMBER_FIELDS or len(written) > _LONGEST_READ else written
