"""Rows of a spreadsheet that were pasted into a chat: with their headers, or without.

Without headers a cell is filled in only where it is certain what it is: by the order of our own sheet's columns, else
by the cell itself. What nobody can tell goes into the claim's notes, so that no word is lost.
"""

import re
from collections.abc import Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from complaints.assembling import Cell, claim_of, complaint_of
from complaints.cells import CellValue, Grid, Workbook
from complaints.claim_sheet import CLAIM_COLUMNS, Column
from complaints.dates import read_date
from complaints.identifiers import BCBSIL, bcbsil_received, fold, is_no_number
from complaints.mcos import Known, Roster, name_key
from complaints.model import NOWHERE, ClaimIssue, Complaint, Entry, Field, Flaw, Source
from complaints.sheet_reading import HEADERS, read_claim_sheet
from complaints.tables import HEADER_WITHIN_ROWS

T = TypeVar("T", ClaimIssue, Complaint)

_FEWEST_CELLS = 3
_MOST_CELLS = 40
_MOST_ROWS = 200
_MOST_OTHER_LINES = 4
"""Lines around pasted rows that are none: "here is the row", a greeting, a name."""
_RECENT = timedelta(days=400)
_CORE = frozenset({Field.TRACKING_NUMBER, Field.DISPUTE_DATE})
_ESSENTIAL = _CORE | {Field.MCO}
_BLANKS = re.compile(r"\s{2,}")
_RULE = re.compile(r"[\s|:+=-]+")
_NUMBER = re.compile(r"#?(?=[A-Z /.-]*\d)[A-Z0-9][A-Z0-9/.-]*(?: [A-Z0-9/.-]*\d[A-Z0-9/.-]*){0,3}", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"\(?\d{3}[). -]+\d{3}[. -]\d{4}|(?:CO|PR|OA|PI|CR)[ -]?\d{1,3}|\d{3}-\d{2}-\d{4}|-?\d*\.\d{2}", re.IGNORECASE
)
"""Phones, denial codes, social security numbers, amounts."""
_SHORTEST_NUMBER = 6
_LONGEST_CELL = 60
_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)
_WITHOUT_RESPONSE = tuple(column for column in CLAIM_COLUMNS if column.field is not Field.RESPONSE_DATE)

Row = Sequence[str]


def read_table(lines: Sequence[str], today: date) -> Complaint | None:
    """Rows under a row of headers, with what is labelled above them; None when there are no headers or no rows."""
    rows = [_split(line) for line in lines]
    header = next((index for index, cells in enumerate(rows[:HEADER_WITHIN_ROWS]) if _is_header(cells)), None)
    if header is None:
        return None
    below = [(line, cells) for line, cells in zip(lines[header + 1 :], rows[header + 1 :], strict=True) if any(cells)]
    length = next((index for index, (_, cells) in enumerate(below) if len(cells) < 2), len(below))
    table = [cells for line, cells in below[:length] if not _RULE.fullmatch(line)]
    if _by_blanks(lines[header]) and any(len(cells) != len(rows[header]) for cells in table):
        return None  # which cell is empty cannot be told
    grid = Grid("", tuple(_as_cells(cells) for cells in (*rows[: header + 1], *table)))
    read = read_claim_sheet(Workbook((grid,)), today)
    return _in_chat(read) if isinstance(read, Complaint) else None


def read_rows(lines: Sequence[str], today: date, roster: Roster) -> Complaint | None:
    """Rows without headers; None when these lines are anything else, or one of the rows says nothing certain."""
    written = [line for line in lines if line.strip() and not _RULE.fullmatch(line)]
    rows = [cells for cells in map(_split, written) if sum(map(bool, cells)) >= _FEWEST_CELLS]
    if not 1 <= len(rows) <= _MOST_ROWS or len(written) - len(rows) > _MOST_OTHER_LINES:
        return None
    told: list[dict[Field, str]] = []
    for cells in rows:
        if len(cells) > _MOST_CELLS:
            return None
        one = _in_our_order(cells, today, roster) or _by_value(cells, today, roster)
        if len(_ESSENTIAL & one.keys()) < 2:
            return None
        told.append(one)
    cells_of = [{field: Cell(value) for field, value in one.items()} for one in told]
    claims = tuple(claim_of(row, cells, today) for row, cells in enumerate(cells_of, 1))
    return _in_chat(complaint_of(Source.CHAT, claims, {}))


def _split(line: str) -> list[str]:
    """The cells of a line: between tabs, else between "|", else between several blanks."""
    if "\t" in line:
        cells = line.split("\t")
    elif "|" in line:
        cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    else:
        cells = _BLANKS.split(line.strip())
    return [" ".join(cell.split()) for cell in cells]


def _by_blanks(line: str) -> bool:
    return "\t" not in line and "|" not in line


def _is_header(cells: Row) -> bool:
    named = [cell for cell in cells if cell]
    if not 2 <= len(named) <= _MOST_CELLS or any(letter.isdigit() for cell in named for letter in cell):
        return False
    found = HEADERS.map_row(named, exactly=True)
    return len(found) > 1 and not _CORE.isdisjoint(found)


