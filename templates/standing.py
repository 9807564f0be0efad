"""How tickets stand, in words."""

from complaints.lifecycle import State
from complaints.notices import StatusReport, TicketNow
from templates.endings import ENDINGS
from templates.words import clean, counted, day

LONGEST_NAME = 100

_STATES: dict[State, str] = {
    State.OPEN: "open",
    State.PRESENTED: "with the plan",
    State.PROPOSAL_POSTED: "the plan made a proposal",
    State.OVERDUE: "the plan is late",
    State.REVIEW: "in review by HFS",
    State.DECIDED: "HFS decided",
    State.CLOSED: "closed",
    State.WITHDRAWN: "withdrawn",
}
_NEXT: dict[State, str] = {
    State.PRESENTED: "The plan has to make a written proposal.",
    State.PROPOSAL_POSTED: "Read the proposal, and reply if it does not settle the dispute.",
    State.OVERDUE: "The plan’s time for a written proposal is over. Staff know.",
    State.REVIEW: "HFS reviews the dispute and decides.",
    State.DECIDED: "The decision of HFS is final.",
    State.CLOSED: "It is closed.",
    State.WITHDRAWN: "It was withdrawn.",
}


def standing(report: StatusReport) -> dict[str, object]:
    """The words of a status report. `present_by` is empty unless the Department has that step before it."""
    tickets = report.tickets
    only = tickets[0] if len(tickets) == 1 else None
    waits = only is not None and only.state is State.OPEN and report.today <= only.present_by
    return {
        "asked": clean(report.asked),
        "is_mistyped": report.is_mistyped,
        "meant": clean(report.meant),
        "several": len(tickets) > 1,
        "headline": _headline(report),
        "tickets": [(clean(ticket.number), _facts(ticket)) for ticket in tickets],
        "present_by": day(only.present_by) if only and waits else "",
        "next": _what_next(only) if only and not waits else "",
    }


def _headline(report: StatusReport) -> str:
    if not report.tickets:
        return f"No ticket {clean(report.asked)} of yours" if report.asked else "You have no open ticket"
    if len(report.tickets) > 1:
        return f"You have {counted(len(report.tickets), 'open ticket')}"
    (ticket,) = report.tickets
    return f"Ticket {clean(ticket.number)}: {_state(ticket)}"


def _state(ticket: TicketNow) -> str:
    state = _STATES[ticket.state]
    if ticket.disposition is None or ticket.state is State.WITHDRAWN:
        return state
    return f"{state}, {ENDINGS[ticket.disposition][0]}"


def _facts(ticket: TicketNow) -> list[tuple[str, str]]:
    facts = [
        ("State", _state(ticket)),
        ("Against", clean(ticket.mco, LONGEST_NAME)),
        ("Provider", clean(ticket.provider, LONGEST_NAME)),
        ("Covers", counted(ticket.claims, "claim")),
        ("Opened", day(ticket.opened)),
    ]
    if ticket.closed:
        facts.append(("Closed", day(ticket.closed)))
    return facts


def _what_next(ticket: TicketNow) -> str:
    if ticket.closed:
        return "Nothing more happens to it. If you have a question about it, reply to this mail."
    if ticket.state is State.OPEN:
        step = f"The Department was to send the dispute to the MCO by {day(ticket.present_by)}."
    else:
        step = _NEXT[ticket.state]
    return f"{step} We write to you again when the ticket closes."
