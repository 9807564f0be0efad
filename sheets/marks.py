"""What is to be marked in somebody's workbook: the cells to mend, how each row stands, and a list of all faults.

Pure data. Whoever makes it brings the words; whoever marks (`marking`) knows no rule.
"""

from dataclasses import dataclass

STATUS_HEADER = "Recourse status"
"""The header of the column that we add behind the table."""
SUMMARY_SHEET = "Recourse"
"""The name of the sheet that we put first."""


@dataclass(frozen=True, slots=True)
class CellMark:
    """One cell to colour. `says` goes into its comment: what was read, the rule, an example."""

    row: int
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class RowMark:
    """How one row stands, for the status column. A settled row needs nothing more: it is greyed."""

    row: int
    status: str
    settled: bool = False


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """The marks of one sheet. Rows are those that a person sees, from 1. `sheet` is its name; "" for a .csv's."""

    sheet: str
    header_row: int
    cells: tuple[CellMark, ...] = ()
    rows: tuple[RowMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the list on the first sheet. `cell` ("C9", a column and a row) is linked to, when there is one."""

    where: str
    says: str
    sheet: str = ""
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Marking:
    """Everything to be put into one workbook. `lines` stand on the first sheet above the list of faults."""

    title: str
    lines: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    sheets: tuple[SheetMarks, ...] = ()
    stamp: str = ""
    """Goes into the document properties, and comes back as `Workbook.mark_stamp`."""


MACROS_PART = "xl/vbaProject.bin"


def suffix_of(marked: bytes) -> str:
    """What the name of a marked file has to end with, whatever the file was called: programs refuse another one."""
    return ".xlsm" if MACROS_PART.encode() in marked else ".xlsx"
