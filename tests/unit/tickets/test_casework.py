"""Closing a ticket: who is told, in which thread, and what is refused."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from complaints.errors import NotPossible, UsageError
from complaints.identifiers import parse_ticket_number
from complaints.lifecycle import Disposition, State
from complaints.model import Person
from complaints.notices import ClosureNotice
from tests.unit.complaints.making import CLINIC, HOSPITAL
from tests.unit.tickets.books import AGENT, NOON, OFFICE, Desk
from tickets.casework import close, closure_routes, ticket_named
from tickets.ports import ReplyRoute, Ticket

NUMBER = "2026-004187-9"
FILED_BY = ReplyRoute("mail", OFFICE, "<1@prairie.example>", ("<0@prairie.example>",), letter_id=7)
TICKET = Ticket(NUMBER, State.OPEN, CLINIC.id, CLINIC.name, "CountyCare", NOON, 20, FILED_BY)
EVENING = datetime(2027, 1, 9, 3, 30, tzinfo=UTC)
"""In Chicago it is still Friday, January 8."""


def desk_with(ticket: Ticket = TICKET) -> Desk:
    desk = Desk()
    desk.ledger.tickets[ticket.number] = ticket
    return desk


def test_closing_tells_the_thread_that_filed_it_and_the_other_addresses() -> None:
    desk = desk_with()
    closed = close("ticket # 2026 004187 9", Disposition.PAID, "By check.", "dana", EVENING, desk.books)
    assert (closed.state, closed.closed, closed.disposition) == (State.CLOSED, EVENING, Disposition.PAID)
    assert desk.ledger.timeline == [(NUMBER, "closed", "dana", "paid")]
    notice = ClosureNotice(
        NUMBER, CLINIC.name, "CountyCare", 20, Disposition.PAID, "By check.", closed_on=date(2027, 1, 8)
    )
    assert [(told.notice, told.route, told.key, told.ticket) for told in desk.notices.told] == [
        (notice, FILED_BY, f"closed:{NUMBER}:{OFFICE}", NUMBER),
        (notice, ReplyRoute("mail", AGENT), f"closed:{NUMBER}:{AGENT}", NUMBER),
    ]


def test_nobody_is_told_twice_and_nobody_who_does_not_want_to_be() -> None:
    desk = desk_with()
    desk.registry.people += [
        Person(CLINIC.id, AGENT, "the same again"),
        Person(CLINIC.id, "quiet@prairie.example", receives_notices=False),
        Person(HOSPITAL.id, "other@lakeside.example"),
    ]
    assert [route.address for route in closure_routes(TICKET, desk.books)] == [OFFICE, AGENT]


def test_who_filed_is_told_even_when_no_longer_registered() -> None:
    desk = desk_with()
    desk.registry.people.clear()
    assert closure_routes(TICKET, desk.books) == (FILED_BY,)


def test_a_ticket_is_closed_once() -> None:
    ended = replace(TICKET, state=State.CLOSED, closed=EVENING, disposition=Disposition.PAID)
    desk = desk_with(ended)
    with pytest.raises(NotPossible, match=f"ticket {NUMBER} was closed on 2027-01-08; nothing was changed"):
        close(NUMBER, Disposition.UPHELD, "", "dana", EVENING, desk.books)
    assert desk.ledger.tickets[NUMBER] == ended
    assert not desk.notices.told
    assert not desk.ledger.timeline


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2026-004187-2", "no ticket 2026-004187-2. The check digit does not fit; did you mean 2026-004187-9?"),
        ("2026-004188-2", "no ticket 2026-004188-2. The check digit does not fit."),
        ("2026-004190-4", "no ticket 2026-004190-4 here."),
        ("the last one", "'the last one' is not a ticket number. One looks like 2026-004187-9."),
    ],
)
def test_a_number_that_is_no_ticket_is_told_in_one_line(said: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)) as raised:
        ticket_named(said, desk_with().ledger)
    assert "\n" not in str(raised.value)


def test_the_example_of_a_number_is_a_right_one() -> None:
    with pytest.raises(UsageError) as raised:
        ticket_named("?", desk_with().ledger)
    assert parse_ticket_number(str(raised.value).rpartition(" ")[2]) == NUMBER
