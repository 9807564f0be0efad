"""How a turn ends: with the first trouble that no further answer mends, else with the next question."""

from collections.abc import Mapping
from dataclasses import replace

from conversations.drafting import first_trouble
from conversations.questions import BY_KEY, DRAFT, Question, next_question
from conversations.session import Answer, Session
from conversations.speaking import asked, echoed, no, speak
from conversations.turn import Context, HandLink, Say, Turn

_MOST_REPLACED = 100


def go_on(session: Session, context: Context, says: tuple[Say, ...] = ()) -> Turn:
    """Say `says`, then what stands against the complaint or what is asked next."""
    trouble = first_trouble(session, context)
    if trouble and session.revisit in ("", trouble[1].key):
        finding, question = trouble
        told, choices = no(finding, question)
        return speak(_asking(session, question, revisit=True), (*says, *told), choices)
    question = next_question(session, context)
    return ask(question, session, context, says)


def ask(question: Question, session: Session, context: Context, says: tuple[Say, ...] = ()) -> Turn:
    """Ask this question, whatever else there is."""
    session = _asking(session, question, revisit=session.revisit == question.key)
    if question is DRAFT:
        return speak(session, says, (), HandLink())
    told, choices = asked(question, session, context)
    return speak(session, (*says, *told), choices)


def go_back_to(key: str, session: Session, context: Context, says: tuple[Say, ...] = ()) -> Turn:
    """Ask a question again; its answer stands until another is given."""
    return ask(BY_KEY[key], replace(session, revisit=key), context, says)


def with_answer(session: Session, question: Question, answer: Answer) -> Session:
    """The session with this answer; all others stay."""
    return with_answers(session, {question.key: answer})


def with_answers(session: Session, given: Mapping[str, Answer]) -> Session:
    """The session with these answers; it remembers which events gave those that they replace."""
    answers = {**session.answers, **given}
    stay = {answer.event for answer in answers.values()}
    gone = [old.event for old in session.answers.values() if old.event and old.event not in stay]
    replaced = tuple(dict.fromkeys((*session.replaced, *gone)))[-_MOST_REPLACED:]
    return replace(session, answers=answers, replaced=replaced, revisit="", misses=0, keeps_until="", wakes_on="")


def take_answer(session: Session, question: Question, answer: Answer, context: Context) -> Turn:
    """Keep an answer, say what was understood, and go on."""
    return go_on(with_answer(session, question, answer), context, echoed(question, answer, context))


def corrected(session: Session, question: Question, answer: Answer, context: Context) -> Turn:
    """Put an earlier answer right, say so, and go on."""
    says = (Say("edited.heard", {"question": f"~field.{question.key}"}), *echoed(question, answer, context))
    return go_on(with_answer(session, question, answer), context, says)


def _asking(session: Session, question: Question, *, revisit: bool) -> Session:
    misses = session.misses if session.asking == question.key else 0
    return replace(session, asking=question.key, revisit=question.key if revisit else "", misses=misses)
