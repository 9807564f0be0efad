"""Our Slack channel opened on a local Slack, by HTTP or Socket Mode, with a shelf in the inbox's place."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn
from starlette.applications import Starlette

from bot.channels.slack import Slack, SlackSettings, open_slack
from bot.chat_ports import EventKind, Incoming
from bot.pretend.slack import (
    BOT_TOKEN,
    DIRECT,
    SIGNING_SECRET,
    TEAM,
    Body,
    FakeSlack,
)
from complaints.errors import Unavailable
from tests.parts.waiting import until_async

ADDRESS = f"{TEAM}:{DIRECT}"


class Shelf:
    """Stores as the real inbox does: once for each external id, and not at all while it is broken."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.attempts = 0
        self.broken = False
        self.open = asyncio.Event()
        self.open.set()

    async def store(self, incoming: Incoming) -> bool:
        self.attempts += 1
        await self.open.wait()
        if self.broken:
            raise Unavailable("the disk is full")
        if any(incoming.external_id == other.external_id for other in self.kept):
            return False
        self.kept.append(incoming)
        return True

    def __getitem__(self, index: int) -> Incoming:
        return self.kept[index]


class Way:
    """One way in, with its Slack and its shelf."""

    def __init__(self, slack: FakeSlack, shelf: Shelf, channel: Slack) -> None:
        self.slack = slack
        self.shelf = shelf
        self.carrier = channel.carrier
        self.over_http = bool(channel.routes)

    async def delivers(self, body: Body, *, retry: int = 0) -> bool:
        """Deliver it; whether it was acked."""
        if self.over_http:
            return await self.slack.deliver(body, retry=retry) == 200
        tried = self.shelf.attempts
        envelope = await self.slack.push(body, retry=retry)

        async def settled() -> bool | None:
            return envelope in self.slack.acks or (self.shelf.broken and self.shelf.attempts > tried) or None

        await until_async(settled, "an ack or a failure")
        return envelope in self.slack.acks


class QuietServer(uvicorn.Server):
    """Uvicorn in the test's own loop; signals are pytest's."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@asynccontextmanager
async def served(channel: Slack) -> AsyncIterator[str]:
    """The channel's routes on a port of their own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = QuietServer(uvicorn.Config(Starlette(routes=channel.routes), log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def opened(slack: FakeSlack, shelf: Shelf, *, app_token: str = "") -> AsyncIterator[Way]:
    settings = SlackSettings(BOT_TOKEN, SIGNING_SECRET, app_token, slack.api_url)
    async with open_slack(settings, shelf.store) as channel:
        if channel.routes:
            async with served(channel) as slack.events_url:
                yield Way(slack, shelf, channel)
        else:
            yield Way(slack, shelf, channel)


def kinds(shelf: Shelf) -> list[EventKind]:
    return [incoming.kind for incoming in shelf.kept]
