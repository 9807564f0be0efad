"""What each notice has to say, made ready for its templates: which folder, and the words that go into it.

Strings from outside are cleaned here, once; the templates only place them (and Jinja escapes them in HTML).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from complaints.changes import Change, is_wrong
from complaints.claim_sheet import CLAIM_COLUMNS, COMPLAINT_FIELDS
from complaints.model import Source
from complaints.notices import (
    EXAMPLE_IN_WORDS,
    AlreadyFiled,
    ChatWaits,
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
    SignInCode,
    StatusReport,
)
from complaints.verdict import Finding, ReasonCode, Severity, Verdict
from conversations.turn import Say, Word
from templates import changes
from templates.chat_words import LANGUAGES, spoken
from templates.endings import ENDINGS
from templates.findings import can_be_mended, in_short, is_final
from templates.reasons import reasons
from templates.standing import standing
from templates.words import clean, counted, day, days_between, listed

LONGEST_NAME = 100
LONGEST_NOTE = 2000
LONGEST_LINK = 1000


@dataclass(frozen=True, slots=True)
class View:
    """A folder under mail/, and what its three templates are given."""

    folder: str
    words: dict[str, object] = field(default_factory=dict)


def view(notice: Notice, mail_address: str) -> View:
    match notice:
        case Receipt():
            return View("receipt", _opened(notice))
        case PartlyAccepted():
            return View("partly_accepted", _opened(notice) | _left_out(notice.verdict, notice.changed))
        case Rejection():
            return View("rejection", _rejected(notice.verdict, notice.changed))
        case AlreadyFiled():
            return View("already_filed", _already_filed(notice))
        case SheetRequired():
            return View("sheet_required", _sheet_required(notice))
        case NotRegistered():
            return View("not_registered")
        case CouldNotRead():
            short = _short(notice.findings) or "the file could not be read"
            return View("could_not_read", {"why": reasons(notice.findings), "short": short})
        case NoComplaint():
            return View("no_complaint", {"example": _EXAMPLE})
        case PersonWillLook():
            return View("person_will_look", {"received": day(notice.received)})
        case RegistrationReceived():
            return View("registration_received")
        case ClosureNotice():
            return View("closure", _closed(notice))
        case StatusReport():
            return View("status_report", standing(notice))
        case ChatWaits():
            return View("chat_waits", _chat_waits(notice, mail_address))
        case SignInCode():
            return View("sign_in_code", _sign_in_code(notice, mail_address))
        case _:
            assert_never(notice)


def _sign_in_code(notice: SignInCode, mail_address: str) -> dict[str, object]:
    """In the language of the chat that asked for it, so its words are in the catalogue of the chats."""
    language = notice.language if notice.language in LANGUAGES else LANGUAGES[0]
    words = {"mail_address": mail_address}
    said = {name: spoken(Say(f"code_mail.{name}", words), language) for name in _OF_A_CODE_MAIL}
    return {"language": language, "said": said, "code": clean(notice.code), "link": clean(notice.link, LONGEST_LINK)}


def _chat_waits(notice: ChatWaits, mail_address: str) -> dict[str, object]:
    """In the language of the chat, too."""
    language = notice.language if notice.language in LANGUAGES else LANGUAGES[0]
    words: dict[str, Word] = {"mail_address": mail_address, "days": notice.days, "day": notice.today}
    said = {
        "headline": spoken(Say(f"wait_mail.{notice.what.name.lower()}"), language),
        "told": spoken(Say(notice.what.value, words), language),
        "go_on": spoken(Say("wait_mail.go_on"), language),
        "footer": spoken(Say("code_mail.footer", words), language),
    }
    return {"language": language, "said": said, "link": clean(notice.link, LONGEST_LINK)}


_OF_A_CODE_MAIL = ("headline", "type_it", "or_link", "valid", "ignore", "footer")


def _opened(notice: Receipt | PartlyAccepted) -> dict[str, object]:
    verdict = notice.verdict
    claims = verdict.accepted_claims
    return {
        "ticket": clean(notice.ticket),
        "claims": _yours(len(claims)),
        "mco": _mco(verdict),
        "facts": [("Provider", clean(notice.provider, LONGEST_NAME))],
        "submitted": days_between(claim.dispute_date.value for claim in claims if claim.dispute_date.value),
        "present_by": day(notice.present_by),
        "check": reasons(_warnings(verdict), verdict.complaint),
    } | _since(verdict, notice.changed)


def _since(verdict: Verdict, changed: Change | None) -> dict[str, object]:
    """What is otherwise than in the mail that this one completes, and which rows the earlier ticket has. Both are empty
    when it completes none."""
    source = verdict.complaint.source
    return {
        "changed": changes.in_full(changed, source) if changed else "",
        "changed_short": changes.in_short(changed, source) if changed else "",
        "settled": changes.on_tickets(verdict.findings, source) if changed else [],
    }


def _yours(claims: int) -> str:
    """What goes behind “your”: your claim, your 20 claims."""
    return "claim" if claims == 1 else counted(claims, "claim")


def _left_out(verdict: Verdict, changed: Change | None) -> dict[str, object]:
    """The rows that are not on the ticket, and whether their submitter can do anything about one of them. In a thread,
    what is on a ticket from before is nothing to tell as wrong."""
    out = [claim for claim in verdict.claims if not claim.accepted and (is_wrong(claim) or not changed)]
    need = any(not any(is_final(finding) for finding in claim.findings) for claim in out)
    return {
        "accepted": len(verdict.accepted_claims),
        "all_claims": counted(len(verdict.claims), "claim"),
        "left_out": len(out),
        "need": need,
        "why": reasons(_to_tell(verdict, changed), verdict.complaint),
    }


def _rejected(verdict: Verdict, changed: Change | None) -> dict[str, object]:
    rejecting = _to_tell(verdict, changed)
    only_early = bool(rejecting) and all(finding.code is ReasonCode.TOO_EARLY for finding in rejecting)
    return {
        "mco": _mco(verdict),
        "by_sheet": verdict.complaint.source is Source.SHEET,
        "claims": _yours(len(verdict.claims)),
        "not_yet": only_early,
        "mendable": any(can_be_mended(finding) for finding in rejecting),
        "short": _short(rejecting),
        "why": reasons(rejecting, verdict.complaint),
        "check": reasons(_warnings(verdict), verdict.complaint),
    } | _since(verdict, changed)


def _already_filed(notice: AlreadyFiled) -> dict[str, object]:
    tickets = [clean(ticket) for ticket in notice.tickets]
    return {
        "tickets": listed(tickets),
        "one": len(tickets) == 1,
        "claims": counted(len(notice.verdict.claims), "claim"),
        "mco": _mco(notice.verdict),
    }


def _sheet_required(notice: SheetRequired) -> dict[str, object]:
    verdict = notice.verdict
    others = [finding for finding in _rejecting(verdict) if finding.code not in _SAID_BY_THE_SHEET]
    return {
        "complaints": counted(len(verdict.claims), "complaint"),
        "mco": _mco(verdict),
        "missing": notice.missing_cells,
        "missing_cells": counted(notice.missing_cells, "required cell"),
        "why": reasons(others, verdict.complaint),
        "check": reasons(_warnings(verdict), verdict.complaint),
    }


_SAID_BY_THE_SHEET = frozenset(
    {ReasonCode.TEMPLATE_REQUIRED, ReasonCode.MISSING_FIELD, ReasonCode.MISSING_DISPUTE_DATE}
)
"""An empty cell of the filled sheet that goes with the answer says for itself that it is missing. A missing tracking
number is told all the same: it takes a call to the MCO."""


_HEADERS = {column.field: column.header for column in (*COMPLAINT_FIELDS, *CLAIM_COLUMNS)}
_EXAMPLE = [(_HEADERS[name], value) for name, value in EXAMPLE_IN_WORDS]


def _closed(notice: ClosureNotice) -> dict[str, object]:
    short, told, next_step = ENDINGS[notice.disposition]
    return {
        "ticket": clean(notice.ticket),
        "short": short,
        "told": told,
        "next_step": next_step,
        "mco": clean(notice.mco, LONGEST_NAME),
        "claims": counted(notice.claims, "claim"),
        "facts": [("Provider", clean(notice.provider, LONGEST_NAME))],
        "note": clean(notice.note, LONGEST_NOTE),
        "closed_on": day(notice.closed_on),
    }


def _short(findings: Sequence[Finding]) -> str:
    """The reasons for a subject: two at most, and how many more there are."""
    whole_first = sorted(findings, key=lambda finding: finding.row is not None)
    kinds = list(dict.fromkeys(in_short(finding) for finding in whole_first))
    if len(kinds) > 1:  # one day would not be true of all of it
        kinds = list(dict.fromkeys(_without_day(finding) for finding in whole_first))
    if len(kinds) > 2:
        return f"{kinds[0]}, {kinds[1]} and {counted(len(kinds) - 2, 'more reason')}"
    return listed(kinds)


def _without_day(finding: Finding) -> str:
    return "too early" if finding.code is ReasonCode.TOO_EARLY else in_short(finding)


def _mco(verdict: Verdict) -> str:
    return clean(verdict.mco or "", LONGEST_NAME)


def _rejecting(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rejects]


def _to_tell(verdict: Verdict, changed: Change | None) -> list[Finding]:
    return [found for found in _rejecting(verdict) if not (changed and found.is_on_ticket)]


def _warnings(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.severity is Severity.WARNS]