def _as_cells(cells: Row) -> tuple[CellValue, ...]:
    return tuple(cell or None for cell in cells)


# Without headers


def _in_our_order(cells: Row, today: date, roster: Roster) -> dict[Field, str]:
    """The cells of our own sheet, whose order a RIN in its place beside a number and a date makes certain."""
    told: dict[Field, str] = {}
    if cells and _is_plan(cells[0], roster):
        told[Field.MCO], cells = cells[0], cells[1:]
    for columns in (CLAIM_COLUMNS, _WITHOUT_RESPONSE):
        if len(cells) <= len(columns) and _fits(cells, columns, today):
            return told | {column.field: cell for column, cell in zip(columns, cells, strict=False) if cell}
    return {}


def _fits(cells: Row, columns: Sequence[Column[Field]], today: date) -> bool:
    told = {column.field: Cell(cell) for column, cell in zip(columns, cells, strict=False) if cell}
    claim = claim_of(1, told, today)
    if not (claim.rin.value and claim.dispute_date.value and _is_number(claim.tracking_number.value or "", today, 1)):
        return False
    name = claim.member_name.value or ""
    flaws = [getattr(claim, column.field.value).flaw for column in columns]
    return not any(flaws) and not any(letter.isdigit() for letter in name)


def _by_value(cells: Row, today: date, roster: Roster) -> dict[Field, str]:
    """What a cell is by itself, where it is the only one of its kind in the row; all the others are notes."""
    said = [cell for cell in cells if cell]
    told = _only_one(Field.MCO, [cell for cell in said if _is_plan(cell, roster)])
    days = [cell for cell in said if _is_date(cell, today)]
    told |= _only_one(Field.DISPUTE_DATE, days if len(days) == 1 and _is_recent(days[0], today) else [])
    numbers = [cell for cell in said if _is_number(cell, today, _SHORTEST_NUMBER)]
    rins = [cell for cell in numbers if _NINE_DIGITS.fullmatch(cell)]
    others = [cell for cell in numbers if cell not in rins]
    if BCBSIL in _plan_names(told, roster) and len(others) > 1:
        others = [number for number in others if bcbsil_received(number)]
    told |= _only_one(Field.TRACKING_NUMBER, others)
    if others:
        told |= _only_one(Field.RIN, rins)
    rest = [cell for cell in said if cell not in told.values() and not is_no_number(cell)]
    return told | ({Field.NOTES: "; ".join(rest)} if rest else {})


def _only_one(field: Field, cells: Row) -> dict[Field, str]:
    different = dict.fromkeys(cells)
    return {field: cells[0]} if len(different) == 1 else {}


def _is_plan(cell: str, roster: Roster) -> bool:
    if len(cell) > _LONGEST_CELL or any(letter.isdigit() for letter in cell):
        return False
    return name_key(cell) in roster.meanings and isinstance(roster.find(cell, None), Known)


def _plan_names(told: dict[Field, str], roster: Roster) -> tuple[str, ...]:
    found = roster.find(told[Field.MCO], None) if Field.MCO in told else None
    return (found.mco.name,) if isinstance(found, Known) else ()


def _is_date(cell: str, today: date) -> bool:
    entry = read_date(cell, today)
    if entry.flaw is Flaw.NO_SUCH_DATE:
        return not cell.isdecimal()  # eight digits that are no date are a number
    return entry.value is not None or entry.flaw in (Flaw.NO_YEAR, Flaw.AMBIGUOUS_DATE)


def _is_recent(cell: str, today: date) -> bool:
    """No birth date, and none to come."""
    day = read_date(cell, today).value
    return day is not None and timedelta(0) <= today - day <= _RECENT


def _is_number(cell: str, today: date, shortest: int) -> bool:
    """Somebody's number, as a tracking number may be."""
    if len(cell) > _LONGEST_CELL or len(fold(cell)) < shortest or not _NUMBER.fullmatch(cell):
        return False
    return not _NO_NUMBER.fullmatch(cell) and not _is_date(cell, today)


# As a complaint of the chat


def _in_chat(complaint: Complaint) -> Complaint:
    """Rows numbered from 1, no places of a file; the plan and the category of all rows are the complaint's."""
    claims = tuple(replace(_unplaced(claim), row=row) for row, claim in enumerate(complaint.claims, 1))
    whole: dict[str, Any] = {}
    for name in ("mco", "category"):
        said = {getattr(claim, name).written.casefold(): getattr(claim, name) for claim in claims}
        if len(said) == 1 and getattr(complaint, name).is_blank:
            whole[name] = next(iter(said.values()))
            blank: dict[str, Any] = {name: Entry()}
            claims = tuple(replace(claim, **blank) for claim in claims)
    return replace(_unplaced(complaint), source=Source.CHAT, claims=claims, columns={}, how_read=None, **whole)


def _unplaced(part: T) -> T:
    entries: dict[str, Any] = {field.name: getattr(part, field.name) for field in dataclass_fields(part)}
    for name, entry in entries.items():
        if isinstance(entry, Entry) and entry.place != NOWHERE:
            entries[name] = replace(entry, place=NOWHERE)
    return replace(part, **entries)
