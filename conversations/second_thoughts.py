"""Who changes their mind in words: "no, Oct 16", "sorry, it's Molina". It corrects the answer that it fits."""

import re

from conversations.going_on import corrected, take_answer
from conversations.questions import BY_KEY, Question, Reads
from conversations.reading import Heard, as_answer, may_keep, read_answer
from conversations.session import Session
from conversations.turn import Context, Turn

_BEGINS = re.compile(
    r"(?:(?:no|oops|sorry|wait|actually|correction|i meant?|perd[oó]n|digo|quise decir|mejor dicho)\b[\s,:.;–-]+)+(.+)",
    re.IGNORECASE,
)
_CAN_BE_CORRECTED = frozenset({Reads.PLAN, Reads.NUMBER, Reads.DAY, Reads.COVERAGE, Reads.CATEGORY})
_MOST_WORDS = 4
"""Of what stands behind "no": more than that tells something of its own."""


def second_thought(session: Session, text: str, context: Context) -> Turn | None:
    """The turn when these words correct an answer, or answer behind a "no"; None when they do not begin so, or fit
    several answers.

    What fits both the answer given last and the question after it corrects: nobody answers "when?" with "no".
    """
    begun = _BEGINS.fullmatch(" ".join(text.split()))
    if begun is None or len(begun[1].split()) > _MOST_WORDS:
        return None
    asked = BY_KEY[session.asking]
    given = [BY_KEY[key] for key in reversed(tuple(session.answers)) if BY_KEY[key].is_asked(session, context)]
    fits = {one.key: heard for one in given if (heard := _heard(one, begun[1], session, context))}
    last = given[0] if given and given[0].key in fits else None
    here = read_answer(asked, begun[1], session, context) if asked.key not in fits else None
    if isinstance(here, Heard) and not (last and last.reads is asked.reads and here.value):
        answer = as_answer(here, begun[1] if may_keep(text, context) else here.value, context.event)
        return take_answer(session, asked, answer, context)
    meant = last or (BY_KEY[next(iter(fits))] if len(fits) == 1 else None)
    if meant is None:
        return None
    heard = fits[meant.key]
    written = begun[1] if may_keep(text, context) else heard.value
    return corrected(session, meant, as_answer(heard, written, context.event), context)


def _heard(question: Question, words: str, session: Session, context: Context) -> Heard | None:
    if question.reads not in _CAN_BE_CORRECTED:
        return None
    reading = read_answer(question, words, session, context)
    return reading if isinstance(reading, Heard) and reading.value else None
