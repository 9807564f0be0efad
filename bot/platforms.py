"""The chat platforms that are switched on. Their libraries are imported only then: they take seconds and memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from bot import chatroom
from bot.chat_ports import ChatCarrier
from bot.house import House
from bot.settings import Settings
from complaints.errors import SettingsError

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


@dataclass(frozen=True, slots=True)
class Platforms:
    """What the open platforms bring: how lines go out, what is served on our HTTP port, what runs beside."""

    carriers: dict[str, ChatCarrier] = field(default_factory=dict)
    routes: "list[BaseRoute]" = field(default_factory=list)
    runs: list[Callable[[], Coroutine[None, None, None]]] = field(default_factory=list)


@asynccontextmanager
async def open_platforms(house: House) -> AsyncIterator[Platforms]:
    """Slack and Telegram, where the settings name them. SettingsError: a token is no good, or a library is missing."""
    settings, store, platforms = house.settings, partial(chatroom.store, house), Platforms()
    async with AsyncExitStack() as stack:
        if settings.slack_bot_token:
            module = await _imported("slack")
            slack = await stack.enter_async_context(module.open_slack(_slack(module, settings), store))
            platforms.carriers["slack"] = slack.carrier
            platforms.routes.extend(slack.routes)
        if settings.telegram_token:
            module = await _imported("telegram")
            telegram = await stack.enter_async_context(module.open_telegram(_telegram(module, settings), store))
            platforms.carriers["telegram"] = telegram.carrier
            platforms.routes.extend(telegram.routes)
            platforms.runs.append(telegram.run)
        yield platforms


async def _imported(channel: str) -> ModuleType:
    """The channel's module, off the loop."""
    try:
        return await asyncio.to_thread(import_module, f"bot.channels.{channel}")
    except ModuleNotFoundError as missing:
        raise SettingsError(
            f"{channel} is switched on, and its library is not installed ({missing.name}): install recourse[{channel}]"
        ) from missing


def _slack(module: ModuleType, settings: Settings) -> object:
    return module.SlackSettings(
        bot_token=settings.slack_bot_token,
        signing_secret=settings.slack_signing_secret,
        app_token=settings.slack_app_token,
        api_url=settings.slack_api,
    )


def _telegram(module: ModuleType, settings: Settings) -> object:
    return module.TelegramSettings(
        token=settings.telegram_token,
        mode=settings.telegram_mode,
        webhook_url=f"{settings.web_address}/telegram/webhook",
        webhook_secret=settings.telegram_secret,
        api_url=settings.telegram_api,
    )
