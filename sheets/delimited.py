"""From the bytes of a .csv to its cells: every one a text, exactly as written."""

import csv
from collections.abc import Iterator
from io import StringIO

from complaints.cells import Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.extent import Refused
from sheets.kinds import is_utf16
from sheets.limits import Limits
from sheets.text import clean

_DELIMITERS = ",;\t"
_FIRST_LINES = 30


def read_delimited(data: bytes, limits: Limits) -> Workbook:
    """One sheet. A record is a row, as in a spreadsheet program. Raises Refused, and csv.Error for a broken one."""
    text = decode(data)
    rows = tuple(_rows(text, limits))
    return Workbook((Grid("", rows),))


def decode(data: bytes) -> str:
    """A byte order mark decides; else it is UTF-8, and what is not UTF-8 was saved by an older Windows program."""
    if is_utf16(data):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str, limits: Limits) -> Iterator[tuple[str | None, ...]]:
    cells = 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text))
    for index, record in enumerate(reader):
        row = tuple(clean(value) or None for value in record)
        cells += len(row)
        if any(row) and (index >= limits.rows or cells > limits.area):
            raise Refused(ReasonCode.FILE_TOO_LARGE)
        yield row


def delimiter_of(text: str) -> str:
    """The one found most often outside quotes in the first lines; a comma when there is none."""
    start = "\n".join(text[:100_000].splitlines()[:_FIRST_LINES])
    outside_quotes = "".join(start.split('"')[::2])
    return max(_DELIMITERS, key=outside_quotes.count)
