"""Days as people say them: what is read, what is asked about, and what is no day."""

import re
import time
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from complaints.dates import read_date
from complaints.model import Flaw
from conversations.spoken_dates import Spoken, read_spoken, read_spoken_range

TODAY = date(2026, 11, 24)  # a Tuesday
OCTOBER_15 = date(2026, 10, 15)


def english(text: str) -> Spoken:
    return read_spoken(text, TODAY, "en")


def spanish(text: str) -> Spoken:
    return read_spoken(text, TODAY, "es")


SAID = {
    date(2026, 10, 15): (
        "10/15/2026", "2026-10-15", "20261015", "15-Oct-26", "Thursday, October 15, 2026 at 9:05 am", "Oct 15", "10/15",
        "10-15", "10/15 at 3pm", "October 15th", "15 October", "the 15th of October", "Thursday, Oct 15",
        "10/15 Thursday", "Oct 15 '26", "Oct 15, 26", "it was Oct 15, 26", "I sent it on Oct 15",
        "it was October 15th I think", "was it Oct 15?", "submitted 10/15/26, thanks", "sent:10/15/26",
        "sent 15-oct-26", "15 oct 26 I think", "oct 15 20 claims", "2nd request sent Oct 15", "15 de octubre",
        "el 15 de octubre", "15 de octubre de 2026", "15 de octubre del 26", "15 de octubre del año 2026", "octubre 15",
        "lo envié el jueves 15 de octubre", "creo que fue el 15 de OCTUBRE",
    ),
    date(2026, 3, 14): ("March 14", "14 de marzo", "3/14", "march 14th."),
    date(2026, 3, 1): ("primero de marzo", "1º de marzo", "1ero de marzo", "March 1"),
    date(2026, 8, 15): ("15-ago-26", "15 de agosto", "August 15"),
    date(2025, 12, 5): ("12/5", "Dec 5", "5 de diciembre", "el 5 de dic"),
    date(2025, 3, 14): ("March 14 last year", "14 de marzo del año pasado"),
    date(2026, 11, 24): ("today", "hoy", "this morning", "Today.", "11/24", "the 24th", "el 24"),
    date(2026, 11, 23): ("yesterday", "Yesterday!", "ayer", "we faxed it last night", "anoche", "on Monday", "lunes"),
    date(2026, 11, 22): ("anteayer", "antes de ayer", "the day before yesterday", "last Sunday", "domingo"),
    date(2026, 11, 20): ("last Friday", "viernes pasado", "el viernes pasado", "on Friday", "fri", "Friday last week"),
    date(2026, 11, 18): ("el miércoles pasado", "Wednesday", "wed"),
    date(2026, 11, 17): ("martes", "last Tuesday"),
    date(2026, 10, 13): ("6 weeks ago", "six weeks ago", "hace 6 semanas", "hace seis semanas", "6 semanas atrás",
                         "6 weeks", "I think 6 weeks ago", "6 weeks ago today", "42 days ago"),
    date(2026, 10, 10): ("45 days ago", "hace 45 días", "a month and 2 weeks ago", "hace 1 mes y 2 semanas"),
    date(2026, 10, 24): ("a month ago", "one month ago", "hace un mes", "1 mo ago"),
    date(2026, 9, 24): ("two months ago", "2 months ago", "hace dos meses"),
    date(2025, 11, 24): ("a year ago", "hace un año"),
    date(2026, 11, 9): ("hace quince días", "15 days ago"),
    date(2026, 11, 3): ("the 3rd", "on the 3rd", "3rd", "el 3", "el día 3", "lo envié el 3.", "3w",
                        "it was the 3rd I think"),
    date(2026, 10, 31): ("the 31st",),
    date(2026, 10, 3): ("the 3rd of last month", "el 3 del mes pasado", "last month on the 3rd"),
    date(2024, 2, 29): ("2/29", "Feb 29", "29 de febrero"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "day"), [(text, day) for day, texts in SAID.items() for text in texts])
