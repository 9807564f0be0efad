"""An installation with a local Slack and a local Telegram beside it, and the clinic registered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.pretend.slack import fake_slack
from bot.pretend.telegram import fake_telegram
from tests.parts import office
from tests.parts.messengers import Messengers
from tests.parts.program import Installation


@asynccontextmanager
async def _around(place: Installation) -> AsyncIterator[Messengers]:
    await place.register(office.CLINIC)
    async with fake_slack() as slack, fake_telegram() as telegram:
        yield Messengers(place, slack, telegram)


@pytest.fixture
async def messengers(on_sqlite: Installation) -> AsyncIterator[Messengers]:
    async with _around(on_sqlite) as found:
        yield found


@pytest.fixture
async def messengers_on_either(place: Installation) -> AsyncIterator[Messengers]:
    """On SQLite, and then on PostgreSQL."""
    async with _around(place) as found:
        yield found
