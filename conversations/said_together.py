"""Several answers in one sentence: "It's Meridian, tracking number 5501, sent Oct 15". Pure.

Only what is certain is taken, and only when two of plan, tracking number and dispute date are told. What is not taken
is asked for; what was taken is shown.
"""

import re
from collections.abc import Iterator
from datetime import date

from complaints.assembling import Cell, claim_of, complaint_of
from complaints.mcos import Roster, name_key
from complaints.model import Complaint, Field, Flaw, Source
from conversations.spoken_dates import read_spoken
from conversations.spoken_numbers import number_in

_LONGEST = 300
_MOST_WORDS = 40
_MOST_WORDS_OF_A_PLAN = 4
_PARTS = re.compile(r",(?!\s*(?:19|20)\d\d\b)\s*|;\s*|\.\s+|\s+(?:and|y)\s+", re.IGNORECASE)
"""Between the parts of a sentence; not within "Oct 15, 2026"."""
_NAMED_NUMBER = re.compile(
    r"\b(?:(?:tracking|trk|seguimiento)\s*(?:number|no\.?|nr|num\.?|#|id)?|n[uú]mero de seguimiento"
    r"|(?:dispute|reference|ref|confirmation)\s*(?:number|no\.?|nr|#|id))"
    r"\s*(?:is|was|es|should be|debe ser|:|=)?\s*#?\s*(?P<number>[A-Z0-9][A-Z0-9./_-]*)",
    re.IGNORECASE,
)
_ANOTHER_NUMBER = re.compile(
    r"\b(?:claim|phone|call|member|patient|rin|medicaid|recipient|account|npi|dob|auth\w*|reclamaci[oó]n|tel[eé]fono)\b",
    re.IGNORECASE,
)
_WE_SENT = r"(?:sent|submitted|filed|mailed|faxed|uploaded|disputed|appealed)"
_SENT_ES = r"(?:enviad[oa]|envi[eé]|enviamos|mand[eé]|mandamos|presentad[oa]|present[eé]|presentamos)"
_SENT = re.compile(rf"(?<!\bthey )(?<!\bplan )\b(?:{_WE_SENT}|{_SENT_ES})\b", re.IGNORECASE)
_BY_NAME = re.compile(rf"\b(?:i|we) {_WE_SENT}\b|\bdate sent\b|\b{_SENT_ES}\b", re.IGNORECASE)
_OF_ANOTHER_DAY = re.compile(
    r"\b(?:answered|responded|replied|denied|denial|letter|upheld|paid|dos|service|seen|born|dob|birth|admitted"
    r"|(?<!no )answer|contest\w*|respond\w*|neg\w*|carta|servicio|nacim\w*)\b",
    re.IGNORECASE,
)
_SHORTEST_BARE = 4
_LIKE_A_RIN = re.compile(r"\d{9}", re.ASCII)


def read_together(text: str, today: date, language: str, roster: Roster) -> Complaint | None:
    """The complaint of one claim that a sentence tells; None when it is an answer like any other."""
    told = dict(_told(text, today, language, roster)) if _could_be(text) else {}
    return _complaint(told, today) if len(told) > 1 else None


def tells_all(complaint: Complaint) -> bool:
    """Plan, number and date: a complaint of its own, whatever was asked."""
    claim = complaint.claims[0]
    return not (complaint.mco.is_blank or claim.tracking_number.is_blank or claim.dispute_date.is_blank)


def read_by_name(text: str, today: date, language: str) -> Complaint | None:
    """ "The tracking number should be 5502", "we sent it Oct 16": an earlier answer, put right while something else is
    asked."""
    if not _could_be(text):
        return None
    told: dict[Field, str] = {}
    if number := _named_number(text):
        told[Field.TRACKING_NUMBER] = number
    day = _day(text, today, language) if _BY_NAME.search(text) and not _OF_ANOTHER_DAY.search(text) else None
    if day:
        told[Field.DISPUTE_DATE] = day.isoformat()
    return _complaint(told, today) if told else None


def plan_inside(said: str, roster: Roster) -> str:
    """The words of the one plan that a sentence names: "it was Meridian I think"; "" for none or several."""
    words = [word.strip(".:!?()") for word in re.split(r"[\s,;]+", said)[:_MOST_WORDS]]
    found: dict[str, str] = {}
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_WORDS_OF_A_PLAN, len(words)) + 1):
            key = name_key(" ".join(words[start:end]))
            if len(key) > 2 and (meaning := roster.meanings.get(key)):
                found[meaning.name] = " ".join(words[start:end])
    return next(iter(found.values())) if len(found) == 1 else ""


def _could_be(text: str) -> bool:
    return (
        len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS and not any(mark in text.strip() for mark in "\n@")
    )


def _complaint(told: dict[Field, str], today: date) -> Complaint:
    cells = {field: Cell(value) for field, value in told.items()}
    plan = {Field.MCO: cells.pop(Field.MCO)} if Field.MCO in cells else {}
    return complaint_of(Source.CHAT, (claim_of(1, cells, today),), plan)


def _told(text: str, today: date, language: str, roster: Roster) -> Iterator[tuple[Field, str]]:
    if plan := plan_inside(text, roster):
        yield Field.MCO, plan
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    days = {part: day for part in parts if (day := _day(part, today, language))}
    if any(len(part) <= 2 and part.isdecimal() for part in parts):  # "Oct 15 and 16"
        days = {}
    if sent := _sent_on(days):
        yield Field.DISPUTE_DATE, sent.isoformat()
    if number := _number(text, parts, today):
        yield Field.TRACKING_NUMBER, number


def _day(part: str, today: date, language: str) -> date | None:
    """The one day of this part, no number by itself."""
    return None if part.isalnum() and part[-1:].isdigit() else read_spoken(part, today, language).day


def _sent_on(days: dict[str, date]) -> date | None:
    """The day with a word of sending; or the only one, when nothing says that it is another."""
    plain = {part: day for part, day in days.items() if not _OF_ANOTHER_DAY.search(part)}
    sent = [day for part, day in plain.items() if _SENT.search(part)]
    if len(sent) == 1:
        return sent[0]
    return next(iter(plain.values())) if not sent and len(days) == len(plain) == 1 else None


def _number(text: str, parts: list[str], today: date) -> str:
    """The number with its name; or the only one, when nothing says that it is another."""
    if _NAMED_NUMBER.search(text):
        return _named_number(text)
    bare = {number for part in parts if (number := _bare_number(part, today)) and not _LIKE_A_RIN.fullmatch(number)}
    number = next(iter(bare)) if len(bare) == 1 else ""
    is_long = len(number) >= _SHORTEST_BARE or (number in parts and not number.isdecimal())
    return number if is_long and not _ANOTHER_NUMBER.search(text) else ""


def _named_number(text: str) -> str:
    numbers = {match["number"].rstrip(".-/_") for match in _NAMED_NUMBER.finditer(text)}
    said = [number for number in numbers if any(letter.isdigit() for letter in number)]
    return said[0] if len(said) == 1 else ""


def _bare_number(part: str, today: date) -> str:
    is_a_day = not part.isalnum() and read_spoken(part, today, "en").flaw is not Flaw.NOT_A_DATE
    return "" if is_a_day else number_in(part, today)
