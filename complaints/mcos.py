"""The MCOs of Illinois Medicaid and what people call them, read from `roster.toml`, which has sources and dates."""

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Membership:
    """A stretch of time in a program; both days are in, None is open."""

    program: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Mco:
    """A managed care organization. `name` is the canonical name, `successor` that of who took its members over."""

    name: str
    aliases: tuple[str, ...]
    memberships: tuple[Membership, ...]
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Named as itself or by an alias."""

    mco: Mco


@dataclass(frozen=True, slots=True)
class Close:
    """Misspelled, but near to one MCO only."""

    mco: Mco
    said: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several MCOs are called so: ask. Canonical names."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No MCO of ours. Canonical names to choose from, nearest first."""

    suggestions: tuple[str, ...]


Found = Known | Close | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class Roster:
    """All MCOs, past ones too, in the order of the file."""

    mcos: tuple[Mco, ...]

    def find(self, said: str, on: date | None) -> Found:
        """Who is meant by `said` in a dispute filed on that day (None: the day is not known)."""
        raise NotImplementedError

    def active(self, mco: Mco, on: date) -> bool:
        """Whether it was an Illinois Medicaid MCO on that day."""
        raise NotImplementedError

    def names_on(self, day: date) -> tuple[str, ...]:
        """Canonical names of the MCOs active on that day, in the order of the file."""
        raise NotImplementedError


@cache
def load_roster() -> Roster:
    """The roster that comes with the program."""
    raise NotImplementedError
