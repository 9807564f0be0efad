"""Sheets made up for the tests of reading."""

from datetime import date
from typing import Any

from complaints.cells import CellValue, Grid, Workbook
from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.how_read import HowRead
from complaints.model import Complaint
from complaints.sheet_reading import SheetFault, read_claim_sheets

TODAY = date(2026, 11, 24)
OURS: list[CellValue] = [f"{column.header} *" if column.required else column.header for column in CLAIM_COLUMNS]
SHORT: list[CellValue] = ["Tracking #", "Dispute date", "Patient", "RIN", "DOS"]
Row = list[CellValue]


def claim(number: int, **other: CellValue) -> Row:
    """A row under SHORT."""
    cells: dict[str, CellValue] = {
        "tracking": f"TRK-{number:05}",
        "filed": date(2026, 10, 15),
        "member": "Ada Sample",
        "rin": f"{100000000 + number}",
        "dos": date(2026, 9, 1),
    }
    return list((cells | other).values())


def grid(*rows: Row, name: str = "Claims", **more: Any) -> Grid:
    return Grid(name, tuple(map(tuple, rows)), **more)


def read_all(*grids: Grid, **more: Any) -> tuple[Complaint, ...]:
    found = read_claim_sheets(Workbook(grids, **more), TODAY)
    assert not isinstance(found, SheetFault)
    return found


def read(*rows: Row, **more: Any) -> Complaint:
    (complaint,) = read_all(grid(*rows, **more))
    return complaint


def told(complaint: Complaint) -> HowRead:
    assert complaint.how_read is not None
    return complaint.how_read


def numbers(complaint: Complaint) -> list[int]:
    return [claim.row for claim in complaint.claims]


def tracking(complaint: Complaint) -> list[str | None]:
    return [claim.tracking_number.value for claim in complaint.claims]
