"""The MCOs of Illinois Medicaid and what people call them, read from `roster.toml`, which has sources and dates.

A name is first folded (`name_key`), then looked up; what is not there may still be a misspelling of one MCO's name. A
name with several meanings is never settled here unless the date of the dispute settles it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from complaints.model import Coverage


@dataclass(frozen=True, slots=True)
class Membership:
    """A stretch of time in a program; both days are in, None is open."""

    program: str
    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Mco:
    """A managed care organization. `name` is the canonical name, `successor` that of who took its members over."""

    name: str
    aliases: tuple[str, ...]
    memberships: tuple[Membership, ...]
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class SharedName:
    """A name with several meanings: `itself` on the days on which that MCO was active, else one of `choices`."""

    name: str
    aliases: tuple[str, ...]
    choices: tuple[str, ...]
    itself: Mco | None = None


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
    """No MCO of ours. Canonical names to choose from, nearest first; all of that day when none is near."""

    suggestions: tuple[str, ...]


Found = Known | Close | Ambiguous | Unknown

_LONGEST_SAID = 200  # letters of what was said that are looked at
_MOST_SLIPS = 2
_NEAR = 80  # percent of a name found inside what was said, from which on it is suggested
_MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Roster:
    """All MCOs, past ones too, in the order of the file."""

    mcos: tuple[Mco, ...]
    meanings: Mapping[str, Mco | SharedName]
    """What each folded name means."""
    payers: Mapping[str, Coverage]
    """Folded names of payers that are no MCO."""

    def find(self, said: str, on: date | None) -> Found:
        """Who is meant by `said` in a dispute filed on that day (None: the day is not known)."""
        said = said[:_LONGEST_SAID]
        exact = self._named(said)
        meanings = exact or self._nearest(said)
        if not meanings:
            return Unknown(self._suggestions(_squash(said), on))
        meant = [self._settle(meaning, on) for meaning in meanings]
        if len(meant) == 1 and isinstance(meant[0], Mco):
            return Known(meant[0]) if exact else Close(meant[0], said)
        names = {name: None for one in meant for name in ([one.name] if isinstance(one, Mco) else one.choices)}
        return Ambiguous(tuple(names))

    def other_payer(self, said: str) -> Coverage | None:
        """The payer, when `said` names one that is no Medicaid MCO: Medicare, or the state itself."""
        return self.payers.get(_squash(said))

    def active(self, mco: Mco, on: date) -> bool:
        """Whether it was an Illinois Medicaid MCO on that day, in any program."""
        return any(on in membership for membership in mco.memberships)

    def names_on(self, day: date) -> tuple[str, ...]:
        """Canonical names of the MCOs active on that day, in the order of the file."""
        return tuple(mco.name for mco in self.mcos if self.active(mco, day))

    def _named(self, said: str) -> list[Mco | SharedName]:
        """What is called so: as a whole, else each part of "Aetna Better Health (ABH)" or "Aetna / Meridian"."""
        named: dict[str, Mco | SharedName] = {}
        for part in (said, *_BETWEEN_NAMES.split(said)):
            meaning = self.meanings.get(_squash(part)) or self.meanings.get(name_key(part))
            if meaning:
                named[meaning.name] = meaning
                if part == said:
                    break
        return list(named.values())

    def _nearest(self, said: str) -> list[Mco | SharedName]:
        """The meanings of the names that differ by the fewest slips, when those are few for their length."""
        least = _MOST_SLIPS
        nearest: dict[str, Mco | SharedName] = {}
        for key in (_squash(said), name_key(said)):
            for name, meaning in self.meanings.items():
                allowed = min(_slips_allowed(name), least)
                if not allowed or abs(len(name) - len(key)) > allowed:
                    continue
                slips = OSA.distance(key, name, score_cutoff=allowed)
                if slips > allowed:
                    continue
                if slips < least:
                    least, nearest = slips, {}
                nearest[meaning.name] = meaning
        return list(nearest.values())

    def _settle(self, meaning: Mco | SharedName, on: date | None) -> Mco | SharedName:
        if isinstance(meaning, SharedName) and meaning.itself and on and self.active(meaning.itself, on):
            return meaning.itself
        return meaning

    def _suggestions(self, said: str, on: date | None) -> tuple[str, ...]:
        eligible = self.names_on(on) if on else tuple(mco.name for mco in self.mcos)
        scores: dict[str, float] = {}
        for name, meaning in self.meanings.items():
            if isinstance(meaning, Mco) and meaning.name in eligible and len(name) > 3:
                score = fuzz.partial_ratio(name, said, score_cutoff=_NEAR)
                scores[meaning.name] = max(score, scores.get(meaning.name, 0))
        near = [name for name in sorted(scores, key=lambda name: -scores[name]) if scores[name]]
        return tuple(near[:_MOST_SUGGESTIONS]) or eligible


_SAYS_NOTHING = frozenset(
    {"the", "of", "and", "illinois", "il", "inc", "incorporated", "llc", "corp", "corporation", "company", "co"}
    | {"health", "healthcare", "plan", "plans", "insurance", "mco", "medicaid"}
    | {"healthchoice", "mltss", "mmai", "fide", "snp", "dsnp"}
)
_BETWEEN_NAMES = re.compile(r"[()\[\]/,;|\u2013\u2014]|\s-\s")


def name_key(said: str) -> str:
    """A name for comparing: lower case letters and digits, without the words that do not tell MCOs apart."""
    text = re.sub(r"\bhealth care\b", "healthcare", " ".join(_words(said)))
    return "".join(word for word in text.split() if word not in _SAYS_NOTHING)


def _squash(said: str) -> str:
    return "".join(_words(said))


def _words(said: str) -> list[str]:
    return re.findall(r"[^\W_]+", said.casefold())


def _slips_allowed(name: str) -> int:
    """How many letters may be wrong in a name of this length. Initials (MHP, BCBS) must be right."""
    if len(name) < 5:
        return 0
    return 1 if len(name) < 9 else _MOST_SLIPS


@cache
def load_roster() -> Roster:
    """The roster that comes with the program."""
    data = tomllib.loads(files("complaints").joinpath("roster.toml").read_text(encoding="utf-8"))
    mcos = tuple(_mco(entry) for entry in data["mco"])
    by_name = {mco.name: mco for mco in mcos}
    shared = tuple(
        SharedName(
            entry["name"], tuple(entry["aliases"]), tuple(entry["choices"]), by_name.get(entry.get("itself", ""))
        )
        for entry in data["ambiguous"]
    )
    payers = {_squash(name): Coverage(payer) for payer, names in data["other_payers"].items() for name in names}
    return Roster(mcos, _meanings(mcos, shared), payers)


def _mco(entry: dict[str, Any]) -> Mco:
    memberships = tuple(
        Membership(membership["program"], membership.get("from"), membership.get("until"))
        for membership in entry["memberships"]
    )
    return Mco(entry["name"], tuple(entry["aliases"]), memberships, entry.get("successor"))


def _meanings(mcos: Iterable[Mco], shared: Iterable[SharedName]) -> dict[str, Mco | SharedName]:
    """Both foldings of every name. A shared name wins over the MCO that has it for its own."""
    meanings: dict[str, Mco | SharedName] = {}
    everyone: tuple[Mco | SharedName, ...] = (*mcos, *shared)
    for meaning in everyone:
        for name in (meaning.name, *meaning.aliases):
            meanings |= {_squash(name): meaning, name_key(name): meaning}
    return meanings
