"""Filing a complaint: the one way in, for mail and chat alike.

`submit` runs inside the caller's unit of work. It judges, opens the ticket and puts the answer into the outbox; the
caller marks its letter or session in the same transaction, so either all of it happened or none.
"""

from dataclasses import dataclass
from datetime import date, datetime

from complaints.changes import Change, change
from complaints.deadlines import add_business_days, local_date
from complaints.eligibility import Facts, OpenClaim, judge
from complaints.errors import Broken
from complaints.identifiers import fold, ticket_number
from complaints.lifecycle import State
from complaints.mcos import Roster
from complaints.model import Complaint, Field, Provider
from complaints.notices import (
    AlreadyFiled,
    CouldNotRead,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    Receipt,
    Rejection,
    SheetRequired,
)
from complaints.policy import Policy
from complaints.verdict import Outcome, ReasonCode, Verdict
from complaints.who_is_meant import meant_provider
from tickets.ports import Attachment, Ledger, Notices, Registry, ReplyRoute, Ticket


@dataclass(frozen=True, slots=True)
class Books:
    """Everything a use case may read and write, open in one unit of work, and the law it goes by."""

    ledger: Ledger
    registry: Registry
    notices: Notices
    policy: Policy
    roster: Roster


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """The claim sheet filled with a complaint that was told in words."""

    attachment: Attachment
    cells_to_fill: int
    """Required cells in it that are empty or cannot be used as they are."""


@dataclass(frozen=True, slots=True)
class Enclosures:
    """The sheets an answer may carry. They are made before the transaction, because making them takes time."""

    claim_sheet: Attachment
    registration_sheet: Attachment
    filled_sheet: FilledSheet | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What our mail told of, when somebody answers it with a corrected sheet or (`same`) with what was missing."""

    verdict: Verdict
    same: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A complaint as handed in. `received` is aware: the moment we took it, never what the sender says.

    `key` names what is answered, for example `letter:17`: one answer per key, whatever is repeated. `submitter` is the
    registered mail address of who files, where that is not the address of the route. `earlier` is what it may go on
    from: the answer then says what changed.
    """

    complaint: Complaint
    route: ReplyRoute
    received: datetime
    key: str
    enclosures: Enclosures
    submitter: str = ""
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of it. `goes_on` says that it is what an earlier complaint was made into."""

    verdict: Verdict
    notice: Notice
    ticket: str | None
    goes_on: bool = False


def submit(submission: Submission, books: Books) -> Submitted:
    """Judge the complaint, open its ticket if a claim is eligible, and queue the one answer."""
    today = local_date(submission.received, books.policy)
    providers = tuple(books.registry.providers_of(submission.submitter or submission.route.address))
    provider = meant_provider(submission.complaint, providers)
    facts = Facts(books.policy, books.roster, providers, _open_claims(submission.complaint, provider, books.ledger))
    verdict = judge(submission.complaint, facts, today)
    number = None
    if provider is not None and verdict.accepted_claims:
        number = _open_ticket(submission, verdict, provider, books.ledger, today)
    earlier = submission.earlier
    changed = change(earlier.verdict, verdict, same=earlier.same) if earlier else None
    notice = _answer(verdict, number, provider, books.policy, submission.enclosures, changed)
    books.notices.put(notice, submission.route, submission.key, enclosed(notice, submission.enclosures), number)
    return Submitted(verdict, notice, number, changed is not None)


def enclosed(notice: Notice, enclosures: Enclosures) -> tuple[Attachment, ...]:
    """The sheet that goes with an answer: what the submitter needs for the next step."""
    match notice:
        case NotRegistered():
            return (enclosures.registration_sheet,)
        case SheetRequired():
            return (_filled(enclosures).attachment,)
        case CouldNotRead() | NoComplaint():
            return (enclosures.claim_sheet,)
        case _:
            return ()


def _open_claims(complaint: Complaint, provider: Provider | None, ledger: Ledger) -> tuple[OpenClaim, ...]:
    if provider is None:
        return ()
    numbers = {fold(claim.tracking_number.value) for claim in complaint.claims if claim.tracking_number.value}
    return tuple(ledger.open_claims(provider.id, sorted(numbers)))


def _open_ticket(submission: Submission, verdict: Verdict, provider: Provider, ledger: Ledger, today: date) -> str:
    number = ticket_number(today.year, ledger.next_sequence(today.year))
    claims = verdict.accepted_claims
    ticket = Ticket(
        number=number,
        state=State.OPEN,
        provider_id=provider.id,
        provider_name=provider.name,
        mco=verdict.mco or "",
        opened=submission.received,
        claims=len(claims),
        filed_by=submission.route,
    )
    ledger.add(ticket, claims, verdict)
    ledger.record(number, submission.received, "opened", submission.route.channel, f"{len(claims)} claims")
    return number


def _answer(
    verdict: Verdict,
    number: str | None,
    provider: Provider | None,
    policy: Policy,
    enclosures: Enclosures,
    changed: Change | None,
) -> Notice:
    if number is not None and provider is not None:
        present_by = add_business_days(verdict.today, policy.present_within_business_days, policy)
        kind = Receipt if verdict.outcome is Outcome.ACCEPTED else PartlyAccepted
        return kind(number, provider.name, verdict, present_by, changed)
    if _is_stranger(verdict):
        return NotRegistered()
    if verdict.has(ReasonCode.TEMPLATE_REQUIRED):
        return SheetRequired(verdict, _filled(enclosures).cells_to_fill)
    tickets = _tickets_of_duplicates(verdict)
    if tickets:
        return AlreadyFiled(tickets, verdict)
    return Rejection(verdict, changed)


def _is_stranger(verdict: Verdict) -> bool:
    """Nobody's address. A known person who names somebody else's provider gets a rejection that says so instead."""
    return any(f.code is ReasonCode.NOT_REGISTERED and f.field is not Field.HFS_ID for f in verdict.findings)


def _tickets_of_duplicates(verdict: Verdict) -> tuple[str, ...]:
    """The open tickets of a complaint in which every claim is on one already; empty when anything else is wrong."""
    rejecting = [finding for finding in verdict.findings if finding.rejects]
    if any(finding.code is not ReasonCode.DUPLICATE for finding in rejecting):
        return ()
    return tuple(dict.fromkeys(finding.ticket for finding in rejecting if finding.ticket))


def _filled(enclosures: Enclosures) -> FilledSheet:
    if enclosures.filled_sheet is None:
        raise Broken("no sheet was filled for a complaint that is to come on one")
    return enclosures.filled_sheet
