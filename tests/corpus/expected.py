"""What must come out of a file: declared by whoever made the case, never derived from what our readers say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from complaints.how_read import Layout, NoteCode
from complaints.model import Field, Flaw
from complaints.verdict import Outcome, ReasonCode
from sheets.kinds import FileKind

Values = Mapping[Field, str | int | date | None]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a row (None: of the whole complaint)."""

    row: int | None
    code: ReasonCode
    field: Field | None = None
    flaw: Flaw | None = None
    rejects: bool = True

    def told(self) -> str:
        parts = (f"row {self.row}" if self.row else "whole", self.code, self.field, self.flaw)
        return " ".join(str(part) for part in parts if part) + ("" if self.rejects else " (warns)")


@dataclass(frozen=True, slots=True)
class ExpectedComplaint:
    """One table of claims: its rows as the person sees them, with the values that were meant."""

    outcome: Outcome
    mco: str | None
    claims: Mapping[int, Values]
    findings: frozenset[Found] = frozenset()
    notes: Mapping[NoteCode, frozenset[int]] = field(default_factory=dict)
    """Every note that must be there, with its rows (none: the note has none, or they are not looked at)."""
    may_note: frozenset[NoteCode] = frozenset()
    """Notes that may be there or not."""
    header_row: int | None = None
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """The complaints of a file or mail in their order, or the reason why there is none."""

    complaints: tuple[ExpectedComplaint, ...] = ()
    fault: ReasonCode | None = None
    kind: FileKind | None = None
    """With a fault of the file: what it must be recognised as."""

    def as_json(self) -> dict[str, Any]:
        if not self.complaints:
            return {"outcome": Outcome.NO_COMPLAINT, "fault": self.fault, "kind": self.kind}
        return {"complaints": [_as_json(complaint) for complaint in self.complaints]}


def _as_json(complaint: ExpectedComplaint) -> dict[str, Any]:
    return {
        "outcome": complaint.outcome,
        "mco": complaint.mco,
        "layout": complaint.layout,
        "header_row": complaint.header_row,
        "findings": sorted(found.told() for found in complaint.findings),
        "notes": {code: sorted(rows) for code, rows in sorted(complaint.notes.items())},
        "claims": {row: {name: _plain(value) for name, value in values.items()}
                   for row, values in complaint.claims.items()},
    }  # fmt: skip


def _plain(value: str | int | date | None) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value
