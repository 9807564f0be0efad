"""From the cells of a workbook to a complaint, or to what kept us from finding one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from complaints.assembling import NOTHING, Cell, Cells, claim_of, complaint_of, read_coverage
from complaints.cells import CellValue, Workbook, column_letter
from complaints.claim_rows import claim_rows
from complaints.claim_sheet import CLAIM_COLUMNS, COMPLAINT_FIELDS, OTHER_HEADERS
from complaints.claim_tabs import is_like, spread_down, without_repeats
from complaints.column_choice import choose_columns
from complaints.header_mapping import HeaderMap
from complaints.mcos import Known, load_roster
from complaints.model import Complaint, Coverage, Entry, Field, Place, Source
from complaints.reading_notes import how_table_was_read, is_our_own, notes_on_file
from complaints.tables import Sought, Table, find_table, find_tables
from complaints.values import clean, is_blank
from complaints.verdict import ReasonCode

_ALSO_IN_ROWS = (Field.MCO, Field.CATEGORY, Field.PROVIDER_NAME, Field.NPI, Field.HFS_ID, Field.COVERAGE)
"""What belongs above the table and is often repeated in every row. A row with nothing else is not a claim."""

_REQUIRED = tuple(column.field for column in CLAIM_COLUMNS if column.required)
_HINTS = frozenset(column.hint for column in COMPLAINT_FIELDS)
_LOOK_RIGHT = 4
"""So many cells to the right of a label its value is looked for: merged cells are empty but for the first."""

HEADERS = HeaderMap(
    (*CLAIM_COLUMNS, *(column for column in COMPLAINT_FIELDS if column.field in _ALSO_IN_ROWS)), OTHER_HEADERS
)
LABELS = HeaderMap(COMPLAINT_FIELDS, OTHER_HEADERS)

_CLAIMS = Sought(HEADERS, frozenset((Field.TRACKING_NUMBER, Field.DISPUTE_DATE)), frozenset(_REQUIRED))


@dataclass(frozen=True, slots=True)
class SheetFault:
    """No complaint in the workbook: UNREADABLE_FILE (no table of claims was found) or NO_ROWS (the table is empty).

    `missing` are required fields of the table for which no header was found. Cell contents are never part of it.
    """

    code: ReasonCode
    missing: tuple[Field, ...] = ()


def read_claim_sheet(book: Workbook, today: date) -> Complaint | SheetFault:
    """The complaint in this workbook: its best table of claims and the labelled block above it.

    A required column that is not there is no fault of reading: its field is blank in every claim. What is said once for
    all comes from the block, else from the rows when they agree; `Complaint.mco` comes from the block only.
    """
    table = find_table(book, _CLAIMS)
    if table is None:
        return SheetFault(ReasonCode.UNREADABLE_FILE, missing=_REQUIRED)
    return _read(book, table, today) or _no_rows(table)


def read_claim_sheets(book: Workbook, today: date) -> tuple[Complaint, ...] | SheetFault:
    """Every complaint in this workbook: each sheet with a filled table of claims is one (a tab per plan, often).

    A sheet that only repeats the claims of another is left out. Each complaint tells in `how_read` how its sheet was
    read; what concerns the whole file is told with the first.
    """
    theirs = replace(book, grids=tuple(grid for grid in book.grids if not is_our_own(grid)))
    tables = find_tables(theirs, _CLAIMS)
    if not tables:
        return SheetFault(ReasonCode.UNREADABLE_FILE, missing=_REQUIRED)
    best = tables[0]
    place = {id(grid): index for index, grid in enumerate(theirs.grids)}
    in_order = sorted(
        (table for table in tables if table is best or is_like(table, best)), key=lambda table: place[id(table.grid)]
    )
    read = [complaint for table in in_order if (complaint := _read(theirs, table, today))]
    if not read:
        return _no_rows(best)
    kept = without_repeats(read)
    first = kept[0]
    if first.how_read:
        notes = first.how_read.notes + notes_on_file(theirs, len(kept), len(read) - len(kept))
        first = replace(first, how_read=replace(first.how_read, notes=notes))
    return (first, *kept[1:])


def _no_rows(table: Table[Field]) -> SheetFault:
    return SheetFault(ReasonCode.NO_ROWS, missing=tuple(field for field in _REQUIRED if field not in table.columns))


def _read(book: Workbook, found: Table[Field], today: date) -> Complaint | None:
    """The complaint in this table; None when it has no claims."""
    table, choices = choose_columns(spread_down(found), today)
    rows = claim_rows(table)
    if not rows.claims:
        return None
    letters = table.letters
    cells = [
        {field: Cell(value, Place(row, letters[field])) for field, value in told.items()} for row, told in rows.claims
    ]
    claims = tuple(claim_of(row, told, today) for (row, _), told in zip(rows.claims, cells, strict=True))
    block = _read_block(table)
    said = {field: cell for field, cell in _said_in_rows(cells).items() if is_blank(block.get(field, NOTHING).value)}
    complaint = complaint_of(Source.SHEET, claims, block | said, letters)
    complaint = replace(complaint, how_read=how_table_was_read(book, table, choices, rows))
    return _with_plan_of_tab(complaint)


def _with_plan_of_tab(complaint: Complaint) -> Complaint:
    """A tab that is called like a plan, when nothing on it names one."""
    name = complaint.how_read.sheet if complaint.how_read else ""
    if not name or not complaint.mco.is_blank or any(not claim.mco.is_blank for claim in complaint.claims):
        return complaint
    if not isinstance(load_roster().find(name, None), Known):
        return complaint
    return replace(complaint, mco=Entry(name, clean(name)))


def _said_in_rows(rows: Sequence[Cells]) -> dict[Field, Cell]:
    """The provider, when no two rows differ; the first coverage that is not ours, so that the rules notice it."""
    said: dict[Field, Cell] = {}
    for field in (Field.PROVIDER_NAME, Field.NPI, Field.HFS_ID):
        cells = [row[field] for row in rows if field in row and not is_blank(row[field].value)]
        if len({clean(cell.value).casefold() for cell in cells}) == 1:
            said[field] = cells[0]
    for cell in (row[Field.COVERAGE] for row in rows if Field.COVERAGE in row):
        if read_coverage(cell.value).value not in (None, Coverage.MEDICAID_MANAGED_CARE):
            said.setdefault(Field.COVERAGE, cell)
    return said


def _read_block(table: Table[Field]) -> dict[Field, Cell]:
    """The labelled fields above the table. A label given twice counts where it first has a value."""
    found: dict[Field, Cell] = {}
    above = table.grid.rows[: table.header]
    for row_index, row in enumerate(above):
        for column, cell in enumerate(row):
            labelled = _labelled(cell)
            if labelled is None:
                continue
            field, rest = labelled
            value = Cell(rest, _place(row_index, column)) if rest else _beside_or_below(above, row_index, column)
            if field not in found or is_blank(found[field].value):
                found[field] = value
    return found


def _labelled(cell: CellValue) -> tuple[Field, str] | None:
    """The field that this cell is the label of, and the value when it stands in the same cell ("MCO: Meridian")."""
    if not isinstance(cell, str):
        return None
    label, _, rest = cell.partition(":")
    match = LABELS.match(label)
    return (match.field, clean(rest)) if match else None


def _beside_or_below(rows: Sequence[Sequence[CellValue]], row: int, column: int) -> Cell:
    """The value that belongs to a label standing alone: to its right, else under it. Blank, and placed to its right,
    when another label comes first."""
    for index in range(column + 1, min(column + 1 + _LOOK_RIGHT, len(rows[row]))):
        cell = rows[row][index]
        if _labelled(cell) or _ends_like_a_label(cell):
            break
        if not is_blank(cell) and cell not in _HINTS:
            return Cell(cell, _place(row, index))
    under = rows[row + 1][column] if row + 1 < len(rows) and column < len(rows[row + 1]) else None
    if not (is_blank(under) or _labelled(under) or _ends_like_a_label(under)):
        return Cell(under, _place(row + 1, column))
    return Cell(None, _place(row, column + 1))


def _ends_like_a_label(cell: CellValue) -> bool:
    return isinstance(cell, str) and clean(cell).endswith(":")


def _place(row: int, column: int) -> Place:
    return Place(row + 1, column_letter(column))
