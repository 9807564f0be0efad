"""What `recourse judge --json` prints. Scripts rely on this shape (docs/command-line.md)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.judging import Judged
from complaints.how_read import HowRead
from complaints.verdict import ClaimVerdict, Finding, Outcome, Verdict
from templates.findings import says
from templates.how_read import told


def judged_json(judged: Judged) -> dict[str, Any]:
    """A judged file. `row` is the sheet's own row number, dates are ISO.

    A file with several claim sheets has all their findings and rows, each with the number of its sheet (from 1), and
    `sheets` tells each one's own verdict. A file without a complaint has the findings that say why.
    """
    verdicts = judged.verdicts
    mcos = {verdict.mco for verdict in verdicts}
    several = len(verdicts) > 1
    return {
        "verdict": _outcome_of_all(judged).value,
        "received": judged.received.isoformat(),
        "mco": mcos.pop() if len(mcos) == 1 else None,
        "findings": [
            _finding(finding) | ({"sheet": at} if several else {})
            for at, verdict in enumerate(verdicts, 1)
            for finding in verdict.findings
        ]
        + [_finding(finding) for finding in judged.findings],
        "rows": [
            _row(claim) | ({"sheet": at} if several else {})
            for at, verdict in enumerate(verdicts, 1)
            for claim in verdict.claims
        ],
        "sheets": [_sheet(at, verdict) for at, verdict in enumerate(verdicts, 1)],
    }


def _outcome_of_all(judged: Judged) -> Outcome:
    outcomes = {verdict.outcome for verdict in judged.verdicts}
    if not outcomes:
        return Outcome.NO_COMPLAINT
    return outcomes.pop() if len(outcomes) == 1 else Outcome.PARTLY_ACCEPTED


def _sheet(at: int, verdict: Verdict) -> dict[str, Any]:
    how = verdict.complaint.how_read
    return {
        "sheet": at,
        "verdict": verdict.outcome.value,
        "mco": verdict.mco,
        "read": _how(how) if how else None,
    }


def _how(how: HowRead) -> dict[str, Any]:
    return {
        "name": how.sheet,
        "header_row": how.header_row,
        "layout": how.layout.value,
        "columns": [
            {
                "column": column.letter,
                "header": column.header,
                "field": column.field.value if column.field else None,
                "how": column.how.value,
            }
            for column in how.columns
        ],
        "notes": [
            {
                "code": note.code.value,
                "field": note.field.value if note.field else None,
                "columns": list(note.columns),
                "rows": list(note.rows),
                "says": said,
            }
            for note, said in zip(how.notes, told(how, headers=True), strict=True)
        ],
    }


def _row(judged: ClaimVerdict) -> dict[str, Any]:
    claim = judged.claim
    return {
        "row": claim.row,
        "verdict": (Outcome.ACCEPTED if judged.accepted else Outcome.REJECTED).value,
        "tracking_number": claim.tracking_number.value,
        "dispute_date": _iso(claim.dispute_date.value),
        "findings": _findings(judged.findings),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [_finding(finding) for finding in findings]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "field": finding.field.value if finding.field else None,
        "row": finding.row,
        "column": finding.place.column,
        "says": says(finding),
        "eligible_from": _iso(finding.eligible_from),
        "eligible_until": _iso(finding.eligible_until),
        "ticket": finding.ticket,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
