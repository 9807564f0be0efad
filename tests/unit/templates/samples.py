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
    HarmFound,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    PersonWillLook,
    Receipt,
    Registered,
    RegistrationApproved,
    RegistrationReceived,
    RegistrationRefused,
    Rejection,
    SeveralSheets,
    SheetAnswer,
    SheetRequired,
    StatusReport,
    TicketNow,
)
from complaints.registration_sheet import Problem, RegistrationFault, RegistrationField, Trouble
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


def _corrected_sheet() -> PartlyAccepted:
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


def _still_wrong_sheet() -> Rejection:
    judged = verdict([claim(4), claim(9)], [duplicate(4), no_number(9)])
    return Rejection(judged, Change(TODAY, still_wrong=1))


def receipt(claims: int = 20, **more: Any) -> Receipt:
    return Receipt(
        "2026-004187-3", PROVIDER, verdict([claim(row) for row in range(1, claims + 1)]), date(2026, 12, 9), **more
    )


def partly(**more: Any) -> PartlyAccepted:
    judged = verdict(
        [claim(row) for row in range(1, 21)], [no_number(9), shortened(12), too_late(20)], mco="CountyCare"
    )
    return PartlyAccepted("2026-004190-7", PROVIDER, judged, date(2026, 12, 9), **more)


def rejected(**more: Any) -> Rejection:
    return Rejection(verdict([claim(4), claim(5)], [no_number(5), warning()], mco="CountyCare"), **more)


def too_late_for_all(**more: Any) -> Rejection:
    return Rejection(verdict([claim(4)], [too_late(4)]), **more)


def already_filed() -> AlreadyFiled:
    return AlreadyFiled(("2026-004101-6",), verdict([claim(1)], [duplicate(1)]))


def not_read(kind: str = "pdf") -> CouldNotRead:
    return CouldNotRead((Finding(ReasonCode.UNREADABLE_FILE, read=kind),))


def several(*answers: SheetAnswer) -> SeveralSheets:
    return SeveralSheets(answers)


def registration_faults() -> tuple[RegistrationFault, ...]:
    def problem(row: int, field: RegistrationField, trouble: Flaw | Trouble, column: str) -> Problem:
        return Problem(field, trouble, Place(row, column))

    return (
        RegistrationFault(
            5,
            (
                problem(5, RegistrationField.HFS_ID, Flaw.WRONG_LENGTH, "B"),
                problem(5, RegistrationField.EMAIL, Trouble.MISSING, "F"),
            ),
        ),
        RegistrationFault(6, (problem(6, RegistrationField.HFS_ID, Flaw.WRONG_LENGTH, "B"),)),
        RegistrationFault(9, (problem(9, RegistrationField.EMAIL, Trouble.NOT_AN_ADDRESS, "F"),)),
        RegistrationFault(10, (problem(10, RegistrationField.ROLE, Flaw.NOT_A_CHOICE, "H"),)),
    )


def no_registrations() -> RegistrationFault:
    required = (RegistrationField.PROVIDER_NAME, RegistrationField.HFS_ID, RegistrationField.EMAIL)
    return RegistrationFault(None, tuple(Problem(field, Trouble.MISSING) for field in required))


_PEOPLE = (
    Registered("dana@clinic.example", PROVIDER),
    Registered("billing@agency.example", "Hyde Park Dialysis"),
)


def ticket_now(state: State = State.OPEN, **more: Any) -> TicketNow:
    return TicketNow(
        "2026-004187-3", PROVIDER, state, MERIDIAN, 20, date(2026, 11, 24), date(2026, 12, 9), **more
    )  # fmt: skip


_ENDED = {"closed": date(2027, 1, 8), "disposition": Disposition.PAID}

SAMPLES: dict[str, Callable[[], Notice]] = {
    "receipt": _receipt,
    "partly accepted": partly,
    "partly accepted, nothing to do": lambda: PartlyAccepted(
        "2026-004190-7", PROVIDER, verdict([claim(5), claim(6)], [too_late(6)]), date(2026, 12, 9)
    ),
    "rejected, too early": lambda: Rejection(verdict([claim(14)], [too_early(14)])),
    "rejected, one in words": lambda: Rejection(verdict([claim(1)], [no_number(1)], source=Source.TEXT)),
    "rejected, many": _rejected_many,
    "rejected, far too many": _rejected_far_too_many,
    "already filed": already_filed,
    "sheet required": _sheet_required,
    "sheet required, complete": lambda: SheetRequired(verdict([claim(1), claim(2)], source=Source.TEXT), 0),
    "not registered": NotRegistered,
    "could not read": not_read,
    "no complaint": NoComplaint,
    "a person will look": lambda: PersonWillLook(TODAY),
    "harm found": lambda: HarmFound(TODAY),
    "registration received": RegistrationReceived,
    "registration, some wrong": lambda: RegistrationReceived(3, registration_faults(), marked=True),
    "registration, all wrong": lambda: RegistrationReceived(0, registration_faults()[:1]),
    "registration, no table": lambda: RegistrationReceived(0, (no_registrations(),)),
    "registration, once more": lambda: RegistrationReceived(1, repeated=2, registered=1),
    "registration, of long ago": lambda: RegistrationReceived(registered=2),
    "registration approved": lambda: RegistrationApproved(_PEOPLE, TODAY),
    "registration of one approved": lambda: RegistrationApproved(_PEOPLE[:1], TODAY),
    "registration of many approved": lambda: RegistrationApproved(_PEOPLE * 30, TODAY),
    "registration refused": lambda: RegistrationRefused("The HFS ID belongs to another provider.", TODAY),
    "registration of some refused": lambda: RegistrationRefused("Not in our records.", TODAY, _PEOPLE),
    "receipt, current sheet": lambda: receipt(current_sheet=True),
    "partly accepted, marked": lambda: partly(marked=True),
    "partly accepted, current sheet": lambda: partly(current_sheet=True),
    "partly accepted, marked, current sheet": lambda: partly(marked=True, current_sheet=True),
    "rejected, marked": lambda: rejected(marked=True),
    "rejected, too late, marked": lambda: too_late_for_all(marked=True, current_sheet=True),
    "several: all filed": lambda: several(receipt(), already_filed()),
    "several: tickets": lambda: several(*(replace(receipt(), ticket=f"2026-00418{n}-3") for n in range(5))),
    "several: one needs you": lambda: several(receipt(3), receipt(20, current_sheet=True), rejected(marked=True)),
    "several: in part": lambda: several(partly(marked=True), not_read("picture")),
    "several: of all kinds": lambda: several(
        receipt(1), partly(), too_late_for_all(), rejected(), already_filed(), not_read()
    ),
    "several: none": lambda: several(rejected(), not_read("pdf")),
    "several: nothing to do": lambda: several(too_late_for_all(marked=True), too_late_for_all()),
    "several: none, one to mend": lambda: several(too_late_for_all(), rejected()),
    "several: corrected": lambda: several(_corrected_sheet(), _still_wrong_sheet()),
    "corrected, one still wrong": _corrected_sheet,
    "corrected, nothing left": _all_corrected,
    "completed in words": _completed,
    "completed, still wrong": _still_wrong_sheet,
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
