"""A chat's turn in words: what the engine says as keys and values becomes sentences in the person's language.

The sentences are in chat/*.po (`templates.catalogue`). Beside what the engine gives, these places are always there:
first_day and last_day (the window), program_start, response_limb_days, phone_line, proposal_days, code_minutes.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from complaints.errors import Broken
from complaints.notices import CODE_MINUTES, Notice
from complaints.policy import load_policy
from complaints.verdict import Finding
from conversations.turn import Choice, Say, Word
from templates.catalogue import LANGUAGES, phrase, phrases
from templates.chat_findings import finding_says
from templates.chat_notices import notice_says
from templates.tongues import day_in, listed_in, number_in
from templates.words import PROPOSAL_DAYS, clean

__all__ = ["LANGUAGES", "house_words", "label", "spoken", "tell", "told"]

LONGEST_SAID = 1000
"""Characters of one value: a description or a link in the review stays whole, a runaway text does not."""
LONGEST_LABEL = 75
"""Characters on a button: Slack takes no more."""

_ANY_OF = "choices"
"""The place whose list is joined with "or": one of them is meant. Every other list is joined with "and"."""

_PARAGRAPH = "\n\n"
_LINES = frozenset({"review.provider", "review.item", "review.files", "notice.reason", "notice.reason_plain",
                    "notice.more"})  # fmt: skip
"""Items of a list: each on a line of its own, right below the one before."""
_RUNS_ON = frozenset({"example", "no", "finding", "flaw", "after", "notice.do_nothing", "notice.sheet_missing",
                      "notice.sheet_complete", "notice.blank_sheet", "notice.closed_note"})  # fmt: skip
"""What goes on in the paragraph before, by whole key or by the part before the dot."""


def told(says: Sequence[Say], language: str) -> str:
    """All of it as one message: paragraphs with a blank line between, list items a line each."""
    text = ""
    for say in says:
        if text:
            is_below_a_list = text.rpartition("\n")[2].startswith("•")
            text += _PARAGRAPH if is_below_a_list and say.key not in _LINES else _between(say.key)
        text += spoken(say, language)
    return text


def _between(key: str) -> str:
    if key in _LINES:
        return "\n"
    return " " if key in _RUNS_ON or key.partition(".")[0] in _RUNS_ON else _PARAGRAPH


def spoken(say: Say, language: str) -> str:
    """One thing in words. Raises Broken for a key that no catalogue has, or a place that was not filled."""
    tongue = language if language in LANGUAGES else LANGUAGES[0]
    found = phrase(say.key, tongue)
    placed = {place: _placed(place, word, tongue) for place, word in say.words.items()}
    words = house_words(tongue) | placed
    if unfilled := found.places - words.keys():
        raise Broken(f"{say.key!r} was said without {sorted(unfilled)}")
    counted = [word for word in say.words.values() if isinstance(word, int)]
    return found.text(*counted[:1]).format_map(words)


def label(choice: Choice, language: str) -> str:
    """The words on a button, short enough for every channel."""
    return clean(spoken(choice.label, language), LONGEST_LABEL)


def tell(notice: Notice, language: str, mail_address: str) -> str:
    """A notice as a chat message: plain text, the ticket number or the reason first."""
    return told(notice_says(notice, mail_address), language)


@cache
def house_words(language: str) -> dict[str, str]:
    """What may stand in every sentence: the numbers of the law and of the house."""
    policy = load_policy()
    return {
        "first_day": number_in(policy.first_day, language),
        "last_day": number_in(policy.last_day, language),
        "program_start": day_in(policy.program_start, language),
        "response_limb_days": number_in(policy.response_limb_days, language),
        "phone_line": policy.phone_line,
        "proposal_days": number_in(PROPOSAL_DAYS, language),
        "code_minutes": number_in(CODE_MINUTES, language),
    }


def _placed(place: str, word: Word, language: str) -> str:
    match word:
        case str():
            return _key_or_data(word, language)
        case int():
            return number_in(word, language)
        case date():
            return day_in(word, language)
        case Finding():
            return told(finding_says(word), language)
        case Say():
            return spoken(word, language)
        case _:
            return _listed(place, word, language)


def _listed(place: str, words: tuple[Word, ...], language: str) -> str:
    """Says are told one after the other, two dates are the first and the last day, everything else is a list."""
    says = [word for word in words if isinstance(word, Say)]
    if says and len(says) == len(words):
        return told(says, language)
    match words:
        case (date() as first, date() as last) if place != _ANY_OF:
            return spoken(Say("days.between", {"first": first, "last": last}), language)
    items = [_placed(place, word, language) for word in words]
    return listed_in(items, language, any_of=place == _ANY_OF)


def _key_or_data(word: str, language: str) -> str:
    """A name out of the catalogue ("~field.mco"), or somebody's own words: those may begin with "~" as well."""
    name = phrases(language).get(word.removeprefix("~")) if word.startswith("~") else None
    if name is None or name.is_counted or name.places:
        return clean(word, LONGEST_SAID)
    return name.text()
