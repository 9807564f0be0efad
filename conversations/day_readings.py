"""Every telling of a day in a text, with the days that it can mean: what `spoken_dates` makes its answer from."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from complaints.dates import read_date
from complaints.model import Flaw
from conversations.date_words import (
    AGO,
    AMOUNT,
    DAY_OF_MONTH,
    DAY_OF_MONTH_ES,
    DAY_OF_WEEK,
    DAYS_BACK,
    HACE,
    IN_NUMBERS,
    IN_WORDS,
    LAST_MONTH,
    LAST_WEEK,
    LAST_YEAR,
    MONTH_AND_DAY,
    NAMED,
    WITH_HYPHEN,
    is_couple,
    month_number,
    number,
    weekday_number,
)

RECENT = timedelta(days=400)
"""How far back a dispute that a person tells of may lie."""
_EARLIEST = date(1900, 1, 1)
_MONTH_FIRST = re.compile(
    r"(?<!\d)\d{1,2}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{2,4}(?!\d)|(?<!\d)(?!19|20)\d{8}(?!\d)", re.ASCII
)
_SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Reading:
    """One telling of a day: the days it can mean, none when there is no such day."""

    days: tuple[date, ...]
    rough: bool = False
    to_ask: bool = False
    is_weekday: bool = False
    lacks_year: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that was said, the day it is heard on, and the language of the conversation."""

    said: str
    today: date
    language: str


def read_whole(text: str, today: date, language: str) -> Reading | None:
    """What `complaints.dates` reads, with the doubts of people who may put the day first."""
    entry = read_date(text, today)
    if entry.flaw is Flaw.NO_SUCH_DATE:
        return Reading(())
    if entry.flaw is Flaw.AMBIGUOUS_DATE:
        return Reading(tuple(map(date.fromisoformat, entry.meant)), to_ask=language != _SPANISH)
    if entry.value is None:
        return None
    swapped = day_of(entry.value.year, entry.value.day, entry.value.month) if _MONTH_FIRST.search(text) else None
    return Reading(_either(entry.value, swapped, today, language))


def _either(month_first: date, day_first: date | None, today: date, language: str) -> tuple[date, ...]:
    """Who writes in English puts the month first; who writes in Spanish may mean either, if both are recent."""
    if language != _SPANISH or day_first is None or day_first == month_first:
        return (month_first,)
    recent = tuple(day for day in (month_first, day_first) if today - RECENT <= day <= today)
    return recent or (month_first, day_first)


def tellings(said: str, today: date, language: str) -> list[Reading]:
    """Every day told in this `plain` text, in no order."""
    hearing = Hearing(said, today, language)
    if whole := AMOUNT.fullmatch(said.rstrip(" .!?")):
        return [_back(whole, hearing)]
    if whole := WITH_HYPHEN.fullmatch(said):
        return [_month_and_day(whole, hearing)]
    found: list[Reading] = []
    rest = said
    for pattern, read in _TELLINGS:
        rest = pattern.sub(partial(_take, read, hearing, found), rest)
    return found


_Read = Callable[[re.Match[str], Hearing], Reading]


def _take(read: _Read, hearing: Hearing, found: list[Reading], match: re.Match[str]) -> str:
    """Keep what it tells, and put a mark in its place that no other pattern takes for a part of a date."""
    groups = match.groupdict()
    if not groups.get("no"):
        reading = read(match, hearing)
        is_rough = reading.rough or any(groups.get(name) for name in ("rough", "ish", "so"))
        found.append(replace(reading, rough=is_rough))
    return " | "


def _back(match: re.Match[str], hearing: Hearing) -> Reading:
    """Some time before today. "5 or 6 weeks ago" can be either."""
    counts = [match["count"], *([match["other"]] if match["other"] else [])]
    days = [earlier(hearing.today, number(count), match["unit"]) for count in counts]
    if match["more"]:
        days = [earlier(day, number(match["more"]), match["more_unit"]) if day else None for day in days]
    rough = bool(match["rough"] or match["ish"]) or any(map(is_couple, counts))
    return Reading(tuple(day for day in days if day and day >= _EARLIEST), rough)


