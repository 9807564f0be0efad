"""From the cells of a workbook to a complaint, or to what kept us from finding one."""

from dataclasses import dataclass
from datetime import date

from complaints.cells import Workbook
from complaints.model import Complaint, Field
from complaints.verdict import ReasonCode


@dataclass(frozen=True, slots=True)
class SheetFault:
    """No complaint in the workbook: UNREADABLE_FILE (no table of claims was found) or NO_ROWS (the table is empty).

    `missing` are required fields of the table for which no header was found. Cell contents are never part of it.
    """

    code: ReasonCode
    missing: tuple[Field, ...] = ()


def read_claim_sheet(book: Workbook, today: date) -> Complaint | SheetFault:
    """The complaint in this workbook."""
    raise NotImplementedError
