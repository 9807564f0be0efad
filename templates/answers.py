"""What is said of one complaint that was judged: on a ticket, partly on one, on none. Words for templates."""

from collections.abc import Sequence

from complaints.changes import Change, is_wrong
from complaints.model import Source
from complaints.notices import AlreadyFiled, PartlyAccepted, Receipt, Rejection, SheetRequired
from complaints.verdict import ClaimVerdict, Finding, ReasonCode, Severity, Verdict
from templates import changes, how_read
from templates.enclosed_words import for_information, to_mend
from templates.findings import can_be_mended, in_short, is_final
from templates.reasons import reasons
from templates.words import clean, counted, day, days_between, listed

LONGEST_NAME = 100


def opened(notice: Receipt | PartlyAccepted) -> dict[str, object]:
    verdict = notice.verdict
    claims = verdict.accepted_claims
    return {
        "ticket": clean(notice.ticket),
        "claims": _yours(len(claims)),
        "mco": mco(verdict),
        "facts": [("Provider", clean(notice.provider, LONGEST_NAME))],
        "submitted": days_between(claim.dispute_date.value for claim in claims if claim.dispute_date.value),
        "present_by": day(notice.present_by),
        "check": reasons(warnings(verdict), verdict.complaint),
        "attached": _attached(notice, need=False),
        "how_read": how_read.to_tell(verdict),
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


def left_out(notice: PartlyAccepted) -> dict[str, object]:
    """The rows that are not on the ticket, and whether their submitter can do anything about one of them. In a thread,
    what is on a ticket from before is nothing to tell as wrong."""
    verdict, out = notice.verdict, _out(notice)
    need = any(not any(is_final(finding) for finding in claim.findings) for claim in out)
    return {
        "accepted": len(verdict.accepted_claims),
        "all_claims": counted(len(verdict.claims), "claim"),
        "left_out": len(out),
        "need": need,
        "why": reasons(to_tell(verdict, notice.changed), verdict.complaint),
        "attached": _attached(notice, need=need),
    }


def rows_left_out(notice: PartlyAccepted) -> int:
    return len(_out(notice))


def _out(notice: PartlyAccepted) -> list[ClaimVerdict]:
    return [claim for claim in notice.verdict.claims if not claim.accepted and (is_wrong(claim) or not notice.changed)]


def rejected(notice: Rejection) -> dict[str, object]:
    verdict = notice.verdict
    rejecting = to_tell(verdict, notice.changed)
    only_early = bool(rejecting) and all(finding.code is ReasonCode.TOO_EARLY for finding in rejecting)
    mendable = any(can_be_mended(finding) for finding in rejecting)
    return {
        "mco": mco(verdict),
        "by_sheet": verdict.complaint.source is Source.SHEET,
        "claims": _yours(len(verdict.claims)),
        "not_yet": only_early,
        "mendable": mendable,
        "short": short(rejecting),
        "why": reasons(rejecting, verdict.complaint),
        "check": reasons(warnings(verdict), verdict.complaint),
        "attached": _attached(notice, need=mendable),
        "how_read": how_read.to_tell(verdict),
    } | _since(verdict, notice.changed)


def _attached(notice: Receipt | PartlyAccepted | Rejection, *, need: bool) -> str:
    if need:
        return to_mend(marked=notice.marked, current_sheet=notice.current_sheet)
    how = notice.verdict.complaint.how_read
    return for_information(marked=notice.marked, current_sheet=notice.current_sheet, how_read=how)


def already_filed(notice: AlreadyFiled) -> dict[str, object]:
    tickets = [clean(ticket) for ticket in notice.tickets]
    return {
        "tickets": listed(tickets),
        "one": len(tickets) == 1,
        "claims": counted(len(notice.verdict.claims), "claim"),
        "mco": mco(notice.verdict),
    }


def sheet_required(notice: SheetRequired) -> dict[str, object]:
    verdict = notice.verdict
    others = [finding for finding in _rejecting(verdict) if finding.code not in _SAID_BY_THE_SHEET]
    return {
        "complaints": counted(len(verdict.claims), "complaint"),
        "mco": mco(verdict),
        "missing": notice.missing_cells,
        "missing_cells": counted(notice.missing_cells, "required cell"),
        "why": reasons(others, verdict.complaint),
        "check": reasons(warnings(verdict), verdict.complaint),
    }


_SAID_BY_THE_SHEET = frozenset(
    {ReasonCode.TEMPLATE_REQUIRED, ReasonCode.MISSING_FIELD, ReasonCode.MISSING_DISPUTE_DATE}
)
"""An empty cell of the filled sheet that goes with the answer says for itself that it is missing. A missing tracking
number is told all the same: it takes a call to the MCO."""


def short(findings: Sequence[Finding]) -> str:
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


def mco(verdict: Verdict) -> str:
    return clean(verdict.mco or "", LONGEST_NAME)


def _rejecting(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rejects]


def to_tell(verdict: Verdict, changed: Change | None) -> list[Finding]:
    return [found for found in _rejecting(verdict) if not (changed and found.is_on_ticket)]


def warnings(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.severity is Severity.WARNS]
