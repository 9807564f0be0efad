"""The numbers and days that the rules count with, read from `policy.toml`, which has the source of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from complaints.model import Field, Source


@dataclass(frozen=True, slots=True)
class Policy:
    """One state of the law. Days are calendar days unless the name says business days."""

    first_day: int
    """The first day of the window, counted from the day the dispute was filed (day 0). That day itself is in."""
    last_day: int
    """The last day of the window; in as well."""
    program_start: date
    time_zone: str
    present_within_business_days: int
    response_limb_days: int
    country: str
    subdivision: str
    offices_open_on: tuple[str, ...]
    """Names of holidays of the calendar on which state offices are open."""
    closed_also_after: tuple[str, ...]
    """Names of holidays whose next day is closed too."""
    closed_days: tuple[date, ...]
    phone_line: str
    """For fee-for-service questions."""
    required: Mapping[Source, tuple[Field, ...]]
    """The fields of one claim that must be filled, by way of filing. The MCO is required always."""


@cache
def load_policy() -> Policy:
    """The policy that comes with the program."""
    text = files("complaints").joinpath("policy.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    business_days = data["business_days"]
    return Policy(
        **data["window"],
        **data["clocks"],
        country=business_days["country"],
        subdivision=business_days["subdivision"],
        offices_open_on=tuple(business_days["offices_open_on"]),
        closed_also_after=tuple(business_days["closed_also_after"]),
        closed_days=tuple(business_days["closed_days"]),
        phone_line=data["contact"]["phone_line"],
        required={Source(source): tuple(map(Field, names)) for source, names in data["required"].items()},
    )