def test_a_day_is_read_in_both_languages(text: str, day: date) -> None:
    assert english(text) == Spoken(day)
    assert day in (spanish(text).day, *spanish(text).choices)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("about 3 wks", date(2026, 11, 3)), ("around 3 weeks ago", date(2026, 11, 3)), ("~3 weeks", date(2026, 11, 3)),
        ("3 weeks or so ago", date(2026, 11, 3)), ("hace unas 3 semanas", date(2026, 11, 3)),
        ("hace más o menos 3 semanas", date(2026, 11, 3)), ("hace como un mes", date(2026, 10, 24)),
        ("a couple of weeks ago", date(2026, 11, 10)), ("hace un par de semanas", date(2026, 11, 10)),
        ("around Oct 15", OCTOBER_15), ("maybe the 3rd", date(2026, 11, 3)), ("como el 15 de octubre", OCTOBER_15),
    ],
)  # fmt: skip
def test_about_makes_it_rough(text: str, day: date) -> None:
    assert english(text) == spanish(text) == Spoken(day, rough=True)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("13/4/2026", [(4, 13)]), ("14/3", [(3, 14)]), ("oct 15 or oct 16", [(10, 15), (10, 16)]),
        ("oct 15 nov 3", [(10, 15), (11, 3)]), ("5 or 6 weeks ago", [(10, 13), (10, 20)]),
        ("hace 5 o 6 semanas", [(10, 13), (10, 20)]), ("5-6 weeks ago", [(10, 13), (10, 20)]),
        ("September 1-3", [(9, 1), (9, 3)]), ("9/1-9/3/26", [(9, 1), (9, 3)]), ("Oct 15-26", [(10, 15), (10, 26)]),
        ("entre el 1 y el 3 de septiembre", [(9, 1), (9, 3)]),
        ("I called on Friday about the dispute sent Oct 15", [(10, 15), (11, 20)]),
    ],
)  # fmt: skip
def test_several_days_are_choices(text: str, days: list[tuple[int, int]]) -> None:
    assert english(text) == Spoken(choices=tuple(date(2026, month, day) for month, day in days))


def test_friday_of_last_week_is_asked_about_when_a_friday_was_since() -> None:
    saturday = date(2026, 11, 28)
    assert read_spoken("Friday", saturday, "en").day == date(2026, 11, 27)
    asked = Spoken(choices=(date(2026, 11, 20), date(2026, 11, 27)))
    assert read_spoken("Friday last week", saturday, "en") == asked
    assert read_spoken("el viernes de la semana pasada", saturday, "es") == asked


@pytest.mark.parametrize(
    ("text", "month_first", "in_spanish"),
    [
        ("3/4/26", (3, 4), [(3, 4), (4, 3)]), ("3/4", (3, 4), [(3, 4), (4, 3)]),
        ("I sent it 3/4/2026", (3, 4), [(3, 4), (4, 3)]), ("03042026", (3, 4), [(3, 4), (4, 3)]),
        ("5/5/2026", (5, 5), [(5, 5)]), ("2026-03-04", (3, 4), [(3, 4)]),
        ("11/12/2026", (11, 12), [(11, 12)]),  # December 11 is to come
        ("12/5/2026", (12, 5), [(5, 12)]),
    ],
)  # fmt: skip
def test_only_in_spanish_may_the_day_come_first(
    text: str, month_first: tuple[int, int], in_spanish: list[tuple[int, int]]
) -> None:
    assert english(text) == Spoken(date(2026, *month_first))
    days = tuple(date(2026, month, day) for month, day in in_spanish)
    assert spanish(text) == (Spoken(days[0]) if len(days) == 1 else Spoken(choices=days))


def test_a_day_that_cannot_be_a_month_is_no_doubt_in_spanish() -> None:
    assert spanish("13/4/2026") == Spoken(date(2026, 4, 13))
    assert spanish("14/3") == Spoken(date(2026, 3, 14))


@pytest.mark.parametrize(
    "text",
    ["February 30", "2/30", "2/30/2026", "30 de febrero", "Feb 30, 2026", "I sent it February 30", "the 32nd", "0/0",
     "31/2/2026", "999 years ago"],
)  # fmt: skip
def test_there_is_no_such_day(text: str) -> None:
    assert english(text) == spanish(text) == Spoken(flaw=Flaw.NO_SUCH_DATE)


