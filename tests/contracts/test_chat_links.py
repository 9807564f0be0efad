"""Codes, links and visits: right once, for whom they were made, and not for long."""

import asyncio
import re
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage import chat_links
from storage.chat_links import Link, LinkPurpose, Right, Wrong
from storage.chat_tables import one_time_links, sign_in_codes, visits
from storage.columns import from_now
from storage.database import Database
from storage.tables import secrets
from tests.contracts.chatting import begin
from tests.contracts.test_ticket_books import open_one

ADDRESS = "agent@clinic.example"
ACCOUNT = "user 4711"


async def a_code(database: Database, number: int, address: str = ADDRESS) -> str:
    code = await database.run(lambda s: chat_links.new_code(s, number, address))
    assert code is not None
    return code


def make_older(session: Session, table: sa.Table, seconds: float) -> None:
    session.execute(sa.update(table).values(made=from_now(-seconds)))


def attempt(session: Session, number: int, said: str, account: str = ACCOUNT) -> Right | Wrong:
    return chat_links.try_code(session, number, said, account=account)


async def test_a_code_is_right_once_however_it_is_typed(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number, "Agent@clinic.example")
    assert re.fullmatch(f"[{chat_links.ALPHABET}]{{8}}", code)
    typed = f" {code[:4].lower()} - {code[4:]}\n"
    assert await database.run(lambda s: attempt(s, number, typed)) == Right(ADDRESS)
    assert await database.run(lambda s: attempt(s, number, code)) == Wrong(0)


def test_no_two_symbols_look_alike() -> None:
    for alike in ("0OQ", "1ILl", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(alike) & set(chat_links.ALPHABET)) <= 1


async def test_a_code_has_five_tries(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number)
    tried = [await database.run(lambda s: attempt(s, number, "22222222")) for _ in range(5)]
    assert tried == [Wrong(4), Wrong(3), Wrong(2), Wrong(1), Wrong(0)]
    assert await database.run(lambda s: attempt(s, number, code)) == Wrong(0)


async def test_the_last_try_may_be_right(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number)
    for wrong in ("", "診", "\udc80", code[:-1]):
        await database.run(partial(attempt, number=number, said=wrong))
    assert await database.run(lambda s: attempt(s, number, code)) == Right(ADDRESS)


async def test_a_code_is_good_for_ten_minutes(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number)
    await database.run(lambda s: make_older(s, sign_in_codes, 601))
    assert await database.run(lambda s: attempt(s, number, code)) == Wrong(0)
    await database.run(lambda s: make_older(s, sign_in_codes, 590))
    assert await database.run(lambda s: attempt(s, number, code)) == Right(ADDRESS)


async def test_a_code_is_for_one_conversation_and_one_account(database: Database) -> None:
    number, other = await database.run(begin), await database.run(lambda s: begin(s, "4712"))
    code, theirs = await a_code(database, number), await a_code(database, other)
    assert code != theirs
    assert await database.run(lambda s: attempt(s, other, code, "user 4712")) == Wrong(4)
    assert await database.run(lambda s: attempt(s, number, code, "user 4712")) == Wrong(4)
    assert await database.run(lambda s: attempt(s, number, code)) == Right(ADDRESS)
    with pytest.raises(Broken):
        await a_code(database, other + 1)


async def test_a_new_code_takes_the_place_of_the_old_one(database: Database) -> None:
    number = await database.run(begin)
    old, new = await a_code(database, number), await a_code(database, number, "other@clinic.example")
    assert await database.run(lambda s: attempt(s, number, old)) == Wrong(4)
    assert await database.run(lambda s: attempt(s, number, new)) == Right("other@clinic.example")


async def test_five_codes_an_hour_in_one_conversation(database: Database) -> None:
    number, other = await database.run(begin), await database.run(lambda s: begin(s, "4712"))
    codes = [await a_code(database, number, f"{count}@clinic.example") for count in range(5)]
    ask = partial(chat_links.new_code, conversation_id=number, address="9@clinic.example")
    assert await database.run(ask) is None
    assert await database.run(lambda s: attempt(s, number, codes[4])) == Right("4@clinic.example")
    assert await a_code(database, other, "4@clinic.example")
    await database.run(lambda s: make_older(s, sign_in_codes, 3601))
    assert await database.run(ask) is not None


async def test_five_codes_an_hour_for_one_address_also_at_once(database: Database) -> None:
    numbers = [await database.run(partial(begin, address=f"{count}")) for count in range(9)]
    ask = partial(chat_links.new_code, address=ADDRESS)
    codes = await asyncio.gather(*(database.run(partial(ask, conversation_id=number)) for number in numbers))
    assert len([code for code in codes if code is not None]) == 5


