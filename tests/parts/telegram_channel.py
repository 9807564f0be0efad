"""The open Telegram channel against a local Telegram, with a store in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.channels.telegram import Telegram, TelegramSettings, open_telegram
from bot.chat_ports import Incoming, OutgoingLine
from bot.pretend.telegram import TOKEN, FakeTelegram
from complaints.errors import Unavailable
from tests.parts.waiting import until_async

SECRET = "invented_webhook-secret"
DOOR = "https://recourse.example/telegram/webhook"


class Shelf:
    """A store that keeps events in memory, once each, or is away."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.repeated = 0
        self.refused = 0
        self.trouble: Callable[[Incoming], BaseException | None] = lambda _: None

    async def __call__(self, incoming: Incoming) -> bool:
        if trouble := self.trouble(incoming):
            self.refused += 1
            raise trouble
        if incoming.external_id in {event.external_id for event in self.kept}:
            self.repeated += 1
            return False
        self.kept.append(incoming)
        return True

    def go_away(self) -> None:
        self.trouble = lambda _: Unavailable("the database is away")

    def come_back(self) -> None:
        self.trouble = lambda _: None

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        async def look() -> bool:
            return condition()

        await until_async(look, what)

    async def holds(self, count: int) -> list[Incoming]:
        await self.until(lambda: len(self.kept) >= count, f"{count} events")
        assert len(self.kept) == count
        return self.kept


def settings(telegram: FakeTelegram, **others: str) -> TelegramSettings:
    return TelegramSettings(TOKEN, api_url=telegram.url, **others)  # type: ignore[arg-type]


@asynccontextmanager
async def running(channel: Telegram) -> AsyncIterator[None]:
    work = asyncio.ensure_future(channel.run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.wait([work])


@asynccontextmanager
async def listening(telegram: FakeTelegram, shelf: Shelf) -> AsyncIterator[Telegram]:
    """The channel in polling mode, open and polling."""
    async with open_telegram(settings(telegram), shelf) as channel, running(channel):
        yield channel


def line(text: str, *choices: str, turn: int = 3, file: bytes | None = None) -> OutgoingLine:
    return OutgoingLine(7, text, choices, turn, "claims.xlsx" if file is not None else "", file)
