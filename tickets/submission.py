"""Filing a complaint: the one way in, for mail and chat alike.

`submit` runs inside the caller's unit of work. It judges, opens the ticket and puts the answer into the outbox; the
caller marks its letter or session in the same transaction, so either all of it happened or none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
    SeveralSheets,
    SheetRequired,
)
from complaints.policy import Policy
from complaints.verdict import Finding, Outcome, ReasonCode, Verdict
from complaints.who_is_meant import meant_provider
from tickets.ports import Attachment, Ledger, Notices, Registry, ReplyRoute, Ticket

ForOneSheet = Receipt | PartlyAccepted | Rejection | AlreadyFiled
"""The answers to one claim sheet of somebody who is registered."""
OpenClaims = Callable[[int, Sequence[str]], Sequence[OpenClaim]]
"""`Ledger.open_claims`, or a look that holds nobody up."""


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
    """What our mail told of, when somebody answers it with a corrected sheet or (`same`) with what was missing. Where
    it told of several complaints, the one that has claims in common with the new one is meant."""

    verdicts: tuple[Verdict, ...]
    same: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that was reached before the transaction, because judging and marking many rows takes time. It stands
    as long as the facts are the same. `number` is the ticket number that was taken for it."""

    facts: Facts
    verdict: Verdict
    number: str | None = None


@dataclass(frozen=True, slots=True)
class OwnSheets:
    """Of somebody who sent a workbook: that with its faults marked, as judged, and its data on our current sheet."""

    marked: Attachment | None = None
    current: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A complaint as handed in. `received` is aware: the moment we took it, never what the sender says.

    `key` names what is answered, for example `letter:17`: one answer per key, whatever is repeated. `submitter` is the
    registered mail address of who files, where that is not the address of the route. `earlier` is what it may go on
    from: the answer then says what changed. `judged` and `own_sheets` were made before the transaction.
    """

    complaint: Complaint
    route: ReplyRoute
    received: datetime
    key: str
    enclosures: Enclosures
    submitter: str = ""
    earlier: Earlier | None = None
    judged: Judged | None = None
    own_sheets: OwnSheets = OwnSheets()


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of it. `goes_on` says that it is what an earlier complaint was made into, `as_judged` that nothing
    changed since it was judged: if something did, the marked workbook was not sent, because it would not be true."""

    verdict: Verdict
    notice: Notice
    ticket: str | None
    goes_on: bool = False
    as_judged: bool = True


def submit(submission: Submission, books: Books) -> Submitted:
    """Judge the complaint, open its ticket if a claim is eligible, and queue the one answer."""
    filed = _file(submission, books)
    files = enclosed(filed.notice, submission.enclosures) + _own_sheets([(submission, filed)])
    books.notices.put(filed.notice, submission.route, submission.key, files, filed.ticket)
    return filed


def submit_each(
    submissions: Sequence[Submission], unreadable: Sequence[Finding], books: Books
) -> tuple[Submitted, ...]:
    """Several complaints of one letter, each for itself, and one answer that covers all of them."""
    filed = [_file(submission, books) for submission in submissions]
    if not all(one.as_judged for one in filed):  # one workbook may hold several of them, marked together
        filed = [_unmarked(one) for one in filed]
    answers = tuple(one.notice for one in filed if isinstance(one.notice, ForOneSheet))
    faults = tuple(CouldNotRead((finding,)) for finding in unreadable)
    first = submissions[0]
    blank = (first.enclosures.claim_sheet,) if faults else ()
    files = _own_sheets(list(zip(submissions, filed, strict=True))) + blank
    tickets = [one.ticket for one in filed if one.ticket]
    books.notices.put(SeveralSheets(answers + faults), first.route, first.key, files, next(iter(tickets), None))
    return tuple(filed)


def facts_about(
    complaint: Complaint, providers: Sequence[Provider], open_claims: OpenClaims, policy: Policy, roster: Roster
) -> Facts:
    """What the rules know of this complaint besides itself, in an order of its own, so that two can be compared."""
    provider = meant_provider(complaint, providers)
    known: Sequence[OpenClaim] = ()
    if provider is not None:
        numbers = {fold(claim.tracking_number.value) for claim in complaint.claims if claim.tracking_number.value}
        known = open_claims(provider.id, sorted(numbers))
    return Facts(policy, roster, tuple(providers), tuple(sorted(known, key=repr)))


def _file(submission: Submission, books: Books) -> Submitted:
    today = local_date(submission.received, books.policy)
    providers = books.registry.providers_of(submission.submitter or submission.route.address)
    provider = meant_provider(submission.complaint, providers)
    facts = facts_about(submission.complaint, providers, books.ledger.open_claims, books.policy, books.roster)
    judged = submission.judged
    stands = judged is not None and judged.facts == facts and judged.verdict.today == today
    verdict = judged.verdict if judged and stands else judge(submission.complaint, facts, today)
    number = None
    if provider is not None and verdict.accepted_claims:
        taken = judged.number if judged else None
        number = _open_ticket(submission, verdict, provider, books.ledger, taken or next_number(books.ledger, today))
    changed = _changed(submission.earlier, verdict)
    notice = _answer(verdict, number, provider, books.policy, submission.enclosures, changed)
    filed = Submitted(verdict, notice, number, changed is not None, as_judged=stands or judged is None)
    return _with_own_sheets(filed, submission.own_sheets)


def next_number(ledger: Ledger, today: date) -> str:
    """The next ticket number: nobody else gets it."""
    return ticket_number(today.year, ledger.next_sequence(today.year))


def _changed(earlier: Earlier | None, verdict: Verdict) -> Change | None:
    """From the earlier complaint that has most in common with this one: the fewest new claims."""
    told = [change(one, verdict, same=earlier.same) for one in earlier.verdicts] if earlier else []
    return min((one for one in told if one), key=lambda one: one.new, default=None)


def _with_own_sheets(filed: Submitted, sheets: OwnSheets) -> Submitted:
    """The notice says what goes with it."""
    if not isinstance(filed.notice, Receipt | PartlyAccepted | Rejection):
        return filed
    marked = sheets.marked is not None and filed.as_judged and not isinstance(filed.notice, Receipt)
    return replace(filed, notice=replace(filed.notice, marked=marked, current_sheet=sheets.current is not None))


def _unmarked(filed: Submitted) -> Submitted:
    if not isinstance(filed.notice, PartlyAccepted | Rejection):
        return replace(filed, as_judged=False)
    return replace(filed, notice=replace(filed.notice, marked=False), as_judged=False)


def _own_sheets(filed: Sequence[tuple[Submission, Submitted]]) -> tuple[Attachment, ...]:
    """Those that the notices speak of, each once: several complaints may stand in one workbook."""
    files: dict[Attachment, None] = {}
    for submission, one in filed:
        notice, sheets = one.notice, submission.own_sheets
        if isinstance(notice, PartlyAccepted | Rejection) and notice.marked and sheets.marked:
            files[sheets.marked] = None
        if isinstance(notice, Receipt | PartlyAccepted | Rejection) and notice.current_sheet and sheets.current:
            files[sheets.current] = None
    return tuple(files)


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


def _open_ticket(submission: Submission, verdict: Verdict, provider: Provider, ledger: Ledger, number: str) -> str:
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
