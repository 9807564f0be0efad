"""Days as people say them in a chat: "6 weeks ago", "el viernes pasado", "I sent it on Oct 15". Pure.

What `complaints.dates` reads is read by it. What could be several days is never guessed: the choices are asked with
buttons. English and Spanish are both understood always; the language decides only whether 3/4 can be April 3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, product

from complaints.model import Flaw
from conversations.date_words import BEGINS_RANGE, BETWEEN, BETWEEN_AND, DAYS_OF_ONE_MONTH, plain
from conversations.day_readings import RECENT, Hearing, Reading, day_of, earlier, in_words, read_whole, tellings

_LONGEST = 160
_MOST_WORDS = 15
_MOST_SPLITS = 12
_LONGEST_STAY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What day was meant: `day`, or the `choices` to ask about, or the `flaw` for which it is none.

    `rough`: it was said with "about". `choices` may hold one day only: 13/4/2026 is a slip or April 13.
    """

    day: date | None = None
    rough: bool = False
    choices: tuple[date, ...] = ()
    flaw: Flaw | None = None


def read_spoken(text: str, today: date, language: str) -> Spoken:
    """The day that these words tell: a date alone, or the one in a sentence of at most 15 words.

    Without a year it is the nearest such day not after `today`. Two different days in one sentence are choices. "last
    week", and what tells no day, is NOT_A_DATE; February 30 NO_SUCH_DATE.
    """
    if len(text) > _LONGEST:
        return Spoken(flaw=Flaw.NOT_A_DATE)
    said = plain(text)
    short = len(said) <= _LONGEST and len(said.split()) <= _MOST_WORDS
    days = _days_of_one_month(Hearing(said, today, language)) if short else None
    if whole := read_whole(text, today, language):
        return _spoken([whole, *_recent(days, today)])
    if not short:
        return Spoken(flaw=Flaw.NOT_A_DATE)
    return _spoken(days or tellings(said, today, language) or _ends(said, today, language) or ())


def read_spoken_range(text: str, today: date, language: str) -> tuple[Spoken, Spoken] | None:
    """The first and last day of "Sep 1 to Sep 3", "9/1-9/3/26" or "September 1-3"; None when it is no pair of days.

    A year that one end lacks is the other's, or its neighbour, so that the first end is not after the last. Either end
    may have choices or a flaw of its own.
    """
    said = plain(text) if len(text) <= _LONGEST else ""
    if not said or len(said) > _LONGEST or len(said.split()) > _MOST_WORDS:
        return None
    ends = _ends(said, today, language)
    return (_spoken([ends[0]]), _spoken([ends[1]])) if ends else None


def _spoken(readings: Sequence[Reading]) -> Spoken:
    """A day of the week beside a date that falls on it says nothing more."""
    dated = {day.weekday() for reading in readings if not reading.is_weekday for day in reading.days}
    readings = [one for one in readings if not (one.is_weekday and any(day.weekday() in dated for day in one.days))]
    days = sorted({day for reading in readings for day in reading.days})
    if not days:
        return Spoken(flaw=Flaw.NO_SUCH_DATE if readings else Flaw.NOT_A_DATE)
    rough = any(reading.rough for reading in readings)
    is_certain = len(days) == 1 and all(reading.days and not reading.to_ask for reading in readings)
    return Spoken(days[0], rough) if is_certain else Spoken(rough=rough, choices=tuple(days))


# Two ends


def _ends(said: str, today: date, language: str) -> tuple[Reading, Reading] | None:
    if days := _days_of_one_month(Hearing(said, today, language)):
        return days
    for before, after in _halves(said):
        firsts, lasts = tellings(before, today, language), tellings(after, today, language)
        if len(firsts) == len(lasts) == 1:
            return _same_order(*_completed(before, after, firsts[0], lasts[0], language))
    return None


def _days_of_one_month(hearing: Hearing) -> tuple[Reading, Reading] | None:
    """Both ends of "September 1-3"."""
    for pattern in DAYS_OF_ONE_MONTH:
        match = pattern.search(hearing.said)
        if match and not match["no"] and (match["day"] == "primero" or int(match["first"]) < int(match["day"])):
            last = in_words(match, hearing)
            first = day_of(last.days[0].year, last.days[0].month, int(match["first"])) if last.days else None
            return Reading((first,) if first else ()), last
    return None


def _recent(ends: tuple[Reading, Reading] | None, today: date) -> tuple[Reading, ...]:
    """What "Oct 15-16" also means, beside the day in 2016."""
    return tuple(end for end in ends or () if end.days and end.days[0] >= today - RECENT)


def _halves(said: str) -> Iterator[tuple[str, str]]:
    lead = BEGINS_RANGE.match(said)
    rest = said[lead.end() :] if lead else said
    for between in (BETWEEN, BETWEEN_AND) if lead else (BETWEEN,):
        for match in islice(between.finditer(rest), _MOST_SPLITS):
            yield rest[: match.start()], rest[match.end() :]


def _completed(before: str, after: str, first: Reading, last: Reading, language: str) -> tuple[Reading, Reading]:
    """Both ends with the year that one of them lacks, seen from the other end."""
    if last.lacks_year and not first.lacks_year and first.days:
        within_a_year = earlier(first.days[0], -12, "month")
        if within_a_year:
            last = tellings(after, within_a_year - timedelta(days=1), language)[0]
    elif first.lacks_year and last.days:
        first = tellings(before, max(last.days), language)[0]
    return first, last


def _same_order(first: Reading, last: Reading) -> tuple[Reading, Reading]:
    """Two ends that may be month or day first (Spanish): in the one order in which they make a month or less."""
    in_step = len(first.days) == len(last.days)
    pairs = zip(first.days, last.days, strict=True) if in_step else product(first.days, last.days)
    likely = [(begin, end) for begin, end in pairs if begin <= end <= begin + _LONGEST_STAY]
    if len(likely) != 1 or first.to_ask or last.to_ask:
        return first, last
    return replace(first, days=(likely[0][0],)), replace(last, days=(likely[0][1],))
