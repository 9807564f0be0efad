"""What we write into somebody's own workbook: a comment at a cell, how each row stands, and the first sheet.

It is their own file that they see again, so headers may be named there. Whoever writes it takes the danger out of
words that could be a formula.
"""

from collections.abc import Sequence
from dataclasses import replace

from complaints.verdict import ClaimVerdict, Finding, ReasonCode, Verdict
from templates.findings import can_be_mended, in_short, is_final, says
from templates.how_read import OF_THE_FILE, told
from templates.words import clean, counted, day, listed

LONGEST_NAME = 100


def cell_comment(finding: Finding) -> str:
    """What was read, the rule, an example, and by when."""
    return says(finding)


def row_status(claim: ClaimVerdict, ticket: str | None) -> str:
    """How one row stands; `ticket` is what the accepted rows of its complaint were filed on."""
    if claim.accepted:
        return f"Filed: ticket {clean(ticket)}" if ticket else "Nothing wrong"
    rejecting = [finding for finding in claim.findings if finding.rejects]
    on_ticket = next((finding.ticket for finding in rejecting if finding.is_on_ticket), None)
    if on_ticket:
        return f"Filed already: ticket {clean(on_ticket)}"
    if not rejecting:
        return "Nothing wrong in this row, but the sheet is not filed: see the first sheet"
    repeated = next((finding.other_row for finding in rejecting if finding.other_row is not None), None)
    if repeated is not None:
        return f"Repeats row {repeated}"
    final = [finding for finding in rejecting if is_final(finding)]
    if final:
        return f"Cannot be filed: {_reasons(final)}"
    if all(finding.code is ReasonCode.TOO_EARLY for finding in rejecting):
        return _too_early(rejecting[0])
    return f"Needs you: {_reasons([finding for finding in rejecting if can_be_mended(finding)])}"


def summary(judged: Sequence[tuple[Verdict, str | None]]) -> tuple[str, list[str]]:
    """The title and the lines of the first sheet, for the complaints of one workbook, each with its ticket."""
    several = len(judged) > 1
    lines = [line for verdict, ticket in judged for line in _standing(verdict, ticket, several=several)]
    to_mend = [finding for verdict, _ in judged for finding in verdict.findings if can_be_mended(finding)]
    if to_mend:
        if any(finding.place.column and finding.place.row for finding in to_mend):
            lines.append(
                "The cells to correct are coloured, and a comment in each says what is wrong. All are listed below."
            )
        else:
            lines.append("What is to be put right is listed below.")
        lines.append("Correct what you can, save the file, and send it back to us. It may have any name.")
        if any(_filed(verdict, ticket) for verdict, ticket in judged):
            lines.append("Leave the grey rows as they are: they are filed, and are not filed twice.")
    else:
        lines.append("There is nothing to correct. The column behind your table says of each row how it stands.")
    for number, (verdict, _) in enumerate(judged):
        lines += _reading(verdict, several=several, first=number == 0)
    return _title(judged), lines


def _title(judged: Sequence[tuple[Verdict, str | None]]) -> str:
    filed = sum(_filed(verdict, ticket) for verdict, ticket in judged)
    right = sum(len(verdict.accepted_claims) for verdict, _ in judged)
    of = sum(len(verdict.claims) for verdict, _ in judged)
    need = sum(_needs_you(claim) for verdict, _ in judged for claim in verdict.claims)
    whole = any(can_be_mended(finding) for verdict, _ in judged for finding in verdict.whole_findings)
    wants = f", {need:,} {'needs' if need == 1 else 'need'} you" if need else ""
    if filed:
        return f"{filed:,} of your {counted(of, 'claim')} {'is' if filed == 1 else 'are'} filed{wants}"
    if right:  # a file that was only checked
        return f"{right:,} of your {counted(of, 'claim')} {'is' if right == 1 else 'are'} in order{wants}"
    if (not wants and whole) or need == of:
        return f"Not filed: your {counted(of, 'claim')} {'needs' if of == 1 else 'need'} you"
    return f"None of your {counted(of, 'claim')} is filed{wants}" if of > 1 else f"Your claim is not filed{wants}"


def _filed(verdict: Verdict, ticket: str | None) -> int:
    """How many claims are on a ticket: on that of this complaint, or on an earlier one."""
    return (len(verdict.accepted_claims) if ticket else 0) + len(_before(verdict))


def _before(verdict: Verdict) -> list[str]:
    """The earlier ticket of each claim that is on one."""
    found = [next((one.ticket for one in claim.findings if one.is_on_ticket), None) for claim in verdict.claims]
    return [clean(ticket) for ticket in found if ticket]


def _needs_you(claim: ClaimVerdict) -> bool:
    rejecting = [finding for finding in claim.findings if finding.rejects]
    return any(map(can_be_mended, rejecting)) and not any(map(is_final, rejecting))


def _standing(verdict: Verdict, ticket: str | None, *, several: bool) -> list[str]:
    right, before = len(verdict.accepted_claims), _before(verdict)
    against = f" against {clean(verdict.mco, LONGEST_NAME)}" if verdict.mco else ""
    claims = f"{counted(len(verdict.claims), 'claim')}{against}"
    told = []
    if right and ticket:
        told.append(f"Ticket {clean(ticket)} is open for {right:,} of {claims}.")
    elif right:
        told.append(f"{right:,} of {claims} {'is' if right == 1 else 'are'} in order.")
    if before:
        some = f"{len(before):,} more" if right else f"{len(before):,} of {claims}"
        numbers = list(dict.fromkeys(before))
        tickets = f"{'ticket' if len(numbers) == 1 else 'tickets'} {listed(numbers)}"
        told.append(f"{some} {'is' if len(before) == 1 else 'are'} filed already: {tickets}.")
    line = " ".join(told) or f"No ticket was opened for {claims}."
    return [f"Sheet {_sheet(verdict)}: {line}" if several else line]


def _reading(verdict: Verdict, *, several: bool, first: bool) -> list[str]:
    """What concerns the file as a whole is said with its first sheet."""
    how_read = verdict.complaint.how_read
    if how_read is None:
        return []
    own = how_read if first else replace(how_read, notes=tuple(n for n in how_read.notes if n.code not in OF_THE_FILE))
    notes = told(own, headers=True)
    if not notes:
        return []
    about = f"How we read sheet {_sheet(verdict)}:" if several else "How we read your sheet:"
    return [about, *notes]


def _sheet(verdict: Verdict) -> str:
    how_read = verdict.complaint.how_read
    return f"“{clean(how_read.sheet)}”" if how_read and how_read.sheet else "in this file"


def _too_early(finding: Finding) -> str:
    first, last = finding.eligible_from, finding.eligible_until
    if first is None:
        return "Not yet: too early"
    until = f" until {day(last)}" if last else ""
    return f"Not yet: send it from {day(first)}{until}"


def _reasons(findings: Sequence[Finding]) -> str:
    """All of them, in short, each once."""
    return listed(list(dict.fromkeys(in_short(finding) for finding in findings)))
