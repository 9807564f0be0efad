"""Threads of letters: which letter an answer of ours was about, which completes which, and that no two complete one."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from bot.answered import notices_answered
from complaints.lifecycle import Disposition, State
from complaints.model import Complaint, Source
from complaints.verdict import Outcome, Verdict
from mailin.return_address import ReturnAddresses
from storage import answered, inbox, outbox
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


def answer(session: Session, letter_id: int | None, message_id: str) -> int:
    notice = NewNotice(message_id, "mail", "a@clinic.example", "s", "t", "<p>h</p>", letter_id=letter_id)
    number = outbox.put(session, notice)
    assert number is not None
    outbox.mark_sent(session, number, message_id)
    return number


async def test_answered_letters_come_in_the_order_of_our_notices(database: Database) -> None:
    def fill(session: Session) -> tuple[list[int], list[int]]:
        first, second = arrive(session, 1), arrive(session, 2)
        letters: list[int | None] = [first, second, first, None]
        return [first, second], [answer(session, letter, f"<{at}@us>") for at, letter in enumerate(letters)]

    (first, second), notices = await database.run(fill)
    asked = [notices[at] for at in (3, 1, 2, 0)]
    assert await database.run(lambda s: answered.letters_answered(s, [*asked, 999])) == [second, first]
    assert await database.run(lambda s: answered.letters_answered(s, [999])) == []


async def test_only_right_tokens_find_our_notices_and_so_do_ids_of_before_there_were_any(database: Database) -> None:
    ours = ReturnAddresses("portal@example.org", b"k" * 32)
    theirs = ReturnAddresses("portal@example.org", b"x" * 32)

    def fill(session: Session) -> tuple[int, int, str, str]:
        signed, old = answer(session, None, "<kept as sent>"), answer(session, None, "<notice-1.2.recourse@us>")
        created = answered.created_when(session, {signed})[signed]
        earlier = created - timedelta(days=1)  # this number in a database whose backup was restored
        return signed, old, ours.message_id(signed, created), ours.message_id(signed, earlier)

    signed, old, token, of_another_time = await database.run(fill)
    made_up = theirs.message_id(signed, NOON)
    for asked, found in (
        ([token], (signed,)),
        (["<notice-1.2.recourse@us>", token.upper()], (old, signed)),
        ([of_another_time, made_up, "<x@y>"], ()),
        ([], ()),
    ):
        assert await database.run(partial(notices_answered, addresses=ours, message_ids=tuple(asked))) == found


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
