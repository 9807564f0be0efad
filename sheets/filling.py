"""What goes into the cells of a sheet that we fill for somebody, and what they still have to do there."""

from dataclasses import dataclass
from datetime import date

from complaints.claim_sheet import CATEGORY_WORDS, CLAIM_COLUMNS, COMPLAINT_FIELDS, COVERAGE_WORDS, Column
from complaints.identifiers import is_no_number
from complaints.model import Category, ClaimIssue, Complaint, Coverage, Entry, Field, Flaw
from sheets.text import neutral

ADVICE: dict[Flaw, str] = {
    Flaw.NO_SUCH_DATE: "There is no such day. Write month/day/year, for example 10/15/2026.",
    Flaw.AMBIGUOUS_DATE: "It is not clear which day is meant. Write month/day/year, for example 10/15/2026.",
    Flaw.NO_YEAR: "The year is missing. Write month/day/year, for example 10/15/2026.",
    Flaw.NOT_A_DATE: "This is not a date. Write month/day/year, for example 10/15/2026.",
    Flaw.SHORTENED_NUMBER: "A spreadsheet program shortened this number. Type all its digits.",
    Flaw.LOST_DIGITS: "A spreadsheet program dropped the last digits of this number. Type all its digits.",
    Flaw.WRONG_LENGTH: "The number of digits is not right.",
    Flaw.NOT_DIGITS: "This takes digits only.",
    Flaw.CHECK_DIGIT: "The last digit does not fit the others: one of them is mistyped.",
    Flaw.NOT_AN_AMOUNT: "This is not an amount. Write dollars and cents, for example 1250.00.",
    Flaw.NOT_A_CHOICE: "Pick one from the list.",
    Flaw.NOT_CALCULATED: "This cell holds a formula without its result. Type the value.",
    Flaw.ERROR_CELL: "This cell showed an error instead of a value. Type the value.",
}


@dataclass(frozen=True, slots=True)
class Filling:
    """One cell: what we put there, and what its person has to do about it (empty: nothing)."""

    value: str | float | date | None = None
    advice: str = ""


def fill_block(complaint: Complaint, mco: str | None) -> dict[Field, Filling]:
    """The once-per-complaint fields. `mco` is the plan's own name where it is known, whatever was written."""
    block = {column.field: _fill(column, getattr(complaint, column.field.value)) for column in COMPLAINT_FIELDS}
    said_in_rows = {claim.mco.written or claim.mco.value for claim in complaint.claims} - {"", None}
    if mco is not None:
        block[Field.MCO] = Filling(neutral(mco))
    elif complaint.mco.is_blank and len(said_in_rows) == 1:
        block[Field.MCO] = Filling(neutral(str(said_in_rows.pop())))
    return block


def fill_claim(claim: ClaimIssue) -> dict[Field, Filling]:
    """One row of the table."""
    return {column.field: _fill(column, getattr(claim, column.field.value)) for column in CLAIM_COLUMNS}


def cells_to_fill(complaint: Complaint, mco: str | None) -> int:
    """How many required cells of the sheet filled with this complaint are empty or cannot be used as they are."""
    required = {column.field for column in (*COMPLAINT_FIELDS, *CLAIM_COLUMNS) if column.required}
    rows = [fill_block(complaint, mco), *map(fill_claim, complaint.claims)]
    return sum(1 for row in rows for field, filling in row.items() if field in required and filling.advice)


def _fill(column: Column[Field], entry: Entry[str] | Entry[date] | Entry[int] | Entry[Category]) -> Filling:
    if entry.flaw is not None:
        choices = f" It could be {' or '.join(entry.meant)}." if entry.meant else ""
        return Filling(neutral(entry.written), ADVICE[entry.flaw] + choices)
    value = _cell_value(entry)
    if column.field is Field.TRACKING_NUMBER and isinstance(value, str) and is_no_number(value):
        return Filling(value, f"This number is needed. {column.hint}")
    if column.required and value is None:
        return Filling(None, f"This is needed. {column.hint}")
    return Filling(value)


def _cell_value(entry: Entry[str] | Entry[date] | Entry[int] | Entry[Category]) -> str | float | date | None:
    value = entry.value
    if isinstance(value, Category):
        return CATEGORY_WORDS[value]
    if isinstance(value, Coverage):
        return COVERAGE_WORDS[value]
    if isinstance(value, int):  # amounts are kept in cents
        return value / 100
    if isinstance(value, date):
        return value
    return neutral(value or entry.written) or None