def earlier(day: date, count: int, unit: str) -> date | None:
    """Weeks are exact; months and years go by the calendar, to the month's last day where it is shorter."""
    try:
        if unit.startswith(("d", "w", "s")):
            return day - timedelta(days=count if unit.startswith("d") else 7 * count)
        months = day.year * 12 + day.month - 1 - count * (1 if unit.startswith("m") else 12)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):  # before the year 1
        return None


def _in_numbers(match: re.Match[str], hearing: Hearing) -> Reading:
    return read_whole(match["date"], hearing.today, hearing.language) or Reading(())


def in_words(match: re.Match[str], hearing: Hearing) -> Reading:
    groups = match.groupdict()
    day = 1 if match["day"] == "primero" else int(match["day"])
    month = month_number(match["month"])
    year = groups["year"] or groups.get("short_year") or groups.get("last_year")
    return _of_year(year, month, day, hearing) if year else _without_year(month, day, hearing)


def _of_year(year: str, month: int, day: int, hearing: Hearing) -> Reading:
    """By `complaints.dates`, which knows the century of two digits."""
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    value = read_date(f"{names[month - 1]} {day}, {year}", hearing.today).value
    return Reading((value,) if value else ())


def _without_year(month: int, day: int, hearing: Hearing) -> Reading:
    found = _nearest(month, day, hearing)
    return Reading((found,) if found else (), lacks_year=True)


def _nearest(month: int, day: int, hearing: Hearing) -> date | None:
    """The last such day until today, in the past eight years: February 29 is rare."""
    if LAST_YEAR.search(hearing.said):
        return day_of(hearing.today.year - 1, month, day)
    years = range(hearing.today.year, hearing.today.year - 9, -1)
    days = (day_of(year, month, day) for year in years)
    return next((found for found in days if found and found <= hearing.today), None)


def _month_and_day(match: re.Match[str], hearing: Hearing) -> Reading:
    first, second = int(match["first"]), int(match["second"])
    month_first, day_first = _nearest(first, second, hearing), _nearest(second, first, hearing)
    if month_first is None:
        to_ask = hearing.language != _SPANISH
        return Reading((day_first,) if day_first else (), to_ask=to_ask, lacks_year=True)
    return Reading(_either(month_first, day_first, hearing.today, hearing.language), lacks_year=True)


def _named(match: re.Match[str], hearing: Hearing) -> Reading:
    day = earlier(hearing.today, DAYS_BACK[match["name"]], "day")
    return Reading((day,) if day else ())


def _day_of_month(match: re.Match[str], hearing: Hearing) -> Reading:
    """The 3rd: of this month or the last one that has such a day and had it before; of last month when that is said."""
    this_month = hearing.today.replace(day=1)
    months = [month for back in range(4) if (month := earlier(this_month, back, "month"))]
    if LAST_MONTH.search(hearing.said):
        months = months[1:2]
    days = (day_of(month.year, month.month, int(match["day"])) for month in months)
    return Reading(tuple(day for day in days if day and day <= hearing.today)[:1])


def _day_of_week(match: re.Match[str], hearing: Hearing) -> Reading:
    """The last such day before today. On Saturday, "Friday last week" is not yesterday for everybody: ask."""
    back = (hearing.today.weekday() - weekday_number(match["weekday"]) - 1) % 7 + 1
    days = [earlier(hearing.today, back, "day")]
    since_sunday = (hearing.today.weekday() + 1) % 7
    if LAST_WEEK.search(hearing.said) and back <= since_sunday:
        days.append(earlier(hearing.today, back + 7, "day"))
    return Reading(tuple(day for day in days if day), is_weekday=True)


_TELLINGS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (HACE, _back),
    (AGO, _back),
    (IN_NUMBERS, _in_numbers),
    *((pattern, in_words) for pattern in IN_WORDS),
    (MONTH_AND_DAY, _month_and_day),
    (NAMED, _named),
    (DAY_OF_MONTH, _day_of_month),
    (DAY_OF_MONTH_ES, _day_of_month),
    (DAY_OF_WEEK, _day_of_week),
)
"""In this order: what a pattern has taken is not seen by those below it."""


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
