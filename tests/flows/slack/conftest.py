"""A local Slack, and our channel open on it."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.slack import SlackSettings, open_slack
from bot.pretend.slack import (
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    FakeSlack,
    fake_slack,
)
from tests.parts.slack_way import Shelf, Way, opened


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with fake_slack() as running:
        yield running


@pytest.fixture
async def http(slack: FakeSlack) -> AsyncIterator[Way]:
    async with opened(slack, Shelf()) as way:
        yield way


@pytest.fixture
async def quiet(slack: FakeSlack) -> AsyncIterator[Way]:
    """For what goes out only: nothing listens."""
    async with open_slack(SlackSettings(BOT_TOKEN, SIGNING_SECRET, api_url=slack.api_url), Shelf().store) as channel:
        yield Way(slack, Shelf(), channel)


@pytest.fixture(params=["http", "socket"])
async def way(request: pytest.FixtureRequest, slack: FakeSlack) -> AsyncIterator[Way]:
    """HTTP, and then Socket Mode."""
    async with opened(slack, Shelf(), app_token=APP_TOKEN if request.param == "socket" else "") as running:
        yield running
