"""From the answers so far to a complaint, and what already stands against it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from complaints.eligibility import Facts, judge
from complaints.identifiers import fold
from complaints.mcos import Close, Known
from complaints.model import Category, ClaimIssue, Complaint, Coverage, Entry, Field, Source
from complaints.verdict import Finding, ReasonCode, Verdict
from conversations.questions import DISPUTE_DATE, OF_FIELD, Question
from conversations.session import Answer, Session
from conversations.turn import Context

_NOT_YET_DECISIVE = frozenset({ReasonCode.MISSING_DISPUTE_DATE, ReasonCode.MISSING_TRACKING_NUMBER,
                               ReasonCode.MISSING_FIELD, ReasonCode.INVALID_FIELD, ReasonCode.NOT_REGISTERED,
                               ReasonCode.TEMPLATE_REQUIRED, ReasonCode.NO_ROWS})  # fmt: skip
"""What a further question settles. Everything else is a no that more answers do not mend."""


def drafted(session: Session, person: str) -> Complaint:
    """The complaint as far as it was told. It has one claim. `person` is the linked mail address, "" for none."""
    said = session.answers
    first, last = _days(said)
    claim = ClaimIssue(
        row=1,
        tracking_number=_entry(said.get("tracking_number"), str),
        dispute_date=_entry(said.get("dispute_date"), date.fromisoformat),
        response_date=_entry(said.get("response_date"), date.fromisoformat),
        claim_number=_entry(said.get("claim_number"), str),
        member_name=_entry(said.get("member_name"), str),
        rin=_entry(said.get("rin"), str),
        service_from=first,
        service_to=last,
    )
    return Complaint(
        source=Source.CHAT,
        claims=(claim,),
        mco=_entry(said.get("mco"), str),
        coverage=_entry(said.get("coverage"), Coverage),
        category=_entry(said.get("category"), Category),
        hfs_id=_entry(said.get("provider"), str),
        email=Entry(person, person) if person else Entry(),
        description=_entry(said.get("what_happened"), str),
        desired_outcome=_entry(said.get("wanted"), str),
    )


def judged(session: Session, context: Context) -> Verdict:
    """What the rules say of it today, as far as it was told."""
    complaint = drafted(session, context.person)
    number = complaint.claims[0].tracking_number.value
    claims = tuple(context.look_up.open_claims([fold(number)])) if number else ()
    return judge(complaint, Facts(context.policy, context.roster, context.providers or None, claims), context.today)


def first_trouble(session: Session, context: Context) -> tuple[Finding, Question] | None:
    """The first finding that no further answer mends, with the question whose answer it is about."""
    if not session.answers:
        return None
    for finding in judged(session, context).findings:
        if finding.rejects and finding.code not in _NOT_YET_DECISIVE:
            return finding, OF_FIELD.get(finding.field or Field.DISPUTE_DATE, DISPUTE_DATE)
    return None


def answers_in(complaint: Complaint, context: Context) -> dict[str, Answer]:
    """The answers that a complaint of one claim already gives: only what could be read. A plan goes by its canonical
    name; one that is not clear is still to be asked."""
    event = context.event
    claim = complaint.claims[0]
    mco = complaint.mco if complaint.mco.value else claim.mco
    category = complaint.category if complaint.category.value else claim.category
    told: dict[str, Entry[Any]] = {
        "mco": mco,
        "tracking_number": claim.tracking_number,
        "dispute_date": claim.dispute_date,
        "response_date": claim.response_date,
        "coverage": complaint.coverage,
        "category": category,
        "claim_number": claim.claim_number,
        "service_dates": claim.service_from,
        "member_name": claim.member_name,
        "rin": claim.rin,
        "what_happened": complaint.description,
        "wanted": complaint.desired_outcome,
    }
    plan = context.roster.find(mco.value, claim.dispute_date.value) if mco.value else None
    told["mco"] = Entry(plan.mco.name, mco.written) if isinstance(plan, Known | Close) else Entry()
    answers = {
        key: Answer(_text(entry.value), entry.written, event) for key, entry in told.items() if entry.value is not None
    }
    if "service_dates" in answers and claim.service_to.value:
        days = f"{answers['service_dates'].value}/{_text(claim.service_to.value)}"
        answers["service_dates"] = Answer(days, claim.service_from.written, event)
    return answers


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _entry(answer: Answer | None, read: Any) -> Entry[Any]:
    return Entry(read(answer.value), answer.written) if answer and answer.value else Entry()


def _days(said: Mapping[str, Answer]) -> tuple[Entry[date], Entry[date]]:
    answer = said.get("service_dates")
    if answer is None or not answer.value:
        return Entry(), Entry()
    first, _, last = answer.value.partition("/")
    from_day = Entry(date.fromisoformat(first), answer.written)
    return from_day, Entry(date.fromisoformat(last), answer.written) if last else Entry()
