"""Notices with invented data. Every member field carries a mark that must never come out again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from complaints.changes import Change
from complaints.lifecycle import ENDED, Disposition, State
from complaints.model import ClaimIssue, Complaint, Entry, Field, Flaw, Place, Source
from complaints.notices import (
    AlreadyFiled,
    ClosureNotice,
    CouldNotRead,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    PersonWillLook,
    Receipt,
    RegistrationReceived,
    Rejection,
    SheetRequired,
    StatusReport,
    TicketNow,
)
from complaints.verdict import ClaimVerdict, Finding, Outcome, ReasonCode, RuleAsked, Severity, Verdict

MAIL_ADDRESS = "complaints@portal.example"
TODAY = date(2026, 11, 24)
MERIDIAN = "Meridian Health Plan of Illinois"
PROVIDER = "Lakeside Family Clinic"
MEMBER_MARKS = ("Quimby", "998877665", "1999", "zebrafish")
"""A name, a RIN, a year of service and a word of free text that no answer may hold."""


def claim(row: int, filed: date = date(2026, 10, 15)) -> ClaimIssue:
    return ClaimIssue(
        row=row,
        tracking_number=Entry("M-20261015", "M-20261015"),
        dispute_date=Entry(filed, filed.isoformat()),
        member_name=Entry("Quimby, Flora", "Quimby, Flora"),
        rin=Entry("998877665", "998877665"),
        service_from=Entry(date(1999, 5, 4), "5/4/1999"),
        service_to=Entry(date(1999, 5, 6), "5/6/1999"),
        notes=Entry("zebrafish", "zebrafish"),
    )


def verdict(
    claims: Sequence[ClaimIssue],
    findings: Sequence[Finding] = (),
    *,
    mco: str | None = MERIDIAN,
    source: Source = Source.SHEET,
) -> Verdict:
    """As the rules would have put it together: a row is accepted when nothing rejects it or the whole."""
    rejecting = [finding for finding in findings if finding.rejects]
    whole = any(finding.row is None for finding in rejecting)
    faulty = {finding.row for finding in rejecting}
    judged = tuple(
        ClaimVerdict(
            one, tuple(found for found in findings if found.row == one.row), not whole and one.row not in faulty
        )
        for one in claims
    )
    accepted = sum(one.accepted for one in judged)
    outcome = Outcome.ACCEPTED if accepted == len(judged) else Outcome.PARTLY_ACCEPTED if accepted else Outcome.REJECTED
    description = Entry("zebrafish Quimby", "zebrafish Quimby")
    complaint = Complaint(source, tuple(claims), mco=Entry(mco, mco or ""), description=description)
    return Verdict(outcome, complaint, TODAY, mco, (RuleAsked("all", tuple(findings)),), judged)


def too_early(row: int | None, filed: date = date(2026, 11, 12)) -> Finding:
    return Finding(
        ReasonCode.TOO_EARLY,
        field=Field.DISPUTE_DATE,
        row=row,
        place=Place(row, "D"),
        read="11/12/2026",
        dispute_date=filed,
        eligible_from=filed + timedelta(days=30),
        eligible_until=filed + timedelta(days=60),
    )


def too_late(row: int | None, filed: date = date(2026, 8, 3)) -> Finding:
    return replace(too_early(row, filed), code=ReasonCode.TOO_LATE)


def no_number(row: int | None) -> Finding:
    return Finding(
        ReasonCode.MISSING_TRACKING_NUMBER,
        field=Field.TRACKING_NUMBER,
        row=row,
        place=Place(row, "C"),
        eligible_until=date(2026, 12, 14),
    )


def shortened(row: int | None) -> Finding:
    return Finding(
        ReasonCode.INVALID_FIELD,
        field=Field.TRACKING_NUMBER,
        row=row,
        place=Place(row, "C"),
        read="1.93E+11",
        flaw=Flaw.SHORTENED_NUMBER,
        eligible_until=date(2026, 12, 14),
    )


def duplicate(row: int | None, ticket: str | None = "2026-004101-6", other_row: int | None = None) -> Finding:
    return Finding(ReasonCode.DUPLICATE, row=row, place=Place(row, "C"), ticket=ticket, other_row=other_row)


def warning(row: int | None = None) -> Finding:
    return Finding(ReasonCode.DIFFERENT_DENIAL_REASONS, Severity.WARNS, row=row)


def _receipt() -> Notice:
    claims = [claim(row, date(2026, 10, 2) + timedelta(days=row % 14)) for row in range(14, 34)]
    claim_number = Finding(
        ReasonCode.LOOKS_LIKE_CLAIM_NUMBER,
        Severity.WARNS,
        Field.TRACKING_NUMBER,
        row=17,
        place=Place(17, "A"),
        read="26M0017CJT00",
    )
    return Receipt("2026-004187-3", PROVIDER, verdict(claims, [warning(), claim_number]), date(2026, 12, 9))


def _partly() -> Notice:
    faults = [no_number(9), shortened(12), too_late(20)]
    judged = verdict([claim(row) for row in range(1, 21)], faults, mco="CountyCare")
    return PartlyAccepted("2026-004190-7", PROVIDER, judged, date(2026, 12, 9))


def _rejected_many() -> Notice:
    claims = [claim(row) for row in range(14, 44)]
    findings = [
        Finding(ReasonCode.UNKNOWN_MCO, field=Field.MCO, place=Place(3, "B"), read="IlliniCare",
                choices=("Aetna Better Health of Illinois", "YouthCare HealthChoice Illinois")),
        *(no_number(row) for row in range(14, 34)),
        shortened(36),
        Finding(ReasonCode.INVALID_FIELD, field=Field.RIN, row=37, place=Place(37, "F"), read="99887766",
                flaw=Flaw.WRONG_LENGTH),
        Finding(ReasonCode.INVALID_FIELD, field=Field.DISPUTE_DATE, row=38, place=Place(38, "D"), read="13/4/2026",
                flaw=Flaw.AMBIGUOUS_DATE, choices=("2026-04-13",)),
        too_early(39), too_late(40), duplicate(41), duplicate(42, None, 39),
        Finding(ReasonCode.MISSING_FIELD, field=Field.MEMBER_NAME, row=43, place=Place(43, "E")),
    ]  # fmt: skip
    return Rejection(verdict(claims, findings, mco=None))


def _rejected_far_too_many() -> Notice:
    rows = range(1, 501)
    findings = [too_late(row, date(2026, 1, 1) + timedelta(days=row % 200)) for row in rows]
    return Rejection(verdict([claim(row) for row in rows], findings))


def _sheet_required() -> Notice:
    told = verdict([claim(1), claim(2)], [Finding(ReasonCode.TEMPLATE_REQUIRED), too_early(2)], source=Source.TEXT)
    return SheetRequired(told, 2)


def _corrected() -> Notice:
    """Two rows fixed and one not, and two that are on the first ticket."""
    faults = [duplicate(4), duplicate(8), no_number(7)]
    judged = verdict([claim(row) for row in (4, 5, 6, 7, 8)], faults, mco="CountyCare")
    return PartlyAccepted("2026-004190-7", PROVIDER, judged, date(2026, 12, 9), Change(TODAY, fixed=2, still_wrong=1))


def _all_corrected() -> Notice:
    judged = verdict([claim(4), claim(5), claim(6)], [duplicate(4)])
    change = Change(TODAY, fixed=1, new=1)
    return PartlyAccepted("2026-004190-7", PROVIDER, judged, date(2026, 12, 9), change)


def _completed() -> Notice:
    told = verdict([claim(1)], source=Source.TEXT)
    change = Change(TODAY, fixed=1, put_right=(Field.TRACKING_NUMBER,))
    return Receipt("2026-004187-3", PROVIDER, told, date(2026, 12, 9), change)


def _still_wrong() -> Notice:
    judged = verdict([claim(4), claim(9)], [duplicate(4), no_number(9)])
    return Rejection(judged, Change(TODAY, still_wrong=1))


def ticket_now(state: State = State.OPEN, **more: Any) -> TicketNow:
    return TicketNow(
        "2026-004187-3", PROVIDER, state, MERIDIAN, 20, date(2026, 11, 24), date(2026, 12, 9), **more
    )  # fmt: skip


_ENDED = {"closed": date(2027, 1, 8), "disposition": Disposition.PAID}

SAMPLES: dict[str, Callable[[], Notice]] = {
    "receipt": _receipt,
    "partly accepted": _partly,
    "partly accepted, nothing to do": lambda: PartlyAccepted(
        "2026-004190-7", PROVIDER, verdict([claim(5), claim(6)], [too_late(6)]), date(2026, 12, 9)
    ),
    "rejected, too early": lambda: Rejection(verdict([claim(14)], [too_early(14)])),
    "rejected, one in words": lambda: Rejection(verdict([claim(1)], [no_number(1)], source=Source.TEXT)),
    "rejected, many": _rejected_many,
    "rejected, far too many": _rejected_far_too_many,
    "already filed": lambda: AlreadyFiled(("2026-004101-6",), verdict([claim(1)], [duplicate(1)])),
    "sheet required": _sheet_required,
    "sheet required, complete": lambda: SheetRequired(verdict([claim(1), claim(2)], source=Source.TEXT), 0),
    "not registered": NotRegistered,
    "could not read": lambda: CouldNotRead((Finding(ReasonCode.UNREADABLE_FILE, read="pdf"),)),
    "no complaint": NoComplaint,
    "a person will look": lambda: PersonWillLook(TODAY),
    "registration received": RegistrationReceived,
    "corrected, one still wrong": _corrected,
    "corrected, nothing left": _all_corrected,
    "completed in words": _completed,
    "completed, still wrong": _still_wrong,
    "completed in words, still wrong": lambda: Rejection(
        verdict([claim(1)], [no_number(1)], source=Source.TEXT), Change(TODAY, put_right=(Field.MCO,))
    ),
    "status: several": lambda: StatusReport(TODAY, (ticket_now(), ticket_now(State.REVIEW))),
    "status: none open": lambda: StatusReport(TODAY),
    "status: not theirs": lambda: StatusReport(TODAY, asked="2026-004187-3"),
    "status: mistyped": lambda: StatusReport(TODAY, asked="2026-004187-4", is_mistyped=True),
    "status: mistyped, theirs": lambda: StatusReport(
        TODAY, asked="2026-004187-4", is_mistyped=True, meant="2026-004187-3"
    ),
    "status: open for long": lambda: StatusReport(date(2026, 12, 10), (ticket_now(),)),
    **{
        f"status: {state}": lambda state=state: StatusReport(  # type: ignore[misc]
            TODAY, (ticket_now(state, **_ENDED if state in ENDED else {}),)
        )
        for state in State
    },
    **{
        f"closed: {end}": lambda end=end: ClosureNotice(  # type: ignore[misc]
            "2026-004187-3", PROVIDER, MERIDIAN, 20, end, "Paid with check 4471.", date(2027, 1, 8)
        )
        for end in Disposition
    },
}
