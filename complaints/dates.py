"""Dates as people in the United States write them. What could mean two days, or none, is a flaw and never guessed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from complaints.cells import CellValue, Uncalculated
from complaints.model import Entry, Flaw

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>'?\d{2}|\d{4})"
_GAP = r"[\s,./-]*"

_WEEKDAY = re.compile(r"\b(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?")
_CLOCK = re.compile(
    r"(?:\bat\b|(?<=\d)t|,|@)?\s*(?<![\d:./-])\b(?:\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)"
    r"\s*(?:z\b|utc\b|gmt\b|[ecmp][sd]?t\b|[+-]\d{2}:?\d{2}\b)?"
)
_ISO_CLOCK = re.compile(r"(?<=\d)t\d{2}:?\d{2}.*$")
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/.\\]|\s)\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})", re.ASCII)
_NO_YEAR_NUMBERS = re.compile(r"(\d{1,2})[-/](\d{1,2})", re.ASCII)
_EIGHT_DIGITS = re.compile(r"\d{8}", re.ASCII)
_WORDS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_MONTH}{_GAP}{_DAY}[\s,./-]+{_YEAR}",  # Oct 15, 2026
        rf"{_DAY}{_GAP}(?:of\s+)?{_MONTH}{_GAP}{_YEAR}",  # 15-Oct-26
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}",  # 2026 Oct 15
    )
)
_NO_YEAR_WORDS = tuple(
    re.compile(pattern, re.ASCII) for pattern in (rf"{_MONTH}{_GAP}{_DAY}", rf"{_DAY}{_GAP}(?:of\s+)?{_MONTH}")
)
_BETWEEN = re.compile(r"\s*(?:[-–—;]|\bto\b|\bthru\b|\bthrough\b)\s*", re.IGNORECASE)

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_ZERO_SHOWN = date(1900, 1, 1)
"""A cell that holds 0 and is shown as a date: a formula that points to an empty one."""
_EXCEL_SERIALS = range(40_000, 60_001)
"""2009 to 2064: a number cell in here is a date whose format was lost."""
_YEARS = range(1900, 2201)
_LONGEST = 60


def read_date(value: CellValue, today: date) -> Entry[date]:
    """The date in this cell or piece of text; the place is left to the caller.

    Month comes first: 3/4/26 is March 4. 13/4/2026 is AMBIGUOUS_DATE, its other reading in `meant`; February 30 is
    NO_SUCH_DATE, "March 14" is NO_YEAR, anything else NOT_A_DATE. A two-digit year is the one from 89 years before
    `today`'s year to 10 years after it.
    """
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        written = day.isoformat()
        return Entry(day, written) if day > _ZERO_SHOWN else Entry(written=written, flaw=Flaw.NO_SUCH_DATE)
    if value is None:
        return Entry()
    if isinstance(value, str):
        return _read_text(value.strip(), today)
    if isinstance(value, Uncalculated):
        return Entry(flaw=Flaw.NOT_CALCULATED)
    if isinstance(value, bool | time | timedelta):
        return Entry(written=str(value), flaw=Flaw.NOT_A_DATE)
    return _read_number(value, today)


def read_date_range(written: str, today: date) -> tuple[Entry[date], Entry[date]] | None:
    """Both ends of "1/2/26 - 1/5/26" or "1/2/2026 thru 1/5/2026"; None when the text is not a pair of dates.

    The first end may have a flaw of its own ("1/2 - 1/5/26" has NO_YEAR); nothing is completed from the other end.
    """
    if len(written) > _LONGEST:
        return None
    for between in _BETWEEN.finditer(written):
        first = read_date(written[: between.start()], today)
        last = read_date(written[between.end() :], today)
        if last.value and not first.is_blank and first.flaw is not Flaw.NOT_A_DATE:
            return first, last
    return None


def _read_number(number: float, today: date) -> Entry[date]:
    """A number cell: an Excel serial (its fraction is the time of day) or eight digits."""
    sound = abs(number) < 1e9  # neither NaN nor too large for an int
    if sound and int(number) in _EXCEL_SERIALS:
        day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
        return Entry(day, day.isoformat())
    if sound and int(number) == number and _EIGHT_DIGITS.fullmatch(str(int(number))):
        return _read_eight_digits(str(int(number)), today)
    return Entry(written=str(number), flaw=Flaw.NOT_A_DATE)


def _read_text(written: str, today: date) -> Entry[date]:
    if not written:
        return Entry()
    if len(written) > _LONGEST:
        return Entry(written=written, flaw=Flaw.NOT_A_DATE)
    written = written.removeprefix("'")
    if _EIGHT_DIGITS.fullmatch(written.removesuffix(".0")):
        return _read_eight_digits(written.removesuffix(".0"), today)
    text = _bare(written)
    if numbers := _NUMBERS.fullmatch(text):
        first, _, second, third = numbers.groups()
        if len(first) == 4:
            return _entry(written, first, second, third, today) if len(third) < 4 else _not_a_date(written)
        if len(first) == 3 or len(third) == 1:
            return _not_a_date(written)
        return _entry(written, third, first, second, today, may_be_day_first=True)
    for pattern in _WORDS:
        if words := pattern.fullmatch(text):
            month = _MONTHS.index(words["month"][:3]) + 1
            return _entry(written, words["year"], str(month), words["day"], today)
    if _NO_YEAR_NUMBERS.fullmatch(text) or any(pattern.fullmatch(text) for pattern in _NO_YEAR_WORDS):
        return Entry(written=written, flaw=Flaw.NO_YEAR)
    return _not_a_date(written)


def _bare(written: str) -> str:
    """The text without weekday, time of day and brackets, in lower case."""
    text = unicodedata.normalize("NFKC", written).lower().replace("–", "-")
    text = _CLOCK.sub(" ", _ISO_CLOCK.sub("", text))
    text = _WEEKDAY.sub(" ", text)
    return re.sub(r"[()\[\]]", " ", text).strip(" ,.;\t\r\n").removeprefix("on ").strip()


def _read_eight_digits(digits: str, today: date) -> Entry[date]:
    """20261103 or 11032026. Never both: no month is 19 or 20."""
    if digits[:2] in ("19", "20"):
        return _entry(digits, digits[:4], digits[4:6], digits[6:], today)
    return _entry(digits, digits[4:], digits[:2], digits[2:4], today, may_be_day_first=True)


def _entry(
    written: str, year_digits: str, month: str, day: str, today: date, *, may_be_day_first: bool = False
) -> Entry[date]:
    year = int(year_digits.lstrip("'"))
    if year < 100 and len(year_digits) < 4:
        year += 2000 if 2000 + year <= today.year + 10 else 1900
    value = _day(year, int(month), int(day))
    if value:
        return Entry(value, written)
    other = _day(year, int(day), int(month)) if may_be_day_first else None
    if other:
        return Entry(written=written, flaw=Flaw.AMBIGUOUS_DATE, meant=(other.isoformat(),))
    return Entry(written=written, flaw=Flaw.NO_SUCH_DATE)


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _not_a_date(written: str) -> Entry[date]:
    return Entry(written=written, flaw=Flaw.NOT_A_DATE)
