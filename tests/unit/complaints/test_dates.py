"""Every way of writing a date that we accept, and every way that we must not guess at."""

from calendar import isleap
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.cells import CellValue, Uncalculated
from complaints.dates import read_date, read_date_range
from complaints.model import Entry, Flaw

TODAY = date(2026, 11, 24)
OCTOBER_15 = date(2026, 10, 15)
AFTERNOON = datetime(2026, 10, 15, 16, 30)  # noqa: DTZ001  a workbook's own, without a zone


@pytest.mark.parametrize(
    "written",
    [
        OCTOBER_15, AFTERNOON, "2026-10-15", "2026/10/15", "2026.10.15", "10/15/2026", "10/15/26",
        "10-15-2026", "10.15.2026", "10 / 15 / 2026", "20261015", "10152026", 20261015, 20261015.0, 10152026.0,
        46310, 46310.0, 46310.75, "Oct 15, 2026", "October 15, 2026", "Oct. 15 2026", "October 15th, 2026",
        "oct 15,2026", "15 Oct 2026", "15-Oct-26", "15Oct2026", "Oct-15-2026", "15th of October, 2026", "Oct 15 '26",
        "2026-Oct-15", "Thursday, October 15, 2026", "Thu 10/15/2026", "10/15/2026 (Thu)", "10/15/2026 Thursday",
        "2026-10-15 00:00:00", "2026-10-15T08:30:00Z", "2026-10-15T08:30:00.000+00:00", "10/15/2026 3:45 PM",
        "10/15/2026 3:45:10 p.m. CST", "October 15, 2026 at 9:05 am", "10/15/2026, 9 am", " 10/15/2026 ",
        "\u00a010/15/2026\u00a0", "on 10/15/2026", "10/15/2026.",
        "'10/15/2026", "10\\15\\2026", "10 15 2026", "20261015.0", "10152026.0", "10/15/2026 12:00:00 AM",
        "15-Oct-2026", "10/15/2026\n", "Oct 15,26", "OCT 15 2026", "10-15-26 00:00", "2026-10-15 00:00:00.000",
    ],
)  # fmt: skip
def test_a_date_is_read(written: CellValue) -> None:
    entry = read_date(written, TODAY)
    assert (entry.value, entry.flaw) == (OCTOBER_15, None)
    assert entry.written


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("2/30/2026", Flaw.NO_SUCH_DATE), ("Feb 29, 2026", Flaw.NO_SUCH_DATE), ("2026-13-04", Flaw.NO_SUCH_DATE),
        ("31/2/2026", Flaw.NO_SUCH_DATE), ("0/4/2026", Flaw.NO_SUCH_DATE), ("20261340", Flaw.NO_SUCH_DATE),
        ("10/15/0026", Flaw.NO_SUCH_DATE), ("Oct 32, 2026", Flaw.NO_SUCH_DATE), ("99999999", Flaw.NO_SUCH_DATE),
        ("March 14", Flaw.NO_YEAR), ("14 March", Flaw.NO_YEAR), ("10/15", Flaw.NO_YEAR), ("Oct 15th", Flaw.NO_YEAR),
        ("Thursday, Oct 15", Flaw.NO_YEAR), (date(1899, 12, 31), Flaw.NO_SUCH_DATE),
        (datetime(1900, 1, 1, 0, 0), Flaw.NO_SUCH_DATE), (Uncalculated.FORMULA, Flaw.NOT_CALCULATED),  # noqa: DTZ001
        ("last week", Flaw.NOT_A_DATE), ("see note", Flaw.NOT_A_DATE), ("October 2026", Flaw.NOT_A_DATE),
        ("10/15/20266", Flaw.NOT_A_DATE), ("10/15/202", Flaw.NOT_A_DATE), ("101526", Flaw.NOT_A_DATE),
        ("46310", Flaw.NOT_A_DATE), ("about 10/15/2026", Flaw.NOT_A_DATE), ("10/15/2026?", Flaw.NOT_A_DATE),
        ("10/15-2026", Flaw.NOT_A_DATE), ("x" * 500, Flaw.NOT_A_DATE),
        (39999, Flaw.NOT_A_DATE), (60001, Flaw.NOT_A_DATE), (1e300, Flaw.NOT_A_DATE), (float("nan"), Flaw.NOT_A_DATE),
        (float("inf"), Flaw.NOT_A_DATE), (True, Flaw.NOT_A_DATE), (time(8, 30), Flaw.NOT_A_DATE),
        (timedelta(days=3), Flaw.NOT_A_DATE),
    ],
)  # fmt: skip
def test_what_is_no_date_is_a_flaw(written: CellValue, flaw: Flaw) -> None:
    entry = read_date(written, TODAY)
    assert (entry.value, entry.flaw, entry.meant) == (None, flaw, ())
    assert entry.written or flaw is Flaw.NOT_CALCULATED


