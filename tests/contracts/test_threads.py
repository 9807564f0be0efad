"""Threads of letters: which letter an answer of ours was about, which completes which, and that no two complete one."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from complaints.lifecycle import Disposition, State
from complaints.model import Complaint, Source
from complaints.verdict import Outcome, Verdict
from storage import inbox, outbox
from storage.database import Database
from storage.inbox import Arrived
from storage.ledger import SqlLedger
from storage.outbox import NewNotice
from storage.registry import add_provider
from tickets.ports import ReplyRoute, Ticket

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


def arrive(session: Session, way: int) -> int:
    mail = Arrived(b"way %d" % way, "a@clinic.example", "portal@example.org", "192.0.2.1", NOON)
    number, _ = inbox.put(session, mail)
    return number


def answer(session: Session, letter_id: int | None, message_id: str) -> None:
    notice = NewNotice(message_id, "mail", "a@clinic.example", "s", "t", "<p>h</p>", letter_id=letter_id)
    number = outbox.put(session, notice)
    assert number is not None
    outbox.mark_sent(session, number, message_id)


async def test_answered_letters_come_in_the_order_of_the_message_ids(database: Database) -> None:
    def fill(session: Session) -> tuple[int, int]:
        first, second = arrive(session, 1), arrive(session, 2)
        answer(session, first, "<1@us>")
        answer(session, second, "<2@us>")
        answer(session, first, "<3@us>")
        answer(session, None, "<4@us>")
        return first, second

    first, second = await database.run(fill)
    asked = ["<4@us>", "<9@elsewhere>", "<2@us>", "<3@us>", "<1@us>"]
    assert await database.run(lambda s: outbox.letters_answered(s, asked)) == [second, first]
    assert await database.run(lambda s: outbox.letters_answered(s, ["<9@elsewhere>"])) == []


async def test_the_last_letter_of_a_thread_is_found_from_any_of_it(database: Database) -> None:
    def fill(session: Session) -> list[int]:
        numbers = [arrive(session, way) for way in range(4)]
        for earlier, later in pairwise(numbers):
            inbox.set_completes(session, later, earlier)
        return numbers

    numbers = await database.run(fill)

    def last(session: Session, most: int) -> list[int | None]:
        found = [inbox.last_of_thread(session, number, most) for number in numbers]
        return [letter.id if letter else None for letter in found]

    assert await database.run(partial(last, most=20)) == [numbers[3]] * 4
    assert await database.run(partial(last, most=2)) == [None, None, numbers[3], numbers[3]]
    completing = await database.run(lambda s: inbox.find(s, numbers[2]))
    assert completing is not None
    assert completing.completes == numbers[1]
    are_last = [await database.run(partial(inbox.is_last_of_thread, letter_id=number)) for number in numbers]
    assert are_last == [False, False, False, True]


async def test_of_letters_that_complete_one_at_once_exactly_one_does(database: Database) -> None:
    earlier = await database.run(partial(arrive, way=0))
    others = [await database.run(partial(arrive, way=way)) for way in range(1, 9)]

    def complete(session: Session, number: int) -> bool:
        if not inbox.is_last_of_thread(session, earlier):
            return False
        inbox.set_completes(session, number, earlier)
        return True

    done = await asyncio.gather(*(database.run(partial(complete, number=number)) for number in others))
    assert done.count(True) == 1


@pytest.mark.parametrize("limit", [1, 20])
async def test_open_tickets_are_those_of_the_providers_newest_first(database: Database, limit: int) -> None:
    verdict = Verdict(Outcome.ACCEPTED, Complaint(Source.SHEET, ()), NOON.date(), "CountyCare", (), ())

    def fill(session: Session) -> list[str]:
        ledger = SqlLedger(session)
        mine, other = (add_provider(session, f"Clinic {at}", f"{at:012}") for at in (1, 2))
        for at, provider in enumerate((mine, mine, mine, other)):
            opened = NOON + timedelta(days=at)
            route = ReplyRoute("mail", "a@clinic.example")
            number = f"2026-00000{at}-0"
            ticket = Ticket(number, State.OPEN, provider.id, provider.name, "CountyCare", opened, 0, route)
            ledger.add(ticket, (), verdict)
        ledger.set_closed("2026-000001-0", NOON, Disposition.PAID, "")
        return [ticket.number for ticket in ledger.open_tickets([mine.id], limit)]

    assert await database.run(fill) == ["2026-000002-0", "2026-000000-0"][:limit]
    nobody = await database.run(lambda s: SqlLedger(s).open_tickets([], 20))
    assert nobody == []
