"""The Telegram channel: what people do in private chats is stored, then confirmed; lines go back by the Bot API.

Updates come by long polling or to a webhook. aiogram is used as the API's client only. Importing this package costs
seconds and 160 MB, so it is imported only where Telegram is configured, and never while the event loop waits for it.
"""

from bot.channels.telegram.opening import Telegram, TelegramSettings, open_telegram

__all__ = ["Telegram", "TelegramSettings", "open_telegram"]
