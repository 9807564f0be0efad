"""What a person pastes into a chat instead of answering: a whole e-mail, a table, rows of a spreadsheet. Pure.

What of it may be kept on a tier is written as labelled lines, which are read like the paste itself.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from complaints.claim_sheet import CATEGORY_WORDS, CLAIM_COLUMNS, COMPLAINT_FIELDS, COVERAGE_WORDS
from complaints.mcos import Close, Known, Roster, load_roster, name_key
from complaints.model import Category, ClaimIssue, Complaint, Coverage, Entry, Field, Source
from complaints.privacy import MAY_ASK, Tier
from complaints.values import read_number
from conversations.labelled_text import read_text
from conversations.letter_text import own_lines
from conversations.pasted_rows import read_rows, read_table

_LONGEST = 50_000
_COULD_BE_PASTED = re.compile(r"[\n\t|:=#]|\S {2,}\S")
_LABELS = {column.field: column.header for column in (*CLAIM_COLUMNS, *COMPLAINT_FIELDS)}
_OF_ALL = tuple(column.field for column in COMPLAINT_FIELDS)
_OF_CLAIM = tuple(column.field for column in CLAIM_COLUMNS)
_ALSO_OF_CLAIM = (Field.MCO, Field.CATEGORY)
_ALWAYS = frozenset({Field.MCO, Field.TRACKING_NUMBER, Field.DISPUTE_DATE})
"""Labels that stand there with or without a value: by two of them a paste is known."""
_WORDS: dict[Category | Coverage, str] = CATEGORY_WORDS | COVERAGE_WORDS
_PIECE = r"(?=[^ ]*\d)[A-Z0-9](?:[A-Z0-9./_-]*[A-Z0-9])?"
_PLAIN_NUMBER = re.compile(rf"(?:[A-Z]{{1,5}}[ -])?{_PIECE}(?: {_PIECE}){{0,3}}", re.IGNORECASE | re.ASCII)
_LONGEST_NUMBER = 40


def read_pasted(text: str, today: date, roster: Roster) -> Complaint | None:
    """The complaint that these words hold; None when they are an ordinary answer or story.

    Only what is certain is filled in. Of the text around a table or rows nothing is read.
    """
    if len(text) > _LONGEST or not _COULD_BE_PASTED.search(text):
        return None
    lines = own_lines(text)
    if complaint := read_table(lines, today):
        return complaint
    if labelled := read_text(text, today):
        return replace(labelled, source=Source.CHAT)
    return read_rows(lines, today, roster)


def kept_on(complaint: Complaint, tier: Tier) -> str:
    """The facts that may be kept on this tier, as labelled lines: `read_pasted` gives them back.

    On a tier that may not carry everything, what could not be read is left out too: it may be anything. Of claims that
    say the same one is kept, and of their categories only one that holds for all.
    """
    claims = dict.fromkeys("\n".join(_lines_of_claim(claim, tier)) for claim in complaint.claims or (ClaimIssue(1),))
    return "\n".join((*_lines(complaint, tier), *claims))


def holds_more_than(complaint: Complaint, tier: Tier) -> bool:
    """Whether it holds a value or words that may not be kept on this tier."""
    said = [(field, _entry(complaint, field)) for field in _OF_ALL]
    said += [(field, _entry(claim, field)) for claim in complaint.claims for field in (*_OF_CLAIM, *_ALSO_OF_CLAIM)]
    return any(not entry.is_blank and not _is_kept_whole(field, entry, tier) for field, entry in said)


def _lines(complaint: Complaint, tier: Tier) -> Iterator[str]:
    """What is said once for all. A plan of the claims' own stands with them."""
    of_claims = any(not claim.mco.is_blank for claim in complaint.claims)
    category: Entry[Category] = complaint.claims[0].category if len(complaint.claims) == 1 else Entry()
    for field in _OF_ALL:
        entry = _entry(complaint, field)
        if field is Field.CATEGORY and entry.is_blank:
            entry = category
        if not (field is Field.MCO and of_claims and entry.is_blank):
            yield from _line(field, entry, tier)


def _lines_of_claim(claim: ClaimIssue, tier: Tier) -> Iterator[str]:
    for field in _OF_CLAIM:
        yield from _line(field, _entry(claim, field), tier)
    if not claim.mco.is_blank:
        yield from _line(Field.MCO, claim.mco, tier)


def _line(field: Field, entry: Entry[Any], tier: Tier) -> Iterator[str]:
    words = _kept(field, entry, tier) if field in MAY_ASK[tier] else ""
    if words or (field in _ALWAYS & MAY_ASK[tier]):
        yield f"{_LABELS[field]}: {words}".rstrip()


def _is_kept_whole(field: Field, entry: Entry[Any], tier: Tier) -> bool:
    if field not in MAY_ASK[tier]:
        return False
    return _carries_all(tier) or (entry.value is not None and _kept(field, entry, tier) == _in_words(entry.value))


def _kept(field: Field, entry: Entry[Any], tier: Tier) -> str:
    """What is written of it: everything, or only what is nothing but a value of this field."""
    if entry.value is None:
        return " ".join(entry.written.split()) if _carries_all(tier) else ""
    words = _in_words(entry.value)
    if _carries_all(tier):
        return words
    if field is Field.MCO:
        return _plan(words)
    return words if field is not Field.TRACKING_NUMBER or _is_plain_number(words) else ""


def _carries_all(tier: Tier) -> bool:
    return MAY_ASK[tier].issuperset(Field)


def _in_words(value: Any) -> str:
    if isinstance(value, Category | Coverage):
        return _WORDS[value]
    if isinstance(value, int):  # cents
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def _plan(words: str) -> str:
    """A plan as it was named, or its own name when something stands around it; nothing when it is none of ours."""
    roster = load_roster()
    if name_key(words) in roster.meanings:
        return words
    found = roster.find(words, None)
    return found.mco.name if isinstance(found, Known | Close) else ""


def _is_plain_number(words: str) -> bool:
    plain = len(words) <= _LONGEST_NUMBER and _PLAIN_NUMBER.fullmatch(words)
    return bool(plain) and read_number(words).value == words


def _entry(part: Complaint | ClaimIssue, field: Field) -> Entry[Any]:
    entry: Entry[Any] = getattr(part, field.value)
    return entry
