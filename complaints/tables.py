"""Where in a workbook the table is: on which sheet, under which row of headers, in which columns."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Generic

from complaints.cells import CellValue, Grid, Workbook, column_letter
from complaints.claim_sheet import F
from complaints.header_lines import HeaderLines, Heading, filled_rows, headers_around
from complaints.header_mapping import HeaderMap
from complaints.values import is_blank

HEADER_WITHIN_ROWS = 60
"""The headers are looked for in so many rows that hold anything; empty ones do not count."""
_MISSPELLED_WITHIN_ROWS = 30
_EXPLAINS = re.compile(r"instruction|example|sample|how to", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table(Generic[F]):
    """Headers (the first of their lines is `header`, 0-based) with what stands under them (rows from `first`,
    0-based)."""

    grid: Grid
    header: int
    first: int
    columns: Mapping[F, int]
    """Field → 0-based column."""
    headings: tuple[Heading[F], ...] = ()
    """Every column that has a header, ours or not."""

    @property
    def letters(self) -> dict[F, str]:
        return {field: column_letter(index) for field, index in self.columns.items()}

    @property
    def header_row(self) -> int:
        """The last line of the headers, as a person counts rows."""
        return self.first

    def rows(self, essential: Set[F]) -> Iterator[tuple[int, dict[F, CellValue]]]:
        """(row number as a person sees it, field → value) of every row that says anything in one of the `essential`
        fields. The headers, where they are repeated further down, are left out."""
        columns = tuple(self.columns.items())
        telling = tuple(index for field, index in columns if field in essential)
        headers = self.grid.rows[self.header : self.first]
        for number, row in enumerate(self.grid.rows[self.first :], self.first + 1):
            width = len(row)
            said = [index for index in telling if index < width and not is_blank(row[index])]
            if not said or all(any(row[index] == cell for cell in _above(headers, index)) for index in said):
                continue
            yield number, {field: row[index] if index < width else None for field, index in columns}


def _above(headers: Sequence[Sequence[CellValue]], index: int) -> Iterator[CellValue]:
    """What stands in the lines of the headers over this column."""
    return (line[index] for line in headers if index < len(line))


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
    exact = _tables_in(book.grids, sought, exactly=True)
    return max(exact or _tables_in(book.grids, sought, exactly=False), key=worth, default=None)


def find_tables(book: Workbook, sought: Sought[F]) -> tuple[Table[F], ...]:
    """The table of every sheet that has one: the best first, the others in the file's order."""
    exact = _tables_in(book.grids, sought, exactly=True)
    found = {id(table.grid) for table in exact}
    spelled = _tables_in([grid for grid in book.grids if id(grid) not in found], sought, exactly=False)
    best = max(exact or spelled, key=worth, default=None)
    place = {id(grid): index for index, grid in enumerate(book.grids)}
    others = [table for table in (*exact, *spelled) if table is not best]
    return (best, *sorted(others, key=lambda table: place[id(table.grid)])) if best else ()


def _tables_in(grids: Iterable[Grid], sought: Sought[F], *, exactly: bool) -> list[Table[F]]:
    return [table for grid in grids if (table := _table_in(grid, sought, exactly=exactly))]


def worth(table: Table[F]) -> tuple[bool, bool, int]:
    """How likely it is that this table is the one meant: the greatest is the best."""
    filled = any(True for _ in table.rows(table.columns.keys()))
    return not explains(table.grid), filled, len(table.columns)


def explains(grid: Grid) -> bool:
    """Whether the sheet is called as if it only told how to fill in another one."""
    return bool(_EXPLAINS.search(grid.name))


def _table_in(grid: Grid, sought: Sought[F], *, exactly: bool) -> Table[F] | None:
    row = _richest_row(grid, sought, exactly=exactly)
    if row is not None:
        return _table(grid, headers_around(grid, row, sought.headers, exactly=False))
    return _table_of_two_lines(grid, sought) if exactly else None


def _table_of_two_lines(grid: Grid, sought: Sought[F]) -> Table[F] | None:
    """Where no line of headers tells enough by itself."""
    for index, row in filled_rows(grid, HEADER_WITHIN_ROWS):
        if sum(isinstance(cell, str) and sought.headers.has_words_of(cell) for cell in row) < 2:
            continue
        lines = headers_around(grid, index, sought.headers, exactly=True)
        if lines.top < lines.bottom and sought.could_be(lines.columns.keys()):
            return _table(grid, lines)
    return None


def _table(grid: Grid, lines: HeaderLines[F]) -> Table[F]:
    return Table(grid, lines.top, lines.bottom + 1, lines.columns, lines.headings)


def _richest_row(grid: Grid, sought: Sought[F], *, exactly: bool) -> int | None:
    """The row with most of our columns."""
    best, most = None, 0
    for index, row in filled_rows(grid, HEADER_WITHIN_ROWS if exactly else _MISSPELLED_WITHIN_ROWS):
        fields = sought.headers.map_row(row, exactly=exactly).keys()
        if sought.could_be(fields) and len(fields) > most:
            best, most = index, len(fields)
            if sought.certain <= fields:
                break
    return best
