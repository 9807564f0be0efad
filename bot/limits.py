"""How much Recourse bears and how much it says: one table (limits.toml); an operator may override any value of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from complaints.errors import SettingsError

_SHIPPED = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` within `period`."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class ReceivingLimits:
    connections: int
    connections_per_peer: int
    letters_per_peer: Rate
    letters_per_provider: Rate
    bytes_in_flight: int
    free_disk_mb: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    to_claims_per_address: tuple[Rate, ...]
    other_per_address: tuple[Rate, ...]
    per_domain: tuple[Rate, ...]
    to_strangers: tuple[Rate, ...]
    same_content: tuple[Rate, ...]
    breaker: Rate


@dataclass(frozen=True, slots=True)
class Bounds:
    """The whole table."""

    receiving: ReceivingLimits
    answers: AnswerLimits


def load_limits(path: str = "") -> Bounds:
    """The shipped table with the values of the file at `path` in place of its own. SettingsError: it cannot be used."""
    table = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
    if path:
        _override(table, _read(Path(path)), path)
    receiving: dict[str, Any] = {name: _value(name, value, path) for name, value in table["receiving"].items()}
    answers: dict[str, Any] = {name: _rates(name, value, path) for name, value in table["answers"].items()}
    return Bounds(ReceivingLimits(**receiving), AnswerLimits(**answers))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the limits file {path} (RECOURSE_LIMITS): {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the limits file {path} is not valid TOML: {error}") from error


def _override(table: dict[str, dict[str, Any]], mine: Mapping[str, Any], path: str) -> None:
    for section, values in mine.items():
        if section not in table or not isinstance(values, dict):
            raise SettingsError(f"{path}: {section!r} is no section of limits. There are: {', '.join(table)}.")
        for name, value in values.items():
            if name not in table[section]:
                known = ", ".join(table[section])
                raise SettingsError(f"{path}: {name!r} is no limit in [{section}]. There are: {known}.")
            table[section][name] = value


def _value(name: str, value: object, path: str) -> int | Rate:
    return _rate(name, value, path) if name.startswith("letters_per_") else _count(name, value, path)


def _rates(name: str, value: object, path: str) -> Rate | tuple[Rate, ...]:
    if name == "breaker" or not isinstance(value, list):
        return _rate(name, value, path)
    return tuple(_rate(name, one, path) for one in value)


def _rate(name: str, value: object, path: str) -> Rate:
    match value:
        case [int(count), int(seconds)] if count > 0 and seconds > 0:
            return Rate(count, timedelta(seconds=seconds))
    raise SettingsError(f"{path}: {name} reads {value!r}; a rate is [how many, in how many seconds], as [600, 3600].")


def _count(name: str, value: object, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise SettingsError(f"{path}: {name} reads {value!r}; it is a whole number above zero.")
