"""A clerk who fills in our blank claim sheet with openpyxl, as others do in Excel."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl

from tests.parts import office

MEMBER = "Sample, Pat"
CLAIMS = 3


def fill(blank: Path, filled: Path, series: str) -> None:
    """Three eligible claims whose tracking numbers begin with the series."""
    book = openpyxl.load_workbook(blank)
    sheet = book.worksheets[0]
    header = next(row for row in range(1, 30) if str(sheet.cell(row, 1).value).startswith("MCO tracking"))
    titles = [str(cell.value).replace("\n", " ").rstrip(" *") for cell in sheet[header]]
    for number in range(CLAIMS):
        values: dict[str, Any] = {
            "MCO tracking number": f"{series}-{number}",
            "Date dispute submitted to MCO": office.today() - timedelta(days=40),
            "Member name": MEMBER,
            "RIN": f"01234567{number}",
            "Date of service from": office.today() - timedelta(days=120),
        }
        for title, value in values.items():
            sheet.cell(header + 1 + number, titles.index(title) + 1).value = value
    book.save(filled)
