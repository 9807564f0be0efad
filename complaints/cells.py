"""Cells as read from somebody's workbook: plain values in their own rows and columns, nothing interpreted yet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum


class Uncalculated(Enum):
    """A cell with a formula whose result was never stored: some programs leave that to whoever opens the file."""

    FORMULA = "formula"


CellValue = str | int | float | bool | date | datetime | time | timedelta | Uncalculated | None
"""Empty cells are None. Dates and datetimes are naive, as a workbook has them."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of merged cells, 0-based and inclusive: the value stands in its first cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows[0][0]` is the cell A1; row 1 of the person's own view is `rows[0]`. Rows may differ in
    length."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    """Row numbers as a person sees them (from 1) that are hidden, by hand or by a filter."""
    is_filtered: bool = False
    """A filter is set and hides rows."""


class FileRemark(StrEnum):
    """What a file holds besides cells, and what we did about it."""

    MACROS = "macros"  # never run
    EXTERNAL_LINKS = "external_links"  # never followed
    HIDDEN_SHEETS = "hidden_sheets"  # not read; our own list of choices is none


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of one file that a person sees, in the file's order."""

    grids: tuple[Grid, ...]
    version_stamp: str | None = None
    """The version that our own sheet carries in its document properties; None in anybody else's."""
    mark_stamp: str | None = None
    """What we wrote into the document properties of a workbook that went back marked: which letter it answered."""
    remarks: frozenset[FileRemark] = frozenset()


def column_letter(index: int) -> str:
    """The letter a person sees above the column with this 0-based index: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
