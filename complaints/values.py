"""One cell read as a text, a number of somebody's, an amount or one of our choices. Dates are in `dates`.

Every reader gives an Entry without a place. What a workbook program did to a number (leading zeros cut, shortened to
1.93E+11, digits lost) is undone where that is certain and a flaw where it is not.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from rapidfuzz import fuzz, process

from complaints.cells import CellValue, Uncalculated
from complaints.identifiers import check_hfs_id, check_npi, check_rin, fold, is_no_number
from complaints.model import Entry, Flaw

Choice = TypeVar("Choice", bound=StrEnum)

_SHORTENED_FROM = 10**11
_ROUNDED_TO = 10**6
"""A number cell as long as 193450000000 with so many zeros behind was shown as 1.9345E+11, saved so and read again."""
_EXACT_BELOW = 10**15
"""A number cell holds 15 digits; of a longer number the last ones are lost."""
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_SHORTENED = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?e\+\d+|\d+[.,]\d+e\d+)", re.IGNORECASE)
_EXPORTED_FLOAT = re.compile(r"\d{6,15}\.0", re.ASCII)
_ERROR = re.compile(
    r"#(?:n/a|ref!|value!|name\?|div/0!|null!|num!|spill!|calc!|field!|blocked!|busy!|unknown!|getting_data|#+)|err:\d{3}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d{0,2})?-?", re.ASCII)
_MOST_CENTS = 10**14
_CLOSE_ENOUGH = 88.0


def clean(value: CellValue, *, lines: bool = False) -> str:
    """What a person sees in the cell: trimmed, no control or invisible characters, runs of blanks as one.

    `lines` keeps line breaks. A whole number comes without ".0", a date in ISO form.
    """
    if value is None or isinstance(value, Uncalculated):
        return ""
    if isinstance(value, str):
        if not (value.isascii() and value.isprintable()):
            value = "".join(
                letter if letter in "\n\t\r" or unicodedata.category(letter) not in _UNSEEN else "" for letter in value
            )
        if lines and "\n" in value:
            return "\n".join(" ".join(line.split()) for line in value.strip().splitlines())
        return " ".join(value.split())
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def is_blank(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not clean(value))


def says_nothing(value: CellValue) -> bool:
    """Blank, or a word for it: "n/a", "none", "-", "pending"."""
    return value is None or (isinstance(value, str) and is_no_number(value) and not is_error(value))


def is_error(value: CellValue) -> bool:
    """Whether this is what a workbook shows for a failed formula (#N/A) or a column too narrow (####)."""
    if isinstance(value, float):
        return not isfinite(value)
    return isinstance(value, str) and bool(_ERROR.fullmatch(value.strip()))


def spoilt(value: CellValue) -> Flaw | None:
    """Why nothing at all can be read from this cell, whatever it is for."""
    if isinstance(value, Uncalculated):
        return Flaw.NOT_CALCULATED
    return Flaw.ERROR_CELL if is_error(value) else None


def read_text(value: CellValue, *, lines: bool = False) -> Entry[str]:
    written = clean(value, lines=lines)
    if flaw := spoilt(value):
        return Entry(written=written, flaw=flaw)
    return Entry(written or None, written)


def read_number(value: CellValue) -> Entry[str]:
    """Somebody's number, verbatim: 193450004656.0 → "193450004656"."""
    written = clean(value)
    if flaw := spoilt(value):
        return Entry(written=written, flaw=flaw)
    if isinstance(value, int | float) and abs(value) >= _EXACT_BELOW:
        return Entry(written=written, flaw=Flaw.LOST_DIGITS)
    if isinstance(value, int | float) and abs(value) >= _SHORTENED_FROM and value % _ROUNDED_TO == 0:
        return Entry(written=written, flaw=Flaw.SHORTENED_NUMBER)
    if _SHORTENED.fullmatch(written):
        return Entry(written=written, flaw=Flaw.SHORTENED_NUMBER)
    if _EXPORTED_FLOAT.fullmatch(written):
        return Entry(written.removesuffix(".0"), written)
    return Entry(written or None, written)


def read_rin(value: CellValue) -> Entry[str]:
    return _read_digits(value, 9, check_rin)


def read_npi(value: CellValue) -> Entry[str]:
    return _read_digits(value, 10, check_npi)


def read_hfs_id(value: CellValue) -> Entry[str]:
    return _read_digits(value, 12, check_hfs_id)


def _read_digits(value: CellValue, length: int, check: Callable[[str], Flaw | None]) -> Entry[str]:
    """A number of fixed length. A number cell shows no leading zeros, so they are put back; in a text none are."""
    if says_nothing(value):
        return Entry()
    entry = read_number(value)
    if entry.value is None:
        return entry
    digits = fold(entry.value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        digits = digits.zfill(length)
    flaw = check(digits)
    return Entry(written=entry.written, flaw=flaw) if flaw else Entry(digits, entry.written)


def restores_zeros(value: CellValue, length: int) -> bool:
    """Whether a number of this length got zeros in front that the workbook had cut off."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10 ** (length - 1):
        return False
    return float(value).is_integer()


def read_amount(value: CellValue) -> Entry[int]:
    """Dollars as integer cents: "$1,234.50" → 123450, "(12.00)" → -1200. A number cell is rounded to cents."""
    if says_nothing(value):
        return Entry()
    written = clean(value)
    if flaw := spoilt(value):
        return Entry(written=written, flaw=flaw)
    dollars: Decimal | None = None
    if isinstance(value, str):
        dollars = _dollars(written)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        dollars = Decimal(str(value))
    if dollars is None or abs(dollars) * 100 > _MOST_CENTS:
        return Entry(written=written, flaw=Flaw.NOT_AN_AMOUNT)
    return Entry(int((dollars * 100).to_integral_value()), written)


def _dollars(written: str) -> Decimal | None:
    text = written.casefold().replace("$", "").replace("usd", "").replace("dollars", "").replace(" ", "")
    owed = text.startswith("(") and text.endswith(")")
    text = text.strip("()") if owed else text
    if not _AMOUNT.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return None
    amount = Decimal(text.strip("-").replace(",", ""))
    return -amount if owed or "-" in text else amount


def choice_reader(
    words: Mapping[Choice, str], synonyms: Mapping[Choice, Iterable[str]]
) -> Callable[[CellValue], Entry[Choice]]:
    """A reader for one drop-down: takes our words, a synonym, the choice's own name, or a close spelling of these."""
    known = {_plain(choice.value): choice for choice in words}
    for choice, text in words.items():
        known |= {_plain(spelling): choice for spelling in (text, *synonyms.get(choice, ()))}

    def read(value: CellValue) -> Entry[Choice]:
        if says_nothing(value):
            return Entry()
        entry = read_text(value)
        if entry.value is None:
            return Entry(written=entry.written, flaw=entry.flaw)
        plain = _plain(entry.value)
        if plain in known:
            return Entry(known[plain], entry.written)
        close = process.extractOne(plain, known.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
        return Entry(known[close[0]], entry.written) if close else Entry(written=entry.written, flaw=Flaw.NOT_A_CHOICE)

    return read


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold().replace("&", " and ")))
