"""Web turns: how many a second, how long each takes and what it costs, beside a bare WebSocket echo.

A turn is from the frame that a page sends until the answering line is there. Everybody talks at once, and each files a
complaint of their own, question by question. Then, memory: so many chats are open and idle.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.chat_ports import EventKind
from storage import chat_links, chats, registry
from storage.database import Session, open_database
from tests.bench.measuring import cpu_seconds, percentile, resident
from tests.bench.places import Place
from tests.bench.talking import complaint, connected
from tests.parts.looking import rows
from tests.parts.program import Installation, ready, serving

FIRST_ONES = 10
"""People who file before anything is measured, so that everything is loaded."""


@dataclass(frozen=True, slots=True)
class ChatFigures:
    """Of one server. Times in milliseconds; CPU of all the server's processes, user and system."""

    name: str
    people: int
    turns: int
    per_second: float
    cpu: float
    """CPU per turn."""
    p50: float
    p99: float
    open_chats: int
    memory_before: float
    """MB of the server's process with no chat open."""
    memory_open: float
    """MB with `open_chats` of them open and idle."""

    @property
    def kb_per_chat(self) -> float:
        return (self.memory_open - self.memory_before) * 1000 / self.open_chats


async def measure_chats(people: int, open_chats: int, places: Sequence[Place], folder: Path) -> list[ChatFigures]:
    """The floor first."""
    most = max(FIRST_ONES + people, open_chats)
    async with _echo(folder) as (port, pid):
        found = [await _run("WebSocket echo", port, [pid], people, [""] * most, open_chats)]
    for place in places:
        tokens = await _begun(place.installation, most)
        async with serving(place.installation) as server:
            pids = [server.process.pid, *place.database_pids]
            found.append(await _run(place.name, server.http_port, pids, people, tokens, open_chats))
        ((filed,),) = await rows(place.installation.database_url, "SELECT count(*) FROM tickets WHERE channel = 'web'")
        assert filed == FIRST_ONES + people, f"{filed} tickets"
    return found


@asynccontextmanager
async def _echo(folder: Path) -> AsyncIterator[tuple[int, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.echo", stdout=asyncio.subprocess.PIPE
    )
    try:
        yield (await ready(process, folder / "echo.log"))["HTTP"], process.pid
    finally:
        process.kill()
        await process.communicate()


async def _begun(place: Installation, count: int) -> list[str]:
    """So many chats that were just begun by people of as many clinics; the tokens of their visits."""

    def begin(session: Session) -> list[str]:
        return [_begin(session, number) for number in range(count)]

    await place.done("migrate")
    async with open_database(place.database_url, "the benchmark") as database:
        return await database.run(begin)


def _begin(session: Session, number: int) -> str:
    address, person = f"chat-{number}", f"billing@clinic{number}.example"
    provider = registry.add_provider(session, f"Clinic {number}", f"{number:012}")
    registry.add_person(session, provider.id, person)
    chats.put_event(
        session, channel="web", address=address, account=address, external_id=f"{address}:start",
        position=f"{number:020}", kind=EventKind.OPENED.value, payload={}, received=datetime.now(UTC),
    )  # fmt: skip
    conversation = chats.find(session, "web", address)
    assert conversation is not None
    chats.set_person(session, conversation.id, person)
    return chat_links.new_visit(session, conversation.id)


async def _run(
    name: str, port: int, pids: Sequence[int], people: int, tokens: Sequence[str], open_chats: int
) -> ChatFigures:
    early, late = tokens[:FIRST_ONES], tokens[FIRST_ONES : FIRST_ONES + people]
    async with connected(port, early) as first:
        await asyncio.gather(*(person.file(number) for number, person in enumerate(first)))
    memory_before = resident(pids[0])
    async with connected(port, tokens[:open_chats]):
        memory_open = resident(pids[0])
    async with connected(port, late) as talkers:
        cpu, began = cpu_seconds(pids), time.perf_counter()
        await asyncio.gather(*(person.file(FIRST_ONES + number) for number, person in enumerate(talkers)))
        wall, used = time.perf_counter() - began, cpu_seconds(pids) - cpu
    took = [seconds * 1000 for person in talkers for seconds in person.took]
    turns = len(took)
    assert turns == people * len(complaint(0))
    return ChatFigures(
        name, people, turns, turns / wall, used * 1000 / turns, percentile(took, 50), percentile(took, 99),
        open_chats, memory_before / 1000, memory_open / 1000,
    )  # fmt: skip


def show_chats(figures: Sequence[ChatFigures]) -> None:
    print(f"\n{figures[0].people} people talk at once over WebSockets, each files a complaint; milliseconds\n")
    print(f"{'':24}{'turns/s':>9}{'of floor':>10}{'CPU/turn':>10}{'x floor':>9}{'p50':>8}{'p99':>8}", end="")
    print(f"{'MB, no chat':>13}{f'{figures[0].open_chats} open':>11}{'kB/chat':>9}")
    base = figures[0]
    for one in figures:
        print(f"{one.name:24}{one.per_second:9.0f}{one.per_second / base.per_second:10.3f}", end="")
        print(f"{one.cpu:10.2f}{one.cpu / base.cpu if base.cpu else 0:9.0f}{one.p50:8.1f}{one.p99:8.1f}", end="")
        print(f"{one.memory_before:13.1f}{one.memory_open:11.1f}{one.kb_per_chat:9.1f}")
