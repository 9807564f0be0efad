"""What staff do with a ticket. Each use case runs inside one unit of work."""

from datetime import datetime

from complaints.deadlines import local_date
from complaints.errors import Broken, NotPossible, UsageError
from complaints.identifiers import MistypedNumber, parse_ticket_number
from complaints.lifecycle import ENDED, Disposition
from complaints.notices import ClosureNotice
from tickets.ports import Ledger, ReplyRoute, Ticket
from tickets.submission import Books


def ticket_named(text: str, ledger: Ledger) -> Ticket:
    """The ticket a person means. UsageError says whether the number is mistyped or simply not there."""
    parsed = parse_ticket_number(text)
    if isinstance(parsed, MistypedNumber):
        meant = ledger.find(parsed.meant)
        hint = f"; did you mean {meant.number}?" if meant else "."
        raise UsageError(f"no ticket {parsed.written}. The check digit does not fit{hint}")
    if parsed is None:
        raise UsageError(f"{text!r} is not a ticket number. One looks like 2026-004187-9.")
    ticket = ledger.find_for_change(parsed)
    if ticket is None:
        raise UsageError(f"no ticket {parsed} here.")
    return ticket


def close(number: str, disposition: Disposition, note: str, who: str, moment: datetime, books: Books) -> Ticket:
    """Close a ticket and queue the closure notice to the thread that filed it and to the provider's other addresses.

    Raises UsageError when there is no such ticket, NotPossible when it has ended already.
    """
    ticket = ticket_named(number, books.ledger)
    if ticket.state in ENDED:
        ended = f" on {local_date(ticket.closed, books.policy)}" if ticket.closed else ""
        raise NotPossible(f"ticket {ticket.number} was {ticket.state.value}{ended}; nothing was changed.")
    books.ledger.set_closed(ticket.number, moment, disposition, note)
    books.ledger.record(ticket.number, moment, "closed", who, disposition.value)
    notice = closure_notice(ticket_named(ticket.number, books.ledger), books)
    for route in closure_routes(ticket, books):
        books.notices.put(notice, route, f"closed:{ticket.number}:{route.address}", ticket=ticket.number)
    return ticket_named(ticket.number, books.ledger)


def closure_notice(ticket: Ticket, books: Books) -> ClosureNotice:
    """What is told about a closed ticket. Broken: it is not closed."""
    if ticket.closed is None or ticket.disposition is None:
        raise Broken(f"ticket {ticket.number} is not closed")
    return ClosureNotice(
        ticket=ticket.number,
        provider=ticket.provider_name,
        mco=ticket.mco,
        claims=ticket.claims,
        disposition=ticket.disposition,
        note=ticket.note,
        closed_on=local_date(ticket.closed, books.policy),
    )


_REACHES_THE_PERSON = frozenset({"slack", "telegram"})
"""Chats that call the person who filed. Our own page waits until it is opened, so a mail goes to them too."""


def closure_routes(ticket: Ticket, books: Books) -> tuple[ReplyRoute, ...]:
    """Who is told: where it was filed first, then every other notice address of the provider.

    Outcomes must not depend on one person's mailbox (domain.md, "What goes wrong today"). Who filed by a chat that
    calls them is told there only; a mail follows when the chat is dead (`told_by_mail`).
    """
    filed_by = ticket.filed_by
    told = {filed_by.address} | ({filed_by.person} if filed_by.channel in _REACHES_THE_PERSON else set())
    others = [
        ReplyRoute("mail", person.address)
        for person in books.registry.people_of(ticket.provider_id)
        if person.receives_notices and person.address not in told
    ]
    return (filed_by, *dict.fromkeys(others))


def told_by_mail(number: str, books: Books) -> None:
    """The closure did not reach the chat that filed it: tell the person who filed by mail, once.

    That is who was linked then. Who is linked now may be nobody, or somebody else.
    """
    ticket = books.ledger.find(number)
    if ticket is not None and ticket.closed is not None and (person := ticket.filed_by.person):
        key = f"closed:{ticket.number}:{person}"
        books.notices.put(closure_notice(ticket, books), ReplyRoute("mail", person), key, ticket=ticket.number)
