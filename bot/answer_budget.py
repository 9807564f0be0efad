"""How often a letter's sender is answered: the budgets of limits.toml, and the breaker over all of them.

No header shows a machine that writes like a person. It is stopped by counting: what is over a budget is stored as any
answer and not sent, with the budget's name, and staff may send it.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from bot.limits import AnswerLimits
from complaints.notices import (
    AlreadyFiled,
    ChatWaits,
    ClosureNotice,
    Notice,
    NotRegistered,
    PartlyAccepted,
    Receipt,
    RegistrationApproved,
    RegistrationReceived,
    RegistrationRefused,
    Rejection,
    SeveralSheets,
    SheetRequired,
    SignInCode,
)
from complaints.verdict import Verdict
from storage import answers
from storage.database import Session

log = logging.getLogger(__name__)

_ABOUT_CLAIMS = (Receipt, PartlyAccepted, Rejection, AlreadyFiled, SheetRequired)
_TO_ANYBODY = (NotRegistered, RegistrationReceived)
_NO_ANSWERS = (ClosureNotice, RegistrationApproved, RegistrationRefused, SignInCode, ChatWaits)
"""What staff or a chat cause, and no letter."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a letter, as the budgets see it. `content` is a digest of what it says and of what."""

    address: str
    content: str
    to_claims: bool
    to_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Budgeted:
    """`kept` is the budget that it is over, "" when it may go out. `counts` says whether it uses up budgets."""

    kept: str = ""
    counts: bool = True


def answers_a_letter(notice: Notice) -> bool:
    """Whether a notice of this kind is said because a letter came; `RegistrationApproved`, say, is not."""
    return not isinstance(notice, _NO_ANSWERS)


def is_about_claims(notice: Notice) -> bool:
    """Whether it answers a letter with claims in it."""
    if isinstance(notice, SeveralSheets):
        return any(isinstance(one, _ABOUT_CLAIMS) for one in notice.answers)
    return isinstance(notice, _ABOUT_CLAIMS)


def is_to_stranger(notice: Notice) -> bool:
    """Whether anybody at all may get such an answer, known to the registry or not."""
    return isinstance(notice, _TO_ANYBODY)


def content_of(notice: Notice, subject: str, text: str) -> str:
    """A digest of the words as they are, and of the tracking numbers of the complaints that they are about.

    Nothing is made equal in them: what differs by a ticket's number or a date is another answer, and a machine that
    gets such answers is stopped by the budgets of its address. An office whose workbooks all have the same fault gets
    the same words for each, and they are not the same answer.
    """
    digest = hashlib.sha256(f"{subject}\n{text}".encode("utf-8", "replace"))
    for verdict in _verdicts(notice):
        for claim in verdict.complaint.claims:
            digest.update(b"\0" + claim.tracking_number.written.encode("utf-8", "replace"))
    return digest.hexdigest()


def budgeted(session: Session, limits: AnswerLimits, answer: Answer) -> Budgeted:
    """Whether an answer may go out now. Opens the breaker when all answers together are too many."""
    answers.one_at_a_time(session, answer.address)
    if over := _over(session, limits, answer):
        return Budgeted(over, counts=False)
    if answers.paused(session) is not None:
        return Budgeted(answers.BREAKER)
    most = limits.breaker
    if answer.to_stranger or answers.count_all(session, most.period) < most.count:
        return Budgeted()
    why = f"more than {most.count} answers in {most.period.total_seconds():.0f} seconds"
    if answers.pause(session, why):
        log.error("%s: all answers are kept until `recourse answers resume`", why)
    return Budgeted(answers.BREAKER)


def _over(session: Session, limits: AnswerLimits, answer: Answer) -> str:
    """The name of the budget that is used up, as in limits.toml; "" for none."""
    kind = "to_claims_per_address" if answer.to_claims else "other_per_address"
    for rate in limits.to_claims_per_address if answer.to_claims else limits.other_per_address:
        if answers.count_to(session, answer.address, rate.period, to_claims=answer.to_claims) >= rate.count:
            return kind
    for rate in limits.same_content:
        if answers.count_same(session, answer.address, rate.period, answer.content) >= rate.count:
            return "same_content"
    if answer.to_stranger:
        return _over_strangers(session, limits)
    domain = answer.address.rpartition("@")[2]
    for rate in limits.per_domain:
        if answers.count_to_domain(session, domain, rate.period) >= rate.count:
            return "per_domain"
    return ""


def _over_strangers(session: Session, limits: AnswerLimits) -> str:
    """They have a rate of their own, so that nobody who is not registered can silence those who are."""
    full = any(answers.count_to_strangers(session, rate.period) >= rate.count for rate in limits.to_strangers)
    return "to_strangers" if full else ""


def _verdicts(notice: Notice) -> Iterator[Verdict]:
    for one in notice.answers if isinstance(notice, SeveralSheets) else (notice,):
        if isinstance(one, _ABOUT_CLAIMS):
            yield one.verdict
