"""The Slack channel as `serve` opens it: one session to Slack's API, bolt, and a way in."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, ClientTimeout
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute, Route

from bot.channels.slack.carrier import SlackCarrier
from bot.channels.slack.door import PATH, Door
from bot.channels.slack.ears import Ears, bolt_app
from bot.chat_ports import ChatCarrier, Store
from complaints.errors import SettingsError, Unavailable

log = logging.getLogger(__name__)

CALL_TIMEOUT = 30.0

_SECRET = re.compile(r"x(?:ox[a-z]|app)-[\w-]+|(?<=ticket=)[\w-]+")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What an operator copies from the Slack app's pages (docs/slack.md). With an app token: Socket Mode."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Slack:
    """The open channel. `routes` belong on our HTTP port; in Socket Mode there are none."""

    carrier: ChatCarrier
    routes: Sequence[BaseRoute] = ()


@asynccontextmanager
async def open_slack(settings: SlackSettings, store: Store) -> AsyncIterator[Slack]:
    """Talk to Slack until the end. Raises SettingsError: a token is no good, or there is no way for events to come in.

    That Slack is away at the start is no error: who we are is then asked with the first event.
    """
    if not settings.app_token and not settings.signing_secret:
        raise SettingsError("Slack needs RECOURSE_SLACK_SIGNING_SECRET, or RECOURSE_SLACK_APP_TOKEN for Socket Mode.")
    library = _library_log()
    async with ClientSession(timeout=ClientTimeout(total=CALL_TIMEOUT)) as session:

        def client(token: str | None = None) -> AsyncWebClient:
            # without its retries: one of them says a line again whose answer was lost
            return AsyncWebClient(token, settings.api_url, session=session, logger=library, retry_handlers=[])

        web = client(settings.bot_token)
        ears = Ears(web, store)
        try:
            await ears.who_are_we()
        except Unavailable as away:
            log.warning("%s; it is asked again when somebody writes", away)
        carrier, app = SlackCarrier(web, session), bolt_app(ears, client(), library)
        try:
            if settings.app_token:
                async with _socket(AsyncSocketModeHandler(app, settings.app_token, library, client()), ears):
                    yield Slack(carrier)
            else:
                door = Door(app, settings.signing_secret)
                yield Slack(carrier, [Route(PATH, door.take, methods=["POST"])])
        finally:
            await ears.settle()


@asynccontextmanager
async def _socket(handler: AsyncSocketModeHandler, ears: Ears) -> AsyncIterator[None]:
    """Socket Mode. The library connects, again and again if it must; it acks what a listener has stored."""
    connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await ears.settle()  # their acks need the connection
        connecting.cancel()
        await asyncio.wait([connecting])
        await handler.client.close()  # type: ignore[no-untyped-call]


class _NoSecrets(logging.Filter):
    """The libraries put addresses and answers into what they log, and tracebacks with them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub("...", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


def _library_log() -> logging.Logger:
    """What the libraries log to: warnings only, since their debug lines hold what people write."""
    library = logging.getLogger(f"{__name__}.library")
    library.setLevel(logging.WARNING)
    if not library.filters:
        library.addFilter(_NoSecrets())
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    return library
