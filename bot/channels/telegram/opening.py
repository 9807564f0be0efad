"""Opening the channel: one bot and one HTTP session for both directions, closed at the end."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import SetWebhook
from aiogram.utils.token import TokenValidationError
from starlette.routing import BaseRoute, Route

from bot.channels.telegram.calls import CALL_TIMEOUT
from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.door import PATH, Door
from bot.channels.telegram.ears import Ears, insist, poll
from bot.channels.telegram.updates import WANTED
from bot.chat_ports import ChatCarrier, Store
from complaints.errors import SettingsError

log = logging.getLogger(__name__)

FIRST_CALL_TIMEOUT = 10
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The token is from BotFather (docs/telegram.md). `webhook_url` is the whole address of our own door."""

    token: str = field(repr=False)
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    api_url: str = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class Telegram:
    """The open channel. `run` polls until it is cancelled, or tells Telegram where our door is and returns. `routes`
    belong on our HTTP port."""

    carrier: ChatCarrier
    run: Callable[[], Awaitable[None]]
    routes: Sequence[BaseRoute] = ()


@asynccontextmanager
async def open_telegram(settings: TelegramSettings, store: Store) -> AsyncIterator[Telegram]:
    """Talk to Telegram until the end. Raises SettingsError: the token is no good, or the webhook cannot work.

    That Telegram is away at the start is no error.
    """
    _check(settings)
    bot = _bot(settings)
    ears = Ears(bot, store)
    try:
        await _is_accepted(bot)
        if settings.mode == "polling":
            yield Telegram(TelegramCarrier(bot), partial(poll, bot, ears))
        else:
            door = Door(ears, settings.webhook_secret)
            route = Route(PATH, door.take, methods=["POST"])
            yield Telegram(TelegramCarrier(bot), partial(_tell_where_we_are, bot, settings), [route])
    finally:
        await ears.settle()
        await bot.session.close()


def _check(settings: TelegramSettings) -> None:
    if settings.mode == "polling":
        return
    if not settings.webhook_url.startswith("https://"):
        raise SettingsError(
            f"RECOURSE_TELEGRAM_MODE=webhook needs an https address that Telegram reaches, not "
            f"{settings.webhook_url!r}. Set RECOURSE_PUBLIC_URL, for example https://complaints.example.gov"
        )
    if not _SECRET.fullmatch(settings.webhook_secret):
        raise SettingsError(
            "RECOURSE_TELEGRAM_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -: only who knows it is believed."
        )


def _bot(settings: TelegramSettings) -> Bot:
    api = TelegramAPIServer.from_base(settings.api_url)
    try:
        return Bot(settings.token, session=AiohttpSession(api=api, timeout=CALL_TIMEOUT))
    except TokenValidationError:
        raise SettingsError("RECOURSE_TELEGRAM_TOKEN is not a token. Example: 123456:ABC-DEF") from None


async def _is_accepted(bot: Bot) -> None:
    try:
        await bot.get_me(request_timeout=FIRST_CALL_TIMEOUT)
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise SettingsError("RECOURSE_TELEGRAM_TOKEN is not accepted by Telegram.") from None
    except AiogramError as error:
        log.warning("Telegram does not say who we are (%s)", type(error).__name__)


async def _tell_where_we_are(bot: Bot, settings: TelegramSettings) -> None:
    method = SetWebhook(
        url=settings.webhook_url,
        secret_token=settings.webhook_secret,
        allowed_updates=list(WANTED),
        drop_pending_updates=False,
    )
    await insist(bot, method)
