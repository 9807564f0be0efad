"""Workbooks by openpyxl, XlsxWriter and pandas, and the several kinds of .csv."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pandas  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.corpus.books import Book, Tab, Written, letter, serial
from tests.corpus.by_hand import HAND_WRITERS
from tests.corpus.programs import Program


def by_openpyxl(book: Book) -> bytes:
    file: Any = Workbook()
    file.remove(file.active)
    if book.days_from_1904:
        file.epoch = CALENDAR_MAC_1904
    for tab in book.tabs:
        sheet = file.create_sheet(tab.name)
        for (row, column), written in tab.cells.items():
            cell = sheet.cell(row, column)
            cell.value = f"={written.formula}" if written.formula and not written.is_cached else written.value
            if isinstance(written.value, str) and written.value.startswith("="):
                cell.data_type = "s"
            if written.number_format:
                cell.number_format = written.number_format
            if row == tab.header_row:
                cell.font = Font(bold=True)
        for top, left, bottom, right in tab.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in tab.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        if tab.filtered:
            top, left, bottom, right = tab.filtered
            sheet.auto_filter.ref = f"{letter(left)}{top}:{letter(right)}{bottom}"
            sheet.auto_filter.add_filter_column(tab.filter_column - left, shown_in_filter(tab))
        for row in range(tab.size[0] + 1, tab.size[0] + 1 + tab.blank_tail):
            sheet.cell(row, 1).number_format = "@"
        sheet.sheet_state = "hidden" if tab.is_hidden else "visible"
    body = BytesIO()
    file.save(body)
    return body.getvalue()


def shown_in_filter(tab: Tab) -> list[str]:
    """The values of the filtered column in the rows that the filter leaves to see."""
    if tab.filtered is None:
        return []
    top, _, bottom, _ = tab.filtered
    rows = (row for row in range(top + 1, bottom + 1) if row not in tab.hidden_rows)
    return [tab.cells[row, tab.filter_column].text for row in rows if (row, tab.filter_column) in tab.cells]


def by_xlsxwriter(book: Book, *, row_by_row: bool = False) -> bytes:
    body = BytesIO()
    file: Any = xlsxwriter.Workbook(
        body, {"date_1904": book.days_from_1904, "constant_memory": row_by_row, "remove_timezone": True}
    )
    formats: dict[str, Any] = {}
    for tab in book.tabs:
        sheet = file.add_worksheet(tab.name)
        for row in sorted({*(row for row, _ in tab.cells), *tab.hidden_rows}):
            if row in tab.hidden_rows:
                sheet.set_row(row - 1, None, None, {"hidden": True})
            for column in sorted(column for at, column in tab.cells if at == row):
                written = tab.cells[row, column]
                wanted = written.number_format
                if wanted and wanted not in formats:
                    formats[wanted] = file.add_format({"num_format": wanted})
                _put(sheet, row - 1, column - 1, written, formats.get(wanted), from_1904=book.days_from_1904)
        for top, left, bottom, right in tab.merged:
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, tab.cells[top, left].value)
        if tab.filtered:
            top, left, bottom, right = tab.filtered
            sheet.autofilter(top - 1, left - 1, bottom - 1, right - 1)
            sheet.filter_column_list(tab.filter_column - 1, shown_in_filter(tab))
        for row in range(tab.size[0], tab.size[0] + tab.blank_tail):
            sheet.write_blank(
                row, 0, None, formats.get("@") or formats.setdefault("@", file.add_format({"bold": True}))
            )
        if tab.is_hidden:
            sheet.hide()
    file.close()
    return body.getvalue()


def _put(sheet: Any, row: int, column: int, written: Written, look: Any, *, from_1904: bool) -> None:
    value = written.value
    if written.formula:
        shown = serial(value, from_1904=from_1904) if isinstance(value, date) else value
        sheet.write_formula(row, column, f"={written.formula}", look, shown)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    elif value is not None:
        sheet.write_number(row, column, value, look)


def _frame(tab: Tab) -> tuple[list[list[Written]], pandas.DataFrame]:
    """What stands above the headers, and the table as a data frame."""
    rows = tab.rows()
    above, headers, below = rows[: tab.header_row - 1], rows[tab.header_row - 1], rows[tab.header_row :]
    columns = [cell.value if cell.value is not None else "" for cell in headers]
    data = [[cell.value for cell in row] for row in below]
    return above, pandas.DataFrame(data, columns=pandas.Index(columns), dtype=object)


def by_pandas(book: Book) -> bytes:
    body = BytesIO()
    with pandas.ExcelWriter(body, engine="openpyxl", date_format="YYYY-MM-DD") as writer:
        for tab in book.tabs:
            above, frame = _frame(tab)
            frame.to_excel(writer, sheet_name=tab.name, startrow=tab.header_row - 1, index=False)
            for number, row in enumerate(above, 1):
                for column, written in enumerate(row, 1):
                    if written.value is not None:
                        writer.sheets[tab.name].cell(number, column).value = written.value
    return body.getvalue()


def by_pandas_csv(book: Book) -> bytes:
    above, frame = _frame(book.tabs[0])
    head = "".join(",".join(written.text for written in row) + "\r\n" for row in above)
    table: str = frame.to_csv(index=False, lineterminator="\r\n")
    return (head + table).encode()


def _csv(encoding: str, delimiter: str = ",") -> Callable[[Book], bytes]:
    def write(book: Book) -> bytes:
        text = StringIO(newline="")
        out = csv.writer(text, delimiter=delimiter)
        for row in book.tabs[0].rows():
            out.writerow([written.text for written in row])
        return text.getvalue().encode(encoding)

    return write


def _row_by_row(book: Book) -> bytes:
    return by_xlsxwriter(book, row_by_row=True)


_WRITERS: dict[str, Callable[[Book], bytes]] = {
    "openpyxl.xlsx": by_openpyxl,
    "XlsxWriter.xlsx": by_xlsxwriter,
    "XlsxWriter row by row.xlsx": _row_by_row,
    "pandas.xlsx": by_pandas,
    "pandas.csv": by_pandas_csv,
    "comma, UTF-8.csv": _csv("utf-8"),
    "comma, UTF-8 with BOM.csv": _csv("utf-8-sig"),
    "tab, UTF-16.csv": _csv("utf-16", "\t"),
    "semicolon, cp1252.csv": _csv("cp1252", ";"),
    "tab, UTF-8.tsv": _csv("utf-8", "\t"),
    **{f"{name}.xlsx": write for name, write in HAND_WRITERS.items()},
}


def write_by_python(program: Program, book: Book) -> bytes:
    return _WRITERS[program.name + program.suffix](book)
