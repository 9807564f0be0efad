"""What slack-bolt hands us: it is stored, then acked, and nothing else is done meanwhile."""

import asyncio
import logging
import re
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.carrier import who_are_we
from bot.channels.slack.events import heard, thread_in_public
from bot.chat_ports import Store
from complaints.errors import Unavailable

log = logging.getLogger(__name__)

THREADS_REMEMBERED = 1000

IN_PRIVATE = (
    "Let us continue in private: please open a direct message with me. I keep nothing from this channel.\n"
    "Sigamos en privado: por favor, envíeme un mensaje directo. No guardo nada de este canal."
)


class Ears:
    """Stores what people do, and in a channel asks them to continue in private."""

    def __init__(self, web: AsyncWebClient, store: Store) -> None:
        self._web = web
        self._store = store
        self._us: AuthorizeResult | None = None
        self._asking = asyncio.Lock()
        self._invited: dict[tuple[str, str], None] = {}
        self._busy: set[asyncio.Task[Any]] = set()

    async def who_are_we(self) -> AuthorizeResult:
        """Asked once."""
        async with self._asking:
            if self._us is None:
                self._us = await who_are_we(self._web)
            return self._us

    async def hear(self, body: dict[str, Any]) -> None:
        """Returns when it is stored: only then may it be acked."""
        self._keep(asyncio.current_task())
        if where := thread_in_public(body):
            self._invite(*where)
            return
        us = await self.who_are_we()
        for incoming in heard(us.team_id or "", body, datetime.now(UTC)):
            await self._store(incoming)

    async def settle(self) -> None:
        """Wait for what is being stored or said."""
        while self._busy:
            await asyncio.wait(self._busy)

    def _keep(self, task: asyncio.Task[Any] | None) -> None:
        if task:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    def _invite(self, channel: str, thread: str) -> None:
        """Once in a thread, after the ack. What was said there is neither kept nor looked at."""
        if (channel, thread) in self._invited:
            return
        self._invited[channel, thread] = None
        if len(self._invited) > THREADS_REMEMBERED:
            del self._invited[next(iter(self._invited))]
        self._keep(asyncio.create_task(self._ask_into_private(channel, thread)))

    async def _ask_into_private(self, channel: str, thread: str) -> None:
        try:
            await self._web.chat_postMessage(channel=channel, thread_ts=thread, text=IN_PRIVATE)
        except (SlackClientError, OSError) as error:  # a courtesy: whoever missed it asks again
            log.warning("a channel was not asked to continue in private: %s", type(error).__name__)


def bolt_app(ears: Ears, client: AsyncWebClient, library: logging.Logger) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return await ears.who_are_we()

    async def hear(body: dict[str, Any], ack: AsyncAck) -> None:
        await ears.hear(body)
        await ack()

    async def failed(error: Exception) -> BoltResponse:
        level = logging.WARNING if isinstance(error, Unavailable) else logging.ERROR
        log.log(level, "an event from Slack was not stored: %s", type(error).__name__)
        return BoltResponse(status=503)

    app = AsyncApp(
        name="slack",
        logger=library,
        client=client,
        authorize=authorize,
        process_before_response=True,  # or it acks first and loses what fails
        request_verification_enabled=False,  # the door has done it, on the raw bytes
        ssl_check_enabled=False,
    )
    app.event(re.compile(""))(hear)
    app.action(re.compile(""))(hear)
    app.error(failed)
    return app
