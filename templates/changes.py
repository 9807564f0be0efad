"""What a completing mail changed, in words: “2 rows fixed, 1 still wrong”."""

from collections.abc import Iterable

from complaints.changes import Change
from complaints.model import Source
from complaints.verdict import Finding
from templates.words import FIELD_NAMES, capital, clean, counted, day, listed, numbered, unit


def in_short(change: Change, source: Source) -> str:
    """For a subject; empty when no row is better, for then it is not what the mail is about."""
    return ", ".join(_rows(change, source)) if change.fixed or change.new else ""


def in_full(change: Change, source: Source) -> str:
    """One sentence."""
    parts = list(filter(None, (_put_right(change), *_rows(change, source))))
    return f"Since your mail of {day(change.since)}: {', '.join(parts) or 'nothing that was wrong is right yet'}."


def _rows(change: Change, source: Source) -> list[str]:
    """A complaint in words has no rows to count."""
    if source is not Source.SHEET:
        return []
    words = unit(source)
    parts = []
    if change.fixed:
        parts.append(f"{counted(change.fixed, words)} fixed")
    if change.still_wrong:
        number = f"{change.still_wrong:,}" if parts else counted(change.still_wrong, words)
        parts.append(f"{number} still wrong")
    if change.new:
        parts.append(counted(change.new, f"new {words}"))
    return parts


def _put_right(change: Change) -> str:
    if not change.put_right:
        return ""
    fields = listed([FIELD_NAMES[field] for field in change.put_right])
    return f"the {fields} {'is' if len(change.put_right) == 1 else 'are'} right now"


def on_tickets(findings: Iterable[Finding], source: Source) -> list[str]:
    """“Rows 4 and 9 are on ticket 2026-000001-5 already.” for each such ticket."""
    rows: dict[str, list[int]] = {}
    for finding in findings:
        if finding.is_on_ticket and finding.row is not None:
            rows.setdefault(finding.ticket or "", []).append(finding.row)
    return [
        f"{capital(numbered(unit(source), of_one))} {'is' if len(of_one) == 1 else 'are'} "
        f"on ticket {clean(ticket)} already."
        for ticket, of_one in rows.items()
    ]
