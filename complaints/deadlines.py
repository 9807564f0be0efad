"""Days that the rules and clocks count: windows, local dates, business days. All pure; today is never asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from complaints.policy import Policy


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a complaint can be filed; both ends are in."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def window(dispute_date: date, policy: Policy) -> Window:
    """Days 30 to 60 after the dispute was filed with the MCO. Raises OverflowError in the last days of year 9999."""
    return Window(
        dispute_date + timedelta(days=policy.first_day),
        dispute_date + timedelta(days=policy.last_day),
    )


def local_date(moment: datetime, policy: Policy) -> date:
    """The day it is in Illinois at this moment. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ZoneInfo(policy.time_zone)).date()


def is_business_day(day: date, policy: Policy) -> bool:
    """Whether state offices are open on this day."""
    if day.weekday() >= 5 or day in policy.closed_days:
        return False
    calendar = _calendar(policy.country, policy.subdivision)
    if calendar.get(day - timedelta(days=1)) in policy.closed_also_after:
        return False
    holiday = calendar.get(day)
    return holiday is None or holiday in policy.offices_open_on


def add_business_days(start: date, days: int, policy: Policy) -> date:
    """The business day that is `days` (0 or more) business days after `start`, which is not counted itself."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_business_day(day, policy)
    return day


@cache
def _calendar(country: str, subdivision: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision)
