"""Which rows under the headers are claims. Totals, notes, samples and formulas copied down into nothing are none.

A claim must never be lost: a row is left out only where nothing speaks for a claim, and what was left out is told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from complaints.cells import CellValue, Merged, Uncalculated
from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.model import Field
from complaints.tables import Table
from complaints.values import clean, is_blank, is_error, read_rin, says_nothing

_CLAIM_FIELDS = frozenset(column.field for column in CLAIM_COLUMNS)
_SAY_WHICH = (Field.TRACKING_NUMBER, Field.DISPUTE_DATE, Field.MEMBER_NAME, Field.RIN, Field.SERVICE_FROM,
              Field.SERVICE_TO, Field.CLAIM_NUMBER, Field.AUTHORIZATION_NUMBER)  # fmt: skip
"""A row that has none of these speaks of no claim in particular."""
_FREE_WORDS = (Field.MEMBER_NAME, Field.NOTES, Field.DENIAL_REASON)
_SAMPLES_WITHIN = 12
"""Samples stand directly under the headers."""
_TOTAL = re.compile(
    r"(?:grand |sub[- ]?|overall |column |page )?totals?(?:\s*[:=(#$\d-].*|\s+(?:of|for|billed|charges?|claims?|amount"
    r"|paid|due|disputed|rows?|records?|lines?|count|number)\b.*)?|(?:sum|average|count)\s*:?"
    r"|(?:number|count|#) of (?:claims|rows|records|lines|disputes)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SAMPLE = re.compile(
    r"(?:for |an? )?(?:example|sample)s?(?: (?:row|line|only|claim|entry|data|record)s?)?\W*|(?:e\. ?g|ex)\.?:?",
    re.IGNORECASE,
)
_SAYS_SAMPLE = re.compile(
    r"(?:example|sample|ex)\s*[:(-]\s*\S.*|.*\bdo not (?:delete|submit)\b.*", re.IGNORECASE | re.DOTALL
)
_SAYS_IT_IS_ONE = re.compile(r"\b(?:example|sample) (?:row|line|only|entry)\b", re.IGNORECASE)
_DATE_FORMAT = re.compile(r"\W*(?:mm?|month)[-/. ]*(?:dd?|day)[-/. ]*y+\W*", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[x#*]{4,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT = re.compile(r"\d")
_SHORT = 100


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """The rows that are claims, as (number as a person sees it, field → value), and the numbers of the others that say
    something."""

    claims: tuple[tuple[int, dict[Field, CellValue]], ...]
    left_out: tuple[int, ...] = ()


Told = Mapping[Field, CellValue]


def claim_rows(table: Table[Field]) -> ClaimRows:
    """Every row that says anything in the table's columns, sorted into claims and others."""
    across = _merged_across(table)
    claims: list[tuple[int, dict[Field, CellValue]]] = []
    left_out: list[int] = []
    for number, told in table.rows(_CLAIM_FIELDS & table.columns.keys()):
        is_near = number - table.first <= _SAMPLES_WITHIN
        row = table.grid.rows[number - 1]
        if _is_plainly_one(told) and not (is_near and _is_sample(table, row, told)):
            claims.append((number, told))
        elif _is_none(row, told, is_merged=number - 1 in across) or (is_near and _is_sample(table, row, told)):
            left_out.append(number)
        else:
            claims.append((number, told))
    while len(claims) > 1 and _came_to_nothing(claims[-1][1]) and not all(_came_to_nothing(told) for _, told in claims):
        left_out.append(claims.pop()[0])
    return ClaimRows(tuple(claims), tuple(sorted(left_out)))


def _is_plainly_one(told: Told) -> bool:
    """A number and a date: nothing else needs looking at."""
    tracking, day = told.get(Field.TRACKING_NUMBER), told.get(Field.DISPUTE_DATE)
    if isinstance(tracking, str):
        return (
            isinstance(day, date)
            and len(tracking) < _SHORT
            and bool(_DIGIT.search(tracking))
            and not _is_total(tracking)
        )
    return isinstance(tracking, int | float) and isinstance(day, date)


