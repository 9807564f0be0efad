"""One mail about several sheets: each with its own headline and reasons, and what to do said once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from complaints.notices import (
    AlreadyFiled,
    CouldNotRead,
    PartlyAccepted,
    Receipt,
    Rejection,
    SeveralSheets,
    SheetAnswer,
)
from templates import answers
from templates.enclosed_words import with_several
from templates.how_read import to_tell
from templates.reasons import Reason, Reasons, reasons
from templates.words import clean, counted, day, listed

MOST_NAMED = 3
"""Tickets named in the subject; more are counted."""


_NONE = Reasons(())
_NO_TICKET = "We did not open a ticket for this one:"


@dataclass(frozen=True, slots=True)
class Section:
    """What is said of one sheet. `title` is whole, `told` are sentences; reasons and notes may be empty."""

    title: str
    told: tuple[str, ...]
    why: Reasons
    after: tuple[str, ...] = ()
    check: Reasons = _NONE
    how_read: tuple[Reason, ...] = ()


def several(notice: SeveralSheets) -> dict[str, object]:
    found = notice.answers
    opened = [one for one in found if isinstance(one, Receipt | PartlyAccepted)]
    own = [one for one in found if isinstance(one, Receipt | PartlyAccepted | Rejection)]
    need = any(map(_needs_you, found))
    marked, current_sheet = any(one.marked for one in own), any(one.current_sheet for one in own)
    return {
        "headline": headline(found),
        "sections": [_section(one, number, len(found)) for number, one in enumerate(found, 1)],
        "need": need,
        "blank": any(isinstance(one, CouldNotRead) for one in found),
        "filed": any(not isinstance(one, Rejection | CouldNotRead) for one in found),
        "present_by": day(max(one.present_by for one in opened)) if opened else "",
        "enclosed": with_several(marked=marked, current_sheet=current_sheet, need=need),
    }


def headline(found: Sequence[SheetAnswer]) -> str:
    """“2 of your 3 sheets are filed, 1 needs you”."""
    filed = sum(isinstance(one, Receipt | AlreadyFiled) for one in found)
    partly = sum(isinstance(one, PartlyAccepted) for one in found)
    rest = [one for one in found if isinstance(one, Rejection | CouldNotRead)]
    if filed == len(found):
        return f"Your {counted(filed, 'sheet')} {'is' if filed == 1 else 'are'} filed: {_tickets(found)}"
    parts = []
    if filed:
        parts.append(f"{filed} of your {counted(len(found), 'sheet')} {'is' if filed == 1 else 'are'} filed")
    if partly and filed:
        parts.append(f"{partly} in part")
    elif partly:
        parts.append(f"{partly} of your {counted(len(found), 'sheet')} {'is' if partly == 1 else 'are'} filed in part")
    if rest and not parts:
        return f"Not filed: {_all_of(rest)}"
    needing = sum(map(_needs_you, rest))
    if needing:
        parts.append(f"{needing} {'needs' if needing == 1 else 'need'} you")
    if len(rest) - needing:
        parts.append(f"{len(rest) - needing} not")
    return ", ".join(parts)


def _all_of(rest: Sequence[SheetAnswer]) -> str:
    sheets = f"your {counted(len(rest), 'sheet')}"
    needing = sum(map(_needs_you, rest))
    if needing == len(rest):
        return f"{sheets} {'needs' if needing == 1 else 'need'} you"
    return f"{needing} of {sheets} {'needs' if needing == 1 else 'need'} you" if needing else sheets


def _tickets(found: Sequence[SheetAnswer]) -> str:
    numbers = list(dict.fromkeys(number for one in found for number in _numbers(one)))
    if len(numbers) > MOST_NAMED:
        return counted(len(numbers), "ticket")
    return f"{'ticket' if len(numbers) == 1 else 'tickets'} {listed(numbers)}"


def _numbers(answer: SheetAnswer) -> list[str]:
    match answer:
        case Receipt() | PartlyAccepted():
            return [clean(answer.ticket)]
        case AlreadyFiled():
            return [clean(ticket) for ticket in answer.tickets]
        case _:
            return []


def _needs_you(answer: SheetAnswer) -> bool:
    match answer:
        case PartlyAccepted():
            return bool(answers.left_out(answer)["need"])
        case Rejection():
            return bool(answers.rejected(answer)["mendable"])
        case CouldNotRead():
            return True
        case _:
            return False


def _section(answer: SheetAnswer, number: int, of: int) -> Section:
    where = f"Sheet {number} of {of}"
    match answer:
        case Receipt():
            said = answers.opened(answer)
            told = (
                f"Ticket {clean(answer.ticket)} is open for your {said['claims']}{_submitted(said)}.",
                *_since(said),
            )
            return Section(f"{where}: {_whose(answer)}", told, _NONE, (), *_notes(answer))
        case PartlyAccepted():
            said = answers.opened(answer) | answers.left_out(answer)
            told = (
                f"Ticket {clean(answer.ticket)} is open for {said['accepted']} of your {said['all_claims']}.",
                *_since(said),
                *_out(answer),
            )
            return Section(f"{where}: {_whose(answer)}", told, _why(answer), (), *_notes(answer))
        case Rejection():
            said = answers.rejected(answer)
            opening = f"{'Not filed yet' if said['not_yet'] else 'Not filed'}: {said['short']}. This is why:"
            return Section(f"{where}: {_whose(answer)}", (opening,), _why(answer), _since(said), *_notes(answer))
        case AlreadyFiled():
            tickets = _numbers(answer)
            on = f"{'ticket' if len(tickets) == 1 else 'tickets'} {listed(tickets)}"
            told = (f"All of it is on {on} already, and no other ticket was opened.",)
            return Section(f"{where}: {_whose(answer)}", told, _NONE)
        case CouldNotRead():
            short = answers.short(answer.findings) or "the file could not be read"
            return Section(f"{where}: {short}", (_NO_TICKET,), reasons(answer.findings))
        case _:
            assert_never(answer)


def _whose(answer: Receipt | PartlyAccepted | Rejection | AlreadyFiled) -> str:
    """20 claims against Meridian: by that a submitter knows which sheet is meant."""
    claims = counted(len(answer.verdict.claims), "claim")
    against = answers.mco(answer.verdict)
    return f"{claims} against {against}" if against else claims


def _submitted(said: dict[str, object]) -> str:
    return f", submitted to the MCO {said['submitted']}" if said["submitted"] else ""


def _since(said: dict[str, object]) -> tuple[str, ...]:
    settled = said["settled"]
    return tuple(filter(None, (str(said["changed"]), *(settled if isinstance(settled, list) else []))))


def _out(answer: PartlyAccepted) -> tuple[str, ...]:
    left = answers.rows_left_out(answer)
    if not left:
        return ()
    return (
        f"{counted(left, 'claim')} {'is' if left == 1 else 'are'} not on {'a' if answer.changed else 'the'} ticket:",
    )


def _why(answer: PartlyAccepted | Rejection) -> Reasons:
    return reasons(answers.to_tell(answer.verdict, answer.changed), answer.verdict.complaint)


def _notes(answer: Receipt | PartlyAccepted | Rejection) -> tuple[Reasons, tuple[Reason, ...]]:
    """What to check, and how the sheet was read."""
    check = reasons(answers.warnings(answer.verdict), answer.verdict.complaint)
    return check, tuple(Reason("", told) for told in to_tell(answer.verdict))
