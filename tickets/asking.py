"""How tickets stand, for somebody who asks. It runs inside one unit of work and changes nothing."""

from datetime import date

from complaints.deadlines import add_business_days, local_date
from complaints.identifiers import MistypedNumber
from complaints.notices import MOST_TOLD_OF, StatusReport, TicketNow
from complaints.policy import Policy
from tickets.ports import Ticket
from tickets.submission import Books


def status(number: str | MistypedNumber | None, address: str, today: date, books: Books) -> StatusReport:
    """The ticket of this number, or (None) all open ones of the providers that the address may speak for.

    Another provider's ticket is not there, for whoever asks: no word and no hint tells it from a number of nobody.
    """
    if number is None:
        theirs = [provider.id for provider in books.registry.providers_of(address)]
        tickets = books.ledger.open_tickets(theirs, MOST_TOLD_OF)
        return StatusReport(today, tuple(_now(ticket, books.policy) for ticket in tickets))
    if isinstance(number, MistypedNumber):
        meant = own_ticket(number.meant, address, books)
        return StatusReport(today, asked=_as_typed(number), is_mistyped=True, meant=meant.number if meant else "")
    ticket = own_ticket(number, address, books)
    return StatusReport(today, (_now(ticket, books.policy),) if ticket else (), asked=number)


def own_ticket(number: str, address: str, books: Books) -> Ticket | None:
    """The ticket of this number, if it is one of a provider that the address may speak for."""
    ticket = books.ledger.find(number)
    if ticket is None or ticket.provider_id not in {one.id for one in books.registry.providers_of(address)}:
        return None
    return ticket


def _as_typed(number: MistypedNumber) -> str:
    """In our own form, with the digit that was typed last: nothing else of what somebody wrote comes back."""
    last = next(letter for letter in reversed(number.written) if letter.isdigit())
    return number.meant[:-1] + last


def _now(ticket: Ticket, policy: Policy) -> TicketNow:
    opened = local_date(ticket.opened, policy)
    return TicketNow(
        number=ticket.number,
        provider=ticket.provider_name,
        state=ticket.state,
        mco=ticket.mco,
        claims=ticket.claims,
        opened=opened,
        present_by=add_business_days(opened, policy.present_within_business_days, policy),
        closed=local_date(ticket.closed, policy) if ticket.closed else None,
        disposition=ticket.disposition,
    )
