"""From the bytes of a .csv to its cells: every one a text, exactly as written."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Literal

from complaints.cells import Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.extent import Extent, Refused
from sheets.kinds import is_utf16
from sheets.limits import Limits
from sheets.text import clean

_DELIMITERS = ",;\t|"
_FIRST_LINES = 30
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""How some programs tell Excel the delimiter: it is no row."""
_MOST_LINES = 60
"""In one cell. With more, a quotation mark was not closed and has swallowed rows."""


def read_delimited(data: bytes, limits: Limits) -> Workbook:
    """One sheet. A record is a row, as in a spreadsheet program. Raises Refused, and csv.Error for a broken one."""
    text = decode(data)
    delimiter = delimiter_of(text)
    if separator := _SEPARATOR_LINE.match(text):
        delimiter, text = separator[1], text[separator.end() :]
    try:
        rows = tuple(_rows(text, delimiter, csv.QUOTE_MINIMAL, limits))
        is_swallowed = any(cell and cell.count("\n") > _MOST_LINES for row in rows for cell in row)
    except csv.Error:
        is_swallowed = True
    if is_swallowed:
        rows = tuple(_rows(text, delimiter, csv.QUOTE_NONE, limits))
    return Workbook((Grid("", rows),))


def decode(data: bytes) -> str:
    """A byte order mark decides; else it is UTF-8, and what is not UTF-8 was saved by an older Windows program."""
    if is_utf16(data):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str, delimiter: str, quoting: Literal[0, 3], limits: Limits) -> Iterator[tuple[str | None, ...]]:
    extent, height, cells = Extent(limits), 0, 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    for record in reader:
        row = [clean(value) or None for value in record]
        height, cells = height + 1, cells + len(row)
        while row and row[-1] is None:
            row.pop()
        filled = [len(cell) for cell in row if cell is not None]
        extent.add(height, len(row), len(filled), sum(filled))
        if cells > limits.area or height > 100 * limits.rows:
            raise Refused(ReasonCode.FILE_TOO_LARGE)
        yield tuple(row)


def delimiter_of(text: str) -> str:
    """The one that divides most of the first lines into the same number of cells; a comma when there is none."""
    start = "\n".join(text[:100_000].splitlines()[:_FIRST_LINES])
    lines = ["".join(line.split('"')[::2]) for line in start.split("\n") if line.strip()]
    return max(_DELIMITERS, key=lambda delimiter: _agreement(lines, delimiter))


def _agreement(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How many lines hold it equally often, and how often."""
    counts = Counter(line.count(delimiter) for line in lines)
    del counts[0]
    (often, agreeing) = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return agreeing, often
