"""What is said for a question: the question itself with its example and buttons, the echo of an answer, the review."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from complaints.model import Category, Coverage
from complaints.privacy import Tier
from complaints.verdict import Finding, ReasonCode
from conversations.drafting import judged
from conversations.questions import (
    ABOUT_THE_COMPLAINT,
    CODE,
    DISPUTE_DATE,
    FILES,
    MCO,
    PROVIDER,
    RESPONSE_DATE,
    REVIEW,
    WHO,
    Question,
    Reads,
)
from conversations.reading import offered
from conversations.session import Answer, Offer, Session
from conversations.turn import Choice, Context, Effect, Say, Turn, Word

STOP = Choice(Say("button.stop"), Offer("stop"))
CHANGE = Choice(Say("button.change"), Offer("change"))
HELP = Choice(Say("button.help"), Offer("help"))
_WITHOUT_EXAMPLE = frozenset({PROVIDER, REVIEW, CODE})


def speak(
    session: Session,
    says: tuple[Say, ...],
    choices: tuple[Choice, ...] = (),
    effect: Effect | None = None,
) -> Turn:
    """A turn that speaks: it has a number of its own, and only its own buttons are obeyed."""
    offers = tuple(choice.offer for choice in choices)
    return Turn(replace(session, turn=session.turn + 1, offers=offers), says, choices, effect)


def asked(question: Question, session: Session, context: Context) -> tuple[tuple[Say, ...], tuple[Choice, ...]]:
    """The question in words, with its buttons."""
    if question is REVIEW:
        return _review(session, context), _review_choices(session)
    says = [Say(f"ask.{_asked_as(question, context)}")]
    if question not in _WITHOUT_EXAMPLE:
        says.append(example_of(question, context))
    choices = choices_for(question, context)
    kept = session.answers.get(question.key)
    if session.revisit == question.key and kept is not None:
        choices = (*choices, Choice(Say("button.keep_it"), Offer("answer_kept")))
    return tuple(says), choices


def example_of(question: Question, context: Context) -> Say:
    return Say(f"example.{_asked_as(question, context)}")


def _asked_as(question: Question, context: Context) -> str:
    """On the opaque tier the day is asked for in weeks."""
    return "dispute_date_weeks" if question is DISPUTE_DATE and context.tier is Tier.OPAQUE else question.key


def choices_for(question: Question, context: Context) -> tuple[Choice, ...]:
    match question.reads:
        case Reads.PLAN:
            names = context.roster.names_on(context.today)
            return tuple(offered(name, Say("button.plan", {"name": name})) for name in names)
        case Reads.PROVIDER:
            named = ((provider.hfs_id, provider.name) for provider in context.providers[:20])
            return tuple(offered(hfs_id, Say("button.plan", {"name": name})) for hfs_id, name in named)
        case Reads.COVERAGE:
            return tuple(offered(coverage.value, Say(f"coverage.{coverage.value}")) for coverage in Coverage)
        case Reads.CATEGORY:
            return tuple(offered(category.value, Say(f"category.{category.value}")) for category in Category)
        case Reads.CODE:
            later = Choice(Say("button.check_first"), Offer("later"))
            return (Choice(Say("button.send_new_code"), Offer("new_code")), later)
        case _ if question is WHO:
            return (Choice(Say("button.check_first"), Offer("answer")),)
        case _ if question is RESPONSE_DATE:
            return (Choice(Say("button.no_answer_yet"), Offer("answer")),)
        case _ if question.optional:
            return (Choice(Say("button.skip"), Offer("answer")),)
        case _:
            return ()


def echoed(question: Question, answer: Answer, context: Context) -> tuple[Say, ...]:
    """What was understood, so that the person can object. Nothing of a private answer."""
    if not answer.value or question.is_private or question.reads in (Reads.PROSE, Reads.FILES, Reads.ADDRESS):
        return ()
    if question is DISPUTE_DATE:
        return _echoed_dispute_date(date.fromisoformat(answer.value), context, is_rough=answer.is_rough)
    return (Say(f"heard.{question.key}", {"value": shown(question, answer, context)}),)


def _echoed_dispute_date(day: date, context: Context, *, is_rough: bool) -> tuple[Say, ...]:
    """With the day's number, and with the last day to file while it is still to come."""
    number = (context.today - day).days
    if number < 0:
        return ()
    words: dict[str, Word] = {"day": day, "number": number}
    if is_rough:
        return (Say("heard.dispute_date_rough", words),)
    if number == context.policy.last_day:
        return (Say("heard.dispute_date_last", words),)
    if context.policy.first_day <= number < context.policy.last_day:
        last = day + timedelta(days=context.policy.last_day)
        return (Say("heard.dispute_date_until", {**words, "last": last}),)
    return (Say("heard.dispute_date", words),)


