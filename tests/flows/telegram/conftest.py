"""A local Telegram, and our channel open to it in either mode."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram import Telegram, ears, open_telegram
from bot.pretend.telegram import TOKEN, FakeTelegram, fake_telegram
from tests.parts.telegram_channel import DOOR, SECRET, Shelf, listening, settings


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "FIRST_PAUSE", 0.01)


@pytest.fixture(autouse=True)
def _no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens in a test: neither the token nor what people wrote gets into a log."""
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "aiogram")
    yield
    shown = logging.Formatter()
    logged = "".join(shown.format(record) for phase in ("setup", "call") for record in caplog.get_records(phase))
    assert TOKEN not in logged
    assert "invented-Token_x" not in logged
    assert "Meridian" not in logged


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as running:
        yield running


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def polling(telegram: FakeTelegram, shelf: Shelf) -> AsyncIterator[Telegram]:
    async with listening(telegram, shelf) as channel:
        yield channel


@pytest.fixture
async def door(telegram: FakeTelegram, shelf: Shelf) -> AsyncIterator[str]:
    """The channel in webhook mode, its route on a real HTTP port: the address that reaches it from here."""
    wanted = settings(telegram, mode="webhook", webhook_url=DOOR, webhook_secret=SECRET)
    async with open_telegram(wanted, shelf) as channel:
        app = Starlette(routes=channel.routes)
        server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None))
        serving = asyncio.create_task(server.serve())
        await shelf.until(lambda: server.started, "the HTTP server")
        await channel.run()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/telegram/webhook"
        server.should_exit = True
        await serving
