"""Conversations: every event once, in the platform's order, and none that nobody takes."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage import chats
from storage.chat_tables import chat_events
from storage.database import Database, open_database
from storage.schema import migrate
from storage.tables import jobs
from storage.work import Effect, Job, Worker
from tests.contracts.chatting import NOON, begin, finish, queued, say, somebody_waits, two_transactions
from tests.contracts.working import NEVER, Parked
from tests.parts.postgres import Postgres
from tests.parts.waiting import until_async


def positions(session: Session, conversation_id: int, after: str = "") -> list[str]:
    return [event.position for event in chats.events_since(session, conversation_id, after)]


async def test_the_first_event_makes_the_conversation(database: Database) -> None:
    event_id = await database.run(lambda s: say(s, language="es"))
    conversation = await database.run(lambda s: chats.find(s, "telegram", "4711"))
    assert event_id is not None
    assert conversation is not None
    assert (conversation.account, conversation.language, conversation.person) == ("user 4711", "es", "")
    assert (conversation.session, conversation.checkpoint, conversation.gone) == (None, None, False)
    assert (conversation.last_position, conversation.checkpoint_position) == ("", "")
    assert abs(conversation.created - datetime.now(UTC)) < timedelta(minutes=5)
    event = await database.run(lambda s: chats.event(s, event_id))
    assert event == chats.StoredEvent(
        event_id, conversation.id, "4711:hello", "hello", "said", {"text": "hello"}, NOON, done=False
    )
    job = ("chat", f"chat:{conversation.id}", {"conversation": conversation.id})
    assert await database.run(queued) == [job]
    assert await database.run(lambda s: chats.load(s, conversation.id)) == conversation
    assert await database.run(lambda s: chats.look_at(s, conversation.id)) == conversation
    assert await database.run(lambda s: chats.find(s, "slack", "4711")) is None


async def test_a_repeated_event_is_there_already_also_ten_at_once(database: Database) -> None:
    stored = await asyncio.gather(*(database.run(lambda s: say(s, "once")) for _ in range(10)))
    assert [new for new in stored if new is not None] == [max(new or 0 for new in stored)]
    again = await database.run(lambda s: say(s, "once", address="another chat", external_id="4711:once"))
    elsewhere = await database.run(lambda s: say(s, "once", channel="slack"))
    assert again is None
    assert elsewhere is not None


async def test_a_chat_on_each_channel_is_one_of_its_own(database: Database) -> None:
    first = await database.run(begin)
    assert await database.run(lambda s: begin(s, channel="slack")) != first
    assert await database.run(lambda s: begin(s, "4712")) != first


ORDER = ["0001", "0002", "0002:linked", "B", "a", "é", "診", "\U0001f600"]


def say_in_disorder(session: Session) -> int:
    for position in random.Random(7).sample(ORDER, len(ORDER)):
        say(session, at=position)
    conversation = chats.find(session, "telegram", "4711")
    assert conversation is not None
    return conversation.id


async def test_events_come_in_the_order_of_their_positions(database: Database) -> None:
    number = await database.run(say_in_disorder)
    assert sorted(ORDER) == ORDER
    assert await database.run(lambda s: positions(s, number)) == ORDER
    same = await database.run(lambda s: say(s, at="a", external_id="the same place, later"))
    events = await database.run(lambda s: chats.events_since(s, number, "B"))
    assert [event.id for event in events if event.position == "a"][-1] == same


@pytest.mark.real("postgres")
async def test_positions_sort_alike_in_a_database_with_a_language(cluster: Postgres) -> None:
    with cluster.database(template="template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'") as url:
        await migrate(url)
        async with open_database(url) as database:
            number = await database.run(say_in_disorder)
            everything = await database.run(lambda s: chats.events_since(s, number, ""))
            await database.run(lambda s: chats.mark_done(s, [event.id for event in everything]))
            assert [event.position for event in everything] == ORDER
            assert await database.run(lambda s: positions(s, number, "B")) == ORDER[4:]


async def test_what_is_taken_is_behind_and_what_is_late_is_seen(database: Database) -> None:
    def take_two(session: Session) -> int:
        number = begin(session)
        say(session, at="1"), say(session, at="2"), say(session, at="4")
        chats.mark_done(session, [event.id for event in chats.events_since(session, number, "")])
        chats.save(session, number, session_json={"turn": 1}, last_position="4", checkpoint=False)
        say(session, at="3")
        return number

    number = await database.run(take_two)
    assert await database.run(lambda s: positions(s, number, "2")) == ["3", "4", "hello"]
    assert await database.run(lambda s: positions(s, number, "z")) == ["3"]
    assert [event.position for event in await database.run(lambda s: chats.events_waiting(s, number))] == ["3"]
    await database.run(lambda s: chats.mark_done(s, []))
    done = {event.position: event.done for event in await database.run(lambda s: chats.events_since(s, number, "2"))}
    assert done == {"3": False, "4": True, "hello": True}


async def test_where_a_conversation_stands_is_kept_and_its_checkpoint_apart(database: Database) -> None:
    number = await database.run(begin)
    keep = partial(chats.save, conversation_id=number)
    await database.run(lambda s: keep(s, session_json={"turn": 1}, last_position="1", checkpoint=True))
    before = await database.run(lambda s: chats.load(s, number))
    await database.run(lambda s: keep(s, session_json={"turn": 2}, last_position="2", checkpoint=False))
    after = await database.run(lambda s: chats.load(s, number))
    assert (before.session, before.checkpoint, before.last_position) == ({"turn": 1}, {"turn": 1}, "1")
    assert (after.session, after.last_position) == ({"turn": 2}, "2")
    assert (after.checkpoint, after.checkpoint_position) == ({"turn": 1}, "1")
    assert before.created <= before.touched <= after.touched


async def test_conversations_are_found_by_the_person(database: Database) -> None:
    first, second = await database.run(begin), await database.run(lambda s: begin(s, "D04", "slack"))

    def link(session: Session) -> None:
        chats.set_person(session, first, "Agent@clinic.example")
        chats.set_person(session, second, "agent@clinic.example")

    await database.run(link)
    found = await database.run(lambda s: chats.conversations_of(s, "AGENT@clinic.example"))
    assert [(one.id, one.person) for one in found] == [
        (first, "agent@clinic.example"),
        (second, "agent@clinic.example"),
    ]
    await database.run(lambda s: chats.set_person(s, first, ""))
    assert len(await database.run(lambda s: chats.conversations_of(s, "agent@clinic.example"))) == 1
    await database.run(lambda s: chats.set_gone(s, second, gone=True))
    assert [one.gone for one in await database.run(lambda s: chats.conversations_of(s, "agent@clinic.example"))] == [
        True
    ]


async def test_only_what_may_be_kept_is_kept_of_an_event(database: Database) -> None:
    event_id = await database.run(lambda s: say(s, "my member is Jane Roe", at="1"))
    assert event_id is not None
    await database.run(lambda s: chats.set_payload(s, event_id, {"text": "my member is Jane Roe", "turn": 3}))
    await database.run(lambda s: chats.keep_only(s, event_id, "…"))
    assert (await database.run(lambda s: chats.event(s, event_id))).payload == {"text": "…", "turn": 3}
    rows = await database.run(lambda s: str(s.execute(sa.select(chat_events)).all()))
    assert "Jane" not in rows


async def test_the_first_that_waits_is_set_aside_and_never_seen_again(database: Database) -> None:
    def put(session: Session) -> int:
        number = begin(session)
        say(session, at="2"), say(session, at="1")
        return number

    number = await database.run(put)
    aside = await database.run(lambda s: chats.set_first_aside(s, number, "ValueError"))
    assert aside is not None
    assert (aside.position, aside.done) == ("1", False)
    assert (await database.run(lambda s: chats.event(s, aside.id))).done
    assert await database.run(lambda s: positions(s, number, "")) == ["2", "hello"]
    assert await database.run(lambda s: chats.set_first_aside(s, number, "ValueError")) is not None
    assert await database.run(lambda s: chats.set_first_aside(s, number, "ValueError")) is None


async def test_what_is_not_there_is_broken(database: Database) -> None:
    for work in (
        lambda s: chats.load(s, 99),
        lambda s: chats.look_at(s, 99),
        lambda s: chats.event(s, 99),
        lambda s: chats.set_person(s, 99, ""),
        lambda s: chats.keep_only(s, 99, ""),
        lambda s: chats.set_payload(s, 99, {}),
        lambda s: chats.save(s, 99, session_json={}, last_position="", checkpoint=False),
        lambda s: chats.put_line(s, 99, "to nobody"),
    ):
        with pytest.raises(Broken, match="99 is missing"):
            await database.run(work)


async def test_a_conversation_has_one_timer_for_each_day(database: Database) -> None:
    number = await database.run(begin)
    for due in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1)):
        await database.run(partial(chats.set_timer, conversation_id=number, due=due))
    dues = await database.run(lambda s: list(s.scalars(sa.select(jobs.c.due).order_by(jobs.c.id))))
    assert dues == [NOON, NOON + timedelta(days=1)]
    rings = [(kind, payload) for kind, _key, payload in await database.run(queued)]
    assert rings == [("chat_timer", {"conversation": number})] * 2


async def test_a_conversation_whose_job_is_parked_is_woken_by_the_next_event(database: Database) -> None:
    number = await database.run(begin)
    await database.run(lambda s: chats.wake(s, number))
    await database.run(lambda s: s.execute(sa.update(jobs).values(parked=NOON, strikes=8, attempts=9)))
    await database.run(lambda s: say(s, "anybody there?"))
    columns = (jobs.c.parked, jobs.c.strikes, jobs.c.attempts)
    assert await database.run(lambda s: tuple(s.execute(sa.select(*columns)).one())) == (None, 0, 9)


async def test_a_job_at_work_is_not_given_to_another_by_a_new_event(database: Database) -> None:
    number = await database.run(begin)
    await database.run(lambda s: chats.wake(s, number))
    lease = datetime.now(UTC) + timedelta(seconds=15)
    await database.run(lambda s: s.execute(sa.update(jobs).values(due=lease, attempts=3, strikes=1)))
    await database.run(lambda s: say(s, "and another thing"))
    columns = (jobs.c.due, jobs.c.attempts, jobs.c.strikes)
    assert await database.run(lambda s: tuple(s.execute(sa.select(*columns)).one())) == (lease, 3, 1)


@pytest.mark.real("postgres")
async def test_an_event_stored_while_the_job_ends_gets_a_job_of_its_own(
    postgres_database: Database, postgres_url: str
) -> None:
    number = await postgres_database.run(begin)
    await postgres_database.run(lambda s: chats.wake(s, number))
    async with two_transactions(postgres_url) as (worker, channel):
        await worker.do(lambda s: finish(s, f"chat:{number}"))
        storing = asyncio.create_task(channel.do(lambda s: say(s, "meanwhile")))
        await somebody_waits(postgres_database)
        await worker.do(lambda s: chats.load(s, number))  # would be a deadlock if the event held the conversation
        assert "meanwhile" not in await worker.do(lambda s: positions(s, number))
        await worker.commit()
        assert await storing is not None
        await channel.commit()
    assert [key for _kind, key, _payload in await postgres_database.run(queued)] == [f"chat:{number}"]


@pytest.mark.real("postgres")
async def test_a_job_that_ends_while_an_event_is_stored_sees_it(postgres_database: Database, postgres_url: str) -> None:
    number = await postgres_database.run(begin)
    await postgres_database.run(lambda s: chats.wake(s, number))
    async with two_transactions(postgres_url) as (worker, channel):
        assert await channel.do(lambda s: say(s, "meanwhile")) is not None
        ending = asyncio.create_task(worker.do(lambda s: finish(s, f"chat:{number}")))
        await somebody_waits(postgres_database)
        await channel.commit()
        await ending
        assert "meanwhile" in await worker.do(lambda s: positions(s, number))
        await worker.commit()
    assert await postgres_database.run(queued) == []


@pytest.mark.real("postgres")
async def test_two_who_go_on_with_a_conversation_do_so_one_after_the_other(
    postgres_database: Database, postgres_url: str
) -> None:
    number = await postgres_database.run(begin)
    async with two_transactions(postgres_url) as (first, second):
        await first.do(lambda s: chats.load(s, number))
        assert (await second.do(lambda s: chats.look_at(s, number))).session is None
        loading = asyncio.create_task(second.do(lambda s: chats.load(s, number)))
        await somebody_waits(postgres_database)
        await first.do(lambda s: chats.save(s, number, session_json={"turn": 1}, last_position="1", checkpoint=False))
        await first.commit()
        assert (await loading).session == {"turn": 1}


async def test_nothing_said_while_turns_are_taken_is_overlooked(database: Database) -> None:
    """Three chats in which much is said at once, and a worker that answers each event with one line."""

    async def drain(job: Job) -> Effect:
        number = job.payload["conversation"]

        def take(session: Session) -> None:
            conversation = chats.load(session, number)
            since = chats.events_since(session, number, conversation.last_position)
            for event in (event for event in since if not event.done):
                chats.put_line(session, number, event.payload["text"], send=False, key=f"answer:{event.id}")
                chats.mark_done(session, [event.id])

        return take

    async def talk(address: str) -> None:
        for count in range(40):
            await database.run(partial(say, text="a word", channel="web", address=address, at=f"{count:03}"))

    def answered(session: Session) -> bool:
        return len(chats.last_seqs(session, 0)) == 3 and all(seq == 40 for _, _, seq in chats.last_seqs(session, 0))

    worker = Worker(database, {chats.KIND: drain}, Parked(), poll=NEVER)
    running = asyncio.create_task(worker.run())
    await asyncio.gather(*(talk(address) for address in ("one", "two", "three")))
    await until_async(lambda: database.run(answered), "an answer to everything")
    worker.stop()
    await running
    assert await database.run(queued) == []