def _is_none(row: Sequence[CellValue], told: Told, *, is_merged: bool) -> bool:
    """Whether nothing in this row speaks for a claim."""
    which = [told[field] for field in _SAY_WHICH if field in told and _says_something(told[field])]
    if not which:
        return True
    if _totals(row, told):
        return True
    filled = [cell for cell in row if not is_blank(cell)]
    tracking, first = told.get(Field.TRACKING_NUMBER), filled[0]
    if len(filled) <= 3 and isinstance(first, str) and clean(first).endswith(":"):
        return not _is_rin(told)  # Prepared by: …
    if len(filled) == 1 and isinstance(first, str):
        words = len(_WORD.findall(first))
        if is_merged or first is tracking:
            return words > 2 or not _DIGIT.search(first)
        return words > 4
    return _has_only_words(told)


def _says_something(value: CellValue) -> bool:
    if isinstance(value, date):
        return value.year > 1900  # the date that 0 looks like
    return not says_nothing(value) and not (isinstance(value, int | float) and value == 0)


def _totals(row: Sequence[CellValue], told: Told) -> bool:
    texts = [cell for cell in row if isinstance(cell, str) and _is_total(cell)]
    if not texts:
        return False
    tracking, day = told.get(Field.TRACKING_NUMBER), told.get(Field.DISPUTE_DATE)
    first = next(cell for cell in row if not is_blank(cell))
    if first is texts[0] and is_blank(day) and (is_blank(tracking) or tracking is texts[0]):
        return True
    return all(is_blank(told.get(field)) or _is_total(told[field]) for field in _SAY_WHICH)


def _is_total(cell: CellValue) -> bool:
    return isinstance(cell, str) and len(cell) < _SHORT and bool(_TOTAL.fullmatch(clean(cell)))


def _has_only_words(told: Told) -> bool:
    """A line of two notes: there is a tracking column and a text in it that is no number, and nobody and no day is
    named beside it."""
    tracking, day = told.get(Field.TRACKING_NUMBER), told.get(Field.DISPUTE_DATE)
    if not isinstance(tracking, str) or says_nothing(tracking) or _DIGIT.search(tracking) or is_error(tracking):
        return False
    if not (is_blank(day) or (isinstance(day, str) and not _DIGIT.search(day))):
        return False
    return not any(_says_something(told.get(field)) for field in _SAY_WHICH[2:])


def _is_sample(table: Table[Field], row: Sequence[CellValue], told: Told) -> bool:
    """A row that shows how to fill in the others, or in what form."""
    free = {table.columns[field] for field in _FREE_WORDS if field in table.columns}
    names = table.columns.get(Field.MEMBER_NAME)
    for index, cell in enumerate(row):
        if not isinstance(cell, str) or not cell or len(cell) > _SHORT:
            continue
        text = clean(cell)
        if index != names and _SAMPLE.fullmatch(text):
            return True
        if (_SAYS_IT_IS_ONE.search if index in free else _SAYS_SAMPLE.fullmatch)(text):
            return True
    if _is_rin(told):
        return False
    days = (told.get(field) for field in (Field.DISPUTE_DATE, Field.SERVICE_FROM))
    tracking = told.get(Field.TRACKING_NUMBER)
    placeholder = isinstance(tracking, str) and _PLACEHOLDER.fullmatch(tracking.strip())
    return bool(placeholder) or any(isinstance(day, str) and _DATE_FORMAT.fullmatch(day) for day in days)


def _is_rin(told: Told) -> bool:
    return read_rin(told.get(Field.RIN)).value is not None


def _came_to_nothing(told: Told) -> bool:
    """Whether all that says which claim it is are formulas without a result."""
    which = [told[field] for field in _SAY_WHICH if field in told and not is_blank(told[field])]
    return all(isinstance(value, Uncalculated) or is_error(value) or not _says_something(value) for value in which)


def _merged_across(table: Table[Field]) -> set[int]:
    """The rows, 0-based, in which a cell is merged over several of the table's columns."""

    def is_across(merged: Merged) -> bool:
        return merged.top >= table.first and sum(merged.left <= i <= merged.right for i in table.columns.values()) > 1

    return {merged.top for merged in table.grid.merged if is_across(merged)}
