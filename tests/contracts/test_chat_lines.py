"""What is said in chats: in order, once, and what became of it."""

import asyncio
from functools import partial

import pytest
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage import chats
from storage.database import Database
from storage.states import NoticeState
from tests.contracts.chatting import begin, finish, queued, somebody_waits, two_transactions
from tests.contracts.test_ticket_books import open_one
from tickets.ports import Attachment

SHEET = Attachment("claim sheet.xlsx", "application/vnd.ms-excel", b"PK\x03\x04\x00")


async def test_a_line_is_kept_as_it_was_said(database: Database) -> None:
    def speak(session: Session) -> tuple[int, int | None, str]:
        number, ticket = begin(session), open_one(session).number
        chats.put_line(session, number, "Which plan?", choices=["Meridian", "another\x00"], turn=3)
        return number, chats.put_line(session, number, "Here it is", attachment=SHEET, ticket=ticket), ticket

    number, second, ticket = await database.run(speak)
    question, sheet = await database.run(lambda s: chats.lines_after(s, number, 0))
    assert (question.seq, question.text, question.choices, question.turn) == (
        1,
        "Which plan?",
        ("Meridian", "another"),
        3,
    )
    assert (question.ours, question.file_name, question.file_digest, question.ticket) == (True, "", None, None)
    assert (sheet.id, sheet.seq, sheet.file_name, sheet.ticket) == (second, 2, SHEET.name, ticket)
    assert (sheet.state, sheet.platform_id, sheet.error) == (NoticeState.QUEUED, None, None)
    assert await database.run(lambda s: chats.line_file(s, sheet.id)) == SHEET.body
    with pytest.raises(Broken):
        await database.run(lambda s: chats.line_file(s, question.id))


async def test_a_line_with_a_key_is_said_once(database: Database) -> None:
    number, other = await database.run(begin), await database.run(lambda s: begin(s, "4712"))
    said = await asyncio.gather(
        *(database.run(lambda s: chats.put_line(s, number, "closed", key="closed:1")) for _ in range(5)),
        database.run(lambda s: chats.put_line(s, other, "closed", key="closed:1")),
    )
    assert [new is None for new in said].count(False) == 1
    without = [await database.run(lambda s: chats.put_line(s, number, "the same words")) for _ in range(2)]
    assert None not in without


async def test_lines_said_at_once_have_an_order(database: Database) -> None:
    number = await database.run(begin)
    await asyncio.gather(*(database.run(lambda s: chats.put_line(s, number, "a word")) for _ in range(20)))
    lines = await database.run(lambda s: chats.lines_after(s, number, 0))
    assert [line.seq for line in lines] == list(range(1, 21))
    some = await database.run(lambda s: chats.lines_after(s, number, 15, limit=3))
    assert [line.seq for line in some] == [16, 17, 18]


async def test_a_line_to_be_carried_waits_and_one_of_our_own_pages_does_not(database: Database) -> None:
    number, web = await database.run(begin), await database.run(lambda s: begin(s, "visitor", "web"))
    await database.run(lambda s: chats.put_line(s, web, "hello", send=False))
    await database.run(lambda s: chats.put_line(s, web, "hello yourself", send=False, ours=False))
    assert await database.run(queued) == []
    for text in ("one", "two", "three"):
        await database.run(partial(chats.put_line, conversation_id=number, text=text))
    assert await database.run(queued) == [("chat_lines", f"lines:{number}", {"conversation": number})]
    assert await database.run(lambda s: chats.unsent_lines(s, web)) == []
    waiting = await database.run(lambda s: chats.unsent_lines(s, number, limit=2))
    assert [line.text for line in waiting] == ["one", "two"]
    shown = await database.run(lambda s: chats.lines_after(s, web, 0))
    assert [(line.ours, line.state) for line in shown] == [(True, NoticeState.SENT), (False, NoticeState.SENT)]


