"""Chats on real databases, for the contract tests: what a person does, and the processes that take their turns."""

from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot import chatroom
from bot.chat_ports import EventKind, Incoming
from bot.house import House
from bot.settings import Settings
from conversations.session import Session
from storage import chats, ledger, registry
from storage.chats import Conversation
from storage.database import Session as Db
from storage.database import open_database
from tests.parts.houses import house_of
from tickets.ports import Attachment
from tickets.submission import Enclosures

NOON = datetime(2026, 11, 24, 18, tzinfo=UTC)
NUMBERS = count(1)

ENCLOSURES = Enclosures(Attachment("sheet", "", b""), Attachment("registration", "", b""))
"""No answer here carries one."""


class Crash(Exception):
    """The process ends before the transaction commits."""


@dataclass(frozen=True)
class Did:
    """Something the person did; its place in their order is its place in the script."""

    kind: EventKind
    payload: dict[str, Any]


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

    async def leaves(self) -> None:
        """What waits is that they left: nobody is answered."""
        house = self.houses[0]

        def turn(db: Db) -> None:
            chatroom.take_waiting(house, db, self._conversation(db).id, self.enclosures, {})

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
    databases = [
        await stack.enter_async_context(open_database(url, "a test"))
        for _ in range(2 if url.startswith("postgresql") else 1)
    ]
    plain = Settings(database_url=url, relay=f"maildir:{Path('/nonexistent')}")
    return [house_of(database, plain) for database in databases]


async def new_chat(houses: list[House], *, known: bool = True) -> Chat:
    number = next(NUMBERS)
    person = f"billing{number}@lakeside.example" if known else ""

    def register(db: Db) -> None:
        provider = registry.add_provider(db, f"Clinic {number}", f"{number:012}")
        registry.add_person(db, provider.id, person, "Dana")

    if known:
        await houses[0].database.run(register)
    return Chat(houses, ENCLOSURES, f"chat-{number}", person)