@pytest.mark.parametrize("written", ["13/4/2026", "13-4-26", "13.4.2026", "13042026"])
def test_a_day_in_the_first_place_is_ambiguous(written: str) -> None:
    assert read_date(written, TODAY) == Entry(written=written, flaw=Flaw.AMBIGUOUS_DATE, meant=("2026-04-13",))


@pytest.mark.parametrize(("written", "year"), [("1/2/26", 2026), ("1/2/36", 2036), ("1/2/37", 1937), ("1/2/99", 1999)])
def test_the_century_of_two_digits(written: str, year: int) -> None:
    assert read_date(written, TODAY).value == date(year, 1, 2)


@pytest.mark.parametrize("written", [None, "", "  ", "\n"])
def test_nothing_written_is_blank(written: CellValue) -> None:
    assert read_date(written, TODAY).is_blank


@pytest.mark.parametrize(
    "written",
    ["1/2/26-1/5/26", "01/02/2026 - 01/05/2026", "1/2/2026 to 1/5/2026", "1/2/2026 thru 1/5/2026",
     "2026-01-02–2026-01-05", "1-2-26 - 1-5-26", "Jan 2, 2026 through Jan 5, 2026"],
)  # fmt: skip
def test_a_range_has_two_ends(written: str) -> None:
    ends = read_date_range(written, TODAY)
    assert ends is not None
    assert [end.value for end in ends] == [date(2026, 1, 2), date(2026, 1, 5)]


def test_the_first_end_is_not_completed_from_the_last() -> None:
    ends = read_date_range("1/2 - 1/5/2026", TODAY)
    assert ends is not None
    assert (ends[0].flaw, ends[1].value) == (Flaw.NO_YEAR, date(2026, 1, 5))


@pytest.mark.parametrize("written", ["2026-01-02", "1-2-2026", "see notes - call", "", "1/2/2026", "- 1/2/2026"])
def test_one_date_is_no_range(written: str) -> None:
    assert read_date_range(written, TODAY) is None


STYLES = (
    "%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%Y%m%d", "%m%d%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y",
    "%d-%b-%Y", "%A, %B %d, %Y", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M %p",
)  # fmt: skip


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.times(), st.sampled_from(STYLES))
def test_every_style_reads_back_as_the_day_written(day: date, clock: time, style: str) -> None:
    assert read_date(datetime.combine(day, clock).strftime(style), TODAY).value == day


@given(st.dates(date(2009, 7, 6), date(2064, 4, 8)))
def test_every_excel_serial_reads_back(day: date) -> None:
    assert read_date((day - date(1899, 12, 30)).days, TODAY).value == day


@given(st.integers(1900, 2200))
def test_february_29_only_in_leap_years(year: int) -> None:
    entry = read_date(f"2/29/{year}", TODAY)
    assert entry.value == date(year, 2, 29) if isleap(year) else entry.flaw is Flaw.NO_SUCH_DATE


@given(st.text() | st.from_regex(r"[0-9/.\-]{1,12}", fullmatch=True))
def test_no_text_raises_and_every_text_has_an_answer(text: str) -> None:
    entry = read_date(text, TODAY)
    assert (entry.value is None) == (entry.flaw is not None or entry.is_blank)
    read_date_range(text, TODAY)


@given(st.floats() | st.integers())
def test_no_number_raises(number: float) -> None:
    entry = read_date(number, TODAY)
    assert (entry.value is None) == (entry.flaw is not None)
