"""Chats under everything that platforms and crashes do: late, repeated, edited, concurrent, cut off in the middle.

Each example is a conversation of its own. What is asked: every event is taken once and answered, nothing is filed
twice, and a conversation whose events came in disorder ends where the right order leads.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import chatroom
from bot.chat_ports import EventKind, Incoming
from bot.enclosures import Cabinet
from bot.house import House
from bot.settings import Settings
from complaints.mcos import load_roster
from complaints.policy import load_policy
from conversations.session import Session
from sheets.reading import SheetReader
from storage import chats, ledger, registry
from storage.chats import Conversation
from storage.database import Session as Db
from storage.database import open_database
from tickets.ports import Attachment
from tickets.submission import Enclosures

NOON = datetime(2026, 11, 24, 18, tzinfo=UTC)
NUMBERS = count(1)

ANSWERS = [
    "Meridian",
    "Aetna",
    "M-5501",
    "M-5502",
    "Oct 15",
    "6 weeks ago",
    "yesterday",
    "not yet",
    "Medicaid",
    "claims",
]
TALK = [*ANSWERS, "skip", "back", "change the date", "help", "why", "status", "español", "nonsense !!"]
FILING = [*TALK, "yes", "file it", "another like this one", "start over", "cancel"]


ENCLOSURES = Enclosures(Attachment("sheet", "", b""), Attachment("registration", "", b""))
"""No answer here carries one."""


class Crash(Exception):
    """The process ends before the transaction commits."""


@dataclass(frozen=True)
class Did:
    """Something the person did; its place in their order is its place in the script."""

    kind: EventKind
    payload: dict[str, Any]


def said(words: Sequence[str]) -> st.SearchStrategy[Did]:
    return st.sampled_from(words).map(lambda text: Did(EventKind.SAID, {"text": text}))


def edited(words: Sequence[str]) -> st.SearchStrategy[Did]:
    return st.tuples(st.integers(0, 9), st.sampled_from(words)).map(
        lambda drawn: Did(EventKind.EDITED, {"event": str(drawn[0]), "text": drawn[1]})
    )


PRESSED = st.tuples(st.integers(0, 15), st.integers(0, 8)).map(
    lambda drawn: Did(EventKind.PRESSED, {"turn": drawn[0], "choice": drawn[1]})
)


@dataclass
class Chat:
    """One person's chat, on as many processes as there are houses."""

    houses: list[House]
    enclosures: Enclosures
    address: str
    person: str

    async def arrives(self, place: int, did: Did) -> bool:
        payload = dict(did.payload)
        if "event" in payload:
            payload["event"] = f"{self.address}:{payload['event']}"
        incoming = Incoming(
            "web", self.address, "somebody", f"{self.address}:{place}", f"{place:06}", did.kind, NOON, payload
        )
        new = await chatroom.store(self.houses[place % len(self.houses)], incoming)
        if self.person:
            await self.houses[0].database.run(self._link)
        return new

    def _link(self, db: Db) -> None:
        conversation = chats.find(db, "web", self.address)
        assert conversation is not None
        chats.set_person(db, conversation.id, self.person)

    async def drain(self, process: int, crashes: bool = False) -> None:
        house = self.houses[process % len(self.houses)]
        conversation = await house.database.run(lambda db: chats.find(db, "web", self.address))
        if conversation is None:
            return

        def turn(db: Db) -> None:
            heard, waits = self._lines(db), self._waits(db)
            chatroom.take_waiting(house, db, conversation.id, self.enclosures, {})
            assert not waits or self._lines(db) > heard, "silence"
            if crashes:
                raise Crash

        with suppress(Crash):
            await house.database.run(turn)

    def _lines(self, db: Db) -> int:
        return sum(line.ours for line in chats.lines_after(db, self._conversation(db).id, 0))

    def _waits(self, db: Db) -> bool:
        events = chats.events_since(db, self._conversation(db).id, "")
        return any(not event.done for event in events)

    def _conversation(self, db: Db) -> Conversation:
        found = chats.find(db, "web", self.address)
        assert found is not None
        return found

    async def ends(self) -> Session:
        """Everything was taken; how the conversation stands."""
        await self.drain(0)

        def look(db: Db) -> Session:
            assert not self._waits(db)
            stored = self._conversation(db).session
            return Session.from_json(stored) if stored else Session()

        return await self.houses[0].database.run(look)

    async def tracking_numbers_on_tickets(self) -> list[str]:
        def look(db: Db) -> list[str]:
            theirs = {provider.id for provider in registry.SqlRegistry(db).providers_of(self.person)}
            tickets = [ticket for ticket in ledger.list_tickets(db) if ticket.provider_id in theirs]
            return [claim.tracking_number.value or "" for one in tickets for claim in ledger.claims_of(db, one.number)]

        return await self.houses[0].database.run(look)


