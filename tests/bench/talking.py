"""People in the web chat, as their pages would talk: one WebSocket each, one thing said after the other is answered."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from complaints.deadlines import local_date
from complaints.policy import load_policy

PATIENCE = 60.0
NO_ANSWERS = ('{"ready"', '{"ack"', '{"language"')
"""How frames begin that are not yet the answer; an echo is one at once."""
CONNECTING_AT_ONCE = 50


@dataclass(slots=True)
class Person:
    """One open chat. `took`: seconds from each frame sent until its answer was there."""

    connection: ClientConnection
    took: list[float] = field(default_factory=list)

    async def say(self, number: int, text: str) -> str:
        began = time.perf_counter()
        await self.connection.send(json.dumps({"seq": f"frame-{number:03}", "said": text}))
        answer = await self.answer()
        self.took.append(time.perf_counter() - began)
        return answer

    async def answer(self) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = await self.connection.recv()
                if not str(frame).startswith(NO_ANSWERS):
                    return str(frame)

    async def file(self, number: int) -> None:
        """A whole complaint, question by question."""
        for place, text in enumerate(complaint(number)):
            await self.say(place, text)


@asynccontextmanager
async def connected(port: int, tokens: Sequence[str]) -> AsyncIterator[list[Person]]:
    """The chats of these visits, open and greeted."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def arrive(token: str) -> Person:
            async with gate:
                person = Person(await stack.enter_async_context(_page(port, token)))
                await person.connection.send(json.dumps({"last_seq": 0, "language": "en"}))
                await person.answer()
                return person

        yield list(await asyncio.gather(*map(arrive, tokens)))


def _page(port: int, token: str) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}/chat/socket",
        origin=Origin(f"http://127.0.0.1:{port}"),
        additional_headers={"Cookie": f"recourse={token}"},
        compression=None,
        proxy=None,
        ping_interval=None,
    )


def complaint(number: int) -> list[str]:
    """What somebody says who has everything at hand and is known: eligible today, and no other has its number."""
    today = local_date(datetime.now(UTC), load_policy())
    return [
        "countycare",
        f"CC-{number:06}",
        f"{today - timedelta(days=40):%m/%d/%Y}",
        "not yet",
        "Medicaid managed care",
        "prior auth",
        f"19137{number:06}JT",
        f"{today - timedelta(days=90):%m/%d/%Y}",
        "Sample, Pat",
        "012345678",
        "Denied although it was authorized.",
        "Pay the claim.",
        "skip",
        "file it",
    ]