@pytest.mark.parametrize(
    "text",
    ["last week", "la semana pasada", "last month", "", " ", "15", "October", "Oct 2026", "46310", "193450004656",
     "Aetna", "a few weeks ago", "hace unas semanas", "3 1/2 weeks ago", "2.5 weeks ago", "a week and a half ago",
     "hace dos meses y medio", "a week or two ago", "hace una semana o dos", "hace dos viernes", "two Fridays ago",
     "before Oct 15", "antes del 15 de octubre", "since October 15", "next Friday", "waiting since last Friday",
     "el próximo viernes", "el viernes que viene", "15 may be enough", "10/15/202", "10/15-2026",
     "1/2 of the claims" * 30,
     "I sent it on Oct 15 and then they told me that I had to send everything again"],
)  # fmt: skip
def test_what_tells_no_day_is_not_guessed(text: str) -> None:
    assert english(text) == spanish(text) == Spoken(flaw=Flaw.NOT_A_DATE)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Sep 1 to Sep 3", (2026, 9, 1), (2026, 9, 3)), ("9/1-9/3/26", (2026, 9, 1), (2026, 9, 3)),
        ("September 1-3", (2026, 9, 1), (2026, 9, 3)), ("9/1/26 - 9/3", (2026, 9, 1), (2026, 9, 3)),
        ("1-3 September 2025", (2025, 9, 1), (2025, 9, 3)), ("2025-09-01 to 2025-09-03", (2025, 9, 1), (2025, 9, 3)),
        ("from Sep 1 through Sep 3, 2025", (2025, 9, 1), (2025, 9, 3)),
        ("9/1/2026–9/3/2026", (2026, 9, 1), (2026, 9, 3)),
        ("the 1st to the 3rd of September", (2026, 9, 1), (2026, 9, 3)), ("Oct 15-16", (2026, 10, 15), (2026, 10, 16)),
        ("between Sep 1 and Sep 3", (2026, 9, 1), (2026, 9, 3)), ("Sep 1 and 3", (2026, 9, 1), (2026, 9, 3)),
        ("del 1 al 3 de septiembre", (2026, 9, 1), (2026, 9, 3)),
        ("entre el 1 y el 3 de septiembre", (2026, 9, 1), (2026, 9, 3)),
        ("del 1 de septiembre al 3 de septiembre de 2025", (2025, 9, 1), (2025, 9, 3)),
        ("Dec 30 to Jan 2", (2025, 12, 30), (2026, 1, 2)), ("Dec 30 to Jan 2, 2026", (2025, 12, 30), (2026, 1, 2)),
        ("12/30/25 - 1/2", (2025, 12, 30), (2026, 1, 2)),
    ],
)  # fmt: skip
def test_a_range_has_two_ends(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    ends = Spoken(date(*first)), Spoken(date(*last))
    assert read_spoken_range(text, TODAY, "en") == ends
    assert read_spoken_range(text, TODAY, "es") == ends


def test_the_ends_of_a_spanish_range_are_in_one_order() -> None:
    ends = Spoken(date(2026, 9, 1)), Spoken(date(2026, 9, 3))
    assert read_spoken_range("1/9 - 3/9/26", TODAY, "es") == ends
    assert read_spoken_range("9/1 - 9/3/26", TODAY, "es") == ends
    assert read_spoken_range("25/9 al 3/10", TODAY, "es") == (Spoken(date(2026, 9, 25)), Spoken(date(2026, 10, 3)))


def test_an_end_may_have_a_flaw() -> None:
    assert read_spoken_range("Sep 1 to Sep 31", TODAY, "en") == (
        Spoken(date(2026, 9, 1)),
        Spoken(flaw=Flaw.NO_SUCH_DATE),
    )


@pytest.mark.parametrize(
    "text",
    ["", "Sep 1", "10/15/2026", "10-15-2026", "2026-10-15", "last week to today or so maybe", "5-6 weeks ago", "Aetna",
     "September 30-3", "see notes - call", "before Sep 1-3", "a to b", "x" * 500],
)  # fmt: skip
def test_what_is_no_pair_of_days_is_no_range(text: str) -> None:
    assert read_spoken_range(text, TODAY, "en") is None


# Properties

DAYS = st.dates(TODAY - timedelta(days=364), TODAY)
PARTS = (
    "oct", "15", "3", "may", "marzo", "10/15", "3/4/26", "2026", "the", "el", "3rd", "last", "friday", "viernes", "ago",
    "hace", "weeks", "semanas", "about", "-", "to", "and", "de", "month", "31", "february", "13/4", "a", "yesterday",
    "un", "no", "before", "next", ",", ".", "1-3", "pasado", "week", "año", "1/1/0001", "9999",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(PARTS), max_size=16).map(" ".join)
LANGUAGES = st.sampled_from(["en", "es"])


@given(st.text() | WORDS, st.dates(date(1, 1, 1), date(9999, 12, 31)), LANGUAGES)
@example("hace 2 meses", date(1, 1, 1), "es")
@example("a year ago to 3/4", date(9999, 12, 31), "en")
def test_no_text_raises_and_every_text_has_one_answer(text: str, today: date, language: str) -> None:
    spoken = read_spoken(text, today, language)
    assert [spoken.day is not None, bool(spoken.choices), spoken.flaw is not None].count(True) == 1
    assert list(spoken.choices) == sorted(set(spoken.choices))
    read_spoken_range(text, today, language)


@given(st.text(max_size=70) | st.from_regex(r"[0-9/.\-]{1,12}", fullmatch=True) | WORDS)
def test_english_never_contradicts_the_reader_of_sheets(text: str) -> None:
    entry = read_date(text, TODAY)
    spoken = english(text)
    if entry.value:
        assert entry.value in (spoken.day, *spoken.choices)
    if entry.flaw is Flaw.AMBIGUOUS_DATE:
        assert spoken.choices == tuple(map(date.fromisoformat, entry.meant))


@given(
    DAYS,
    st.sampled_from(["{:%B} {0.day}", "{:%b} {0.day}", "{0.month}/{0.day}", "{0.day} {0:%B}"]),
    st.sampled_from(["{}", "I sent it {}", "it was {} I think", "{}, thanks"]),
)
def test_without_a_year_it_is_the_last_such_day(day: date, style: str, around: str) -> None:
    said = around.format(re.sub(r"^\{:", "{0:", style).format(day))
    assert english(said) == Spoken(day)


@given(st.integers(0, 999), LANGUAGES)
def test_weeks_and_days_back_are_exact(count: int, language: str) -> None:
    assert read_spoken(f"{count} days ago", TODAY, language).day == TODAY - timedelta(days=count)
    assert read_spoken(f"hace {count} semanas", TODAY, language).day == TODAY - timedelta(weeks=count)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 36))
def test_months_back_go_by_the_calendar(today: date, count: int) -> None:
    day = read_spoken(f"{count} months ago", today, "en").day
    assert day is not None
    assert (today.year - day.year) * 12 + today.month - day.month == count
    assert day.day == today.day or (day.day < today.day and (day + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(0, 30))
def test_a_range_reads_back(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    said = f"{first:%b} {first.day} to {last:%b} {last.day}, {last.year}"
    assert read_spoken_range(said, TODAY, "en") == (Spoken(first), Spoken(last))


@pytest.mark.parametrize(
    "hostile",
    ["1" * 160, "1/" * 80, "oct " * 40, "a " * 15, "-" * 160, " ," * 80, "1-" * 80, "about " * 15, "to 3 " * 7,
     "the on the on el dia 3 ", "fri, " * 15, "\ufdfa" * 160, "1 " * 100_000, "x" * 1_000_000],
)  # fmt: skip
def test_hostile_text_costs_little(hostile: str) -> None:
    began = time.process_time()
    read_spoken(hostile, TODAY, "en")
    read_spoken_range(hostile, TODAY, "en")
    assert time.process_time() - began < 0.5