async def open_houses(stack: AsyncExitStack, url: str) -> list[House]:
    """Two processes on PostgreSQL, one on SQLite."""
    roster, policy = load_roster(), load_policy()
    databases = [
        await stack.enter_async_context(open_database(url, "a test"))
        for _ in range(2 if url.startswith("postgresql") else 1)
    ]
    plain = Settings(database_url=url, relay=f"maildir:{Path('/nonexistent')}")
    return [House(plain, database, SheetReader(), Cabinet(roster), policy, roster) for database in databases]


async def new_chat(houses: list[House], *, known: bool = True) -> Chat:
    number = next(NUMBERS)
    person = f"billing{number}@lakeside.example" if known else ""

    def register(db: Db) -> None:
        provider = registry.add_provider(db, f"Clinic {number}", f"{number:012}")
        registry.add_person(db, provider.id, person, "Dana")

    if known:
        await houses[0].database.run(register)
    return Chat(houses, ENCLOSURES, f"chat-{number}", person)


QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUICK
@given(data=st.data())
def test_disorder_ends_where_the_right_order_leads(database_url: str, data: st.DataObject) -> None:
    """Events late and repeated, turns taken in between and cut off: the answers are those of the right order."""
    script = data.draw(st.lists(said(TALK) | edited(ANSWERS), min_size=1, max_size=10))
    order = data.draw(st.permutations(range(len(script))))
    extra = data.draw(st.lists(st.sampled_from(range(len(script))), max_size=4))
    cuts = data.draw(st.lists(st.sampled_from(["drain", "crash", "nothing"]), min_size=len(order), max_size=len(order)))

    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            live, disordered = await new_chat(houses), await new_chat(houses)
            for place, did in enumerate(script):
                await live.arrives(place, did)
                await live.drain(place)
            for place, cut in zip([*order], cuts, strict=True):
                await disordered.arrives(place, script[place])
                if cut != "nothing":
                    await disordered.drain(place, crashes=cut == "crash")
            for place in extra:  # delivered again: the ack was lost
                assert not await disordered.arrives(place, script[place])
                await disordered.drain(place)
            right, found = await live.ends(), await disordered.ends()
            values = {key: answer.value for key, answer in right.answers.items()}
            assert {key: answer.value for key, answer in found.answers.items()} == values
            assert found.asking == right.asking

    asyncio.run(play())


@QUICK
@given(data=st.data())
def test_whatever_happens_nothing_is_filed_twice(database_url: str, data: st.DataObject) -> None:
    """Everything at once, in two processes on PostgreSQL: never an exception, never silence, never two tickets."""
    words = ["Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no"]
    beginning = [Did(EventKind.SAID, {"text": text}) for text in words]
    rest = data.draw(st.lists(said(FILING) | PRESSED | edited(ANSWERS), min_size=1, max_size=8))
    script = [*beginning, *rest]
    swaps = data.draw(st.lists(st.integers(0, len(script) - 2), max_size=3))
    order = list(range(len(script)))
    for at in swaps:
        order[at], order[at + 1] = order[at + 1], order[at]
    cuts = data.draw(st.lists(st.sampled_from(["drain", "both", "crash", "nothing", "again"]), min_size=len(order)))

    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            chat = await new_chat(houses)
            for place, cut in zip(order, cuts, strict=False):
                await chat.arrives(place, script[place])
                if cut == "again":
                    assert not await chat.arrives(place, script[place])
                if cut == "both":
                    await asyncio.gather(chat.drain(0), chat.drain(1))
                elif cut != "nothing":
                    await chat.drain(place, crashes=cut == "crash")
            await chat.ends()
            numbers = await chat.tracking_numbers_on_tickets()
            assert len(numbers) == len(set(numbers)), numbers

    asyncio.run(play())


def test_a_review_is_filed_once_by_two_presses_in_two_processes(database_url: str) -> None:
    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            chat = await new_chat(houses)
            words = ["Meridian", "M-1", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no"]
            for place, text in enumerate(words):
                await chat.arrives(place, Did(EventKind.SAID, {"text": text}))
            review = await chat.ends()
            press = Did(EventKind.PRESSED, {"turn": review.turn, "choice": 0})
            await asyncio.gather(chat.arrives(50, press), chat.arrives(51, press), chat.arrives(50, press))
            await asyncio.gather(chat.drain(0), chat.drain(1))
            await chat.ends()
            assert await chat.tracking_numbers_on_tickets() == ["M-1"]

    asyncio.run(play())
