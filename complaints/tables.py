"""Where in a workbook the table is: on which sheet, under which row of headers, in which columns."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Generic

from complaints.cells import CellValue, Grid, Workbook, column_letter
from complaints.claim_sheet import F
from complaints.header_mapping import HeaderMap
from complaints.values import is_blank

HEADER_WITHIN_ROWS = 30
"""A header row further down is not looked for."""
_EXPLAINS = re.compile(r"instruction|example|sample|how to", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table(Generic[F]):
    """A row of headers (`header`, 0-based) with what stands under it (rows from `first`, 0-based)."""

    grid: Grid
    header: int
    first: int
    columns: Mapping[F, int]
    """Field → 0-based column."""

    @property
    def letters(self) -> dict[F, str]:
        return {field: column_letter(index) for field, index in self.columns.items()}

    def rows(self, essential: Set[F]) -> Iterator[tuple[int, dict[F, CellValue]]]:
        """(row number as a person sees it, field → value) of every row that says anything in one of the `essential`
        fields. The headers, where they are repeated further down, are left out."""
        columns = tuple(self.columns.items())
        telling = tuple(index for field, index in columns if field in essential)
        headers = self.grid.rows[self.header]
        for number, row in enumerate(self.grid.rows[self.first :], self.first + 1):
            width = len(row)
            if all(index >= width or is_blank(row[index]) for index in telling):
                continue
            if all(index < width and row[index] == headers[index] for index in telling if index < len(headers)):
                continue
            yield number, {field: row[index] if index < width else None for field, index in columns}


@dataclass(frozen=True, slots=True)
class Sought(Generic[F]):
    """What kind of table is looked for: its headers, those that it must have, and those that make it certain."""

    headers: HeaderMap[F]
    any_of: frozenset[F]
    """One of these must be there, and one more column besides."""
    certain: frozenset[F]
    """A row with all of these is the header row, whatever stands below."""

    def could_be(self, fields: Set[F]) -> bool:
        return bool(fields & self.any_of) and len(fields) >= 2


def find_table(book: Workbook, sought: Sought[F]) -> Table[F] | None:
    """The best table of the workbook: one with something under its headers, then the one with most columns. A sheet
    that explains or shows an example counts only when there is no other.

    Header rows with words that we know are looked for first, misspelled ones only when there are none in the workbook.
    """
    for exactly in (True, False):
        tables = [table for grid in book.grids if (table := _table_in(grid, sought, exactly=exactly))]
        if tables:
            return max(tables, key=_worth)
    return None


def _worth(table: Table[F]) -> tuple[bool, bool, int]:
    filled = any(True for _ in table.rows(table.columns.keys()))
    return not _EXPLAINS.search(table.grid.name), filled, len(table.columns)


def _table_in(grid: Grid, sought: Sought[F], *, exactly: bool) -> Table[F] | None:
    top = grid.rows[:HEADER_WITHIN_ROWS]
    index = _header_row(top, sought, exactly=exactly)
    if index is None:
        return None
    table = Table(grid, index, index + 1, sought.headers.map_row(top[index]))
    return _with_second_line(table, sought.headers)


def _header_row(rows: Sequence[Sequence[CellValue]], sought: Sought[F], *, exactly: bool) -> int | None:
    """The row with most of our columns."""
    best, most = None, 0
    for index, row in enumerate(rows):
        fields = sought.headers.map_row(row, exactly=exactly).keys()
        if sought.could_be(fields) and len(fields) > most:
            best, most = index, len(fields)
            if sought.certain <= fields:
                break
    return best


def _with_second_line(table: Table[F], headers: HeaderMap[F]) -> Table[F]:
    """Headers in two lines, "Date of service" over "From" and "To": the lower line adds its columns."""
    row = table.grid.rows[table.first] if table.first < len(table.grid.rows) else ()
    filled = [cell for cell in row if not is_blank(cell)]
    if not filled or not all(isinstance(cell, str) and headers.match(cell) for cell in filled):
        return table
    taken = set(table.columns.values())
    lower = {field: index for field, index in headers.map_row(row).items() if index not in taken}
    return Table(table.grid, table.header, table.first + 1, {**lower, **table.columns})
