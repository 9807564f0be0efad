"""Whether something typed may hold data of a member, where none may be kept (domain.md, Privacy: `reference`)."""

import re
from datetime import date
from functools import cache
from importlib.resources import files

from complaints.claim_sheet import CATEGORY_SYNONYMS, CATEGORY_WORDS, COVERAGE_SYNONYMS, COVERAGE_WORDS
from complaints.mcos import Close, Roster, name_key
from conversations.date_words import plain
from conversations.questions import QUESTIONS
from conversations.spoken_dates import read_spoken

SMALL_WORDS = "small_words.txt"
"""Beside this module: a "#" begins a line of comment."""

_LONGEST = 300
_ABOUT_A_MEMBER = re.compile(
    r"\b(?:members?|patients?|pt|recipients?|enrollees?|beneficiar(?:y|ies)|clients?|rin|dob|ssn|birth\w*|born|names?"
    r"|medicaid (?:id|number)|dos|date of service|pacientes?|miembros?|beneficiari[oa]s?|nombres?|nacimiento"
    r"|naci(?:o|d[oa]))\b"
)
_SOCIAL_SECURITY = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[a-z]{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_WITH_DIGITS = re.compile(r"[^\s,;:()]*\d[^\s,;:()]*")
_NINE_DIGITS = re.compile(r"(?<!\w)\d{9}(?!\w)")
_LONG_NUMBER = re.compile(r"(?<!\w)(?!\d{4}-\d\d-\d\d)[a-z#]*\d[\w-]{5,}(?!\w)")


def may_hold_member_data(text: str, roster: Roster, today: date) -> bool:
    """Whether these words may point to a member. Rather once too often: a name is only a word that we do not know.

    A number alone is no sign, since a RIN of 9 digits may as well be a tracking number; nor is a date. Signs are: a
    number or date beside a word such as member, patient, RIN, DOB or name; a number of 9 digits beside another number;
    a social security number; a long text; and any word that is none of a plan's names, of our questions' and
    commands', of dates, or of the small words of both languages.
    """
    if len(text) > _LONGEST:
        return True
    said = _ADDRESS.sub(" ", plain(text))
    if _SOCIAL_SECURITY.search(said) or (_ABOUT_A_MEMBER.search(said) and _holds_a_number_or_day(said, today)):
        return True
    if len(_NINE_DIGITS.findall(said)) > 1 or (_NINE_DIGITS.search(said) and len(_LONG_NUMBER.findall(said)) > 1):
        return True
    strange = set(_WORD.findall(_WITH_DIGITS.sub(" ", said))) - _small_words()
    if not strange or name_key(text) in roster.meanings:
        return False
    return not strange <= _plan_words(roster) and not isinstance(roster.find(text, today), Close)


def _holds_a_number_or_day(said: str, today: date) -> bool:
    return any(letter.isdigit() for letter in said) or read_spoken(said, today, "en").flaw is None


def _plan_words(roster: Roster) -> set[str]:
    """Of what plans are called, and payers that are none."""
    called = {meaning.name: meaning.aliases for meaning in (*roster.mcos, *roster.meanings.values())}
    names = [word for name, aliases in called.items() for word in (name, *aliases)]
    return {*_words(*names), *roster.meanings, *roster.payers}


@cache
def _small_words() -> frozenset[str]:
    text = files("conversations").joinpath(SMALL_WORDS).read_text(encoding="utf-8")
    small = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    choices = [*CATEGORY_WORDS.values(), *COVERAGE_WORDS.values()]
    for synonyms in (*CATEGORY_SYNONYMS.values(), *COVERAGE_SYNONYMS.values()):
        choices += synonyms
    questions = [name for question in QUESTIONS for name in question.names]
    return frozenset(_words(small, *choices, *questions))


def _words(*texts: str) -> list[str]:
    return [word for text in texts for word in _WORD.findall(plain(text))]
