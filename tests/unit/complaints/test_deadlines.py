from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.deadlines import Window, add_business_days, is_business_day, local_date, window
from complaints.policy import load_policy

POLICY = load_policy()
DAYS = st.dates(date(2018, 1, 1), date(2099, 1, 1))


def test_the_window_of_a_dispute() -> None:
    assert window(date(2026, 11, 12), POLICY) == Window(date(2026, 12, 12), date(2027, 1, 11))


@given(DAYS)
def test_days_30_and_60_are_in_and_their_outer_neighbours_are_not(filed: date) -> None:
    days = window(filed, POLICY)
    inside = [number for number in range(70) if filed + timedelta(days=number) in days]
    assert inside == list(range(30, 61))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 5, 59, 59, tzinfo=UTC), date(2026, 11, 23)),  # 23:59:59 in winter
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 7, 1, 4, 59, 59, tzinfo=UTC), date(2026, 6, 30)),  # 23:59:59 in summer
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), date(2026, 7, 1)),
        # Clocks go back on November 1, 2026 at 2:00: its midnight is still UTC-5, the next one UTC-6.
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 5, 59, tzinfo=UTC), date(2026, 11, 1)),
        # Clocks go forward on March 8, 2026 at 2:00: its midnight is UTC-6, the next one UTC-5.
        (datetime(2026, 3, 8, 5, 59, tzinfo=UTC), date(2026, 3, 7)),
        (datetime(2026, 3, 9, 4, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 5, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_the_day_is_the_one_in_illinois(moment: datetime, day: date) -> None:
    assert local_date(moment, POLICY) == day


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 11, 24, 12, 0), POLICY)  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 11, 29), False),  # Sunday
        (date(2026, 11, 26), False),  # Thanksgiving
        (date(2026, 11, 27), False),  # and the day after
        (date(2026, 2, 12), False),  # Lincoln's Birthday, Illinois only
        (date(2026, 11, 3), False),  # general election
        (date(2027, 11, 2), True),  # no general election in odd years
        (date(2026, 3, 2), True),  # Casimir Pulaski Day: state offices are open
        (date(2026, 7, 3), False),  # Independence Day on a Saturday is kept on Friday
        (date(2027, 7, 5), False),  # and on a Sunday on Monday
    ],
)
def test_business_days_are_those_of_the_state(day: date, is_open: bool) -> None:
    assert is_business_day(day, POLICY) is is_open


def test_ten_business_days_over_thanksgiving() -> None:
    assert add_business_days(date(2026, 11, 24), 10, POLICY) == date(2026, 12, 10)


def test_no_business_days_is_the_same_day() -> None:
    assert add_business_days(date(2026, 11, 26), 0, POLICY) == date(2026, 11, 26)


@given(DAYS, st.integers(1, 30))
def test_counting_business_days(start: date, days: int) -> None:
    end = add_business_days(start, days, POLICY)
    between = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert is_business_day(end, POLICY)
    assert sum(is_business_day(day, POLICY) for day in between) == days
