"""Headers as they stand over a table: in one line or in several, with groups of columns under a common word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic

from complaints.cells import CellValue, Grid
from complaints.claim_sheet import F
from complaints.header_mapping import HeaderMap, Match, best_columns
from complaints.values import clean, is_blank

_LONGEST = 80
"""Longer texts are instructions."""
MOST_COLUMNS = 250
"""Headers further to the right are not looked at: nobody has so many."""
_ROWS_BELOW = 20
_LINES_AROUND = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0))
"""How many lines above and below the one with most headers may belong to them."""


@dataclass(frozen=True, slots=True)
class Heading(Generic[F]):
    """What stands over one column, all its lines together, and the field it means. `column` is 0-based."""

    column: int
    text: str
    match: Match[F] | None = None


@dataclass(frozen=True, slots=True)
class HeaderLines(Generic[F]):
    """The headers of a table: the rows from `top` to `bottom`, 0-based, both included."""

    top: int
    bottom: int
    headings: tuple[Heading[F], ...]
    known: int = 0
    """Over so many columns the words of all lines together are known."""

    @property
    def columns(self) -> dict[F, int]:
        """Field → 0-based column, by the headers alone."""
        return best_columns((heading.column, heading.match) for heading in self.headings)


def headers_around(grid: Grid, row: int, headers: HeaderMap[F], *, exactly: bool) -> HeaderLines[F]:
    """The headers whose richest line is `row`. A line more counts when it tells more columns, or groups them."""
    best = _read_lines(grid, range(row, row + 1), row, headers, exactly=exactly)
    for above, below in _LINES_AROUND[1:]:
        top, bottom = row - above, row + below
        others = (*range(top, row), *range(row + 1, bottom + 1))
        if top < 0 or bottom >= len(grid.rows) or not all(_may_be_headers(grid.rows[other]) for other in others):
            continue
        lines = _read_lines(grid, range(top, bottom + 1), row, headers, exactly=exactly)
        more = len(lines.columns) - len(best.columns)
        grouped = more == 0 and above == 1 and below == 0 and _groups(grid, top, lines) and lines.known >= best.known
        if more > 0 or grouped:
            best = lines
    return best


def _read_lines(grid: Grid, rows: range, richest: int, headers: HeaderMap[F], *, exactly: bool) -> HeaderLines[F]:
    lines = [_Line(grid, index) for index in rows]
    headings: list[Heading[F]] = []
    known, above = 0, richest - rows.start
    for column in _first_filled(line.row for line in lines):
        own = [line.text(column) for line in lines]
        if not any(own[above:]) and not _stands_over_something(grid, rows.stop, column):
            continue  # a label above the table, not one of its headers
        groups = [line.group_over(column, below) for line, below in pairwise(lines)] + [""]
        parts = [text or group for text, group in zip(own, groups, strict=True)]
        whole = " ".join(dict.fromkeys(part for part in parts if part))
        known += headers.knows(whole)
        from_line = above if any(own[above:]) else 0  # a word over another one says nothing by itself
        alone = [text for text, group in list(zip(own, groups, strict=True))[from_line:] if text and not group]
        headings.append(Heading(column, whole, _match(whole, alone, headers, exactly=exactly)))
    return HeaderLines(rows.start, rows.stop - 1, tuple(headings), known)


def _stands_over_something(grid: Grid, first: int, column: int) -> bool:
    below = grid.rows[first : first + _ROWS_BELOW]
    return any(column < len(row) and not is_blank(row[column]) for row in below)


def _first_filled(rows: Iterable[Sequence[CellValue]]) -> list[int]:
    """The columns in which any of the rows has words."""
    filled = {index for row in rows for index, cell in enumerate(row) if isinstance(cell, str) and cell}
    return sorted(filled)[:MOST_COLUMNS]


def _match(whole: str, alone: Sequence[str], headers: HeaderMap[F], *, exactly: bool) -> Match[F] | None:
    """What all the lines say together, else the lowest line that says something on its own."""
    if headers.knows(whole):
        return headers.match_whole(whole)
    look_up = headers.match_exactly if exactly else headers.match
    for text in reversed(alone):
        match = look_up(text)
        if match or headers.knows(text):
            return match
    return None if exactly or whole in alone else headers.match_closely(whole)


class _Line:
    """One line of headers, with the cells that stand for several columns."""

    def __init__(self, grid: Grid, index: int) -> None:
        self.row = grid.rows[index]
        self._merged = {
            column: merged.left
            for merged in grid.merged
            if merged.top == index and merged.left < merged.right
            for column in range(merged.left, min(merged.right + 1, merged.left + _MOST_IN_A_GROUP))
        }

    def text(self, column: int) -> str:
        """What stands in the cell itself."""
        value = self.row[column] if column < len(self.row) else None
        return clean(value) if isinstance(value, str) and len(value) <= _LONGEST else ""

    def group_over(self, column: int, below: "_Line") -> str:
        """The word over several columns of the line below, of which this is one: merged, or just left empty to the
        right."""
        if not below.text(column):
            return ""
        if column in self._merged:
            return self.text(self._merged[column])
        if self.text(column):
            leads = not self.text(column + 1) and bool(below.text(column + 1)) and column + 1 not in self._merged
            return self.text(column) if leads else ""
        first = column
        while first and not self.text(first) and below.text(first) and first not in self._merged:
            first -= 1
        return self.text(first) if below.text(first) else ""


_MOST_IN_A_GROUP = 50


def _may_be_headers(row: Sequence[CellValue]) -> bool:
    """Only words, and at least one: no numbers, dates, labels with their values."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(
        isinstance(cell, str)
        and len(cell) <= _LONGEST
        and any(letter.isalpha() for letter in cell)
        and (" " in cell.strip() or not any(letter.isdigit() for letter in cell))
        and not clean(cell).endswith(":")
        for cell in filled
    )


def _groups(grid: Grid, row: int, lines: HeaderLines[F]) -> bool:
    """Whether this row holds merged cells over some, not all, of the columns."""
    width = len(lines.headings)
    return any(merged.top == row and 0 < merged.right - merged.left < width - 1 for merged in grid.merged)


def filled_rows(grid: Grid, most: int) -> Iterator[tuple[int, Sequence[CellValue]]]:
    """The first rows that hold anything, with their 0-based numbers; of each no more cells than may be headers."""
    found = 0
    for index, row in enumerate(grid.rows):
        if any(cell is not None and not is_blank(cell) for cell in row):
            yield index, row if len(row) <= MOST_COLUMNS else _cut(row)
            found += 1
            if found == most:
                return


def _cut(row: Sequence[CellValue]) -> Sequence[CellValue]:
    filled = _first_filled((row,))
    return row[: filled[-1] + 1] if filled else ()
