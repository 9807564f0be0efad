"""A workbook before any program wrote it: what stands in which cell, and what else the file has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto

Value = str | int | float | date | None

US_DATE = "m/d/yyyy"
DAY_ZERO = date(1899, 12, 30)


class Feature(Enum):
    """What not every program can write."""

    CACHED_FORMULAS = auto()
    UNCACHED_FORMULAS = auto()
    ERRORS = auto()
    HIDDEN_ROWS = auto()
    FILTERS = auto()
    MERGED = auto()
    DAYS_FROM_1904 = auto()
    TYPES = auto()  # a number is another thing than its digits
    TABS = auto()
    HIDDEN_TABS = auto()
    BLANK_TAIL = auto()
    STAMPS = auto()
    UNICODE = auto()


@dataclass(frozen=True, slots=True)
class Written:
    """One cell. `value` is what is shown; with a formula, it is the formula's result."""

    value: Value
    number_format: str = ""
    formula: str = ""
    is_cached: bool = True

    @property
    def text(self) -> str:
        """As a .csv has it."""
        if isinstance(self.value, datetime):
            return f"{self.value:%m/%d/%Y %H:%M}"
        if isinstance(self.value, date):
            return f"{self.value:%m/%d/%Y}"
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet. Rows and columns count from 1, as people see them; ranges are (top, left, bottom, right)."""

    name: str
    cells: Mapping[tuple[int, int], Written]
    header_row: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    filtered: tuple[int, int, int, int] | None = None
    filter_column: int = 0
    blank_tail: int = 0
    """So many formatted rows without a value below."""
    is_hidden: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return max((row for row, _ in self.cells), default=1), max((column for _, column in self.cells), default=1)

    def rows(self) -> list[list[Written]]:
        """From A1 on, every cell."""
        height, width = self.size
        nothing = Written(None)
        return [[self.cells.get((row, column), nothing) for column in range(1, width + 1)]
                for row in range(1, height + 1)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    tabs: tuple[Tab, ...]
    days_from_1904: bool = False
    version: str | None = None
    """The version of our own sheet that its properties name."""
    needs: frozenset[Feature] = field(default_factory=frozenset)


def serial(day: date, *, from_1904: bool = False) -> float:
    """The number that a workbook keeps for a day."""
    of_day = (day.hour * 60 + day.minute) / 1440 if isinstance(day, datetime) else 0
    return day.toordinal() - DAY_ZERO.toordinal() + of_day - (1462 if from_1904 else 0)


def letter(column: int) -> str:
    """1 → A."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