def shown(question: Question, answer: Answer, context: Context) -> Word:
    """An answer as it is read back."""
    match question.reads:
        case _ if not answer.value:
            return "~review.none"
        case _ if question.is_private:
            return "~review.given"
        case Reads.DAY:
            return date.fromisoformat(answer.value)
        case Reads.DAYS:
            days = tuple(dict.fromkeys(date.fromisoformat(day) for day in answer.value.split("/")))
            return days if len(days) > 1 else days[0]
        case Reads.COVERAGE:
            return f"~coverage.{answer.value}"
        case Reads.CATEGORY:
            return f"~category.{answer.value}"
        case Reads.PROVIDER:
            return next((one.name for one in context.providers if one.hfs_id == answer.value), answer.value)
        case _:
            return answer.value


def items(session: Session, context: Context, keys: Iterator[str] | None = None) -> tuple[Say, ...]:
    """The answers that concern the complaint, each with its name; of all questions, or of these."""
    wanted = None if keys is None else frozenset(keys)
    listed = []
    for question in ABOUT_THE_COMPLAINT:
        answer = session.answers.get(question.key)
        if answer is None or question is FILES or (wanted is not None and question.key not in wanted):
            continue
        words: dict[str, Word] = {"field": f"~field.{question.key}", "value": shown(question, answer, context)}
        listed.append(Say("review.item", words))
    return tuple(listed)


def _review(session: Session, context: Context) -> tuple[Say, ...]:
    says: list[Say] = [Say("review.intro")]
    if PROVIDER.key not in session.answers and context.providers:
        says.append(Say("review.provider", {"provider": context.providers[0].name}))
    says += items(session, context)
    if session.files:
        says.append(Say("review.files", {"number": len(session.files)}))
    verdict = judged(session, context)
    says += [Say("review.warning", {"finding": finding}) for finding in verdict.findings if not finding.rejects]
    return (*says, Say("review.ask"))


def _review_choices(session: Session) -> tuple[Choice, ...]:
    return (Choice(Say("button.file"), Offer("submit", session.answers_hash)), CHANGE, STOP)


def no(finding: Finding, question: Question) -> tuple[tuple[Say, ...], tuple[Choice, ...]]:
    """A decisive no: the rule, the dates, and what would help."""
    says = [Say("no.finding", {"finding": finding})]
    choices = []
    if finding.code is ReasonCode.TOO_EARLY and finding.eligible_from:
        choices.append(Choice(Say("button.keep_answers"), Offer("keep", finding.eligible_from.isoformat())))
    if finding.ticket:
        choices.append(Choice(Say("button.status", {"ticket": finding.ticket}), Offer("status", finding.ticket)))
    label = {DISPUTE_DATE: "button.different_date", MCO: "button.different_plan"}.get(question, "button.change_answer")
    choices.append(Choice(Say(label), Offer("change", question.key)))
    if finding.code in (ReasonCode.MCO_NOT_ACTIVE, ReasonCode.UNKNOWN_MCO):
        choices.append(Choice(Say("button.different_date"), Offer("change", DISPUTE_DATE.key)))
    says.append(Say("no.help"))
    return tuple(says), (*choices, STOP)


def kept_until(session: Session, context: Context, first: date) -> Session:
    """The session of somebody who waits for their first eligible day: kept until the last one."""
    last = first + timedelta(days=context.policy.last_day - context.policy.first_day)
    return replace(session, wakes_on=first.isoformat(), keeps_until=last.isoformat(), stopped=True)
