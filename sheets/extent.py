"""How far the cells of a file may reach, whatever its format, and a grid that is filled within those bounds.

A reader keeps the whole rectangle between A1 and the last value in memory, so one cell at XFD1048576 in a file of
10 KB takes a process down. Blank tails are honest (people format a million rows) and cost nothing, so only cells that
hold a value count.
"""

from collections.abc import Iterable

from complaints.cells import CellValue, Grid, Merged
from complaints.verdict import ReasonCode
from sheets.kinds import Refusal
from sheets.limits import Limits

_COLUMNS = 16_384
"""As many as the widest spreadsheet program has."""
_MOST_MERGES = 20_000
_LARGEST_MERGES = 100_000_000
"""Cells in all merged ranges of a sheet: some whole columns and rows, never whole sheets."""


class Refused(Exception):
    """The guard stopped a file."""

    def __init__(self, code: ReasonCode, refusal: Refusal | None = None) -> None:
        super().__init__(code.value)
        self.code, self.refusal = code, refusal


class Extent:
    """The cells of all sheets of one file that hold a value. Raises Refused as soon as there are too many."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = self._text = self._area = self._before = 0
        self._height = self._width = 0

    def begin_sheet(self) -> None:
        self._before, self._height, self._width = self._area, 0, 0

    def add(self, height: int, width: int, cells: int = 1, text: int = 0) -> None:
        """Some more cells, the last one in this row and column, counted from 1, with so many characters in them."""
        if cells:
            self._cells += cells
            self._text += text
            if height > self._height or width > self._width:
                self._grow(max(height, self._height), max(width, self._width))
            if self._cells > self._limits.cells:
                raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_CELLS)
            if self._text > self._limits.text:
                raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MUCH_TEXT)

    def _grow(self, height: int, width: int) -> None:
        self._height, self._width = height, width
        self._area = self._before + height * width
        if self._area > self._limits.area or width > _COLUMNS:
            raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS)
        if height > self._limits.rows:
            raise Refused(ReasonCode.FILE_TOO_LARGE)


class GridBuilder:
    """The cells of one sheet, put in one by one by a reader of ours. Rows and columns count from 0."""

    def __init__(self, name: str, extent: Extent) -> None:
        self._name, self._extent = name, extent
        self._rows: list[list[CellValue]] = []
        extent.begin_sheet()
        self.hidden_rows: set[int] = set()
        self.merged: list[Merged] = []
        self.is_filtered = False

    def put(self, row: int, column: int, value: CellValue) -> None:
        if value is None or value == "":
            return
        self._extent.add(row + 1, column + 1, text=len(value) if isinstance(value, str) else 0)
        rows = self._rows
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value

    def grid(self) -> Grid:
        rows = tuple(tuple(row) for row in self._rows)
        return framed(self._name, rows, self.merged, self.hidden_rows, is_filtered=self.is_filtered)


def framed(
    name: str,
    rows: tuple[tuple[CellValue, ...], ...],
    merged: Iterable[Merged],
    hidden_rows: Iterable[int],
    *,
    is_filtered: bool,
) -> Grid:
    """A grid whose merged ranges and hidden rows (from 1) do not reach beyond its cells."""
    hidden = frozenset(row for row in hidden_rows if row <= len(rows))
    within = tuple(_within(merged, len(rows) - 1, max(map(len, rows), default=0) - 1))
    return Grid(name, rows, within, hidden, is_filtered and bool(hidden))


def check_merges(merged: list[Merged]) -> None:
    area = sum((one.bottom - one.top + 1) * (one.right - one.left + 1) for one in merged)
    if len(merged) > _MOST_MERGES or area > _LARGEST_MERGES:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.HUGE_MERGES)


def _within(merged: Iterable[Merged], bottom: int, right: int) -> Iterable[Merged]:
    for one in merged:
        part = Merged(one.top, one.left, min(one.bottom, bottom), min(one.right, right))
        if part.top <= part.bottom and part.left <= part.right and (part.top, part.left) != (part.bottom, part.right):
            yield part


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27. Beyond eight letters, only that it is far too large."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - ord("A") + 1
    return number
