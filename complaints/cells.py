"""Cells as read from somebody's workbook: plain values in their own rows and columns, nothing interpreted yet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
"""Empty cells are None. Dates and datetimes are naive, as a workbook has them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows[0][0]` is the cell A1; row 1 of the person's own view is `rows[0]`. Rows may differ in
    length."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of one file, in the file's order."""

    grids: tuple[Grid, ...]
    version_stamp: str | None = None
    """The version that our own sheet carries in its document properties; None in anybody else's."""


def column_letter(index: int) -> str:
    """The letter a person sees above the column with this 0-based index: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
