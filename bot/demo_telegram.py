"""One person's private chat with the bot, in the local Telegram. The server polls it for updates."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.demo_chat import Heard, Platform
from bot.pretend.telegram import BOT_ID, TOKEN, FakeTelegram, Json, fake_telegram


class TelegramChat:
    """A `Chat` in Telegram."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    async def say(self, text: str) -> None:
        self._telegram.says(text)

    async def press(self, line: Heard, label: str) -> None:
        self._telegram.presses(int(line.name), line.buttons[label])

    async def lines(self) -> Sequence[Heard]:
        return [_heard(message) for message in self._telegram.messages.values() if message["from"]["id"] == BOT_ID]


def _heard(message: Json) -> Heard:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
    return Heard(str(message["message_id"]), message["text"], buttons)


@asynccontextmanager
async def open_telegram() -> AsyncIterator[Platform]:
    async with fake_telegram() as telegram:
        telegram.language = "en"
        settings = {"RECOURSE_TELEGRAM_TOKEN": TOKEN, "RECOURSE_TELEGRAM_API": telegram.url}
        yield Platform(settings, TelegramChat(telegram), "/start")
