"""Calls of the Bot API, and what their failures mean for us.

The bot's token is in every address, and what a person wrote may be in any answer: so the library's own error texts go
nowhere, and ours hold its error types only.
"""

from typing import Any, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters

from bot.chat_ports import Gone
from complaints.errors import Broken, RecourseError, Unavailable
from storage.work import TryLater

CALL_TIMEOUT = 30.0

T = TypeVar("T")
Json = dict[str, Any]
"""Telegram's JSON as it came."""

_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "deactivated", "blocked")


# The library's own types for these read the whole answer into its models, which fails when Telegram answers something
# newer: a line that was said would count as failed and be said again, and one update would hide all others beside it.


class ReadUpdates(TelegramMethod[list[Json]]):
    """getUpdates. An `offset` confirms all updates below it."""

    __returning__ = list[Json]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class SayText(TelegramMethod[Json]):
    """sendMessage: plain text, since without a parse mode nothing in it is markup."""

    __returning__ = Json
    __api_method__ = "sendMessage"
    chat_id: int
    text: str
    link_preview_options: LinkPreviewOptions = LinkPreviewOptions(is_disabled=True)  # or Telegram opens each link
    reply_markup: InlineKeyboardMarkup | None = None
    reply_parameters: ReplyParameters | None = None


class SayFile(TelegramMethod[Json]):
    """sendDocument."""

    __returning__ = Json
    __api_method__ = "sendDocument"
    chat_id: int
    document: BufferedInputFile
    caption: str | None = None
    reply_markup: InlineKeyboardMarkup | None = None


async def ask(bot: Bot, method: TelegramMethod[T], seconds: float = CALL_TIMEOUT) -> T:
    """Raises Unavailable, TryLater, Gone or Broken."""
    try:
        return await bot(method, request_timeout=int(seconds))
    except AiogramError as error:
        raise _meaning(error) from None
    except TypeError as error:  # the library expects a description in every refusal
        raise Unavailable(f"Telegram cannot be understood ({type(error).__name__})") from None


def _meaning(error: AiogramError) -> RecourseError:
    match error:
        case TelegramRetryAfter():
            return TryLater(float(error.retry_after))
        case TelegramForbiddenError() | TelegramMigrateToChat():
            return Gone(f"Telegram takes nothing from us for this chat ({type(error).__name__})")
        case TelegramBadRequest() if any(words in error.message.lower() for words in _NO_SUCH_CHAT):
            return Gone("Telegram knows no such chat")
        case TelegramBadRequest() | TelegramEntityTooLarge():
            return Broken(f"Telegram refuses it ({type(error).__name__})")
        case _:  # its own troubles, the network's, and a token that an administrator can mend
            return Unavailable(f"Telegram cannot do it now ({type(error).__name__})")
