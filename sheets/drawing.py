"""The parts our sheets are made of: tables with checked cells, drop-down lists, remarks, pages of instructions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from complaints.claim_sheet import INSTRUCTIONS_SHEET_NAME, SHEET_VERSION, Column, F, Kind
from sheets import looks
from sheets.filling import Filling
from sheets.instructions import Section
from sheets.text import STAMP_PROPERTY

LAST_ROW = 5_000
"""Cells are checked down to this row. Whole columns are formatted; that costs nothing."""
RULED_ROWS = 25
"""Rows that are drawn even when empty, so that a printed blank sheet has lines to write on."""
_LISTS = "Lists"
_PROMPT_TITLE, _PROMPT = 32, 255
"""Characters that Excel allows in an input message; a longer one makes it "repair" the file."""


@dataclass(slots=True)
class Lists:
    """The hidden sheet with what the drop-downs offer."""

    book: Workbook
    count: int = 0

    def add(self, choices: Sequence[str]) -> str:
        """The reference to a new list of these choices."""
        sheet: Worksheet = self.book[_LISTS] if self.count else self.book.create_sheet(_LISTS)
        sheet.sheet_state = "hidden"
        self.count += 1
        for row, choice in enumerate(choices, 1):
            sheet.cell(row, self.count, choice)
        letter = get_column_letter(self.count)
        return f"{_LISTS}!${letter}$1:${letter}${len(choices)}"


def header_of(column: Column[Any]) -> str:
    return f"{column.header} *" if column.required else column.header


def format_of(kind: Kind) -> str:
    return looks.NUMBER_FORMATS.get(kind, looks.AS_TEXT)


def look_of(column: Column[Any]) -> looks.Look:
    if column.required:
        return looks.REQUIRED_VALUE
    return looks.AMOUNT if column.kind is Kind.AMOUNT else looks.VALUE


def check_cells(sheet: Worksheet, cells: str, column: Column[Any], choices: str | None = None) -> None:
    """Cell hints and gentle checks: whoever is sure may keep what they typed. `choices` refers to a list of `Lists`."""
    check, right = _check(column.kind, choices)
    check.promptTitle, check.prompt = header_of(column)[:_PROMPT_TITLE], column.hint[:_PROMPT]
    check.showInputMessage = True
    if right:
        check.errorStyle, check.showErrorMessage = "warning", True
        check.errorTitle, check.error = column.header[:_PROMPT_TITLE], right
    sheet.add_data_validation(check)
    check.add(cells)


def _check(kind: Kind, choices: str | None) -> tuple[DataValidation, str]:
    if choices is not None:
        return DataValidation(type="list", formula1=choices, allow_blank=True), "Please pick one from the list."
    if kind is Kind.DATE:
        return (
            DataValidation(type="date", operator="between", formula1="36526", formula2="73050", allow_blank=True),
            "This is not a date. Write month/day/year, for example 10/15/2026.",
        )
    if kind is Kind.AMOUNT:
        return (
            DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True),
            "This is not an amount. Write dollars and cents, for example 1250.00.",
        )
    if kind.digits is not None:
        return (
            DataValidation(type="textLength", operator="equal", formula1=str(kind.digits), allow_blank=True),
            f"This number has {kind.digits} digits. Leading zeros count.",
        )
    return DataValidation(allow_blank=True), ""


def draw_table(
    sheet: Worksheet,
    header_row: int,
    columns: Sequence[Column[F]],
    lists: Mapping[F, str],
    rows: Sequence[Mapping[F, Filling]] = (),
) -> None:
    """The header, the formats of everything below it, and the rows we fill. `lists`: field → its drop-down."""
    sheet.row_dimensions[header_row].height = 48
    for index, column in enumerate(columns, 1):
        letter, first = get_column_letter(index), header_row + 1
        header = sheet.cell(header_row, index, header_of(column))
        (looks.REQUIRED_HEADER if column.required else looks.HEADER).put_on(header)
        look, number_format = look_of(column), format_of(column.kind)
        look.put_on(sheet.column_dimensions[letter], number_format)
        sheet.column_dimensions[letter].width = column.width
        for row in range(first, first + max(RULED_ROWS, len(rows))):
            look.put_on(sheet.cell(row, index), number_format)
        for row, filling in enumerate(rows, first):
            fill_cell(sheet, row, index, filling[column.field])
        check_cells(sheet, f"{letter}{first}:{letter}{LAST_ROW}", column, lists.get(column.field))
    sheet.freeze_panes = f"B{header_row + 1}"


def clear_above(sheet: Worksheet, header_row: int, columns: int) -> None:
    """Cells above the table do not take the formats of its columns."""
    for row in range(1, header_row):
        for column in range(1, columns + 1):
            looks.PLAIN.put_on(sheet.cell(row, column))


def fill_cell(sheet: Worksheet, row: int, column: int, filling: Filling) -> None:
    """Put a value in; what somebody has to mend is coloured and says why."""
    cell: Any = sheet.cell(row, column, filling.value)
    if isinstance(filling.value, str):  # a text stays a text, also "#N/A"
        cell.data_type = "s"
    if filling.advice:
        looks.TO_MEND.put_on(cell, cell.number_format)
        cell.comment = Comment(filling.advice, "Recourse", height=110, width=260)


def set_up_print(sheet: Worksheet, header_row: int | None, footer: str) -> None:
    """Letter paper, as wide as the table, the header on every page."""
    sheet.page_setup.orientation = "landscape" if header_row else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_LETTER
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.7
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(footer, size=9), right=_HeaderFooterPart("Page &P of &N", size=9)
    )


def draw_instructions(book: Workbook, title: str, sections: Iterable[Section]) -> None:
    sheet = book.create_sheet(INSTRUCTIONS_SHEET_NAME)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 92
    looks.TITLE.put_on(sheet.cell(1, 1, title))
    sheet.row_dimensions[1].height = 30
    row = 2
    for section in sections:
        if section.on_a_new_page:
            sheet.row_breaks.append(Break(id=row - 1))
        looks.SECTION.put_on(sheet.cell(row, 1, section.heading))
        sheet.row_dimensions[row].height = 30
        for line in section.lines:
            row += 1
            (looks.REQUIRED_TERM if line.required else looks.TERM).put_on(sheet.cell(row, 1, line.term))
            looks.TEXT.put_on(sheet.cell(row, 2, line.text))
            sheet.row_dimensions[row].height = 4 + 15 * (1 + len(line.text) // 96)
        row += 1
    set_up_print(sheet, None, f"Version {SHEET_VERSION}")


def saved(book: Workbook, title: str) -> bytes:
    """The bytes, stamped with the version of our sheets."""
    book.properties.title, book.properties.creator = title, "Recourse"
    book.properties.version = SHEET_VERSION
    book.custom_doc_props.append(StringProperty(name=STAMP_PROPERTY, value=SHEET_VERSION))  # type: ignore[attr-defined]
    body = BytesIO()
    book.save(body)
    return body.getvalue()
