"""Which of several columns holds a field, when the headers of all could mean it: what stands in them decides.

The header still counts: a column with the better header is left only for one whose cells fit clearly better.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from complaints.cells import CellValue
from complaints.claim_sheet import CLAIM_COLUMNS, Kind
from complaints.dates import read_date
from complaints.header_mapping import words_of
from complaints.identifiers import bcbsil_received, fold
from complaints.model import Field
from complaints.tables import Table
from complaints.values import clean, is_blank, is_error, read_amount, read_rin, says_nothing

_ROWS_LOOKED_AT = 300
_CLEARLY_BETTER = 0.25
_FITS = 0.6
"""From here on a column without a header of ours can be taken for the tracking numbers."""
_VAGUE = frozenset(
    {"number", "id", "reference", "case", "dispute", "tracking", "mco", "confirmation", "inquiry", "appeal", "control",
     "ticket", "request", "record", "grievance", "complaint", "issue", "key", "code", "eaa", "portal", "response"}
)  # fmt: skip
"""A header of nothing but these words could be over the tracking numbers."""
_TELLS_A_NUMBER = frozenset({"number", "id", "reference", "tracking", "confirmation", "control", "key"})
_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\D.*)?", re.ASCII)
_MONEY = re.compile(r"[-(]?\s*\$?\s*[\d,]*\.\d\d\)?|\$.*", re.ASCII)
_KIND_OF = {column.field: column.kind for column in CLAIM_COLUMNS}
_NUMBERS_OF_OTHERS = (Field.CLAIM_NUMBER, Field.RIN, Field.AUTHORIZATION_NUMBER, Field.NPI)


@dataclass(frozen=True, slots=True)
class Choice:
    """Several columns could be `field`: `taken` is used, `others` are not (0-based, from the left)."""

    field: Field
    taken: int
    others: tuple[int, ...]
    by_values: bool


def choose_columns(table: Table[Field], today: date) -> tuple[Table[Field], tuple[Choice, ...]]:
    """The table with each field's best column, and what was chosen between."""
    rows = _sample(table)
    columns = dict(table.columns)
    choices: list[Choice] = []
    for field, able in _candidates(table).items():
        others = {other: columns[other] for other in _NUMBERS_OF_OTHERS if other in columns and other is not field}
        fits = {index: _fit(field, index, rows, others, today) for index in able}
        first = columns.get(field)
        best = max(able, key=lambda index: (fits[index], -able.index(index)))
        if first is None:
            if fits[best] < _FITS:
                continue
        elif fits[best] < fits[first] + _CLEARLY_BETTER:
            best = first
        columns[field] = best
        rest = tuple(sorted(index for index in able if index != best))
        choices.append(Choice(field, best, rest, by_values=best != first))
    return replace(table, columns=columns), tuple(choices)


def _candidates(table: Table[Field]) -> dict[Field, list[int]]:
    """Fields that several columns could hold, with these columns, the best header first. For the tracking number, when
    no header says it, every column with a vague one."""
    matched: dict[Field, list[tuple[float, int]]] = {}
    for heading in table.headings:
        if heading.match:
            matched.setdefault(heading.match.field, []).append((heading.match.rank, heading.column))
    found = {field: [index for _, index in sorted(ranked)] for field, ranked in matched.items() if len(ranked) > 1}
    if Field.TRACKING_NUMBER not in table.columns:
        vague = [heading.column for heading in table.headings if not heading.match and _is_vague(heading.text)]
        if vague:
            found[Field.TRACKING_NUMBER] = vague
    return found


def _is_vague(header: str) -> bool:
    words = frozenset(words_of(header))
    return bool(words) and words <= _VAGUE and not words.isdisjoint(_TELLS_A_NUMBER)


def _sample(table: Table[Field]) -> list[Sequence[CellValue]]:
    """The first rows that look like claims: more than one of our columns says something."""
    numbers = (
        number - 1
        for number, told in table.rows(table.columns.keys())
        if sum(not is_blank(value) for value in told.values()) > 1
    )
    return [table.grid.rows[index] for index in islice(numbers, _ROWS_LOOKED_AT)]


def _fit(
    field: Field, index: int, rows: Sequence[Sequence[CellValue]], others: Mapping[Field, int], today: date
) -> float:
    """From 0 to a little over 1: how many cells of this column can hold this field."""
    if not rows:
        return 0.0
    if field is Field.TRACKING_NUMBER:
        return _fit_as_tracking_number(index, rows, others, today)
    able = _ABLE.get(_KIND_OF.get(field, Kind.TEXT), _is_text)
    return sum(able(_cell(row, index), today) for row in rows) / len(rows)


def _fit_as_tracking_number(
    index: int, rows: Sequence[Sequence[CellValue]], others: Mapping[Field, int], today: date
) -> float:
    good, shaped, seen = 0.0, 0, set()
    for row in rows:
        number = _as_number(_cell(row, index), today)
        if number is None:
            continue
        seen.add(number)
        if any(number == fold(clean(_cell(row, other))) for other in others.values() if other != index):
            continue
        nine_digits = len(number) == 9 and number.isdigit()
        good += 0.5 if nine_digits else 1.0  # those of a RIN
        shaped += bcbsil_received(number) is not None
    if not seen:
        return 0.0
    distinct = len(seen) / len(rows)
    return good / len(rows) * (0.8 + 0.2 * min(1.0, distinct)) + 0.1 * shaped / len(rows)


def _as_number(value: CellValue, today: date) -> str | None:
    """The cell as somebody's number, folded; None when it is blank, or a date, an amount or words."""
    if isinstance(value, date | datetime | time | timedelta | bool) or says_nothing(value) or is_error(value):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    written = clean(value)
    if not any(letter.isdigit() for letter in written) or _MONEY.fullmatch(written):
        return None
    if isinstance(value, str) and _DATE_LIKE.fullmatch(written) and read_date(written, today).value:
        return None
    return fold(written)


def _is_date(value: CellValue, today: date) -> bool:
    return not says_nothing(value) and not is_error(value) and read_date(value, today).value is not None


def _is_amount(value: CellValue, _: date) -> bool:
    return read_amount(value).value is not None


def _is_rin(value: CellValue, _: date) -> bool:
    return read_rin(value).value is not None


def _is_anybodys_number(value: CellValue, today: date) -> bool:
    return _as_number(value, today) is not None


def _is_text(value: CellValue, _: date) -> bool:
    return isinstance(value, str) and not is_blank(value) and not clean(value).isdigit()


_ABLE: dict[Kind, Callable[[CellValue, date], bool]] = {
    Kind.DATE: _is_date,
    Kind.AMOUNT: _is_amount,
    Kind.DIGITS9: _is_rin,
    Kind.NUMBER: _is_anybodys_number,
}


def _cell(row: Sequence[CellValue], index: int) -> CellValue:
    return row[index] if index < len(row) else None
