"""A verdict as `recourse judge --json` prints it. Scripts rely on this shape (docs/command-line.md)."""

from datetime import date, datetime
from typing import Any

from complaints.verdict import ClaimVerdict, Finding, Outcome, Verdict
from templates.rendering import says


def verdict_json(verdict: Verdict, received: datetime) -> dict[str, Any]:
    """A judged complaint. `row` is the sheet's own row number, dates are ISO."""
    return {
        "verdict": verdict.outcome.value,
        "received": received.isoformat(),
        "mco": verdict.mco,
        "findings": [_finding(finding) for finding in verdict.findings],
        "rows": [_row(claim) for claim in verdict.claims],
    }


def no_complaint_json(findings: tuple[Finding, ...], received: datetime) -> dict[str, Any]:
    """A file in which there was no complaint to judge, and why."""
    return {
        "verdict": Outcome.NO_COMPLAINT.value,
        "received": received.isoformat(),
        "mco": None,
        "findings": [_finding(finding) for finding in findings],
        "rows": [],
    }


def _row(judged: ClaimVerdict) -> dict[str, Any]:
    claim = judged.claim
    return {
        "row": claim.row,
        "verdict": (Outcome.ACCEPTED if judged.accepted else Outcome.REJECTED).value,
        "tracking_number": claim.tracking_number.value,
        "dispute_date": _iso(claim.dispute_date.value),
        "findings": [_finding(finding) for finding in judged.findings],
    }


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
