"""Claims that we made up, filled into our own blank sheet."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.model import ClaimIssue, Field
from sheets.writing import claim_sheet
from tests.unit.sheets.files import saved

TODAY = date(2026, 11, 24)
MCOS = ("Meridian Health Plan of Illinois", "Molina Healthcare of Illinois")
FIRST_ROW = 11
"""The first row under the headers of our own claim sheet."""

Claim = dict[Field, Any]
"""Field → value as `ClaimIssue` has it."""


def claim(number: int) -> Claim:
    """One of many different claims; its numbers have leading zeros, its RIN nine digits."""
    return {
        Field.TRACKING_NUMBER: f"{number:012d}" if number % 2 else f"PDXGR{number:07d}",
        Field.DISPUTE_DATE: date(2026, 10, 1) + timedelta(days=number),
        Field.RESPONSE_DATE: date(2026, 11, 2) if number % 3 else None,
        Field.MEMBER_NAME: f"Sample, Person {number}",
        Field.RIN: f"00{number:07d}",
        Field.SERVICE_FROM: date(2026, 2, 28) + timedelta(days=number),
        Field.SERVICE_TO: date(2026, 3, 1) + timedelta(days=number),
        Field.CLAIM_NUMBER: f"0{number}913700CJT00",
        Field.AUTHORIZATION_NUMBER: f"000{number}",
        Field.BILLED_AMOUNT: 100_000 * number + 5,
        Field.PAID_AMOUNT: 0,
        Field.DENIAL_REASON: "CO-16",
        Field.NOTES: f'Two lines,\nsay {number} "quoted" words; and Nuñez',
    }


def values_of(issue: ClaimIssue) -> Claim:
    return {column.field: getattr(issue, column.field.value).value for column in CLAIM_COLUMNS}


def filled_by_openpyxl(claims: Sequence[Claim]) -> bytes:
    """Our blank sheet, filled and saved by openpyxl as a person would fill it."""
    book: Any = load_workbook(BytesIO(claim_sheet(MCOS)))
    sheet = book["Claims"]
    for cell, value in {
        "B4": MCOS[1],
        "B5": "Claims and payment",
        "F4": "Lakeview Clinic",
        "F5": "1234567893",
        "F6": "000123456789",
        "J6": "jo@lakeview.example",
    }.items():
        sheet[cell] = value
    for row, values in enumerate(claims, FIRST_ROW):
        for index, column in enumerate(CLAIM_COLUMNS, 1):
            value = values[column.field]
            is_amount = column.field in (Field.BILLED_AMOUNT, Field.PAID_AMOUNT)
            sheet.cell(row, index).value = value / 100 if is_amount else value
    return saved(book)
