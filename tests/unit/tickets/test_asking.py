"""How a ticket stands, and that nobody learns of another's."""

from dataclasses import replace
from datetime import date, timedelta

from complaints.identifiers import MistypedNumber, ticket_number
from complaints.lifecycle import Disposition, State
from complaints.notices import MOST_TOLD_OF, StatusReport
from tests.unit.complaints.making import CLINIC, HOSPITAL, TODAY
from tests.unit.tickets.books import AGENT, NOON, OFFICE, Desk
from tickets.asking import status
from tickets.ports import ReplyRoute, Ticket

MINE, THEIRS, NOBODYS = (ticket_number(2026, at) for at in (1, 2, 3))


def desk() -> Desk:
    """A ticket of the clinic's and one of the hospital's."""
    made = Desk()
    for number, provider in ((MINE, CLINIC), (THEIRS, HOSPITAL)):
        route = ReplyRoute("mail", OFFICE)
        ticket = Ticket(number, State.OPEN, provider.id, provider.name, "CountyCare", NOON, 3, route)
        made.ledger.tickets[number] = ticket
    return made


def test_a_ticket_of_ones_own_is_told() -> None:
    (told,) = status(MINE, OFFICE, TODAY, desk().books).tickets
    assert (told.number, told.provider, told.state, told.claims) == (MINE, CLINIC.name, State.OPEN, 3)
    assert (told.opened, told.present_by, told.closed) == (TODAY, date(2026, 12, 10), None)


def test_a_closed_one_is_told_by_its_number_and_not_among_the_open_ones() -> None:
    books = desk()
    closed = {"state": State.CLOSED, "closed": NOON + timedelta(days=9), "disposition": Disposition.PAID}
    books.ledger.tickets[MINE] = replace(books.ledger.tickets[MINE], **closed)  # type: ignore[arg-type]
    (told,) = status(MINE, OFFICE, TODAY, books.books).tickets
    assert (told.closed, told.disposition) == (TODAY + timedelta(days=9), Disposition.PAID)
    assert status(None, OFFICE, TODAY, books.books) == StatusReport(TODAY)


def test_an_agent_is_told_of_all_its_providers_newest_first() -> None:
    report = status(None, AGENT, TODAY, desk().books)
    assert [ticket.number for ticket in report.tickets] == [THEIRS, MINE]


def test_of_many_the_newest_are_told() -> None:
    books = desk()
    for at in range(10, 10 + MOST_TOLD_OF + 5):
        books.ledger.tickets[ticket_number(2026, at)] = replace(
            books.ledger.tickets[MINE], number=ticket_number(2026, at)
        )
    report = status(None, OFFICE, TODAY, books.books)
    assert len(report.tickets) == MOST_TOLD_OF
    assert report.tickets[0].number == ticket_number(2026, 34)


def test_anothers_number_and_nobodys_are_answered_alike() -> None:
    books = desk().books
    for number in (THEIRS, NOBODYS):
        assert status(number, OFFICE, TODAY, books) == StatusReport(TODAY, asked=number)


def test_a_mistyped_number_is_guessed_only_from_ones_own() -> None:
    books = desk().books
    for number, meant in ((MINE, MINE), (THEIRS, ""), (NOBODYS, "")):
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        report = status(MistypedNumber(f"ticket no {wrong.replace('-', ' ')}", number), OFFICE, TODAY, books)
        assert report == StatusReport(TODAY, asked=wrong, is_mistyped=True, meant=meant)
