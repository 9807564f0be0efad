"""Who may have a notice that did not get to its person, and the keys that return addresses are signed with."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot import bounced
from storage import inbox, keys, outbox
from storage.database import Database
from storage.outbox import NewNotice, StoredNotice
from storage.passing_on import count_lost, next_address
from storage.registry import add_person, add_provider
from storage.states import LetterOutcome, NoticeState
from tests.contracts.test_mail_books import arrive
from tests.contracts.test_ticket_books import open_one, register
from tests.parts.houses import house_of

FIRST = "billing@lakeside.example"


def office(session: Session) -> int:
    """The provider of `open_one`'s ticket with three people, one of whom wants no notices."""
    provider = register(session)
    for address in (FIRST, "kim@lakeside.example", "quiet@lakeside.example", "lee@agent.example"):
        add_person(session, provider.id, address, receives_notices=not address.startswith("quiet"))
    return provider.id


def put(session: Session, **what: object) -> StoredNotice:
    plain = NewNotice("a notice", "mail", FIRST, "Subject", "Text\n", "<body><h1 style=''>Text</h1></body>")
    number = outbox.put(session, replace(plain, **what))  # type: ignore[arg-type]
    assert number is not None
    return outbox.load(session, number)


async def test_a_mail_for_one_person_alone_goes_to_nobody_else(database: Database) -> None:
    """A sign-in code answers no letter and is about no ticket."""

    def code(session: Session) -> str | None:
        office(session)
        return next_address(session, put(session, key="code:1"))

    assert await database.run(code) is None


async def test_an_answer_to_a_stranger_goes_to_nobody_else(database: Database) -> None:
    def stranger(session: Session) -> str | None:
        office(session)
        letter, _ = arrive(session)
        inbox.set_outcome(session, letter, LetterOutcome.NOT_REGISTERED)
        return next_address(session, put(session, address="who@elsewhere.example", letter_id=letter))

    assert await database.run(stranger) is None


async def test_it_goes_from_one_to_the_next_until_nobody_is_left(database: Database) -> None:
    """Each once; who wants no notices gets none; what is not passed on any more reached nobody."""

    def begin(session: Session) -> int:
        office(session)
        return put(session, ticket=open_one(session).number).id

    house = house_of(database)
    notice = await database.run(begin)
    for turn in range(3):
        for _again in range(2):
            await database.run(partial(bounced.came_back, house=house, notice_id=notice, status="5.1.1"))
        listed = await database.run(outbox.list_notices)
        lost = await database.run(count_lost)
        assert (len(listed), lost) == ((turn + 2, 0) if turn < 2 else (3, 1))
        notice = listed[0].id
    assert [one.notice.address for one in reversed(listed)] == [FIRST, "kim@lakeside.example", "lee@agent.example"]
    assert {one.state for one in listed} == {NoticeState.UNDELIVERED}
    assert [one.notice.instead_of for one in listed] == [listed[1].id, listed[2].id, None]
    assert [one.notice.text.count("This mail was for another person") for one in listed] == [1, 1, 0]


async def test_of_two_reports_at_once_one_sends_it_on(database: Database) -> None:
    def begin(session: Session) -> int:
        office(session)
        return put(session, ticket=open_one(session).number).id

    house = house_of(database)
    notice = await database.run(begin)
    await asyncio.gather(*(database.run(lambda s: bounced.came_back(s, house, notice, "5.1.1")) for _ in range(6)))
    assert len(await database.run(outbox.list_notices)) == 2


@pytest.mark.parametrize(
    ("outcome", "detail", "expected"),
    [
        (LetterOutcome.TICKET, "", "kim@lakeside.example"),
        (LetterOutcome.TICKET, "tickets 2026-000001-5, 2026-000002-3", "lee@agent.example"),
        (LetterOutcome.PARTLY, "missing_tracking_number", "lee@agent.example"),
    ],
)
async def test_what_may_tell_of_several_providers_goes_to_who_speaks_for_all(
    database: Database, outcome: LetterOutcome, detail: str, expected: str
) -> None:
    def ask(session: Session) -> str | None:
        office(session)
        other = add_provider(session, "Another Clinic", "000000000002")
        for address in (FIRST, "lee@agent.example"):
            add_person(session, other.id, address)
        letter, _ = arrive(session)
        inbox.set_outcome(session, letter, outcome, detail)
        return next_address(session, put(session, ticket=open_one(session).number, letter_id=letter))

    assert await database.run(ask) == expected


async def test_a_report_about_a_notice_that_is_not_there_changes_nothing(database: Database) -> None:
    house = house_of(database)
    assert await database.run(lambda s: bounced.came_back(s, house, 4711, "5.1.1")) is None
    assert await database.run(outbox.list_notices) == []


async def test_all_who_ask_first_at_the_same_time_get_the_same_key(database: Database) -> None:
    found = await asyncio.gather(*(database.run(lambda s: keys.key(s, keys.RETURN_ADDRESSES)) for _ in range(8)))
    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert await database.run(lambda s: keys.key(s, "another")) != found[0]
