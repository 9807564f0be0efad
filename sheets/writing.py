"""The sheets that we give out: the claim sheet, blank or filled with what was read, and the registration sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from complaints.claim_sheet import (
    CATEGORY_WORDS,
    CLAIM_COLUMNS,
    CLAIMS_SHEET_NAME,
    COMPLAINT_FIELDS,
    COVERAGE_WORDS,
    SHEET_VERSION,
    Column,
)
from complaints.model import Complaint, Field
from complaints.registration_sheet import (
    REGISTRATION_COLUMNS,
    REGISTRATION_SHEET_NAME,
    ROLE_WORDS,
    RegistrationField,
)
from sheets import looks
from sheets.drawing import (
    Lists,
    check_cells,
    clear_above,
    draw_instructions,
    draw_table,
    fill_cell,
    format_of,
    header_of,
    look_of,
    saved,
    set_up_print,
)
from sheets.filling import Filling, cells_to_fill, fill_block, fill_claim
from sheets.instructions import claim_instructions, registration_instructions

__all__ = ["cells_to_fill", "claim_sheet", "registration_sheet"]

_COLUMN_OF = {column.field: column for column in COMPLAINT_FIELDS}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a field of the block stands: its label's cell, and from the next column on its value, to `last_column`."""

    row: int
    column: int
    last_column: int
    height: float = 22


_SPOTS = {
    Field.MCO: _Spot(4, 1, 4),
    Field.CATEGORY: _Spot(5, 1, 4),
    Field.COVERAGE: _Spot(6, 1, 4),
    Field.PROVIDER_NAME: _Spot(4, 5, 8),
    Field.NPI: _Spot(5, 5, 8),
    Field.HFS_ID: _Spot(6, 5, 8),
    Field.CONTACT_NAME: _Spot(4, 9, 12),
    Field.PHONE: _Spot(5, 9, 12),
    Field.EMAIL: _Spot(6, 9, 12),
    Field.DESCRIPTION: _Spot(7, 1, 12, 34),
    Field.DESIRED_OUTCOME: _Spot(8, 1, 12, 34),
}
"""Three fields side by side: the header of the table is frozen with what is above it, so that must not be high."""
_HEADER_ROW = 10


def claim_sheet(roster_names: Sequence[str], *, mco: str | None = None, filled: Complaint | None = None) -> bytes:
    """An .xlsx to fill in. `roster_names` are the plans to choose from.

    `mco` fills the plan in. `filled` fills in everything that was read; required cells that are empty or flawed are
    coloured and say what to do.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = CLAIMS_SHEET_NAME
    draw_instructions(book, "How to fill in and send the claim sheet", claim_instructions())
    choices = Lists(book)
    lists = {
        Field.MCO: choices.add(roster_names),
        Field.CATEGORY: choices.add(list(CATEGORY_WORDS.values())),
        Field.COVERAGE: choices.add(list(COVERAGE_WORDS.values())),
    }
    clear_above(sheet, _HEADER_ROW, len(CLAIM_COLUMNS))
    _draw_title(sheet, "Claim sheet: complaint about one Medicaid health plan", _subtitle(filled, mco))
    block = fill_block(filled, mco) if filled else {Field.MCO: Filling(mco)}
    for field, spot in _SPOTS.items():
        _draw_field(sheet, _COLUMN_OF[field], spot, lists.get(field), block.get(field, Filling()))
    sheet.row_dimensions[_HEADER_ROW - 1].height = 10
    draw_table(
        sheet, _HEADER_ROW, CLAIM_COLUMNS, lists, [fill_claim(claim) for claim in filled.claims] if filled else ()
    )
    set_up_print(sheet, _HEADER_ROW, f"Claim sheet, version {SHEET_VERSION}. Holds members' data: keep it safe.")
    return saved(book, "Claim sheet")


def registration_sheet() -> bytes:
    """An .xlsx with which providers and the people who file for them are registered."""
    header_row = 4
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = REGISTRATION_SHEET_NAME
    draw_instructions(book, "How to fill in and send the registration sheet", registration_instructions())
    lists = {RegistrationField.ROLE: Lists(book).add(list(ROLE_WORDS.values()))}
    clear_above(sheet, header_row, len(REGISTRATION_COLUMNS))
    _draw_title(sheet, "Registration: who may file complaints", f"{_MARKS} One row for each person and provider.")
    draw_table(sheet, header_row, REGISTRATION_COLUMNS, lists)
    set_up_print(sheet, header_row, f"Registration sheet, version {SHEET_VERSION}")
    return saved(book, "Registration sheet")


_MARKS = "Fields marked * are needed."


def _subtitle(filled: Complaint | None, mco: str | None) -> str:
    to_fill = cells_to_fill(filled, mco) if filled else 0
    if to_fill:
        cells = "One cell is" if to_fill == 1 else f"{to_fill} cells are"
        return f"Filled with what you wrote. {cells} coloured and still needed: point at each to see why."
    return f"{_MARKS} One sheet for one plan, one row for each claim. The rules are on the next sheet, Instructions."


def _draw_title(sheet: Worksheet, title: str, subtitle: str) -> None:
    looks.TITLE.put_on(sheet.cell(1, 1, title))
    looks.SUBTITLE.put_on(sheet.cell(2, 1, subtitle))
    for row, height in ((1, 32), (2, 20), (3, 8)):
        sheet.row_dimensions[row].height = height


def _draw_field(sheet: Worksheet, column: Column[Field], spot: _Spot, choices: str | None, filling: Filling) -> None:
    label = sheet.cell(spot.row, spot.column, header_of(column))
    (looks.REQUIRED_LABEL if column.required else looks.LABEL).put_on(label)
    for index in range(spot.column + 1, spot.last_column + 1):
        look_of(column).put_on(sheet.cell(spot.row, index), format_of(column.kind))
    value = sheet.cell(spot.row, spot.column + 1)
    fill_cell(sheet, spot.row, spot.column + 1, filling)
    sheet.merge_cells(start_row=spot.row, end_row=spot.row, start_column=spot.column + 1, end_column=spot.last_column)
    check_cells(sheet, value.coordinate, column, choices)
    sheet.row_dimensions[spot.row].height = spot.height
