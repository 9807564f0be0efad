"""A notice as something to say in a chat: the ticket number or the reason first, then what happens and what to do.

Like the mails, a chat repeats nothing of a member field; a clerk's note is free text and stays out of it too.
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

from complaints.model import Source
from complaints.notices import (
    AlreadyFiled,
    ChatWaits,
    ClosureNotice,
    CouldNotRead,
    HarmFound,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    PersonWillLook,
    Receipt,
    RegistrationApproved,
    RegistrationReceived,
    RegistrationRefused,
    Rejection,
    SeveralSheets,
    SheetAnswer,
    SheetRequired,
    SignInCode,
    StatusReport,
    TicketNow,
)
from complaints.verdict import Finding, Severity, Verdict
from conversations.turn import Say, Word
from templates.chat_findings import finding_says
from templates.findings import can_be_mended
from templates.words import runs

MOST_LISTED = 8
"""Reasons told in one chat message; of the rest it is said how many rows they concern."""
_MOST_RUNS = 10


def notice_says(notice: Notice, mail_address: str) -> tuple[Say, ...]:
    """`mail_address` is whom the submitter writes to when the chat is not the place."""
    match notice:
        case Receipt():
            return _receipt(notice)
        case PartlyAccepted():
            return _partly(notice)
        case Rejection(verdict):
            return *_rejected(verdict), *_with_it(notice)
        case AlreadyFiled(tickets):
            return (Say("notice.already_filed", {"tickets": tickets, "number": len(tickets)}),)
        case SheetRequired(missing_cells=missing):
            last = Say("notice.sheet_missing", {"number": missing}) if missing else Say("notice.sheet_complete")
            return Say("notice.sheet_required"), last
        case NotRegistered():
            return Say("notice.not_registered", {"mail_address": mail_address}), Say("notice.do_not_wait")
        case CouldNotRead(findings):
            return (*(say for finding in findings for say in finding_says(finding)), Say("notice.blank_sheet"))
        case NoComplaint():
            return Say("notice.no_complaint"), Say("notice.blank_sheet")
        case PersonWillLook(received):
            return Say("notice.person_will_look", {"received": received}), Say("notice.do_nothing")
        case HarmFound():
            return (Say("no_sheet.harmful"),)
        case SeveralSheets(answers):
            return _several(answers, mail_address)
        case RegistrationReceived() | RegistrationApproved() | RegistrationRefused():
            return (_registration(notice, mail_address),)
        case ClosureNotice():
            return _closed(notice, mail_address)
        case StatusReport():
            return _status(notice)
        case ChatWaits(what, days, today):
            return (Say(what.value, {"days": days, "day": today}),)
        case SignInCode():  # the code goes to the mailbox only: that is what it proves
            return (Say("sign_in.sent"),)
        case _:
            assert_never(notice)


def _several(answers: Sequence[SheetAnswer], mail_address: str) -> tuple[Say, ...]:
    """Each answer below the number of its sheet."""
    said: list[Say] = []
    for number, answer in enumerate(answers, 1):
        said.append(Say("notice.sheet_number", {"number": number, "sheets": len(answers)}))
        said.extend(notice_says(answer, mail_address))
    return tuple(said)


def _registration(notice: RegistrationReceived | RegistrationApproved | RegistrationRefused, mail_address: str) -> Say:
    """Registration goes by mail: a chat tells how it stands, and the mail what is wrong in which row."""
    match notice:
        case RegistrationReceived(faults=faults) if faults:
            return Say("notice.registration_faulty", {"mail_address": mail_address})
        case RegistrationReceived():
            return Say("notice.registration_received")
        case RegistrationApproved():
            return Say("notice.registration_approved")
        case _:
            return Say("notice.registration_refused", {"mail_address": mail_address})


def _with_it(notice: Receipt | PartlyAccepted | Rejection) -> tuple[Say, ...]:
    """The files that go with the answer."""
    marked = (Say("notice.marked"),) if notice.marked else ()
    return (*marked, Say("notice.current_sheet")) if notice.current_sheet else marked


def _receipt(notice: Receipt) -> tuple[Say, ...]:
    verdict = notice.verdict
    opened: dict[str, Word] = {
        "ticket": notice.ticket,
        "claims": len(verdict.accepted_claims),
        "provider": notice.provider,
        "mco": verdict.mco or "",
    }
    return (
        Say("notice.receipt", opened),
        _what_now(notice),
        Say("notice.do_nothing"),
        *_warnings(verdict),
        *_with_it(notice),
    )


def _what_now(notice: Receipt | PartlyAccepted) -> Say:
    return Say("notice.present_by", {"present_by": notice.present_by})


def _partly(notice: PartlyAccepted) -> tuple[Say, ...]:
    verdict = notice.verdict
    accepted, claims = len(verdict.accepted_claims), len(verdict.claims)
    words: dict[str, Word] = {"ticket": notice.ticket, "mco": verdict.mco or ""}
    rejecting = [finding for finding in verdict.findings if finding.rejects]
    return (
        Say("notice.partly", words | {"accepted": accepted, "claims": claims}),
        Say("notice.left_out", {"number": claims - accepted}),
        *_listed(rejecting),
        *_to_correct(rejecting),
        *_with_it(notice),
        _what_now(notice),
        *_warnings(verdict),
    )


def _rejected(verdict: Verdict) -> tuple[Say, ...]:
    rejecting = [finding for finding in verdict.findings if finding.rejects]
    first = Say("notice.rejected", {"mco": verdict.mco}) if verdict.mco else Say("notice.rejected_plain")
    if _is_alone(verdict):
        return (first, *(say for finding in rejecting for say in finding_says(finding, verdict.complaint.source)))
    return first, *_listed(rejecting), *_to_correct(rejecting), *_warnings(verdict)


def _is_alone(verdict: Verdict) -> bool:
    """One complaint in words has no rows, and its warnings were shown in the review."""
    return verdict.complaint.source is not Source.SHEET and len(verdict.claims) < 2


def _to_correct(rejecting: Iterable[Finding]) -> tuple[Say, ...]:
    return (Say("notice.correct_sheet"),) if any(map(can_be_mended, rejecting)) else ()


def _warnings(verdict: Verdict) -> tuple[Say, ...]:
    found = [finding for finding in verdict.findings if finding.severity is Severity.WARNS]
    return () if _is_alone(verdict) or not found else (Say("notice.look_again"), *_listed(found))


def _closed(notice: ClosureNotice, mail_address: str) -> tuple[Say, ...]:
    words: dict[str, Word] = {
        "ticket": notice.ticket,
        "disposition": f"~disposition.{notice.disposition}",
        "claims": notice.claims,
        "provider": notice.provider,
        "mco": notice.mco,
        "closed": notice.closed_on,
    }
    where: dict[str, Word] = {"mail_address": mail_address}
    note = (Say("notice.closed_note", where),) if notice.note.strip() else ()
    return Say("notice.closed", words), Say(f"after.{notice.disposition}", where), *note


def _status(report: StatusReport) -> tuple[Say, ...]:
    if report.tickets:
        return tuple(map(_ticket, report.tickets))
    if not report.asked:
        return (Say("status.none"),)
    if not report.is_mistyped:
        return (Say("status.unknown", {"number": report.asked}),)
    if report.meant:
        return (Say("status.mistyped", {"number": report.asked, "meant": report.meant}),)
    return (Say("status.check_number", {"number": report.asked}),)


def _ticket(ticket: TicketNow) -> Say:
    words: dict[str, Word] = {"number": ticket.number}
    if ticket.closed and ticket.disposition:
        words |= {"closed": ticket.closed, "disposition": f"~disposition.{ticket.disposition}"}
        return Say("status.closed", words)
    words |= {"state": f"~state.{ticket.state}", "mco": ticket.mco, "claims": ticket.claims, "opened": ticket.opened}
    return Say("status.is", words)


def _listed(findings: Sequence[Finding]) -> tuple[Say, ...]:
    """A line for each reason, equal ones of many rows once; those of the whole complaint first, then by row."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        says = finding_says(finding, Source.SHEET)
        alike = tuple((say.key, *sorted(say.words.items())) for say in says)
        column = finding.place.column if finding.row is not None else finding.place
        groups.setdefault((alike, column, finding.row is None), []).append(finding)
    ordered = sorted(groups.values(), key=lambda group: group[0].row or 0)
    rows = {finding.row for group in ordered[MOST_LISTED:] for finding in group}
    more = (Say("notice.more", {"number": len(rows)}),) if rows else ()
    return (*map(_reason, ordered[:MOST_LISTED]), *more)


def _reason(group: Sequence[Finding]) -> Say:
    reason: tuple[Say, ...] = finding_says(group[0], Source.SHEET)
    place = _place(group)
    return (
        Say("notice.reason", {"place": place, "reason": reason})
        if place
        else Say("notice.reason_plain", {"reason": reason})
    )


def _place(group: Sequence[Finding]) -> Say | None:
    rows = sorted({finding.row for finding in group if finding.row is not None})
    place = group[0].place
    if not rows:
        return Say("place.cell", {"cell": f"{place.column}{place.row}"}) if place.column and place.row else None
    found = runs(rows)
    named: tuple[Word, ...] = tuple(str(first) if first == last else f"{first}–{last}" for first, last in found)
    if len(named) > _MOST_RUNS:
        unnamed = sum(last - first + 1 for first, last in found[_MOST_RUNS:])
        named = (*named[:_MOST_RUNS], Say("place.more", {"number": unnamed}))
    key = "place.row" if len(rows) == 1 else "place.rows"
    words: dict[str, Word] = {"rows": named}
    return Say(f"{key}_column", words | {"column": place.column}) if place.column else Say(key, words)
