"""`recourse sheet`: a blank claim sheet or registration sheet, written for a person to fill."""

from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from complaints.deadlines import local_date
from complaints.errors import UsageError
from complaints.mcos import Close, Known, Roster, load_roster
from complaints.policy import load_policy
from sheets.writing import claim_sheet, registration_sheet


def write_sheet(out: Path | None, mco: str | None, *, registration: bool) -> Path:
    """Write it and return where. UsageError: the MCO is not one, or the place cannot be written to."""
    target = out or _free_name("registration-sheet" if registration else "claim-sheet")
    if registration and mco:
        raise UsageError("--mco is for the claim sheet; a registration sheet names no health plan.")
    if registration:
        body = registration_sheet()
    else:
        roster, today = load_roster(), local_date(datetime.now(UTC), load_policy())
        body = claim_sheet(roster.names_on(today), mco=_canonical(mco, roster) if mco else None)
    try:
        target.write_bytes(body)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}.") from error
    return target


def _free_name(stem: str) -> Path:
    """claim-sheet.xlsx, or claim-sheet-2.xlsx beside it: the first may be filled by now."""
    names = chain([f"{stem}.xlsx"], (f"{stem}-{number}.xlsx" for number in count(2)))
    return next(path for path in map(Path, names) if not path.exists())


def _canonical(said: str, roster: Roster) -> str:
    match roster.find(said, None):
        case Known(mco) | Close(mco):
            return mco.name
        case found:
            names = getattr(found, "choices", ()) or getattr(found, "suggestions", ())
            raise UsageError(f"{said!r} is not clear as an MCO. Did you mean {' or '.join(names) or 'CountyCare'}?")