async def test_a_code_tried_ten_times_at_once_is_right_once(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number)
    tried = await asyncio.gather(*(database.run(lambda s: attempt(s, number, code)) for _ in range(10)))
    assert tried.count(Right(ADDRESS)) == 1
    assert tried.count(Wrong(0)) == 9


async def test_a_link_says_what_it_is_for_and_is_used_once(database: Database) -> None:
    def make(session: Session) -> tuple[int, str, str]:
        number, ticket = begin(session), open_one(session).number
        return number, ticket, chat_links.new_link(session, number, LinkPurpose.DETAILS, ticket, "Agent@clinic.example")

    number, ticket, token = await database.run(make)
    assert len(token) >= 43  # 256 bits
    seen = [await database.run(lambda s: chat_links.peek_link(s, token)) for _ in range(2)]
    used = await database.run(lambda s: chat_links.use_link(s, token))
    assert used is not None
    assert used == Link(used.id, number, LinkPurpose.DETAILS, ticket, ADDRESS)
    assert seen == [used, used]
    assert await database.run(lambda s: chat_links.peek_link(s, token)) is None
    assert await database.run(lambda s: chat_links.use_link(s, token)) is None
    for wrong in ("", token[:-1], token.swapcase(), "\udc80"):
        assert await database.run(partial(chat_links.peek_link, token=wrong)) is None


async def test_a_link_pressed_ten_times_at_once_is_used_once(database: Database) -> None:
    number = await database.run(begin)
    token = await database.run(lambda s: chat_links.new_link(s, number, LinkPurpose.SIGN_IN, "", ADDRESS))
    used = await asyncio.gather(*(database.run(lambda s: chat_links.use_link(s, token)) for _ in range(10)))
    assert [link.ticket for link in used if link is not None] == [""]


async def test_a_link_is_good_for_a_day_and_a_visit_for_ninety_since_its_page_was_opened(database: Database) -> None:
    number = await database.run(begin)
    link = await database.run(lambda s: chat_links.new_link(s, number, LinkPurpose.DRAFT, "", ""))
    visit = await database.run(lambda s: chat_links.new_visit(s, number))
    day = 24 * 3600
    await database.run(lambda s: make_older(s, one_time_links, day - 10))
    await database.run(lambda s: make_older(s, visits, 90 * day - 10))
    assert await database.run(lambda s: chat_links.peek_link(s, link)) is not None
    assert await database.run(lambda s: chat_links.visit(s, visit)) == number
    await database.run(lambda s: chat_links.renew_visit(s, visit))
    await database.run(lambda s: make_older(s, visits, 90 * day - 10))
    assert await database.run(lambda s: chat_links.visit(s, visit)) == number
    await database.run(lambda s: make_older(s, one_time_links, day + 10))
    await database.run(lambda s: make_older(s, visits, 90 * day + 10))
    assert await database.run(lambda s: chat_links.use_link(s, link)) is None
    assert await database.run(lambda s: chat_links.visit(s, visit)) is None


async def test_each_visit_has_a_token_of_its_own(database: Database) -> None:
    number = await database.run(begin)
    tokens = [await database.run(lambda s: chat_links.new_visit(s, number)) for _ in range(2)]
    assert len({*tokens}) == 2
    assert [await database.run(partial(chat_links.visit, token=token)) for token in tokens] == [number, number]
    assert await database.run(lambda s: chat_links.visit(s, "\udc80")) is None


async def test_nothing_that_opens_something_is_kept(database: Database) -> None:
    number = await database.run(begin)
    code = await a_code(database, number)
    link = await database.run(lambda s: chat_links.new_link(s, number, LinkPurpose.DRAFT, "", ""))
    visit = await database.run(lambda s: chat_links.new_visit(s, number))

    def everything(session: Session) -> str:
        return str([session.execute(sa.select(table)).all() for table in (sign_in_codes, one_time_links, visits)])

    rows = await database.run(everything)
    assert ADDRESS in rows
    assert [secret for secret in (code, link, visit) if secret in rows] == []


async def test_the_key_is_made_once_also_by_many_at_once(database: Database) -> None:
    number = await database.run(begin)
    make = partial(chat_links.new_link, conversation_id=number, purpose=LinkPurpose.DRAFT, ticket="", person="")
    tokens = await asyncio.gather(*(database.run(make) for _ in range(10)))
    found = [await database.run(partial(chat_links.peek_link, token=token)) for token in tokens]
    assert None not in found
    (key,) = await database.run(lambda s: list(s.scalars(sa.select(secrets.c.value))))
    assert len(key) == 32