async def test_a_line_is_sent_or_undeliverable_and_stays_so(database: Database) -> None:
    number = await database.run(begin)
    first, second = [await database.run(lambda s: chats.put_line(s, number, "a word")) for _ in range(2)]
    assert first is not None
    assert second is not None

    def settle(session: Session) -> None:
        chats.mark_line_sent(session, first, "platform 1")
        chats.mark_line_undeliverable(session, second, "blocked")
        chats.mark_line_sent(session, first, "platform 2")  # sent twice, because a lease ran out
        chats.mark_line_undeliverable(session, first, "blocked")
        chats.mark_line_sent(session, second, "platform 3")

    await database.run(settle)
    lines = await database.run(lambda s: chats.lines_after(s, number, 0))
    assert [(line.state, line.platform_id, line.error) for line in lines] == [
        (NoticeState.SENT, "platform 1", None),
        (NoticeState.UNDELIVERABLE, None, "blocked"),
    ]
    assert await database.run(lambda s: chats.undeliverable_lines(s)) == [lines[1]]
    assert await database.run(lambda s: chats.undeliverable_lines(s, limit=0)) == []


async def test_the_end_of_sending_goes_on_with_what_came_meanwhile(database: Database) -> None:
    number = await database.run(begin)
    line = await database.run(lambda s: chats.put_line(s, number, "a word"))
    assert line is not None

    def end(session: Session) -> None:
        finish(session, f"lines:{number}")
        chats.send_on(session, number)

    await database.run(end)
    assert [key for _kind, key, _payload in await database.run(queued)] == [f"lines:{number}"]
    await database.run(lambda s: chats.mark_line_sent(s, line, "1"))
    await database.run(end)
    assert await database.run(queued) == []


@pytest.mark.real("postgres")
async def test_sending_that_ends_while_a_line_is_said_sees_it(postgres_database: Database, postgres_url: str) -> None:
    number = await postgres_database.run(begin)
    first = await postgres_database.run(lambda s: chats.put_line(s, number, "first"))
    assert first is not None
    await postgres_database.run(lambda s: chats.mark_line_sent(s, first, "1"))
    async with two_transactions(postgres_url) as (sender, speaker):
        await speaker.do(lambda s: chats.put_line(s, number, "second"))
        ending = asyncio.create_task(sender.do(lambda s: finish(s, f"lines:{number}")))
        await somebody_waits(postgres_database)
        await speaker.commit()
        await ending
        await sender.do(lambda s: chats.send_on(s, number))
        await sender.commit()
    assert [key for _kind, key, _payload in await postgres_database.run(queued)] == [f"lines:{number}"]


async def test_the_news_are_the_last_line_of_each_chat_on_our_pages(database: Database) -> None:
    assert await database.run(chats.newest_line) == 0

    def speak(session: Session) -> tuple[int, int, int]:
        one, two = begin(session, "one", "web"), begin(session, "two", "web")
        before = chats.put_line(session, one, "before", send=False)
        assert before is not None
        chats.put_line(session, one, "a", send=False)
        chats.put_line(session, two, "b", send=False)
        chats.put_line(session, one, "c", send=False)
        chats.put_line(session, begin(session), "by Telegram")
        return one, two, before

    one, two, before = await database.run(speak)
    news = await database.run(lambda s: chats.last_seqs(s, before))
    assert [(conversation, seq) for _line, conversation, seq in news] == [(two, 1), (one, 3)]
    newest = await database.run(chats.newest_line)
    assert newest > max(line for line, _conversation, _seq in news)
    assert await database.run(lambda s: chats.last_seqs(s, newest)) == []


async def test_a_line_tells_who_waits_for_news(database: Database) -> None:
    number = await database.run(lambda s: begin(s, "visitor", "web"))
    async with database.listening() as hint, asyncio.timeout(30):
        if database.dialect == "postgresql":
            await hint.wait()  # it is listening now
            hint.clear()
        await database.run(lambda s: chats.put_line(s, number, "hello", send=False))
        await hint.wait()
