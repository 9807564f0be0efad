"""The outward half: lines and files into a chat, files that came out of it, and deleting what a person wrote."""

from collections.abc import Iterator
from contextlib import aclosing

from aiogram import Bot
from aiogram.methods import DeleteMessage, GetFile
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import ClientError, ClientResponseError

from bot.channels.telegram.calls import SayFile, SayText, ask
from bot.chat_ports import Gone, OutgoingLine
from complaints.errors import Broken, Unavailable

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DOWNLOAD_TIMEOUT = 120


class TelegramCarrier:
    """A `ChatCarrier`. An address is the id of a chat."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, address: str, line: OutgoingLine) -> str:
        """The line as plain text, in several messages when it is long; the last one has the buttons and the file.

        Telegram recognises no repetition: a line whose answer was lost is shown twice.
        """
        chat = int(address)
        *before, last = [*parts(line.text)] or [""]
        if line.file is not None and len(last) > CAPTION_LIMIT:
            before, last = [*before, last], ""
        for part in before:
            await ask(self._bot, SayText(chat_id=chat, text=part))
        buttons = _buttons(line)
        method: SayText | SayFile
        if line.file is None:
            method = SayText(chat_id=chat, text=last, reply_markup=buttons)
        else:
            file = BufferedInputFile(line.file, line.file_name)
            method = SayFile(chat_id=chat, document=file, caption=last or None, reply_markup=buttons)
        sent = await ask(self._bot, method)
        return str(sent["message_id"])

    async def delete(self, address: str, external_id: str) -> bool:
        """A message of the person's own, in a private chat, for 48 hours."""
        message = external_id.split(":")[1]
        if not message.isdecimal():  # a press: nothing was written
            return False
        try:
            was_there = await ask(self._bot, DeleteMessage(chat_id=int(address), message_id=int(message)))
        except (Broken, Gone):
            return False
        return was_there

    async def fetch(self, reference: str, limit: int) -> bytes:
        """A file by its id. Telegram hands out none above 20 MB."""
        try:
            file = await ask(self._bot, GetFile(file_id=reference))
        except Gone as gone:
            raise Broken(str(gone)) from None
        if file.file_path is None:
            raise Broken("a file is not kept in Telegram")
        if (file.file_size or 0) > limit:
            raise _too_large(limit)
        try:
            return await self._download(file.file_path, limit)
        except ClientResponseError as error:
            if error.status == 429 or error.status >= 500:
                raise Unavailable(f"Telegram cannot hand out a file now ({error.status})") from None
            raise Broken(f"Telegram does not hand out a file ({error.status})") from None
        except (ClientError, OSError) as error:
            raise Unavailable(f"Telegram cannot be reached ({type(error).__name__})") from None

    async def _download(self, path: str, limit: int) -> bytes:
        session = self._bot.session
        address = session.api.file_url(self._bot.token, path)
        content = bytearray()
        async with aclosing(session.stream_content(address, timeout=DOWNLOAD_TIMEOUT)) as chunks:
            async for chunk in chunks:
                content += chunk
                if len(content) > limit:
                    raise _too_large(limit)
        return bytes(content)


def parts(text: str) -> Iterator[str]:
    """Cut between lines where it can be, so that each part is one message."""
    rest = text.strip("\n")
    while len(rest) > TEXT_LIMIT:
        end = rest.rfind("\n", 0, TEXT_LIMIT + 1)
        if end <= 0:
            end = TEXT_LIMIT
        yield rest[:end].rstrip("\n")
        rest = rest[end:].lstrip("\n")
    if rest:
        yield rest


def _buttons(line: OutgoingLine) -> InlineKeyboardMarkup | None:
    """One to a row, so that a phone shows the whole label. What it brings back is the turn and its position."""
    if not line.choices:
        return None
    rows = [
        [InlineKeyboardButton(text=label, callback_data=f"{line.turn}:{position}")]
        for position, label in enumerate(line.choices)
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _too_large(limit: int) -> Broken:
    return Broken(f"a file in Telegram is larger than {limit} bytes")
