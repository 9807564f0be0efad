"""Findings as the list a submitter reads: a place, and what is wrong there. Equal reasons of many rows are one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complaints.model import Complaint, Source
from complaints.verdict import Finding
from templates.findings import in_short, says
from templates.words import capital, numbered, unit

MOST_LISTED = 50
"""Reasons told in full in one mail. Past them, rows are only named under their reason in short."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`place` is “Row 9, column C”, “Rows 5 to 24” or empty for the whole complaint; `text` is whole sentences."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Those told in full, and the rest in short."""

    listed: tuple[Reason, ...]
    rest: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.listed)


def reasons(findings: Iterable[Finding], complaint: Complaint | None = None) -> Reasons:
    """Whole-complaint reasons first, then by row. Findings that read alike in one column are told once."""
    source = complaint.source if complaint else Source.SHEET
    alone = complaint is not None and source is not Source.SHEET and len(complaint.claims) < 2
    groups: dict[tuple[str, str | None, bool], list[Finding]] = {}
    for finding in findings:
        cell = finding.place.column if finding.row is not None else _cell(finding)
        groups.setdefault((says(finding, source), cell, finding.row is None), []).append(finding)
    ordered = sorted(groups.items(), key=lambda group: group[1][0].row or 0)
    told = [Reason("" if alone else _place(group, source), text) for (text, _, _), group in ordered[:MOST_LISTED]]
    untold = [finding for _, group in ordered[MOST_LISTED:] for finding in group]
    return Reasons(tuple(told), _in_short(untold, source))


def _cell(finding: Finding) -> str | None:
    """B3, when the finding concerns the whole complaint and was read from one cell."""
    place = finding.place
    return f"{place.column}{place.row}" if place.column and place.row else None


def _place(group: Sequence[Finding], source: Source) -> str:
    rows = [finding.row for finding in group if finding.row is not None]
    if not rows:
        cell = _cell(group[0])
        return f"Cell {cell}" if cell else ""
    column = group[0].place.column
    where = capital(numbered(unit(source), rows))
    return f"{where}, column {column}" if column and source is Source.SHEET else where


def _in_short(findings: Sequence[Finding], source: Source) -> tuple[Reason, ...]:
    rows: dict[str, list[int]] = {}
    for finding in findings:
        rows.setdefault(in_short(finding), []).append(finding.row or 0)
    return tuple(Reason(capital(numbered(unit(source), found)), f"{capital(why)}.") for why, found in rows.items())
