"""Updates on their way in: stored, then confirmed. By long polling here, or from `door` as Telegram posts them."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, TelegramMethod
from aiogram.types import ReplyParameters

from bot.channels.telegram.calls import CALL_TIMEOUT, ReadUpdates, SayText, ask
from bot.channels.telegram.updates import WANTED, heard, is_to_us, press_in, request_in_public
from bot.chat_ports import Store
from complaints.errors import RecourseError, Unavailable
from storage.work import TryLater

log = logging.getLogger(__name__)

POLL = 25
"""Seconds that Telegram keeps our question open when there is nothing new."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
SETTLE = 5.0
REQUESTS_REMEMBERED = 1000

IN_PRIVATE = (
    "Let us continue in private: please write to me directly. I keep nothing from this group.\n"
    "Sigamos en privado: por favor, escríbame directamente. No guardo nada de este grupo."
)


class Ears:
    """Stores what people do; in a group, asks whoever speaks to us to continue in private."""

    def __init__(self, bot: Bot, store: Store) -> None:
        self._bot = bot
        self._store = store
        self._answered: dict[tuple[int, int], None] = {}
        self._busy: set[asyncio.Task[None]] = set()

    async def hear(self, update: Mapping[str, Any]) -> None:
        """Returns when it is stored: only then may it be confirmed. Raises what the store raises."""
        try:
            events = tuple(heard(update, datetime.now(UTC)))
        except (KeyError, TypeError, ValueError) as error:  # nor will it be when it comes again
            log.error("an update is not written as Telegram documents it: %s", type(error).__name__)  # noqa: TRY400
            return
        for incoming in events:
            await self._store(incoming)
        if press := press_in(update):
            self._soon(self._show_it_came(press))
        elif request := request_in_public(update):
            self._soon(self._ask_into_private(request))

    async def settle(self) -> None:
        """Let courtesies finish that are under way."""
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=SETTLE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _soon(self, courtesy: Coroutine[Any, Any, None]) -> None:
        """Nothing that must not be lost, so nobody waits for it."""
        task = asyncio.create_task(courtesy)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _show_it_came(self, press: str) -> None:
        try:
            await ask(self._bot, AnswerCallbackQuery(callback_query_id=press))
        except RecourseError as error:  # the button goes on showing that it waits
            log.info("a press was not shown as taken: %s", error)

    async def _ask_into_private(self, request: Mapping[str, Any]) -> None:
        """Once for each message. What was said is neither kept nor logged."""
        where = request["chat"]["id"], request["message_id"]
        if where in self._answered:
            return
        self._answered[where] = None
        if len(self._answered) > REQUESTS_REMEMBERED:
            del self._answered[next(iter(self._answered))]
        try:
            us = await self._bot.me()
            if is_to_us(request, us.id, us.username or ""):
                beside = ReplyParameters(message_id=where[1], allow_sending_without_reply=True)
                await ask(self._bot, SayText(chat_id=where[0], text=IN_PRIVATE, reply_parameters=beside))
        except (RecourseError, AiogramError) as error:  # whoever missed it asks again
            log.warning("a group was not asked to continue in private: %s", type(error).__name__)


class Patience:
    """Longer and longer pauses while something is away."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    async def wait(self, why: RecourseError) -> None:
        pause = why.seconds if isinstance(why, TryLater) else self._next
        self._next = min(2 * self._next, LONGEST_PAUSE)
        log.warning("%s; tried again in %.1f s", why, pause)
        await asyncio.sleep(pause)

    def over(self) -> None:
        self._next = FIRST_PAUSE


async def insist(bot: Bot, method: TelegramMethod[Any]) -> None:
    """Ask until Telegram has done it."""
    patience = Patience()
    while True:
        try:
            await ask(bot, method)
        except RecourseError as error:
            await patience.wait(error)
        else:
            return


async def poll(bot: Bot, ears: Ears) -> None:
    """Ask for updates until cancelled. The next question confirms what it leaves out, hence what is stored."""
    await insist(bot, DeleteWebhook(drop_pending_updates=False))
    patience = Patience()
    offset: int | None = None
    while True:
        question = ReadUpdates(offset=offset, timeout=POLL, allowed_updates=list(WANTED))
        try:
            updates = await ask(bot, question, POLL + CALL_TIMEOUT)
            offset = await _keep(ears, updates)
        except NotStored as error:
            offset = error.first
            await patience.wait(error)
        except RecourseError as error:
            await patience.wait(error)
        else:
            patience.over()


class NotStored(Unavailable):
    """`first`: the number of the first update that must come again."""

    def __init__(self, first: int, why: str) -> None:
        super().__init__(why)
        self.first = first


async def _keep(ears: Ears, updates: Sequence[Mapping[str, Any]]) -> int | None:
    """Store them; the offset of the next question, None when nothing waits for being confirmed.

    None matters: after a week of silence the numbers begin anew, perhaps below the last one. Raises NotStored.
    """
    unsaved: NotStored | None = None
    for update in updates:
        number = update["update_id"]
        try:
            await ears.hear(update)
        except Unavailable as away:
            raise unsaved or NotStored(number, f"an update from Telegram was not stored: {away}") from None
        except (asyncio.CancelledError, Exception) as error:
            if isinstance(error, asyncio.CancelledError) and _is_to_end():
                raise
            unsaved = unsaved or NotStored(number, f"an update from Telegram was not stored: {type(error).__name__}")
    if unsaved:
        raise unsaved
    return updates[-1]["update_id"] + 1 if updates else None


def _is_to_end() -> bool:
    """Whether it is we who are cancelled, and not something in the store that we wait for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
