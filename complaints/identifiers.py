"""Numbers that people copy: how they are compared, when they are wrong on their face, and our own ticket numbers.

The MCO's tracking number is never judged by its shape: only an empty one, or a word that says there is none, counts
as missing.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta

from complaints.model import Flaw

BCBSIL = "Blue Cross Community Health Plans (BCBSIL)"
"""The roster's name of the one MCO whose numbers are known well enough to say something about them."""

_BLANKS_AND_HYPHENS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]+")


def fold(number: str) -> str:
    """A number for comparing: without case, blanks and hyphens of any kind."""
    return _BLANKS_AND_HYPHENS.sub("", number.upper())


_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_NO_NUMBER_WORDS = frozenset(
    {"none", "no", "not", "never", "na", "n", "nil", "null", "blank", "missing", "unknown", "unavailable"}
    | {"pending", "waiting", "awaiting", "requested", "tbd", "tba"}
)


def is_no_number(text: str) -> bool:
    """Whether this says that there is no number: "n/a", "None", "not assigned yet", "pending", "-", "?", or blank.

    Anything with a digit in it is a number.
    """
    if _DIGIT.search(text):
        return False
    first_word = _WORD.search(text)
    return first_word is None or first_word[0].lower() in _NO_NUMBER_WORDS


def check_rin(text: str) -> Flaw | None:
    """A member's recipient number: exactly 9 digits."""
    return _check_digits(text, 9)


def check_hfs_id(text: str) -> Flaw | None:
    """An HFS provider ID: exactly 12 digits."""
    return _check_digits(text, 12)


def check_npi(text: str) -> Flaw | None:
    """An NPI: 10 digits, the last one a Luhn check digit over the number with the prefix 80840."""
    flaw = _check_digits(text, 10)
    if flaw is None and _luhn_sum("80840" + fold(text)) % 10:
        return Flaw.CHECK_DIGIT
    return flaw


def _check_digits(text: str, length: int) -> Flaw | None:
    digits = fold(text)
    if not (digits.isascii() and digits.isdigit()):
        return Flaw.NOT_DIGITS
    return None if len(digits) == length else Flaw.WRONG_LENGTH


def _luhn_sum(digits: str) -> int:
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    return sum(doubled[int(digit)] if position % 2 else int(digit) for position, digit in enumerate(reversed(digits)))


# Damm's check digit (H. M. Damm, 2004) over year and sequence: a totally anti-symmetric quasigroup of order 10, so
# every single wrong digit and every swap of two neighbours is noticed. Luhn misses the swap of 0 and 9.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def _damm(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def ticket_number(year: int, sequence: int) -> str:
    """Our number for the `sequence`-th ticket of a year: 2026, 4187 → 2026-004187-9, the last being the check digit.

    Raises ValueError for a sequence that six digits cannot hold.
    """
    if not (1000 <= year <= 9999 and 1 <= sequence <= 999_999):
        raise ValueError(f"no ticket number for year {year}, sequence {sequence}")
    digits = f"{year}{sequence:06}"
    return f"{digits[:4]}-{digits[4:]}-{_damm(digits)}"


@dataclass(frozen=True, slots=True)
class MistypedNumber:
    """Shaped like a ticket number, but the check digit does not fit."""

    written: str
    meant: str
    """The number it would be if only the check digit were wrong. Any other digit may be the wrong one: ask."""


_GAP = r"[\s\-\u2010-\u2015\u2212]"
_TICKET_NUMBER = re.compile(
    r"\W*(?:ticket)?\W*(?:number|no|nr)?\W*"
    rf"([1-9][0-9]{{3}})(?:{_GAP}*([0-9]{{6}}){_GAP}*|{_GAP}+([0-9]{{1,5}}){_GAP}+)([0-9])\W*",
    re.IGNORECASE,
)
_LONGEST_TICKET_NUMBER = 80  # with all the words around it


def parse_ticket_number(text: str) -> str | MistypedNumber | None:
    """A ticket number as a person writes it, in its own form; None when it is not shaped like one.

    Taken: other hyphens, blanks or nothing between the parts, missing leading zeros, "Ticket #" in front.
    """
    match = _TICKET_NUMBER.fullmatch(text) if len(text) <= _LONGEST_TICKET_NUMBER else None
    if match is None:
        return None
    year, six_digits, fewer_digits, check = match.groups()
    sequence = int(six_digits or fewer_digits)
    if sequence == 0:
        return None
    number = ticket_number(int(year), sequence)
    return number if number.endswith(check) else MistypedNumber(written=text.strip(), meant=number)


_IN_WORDS = re.compile(rf"(?<![0-9])([1-9][0-9]{{3}}){_GAP}?([0-9]{{6}}){_GAP}?([0-9])(?![0-9])")
_MOST_NUMBERS = 20


def ticket_numbers_in(text: str) -> tuple[str, ...]:
    """Our ticket numbers that stand anywhere in a text, with the right check digit, in their own form and order."""
    found: dict[str, None] = {}
    for match in itertools.islice(_IN_WORDS.finditer(text), _MOST_NUMBERS):
        number = parse_ticket_number("-".join(match.groups()))
        if isinstance(number, str):
            found[number] = None
    return tuple(found)


def bcbsil_received(tracking: str) -> date | None:
    """The day that a BCBSIL tracking number says it was received: 12 digits, YYDDD + 7 (bcbsil.com 05/20/2020).

    193450004656 → 2019-12-11. None when it has another shape or no such day exists.
    """
    number = fold(tracking)
    if not re.fullmatch(r"[0-9]{12}", number):
        return None
    year, day_of_year = 2000 + int(number[:2]), int(number[2:5])
    if day_of_year == 0:
        return None
    day = date(year, 1, 1) + timedelta(days=day_of_year - 1)
    return day if day.year == year else None


def looks_like_claim_number(mco_name: str, tracking: str) -> bool:
    """Whether a tracking number has the shape of that MCO's claim numbers: BCBSIL's begin alike and carry letters
    (1913700CJT00; bcbsil.com 05/20/2020). False for an MCO whose claim numbers are not known."""
    number = fold(tracking)
    return mco_name == BCBSIL and bool(re.fullmatch(r"[0-9]{5}(?=[0-9]*[A-Z])[0-9A-Z]{7}", number))
