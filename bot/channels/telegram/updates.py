"""What Telegram tells us, as events of a chat: pure translation of its JSON.

The JSON is read as it comes and not by the library's types: those refuse a whole update for one part of it that is
newer than they are, and the person's words with it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.chat_ports import EventKind, Incoming

CHANNEL = "telegram"

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that Telegram is asked for; without their names edits, presses and blocks do not come."""

WEEK = 7 * 24 * 3600

_COMMAND = re.compile(r"/([a-z][a-z_]{0,31})(?:@\w+)?(?=\s|$)", re.IGNORECASE)
_BUTTON = re.compile(r"([0-9]{1,9}):([0-9]{1,3})")

_FILES = ("document", "video", "audio", "voice", "video_note", "animation")
_WORDLESS = ("sticker", "location", "venue", "contact", "poll", "dice", "story")
"""What a person can send that we have no use for. It is heard as no words, so that they get an answer."""


def heard(update: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """The events of one update of a private chat; none for what is not a person's doing.

    Raises KeyError, TypeError or ValueError for what is not written as Telegram documents it.
    """
    match update:
        case {"message": {"chat": {"type": "private"}, "from": {"is_bot": False}} as message}:
            yield from _said(update, message, received)
        case {"edited_message": {"chat": {"type": "private"}, "from": {"is_bot": False}} as message}:
            yield from _edited(update, message, received)
        case {"callback_query": {"message": {"chat": {"type": "private"} as chat}} as press}:
            yield from _pressed(update, chat, press, received)
        case {"my_chat_member": {"chat": {"type": "private"}, "new_chat_member": {"status": "kicked"}} as change}:
            when = int(change["date"])
            name = f"gone:{when}:{update['update_id']}"
            yield _incoming(change, received, EventKind.GONE, name, position(update, when), {})


def press_in(update: Mapping[str, Any]) -> str | None:
    """The id of a press: the button shows that it waits until the press is answered."""
    match update:
        case {"callback_query": {"id": str(name)}}:
            return name
    return None


def request_in_public(update: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A person's message that others can read, with words in it."""
    match update:
        case {"message": {"chat": {"type": "group" | "supergroup"}, "from": {"is_bot": False}} as message}:
            return message if "text" in message or "caption" in message else None
    return None


def is_to_us(message: Mapping[str, Any], bot_id: int, bot_name: str) -> bool:
    """Whether a message in a group is meant for us: a command, our name, or an answer to what we said. As a group's
    administrator we would hear everything."""
    words = message.get("text") or message.get("caption") or ""
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot_id:
        return True
    if command := re.match(r"/\w+(?:@(\w+))?", words):
        return command[1] is None or command[1].lower() == bot_name.lower()
    return re.search(rf"@{re.escape(bot_name)}\b", words, re.IGNORECASE) is not None


def position(update: Mapping[str, Any], when: int, place: int = 0) -> str:
    """Updates are numbered in their order, but anew and at random after a week without any: the week tells them apart.

    `place` is that of one of several events of the same update.
    """
    return f"{when // WEEK:05d}.{update['update_id']:010d}.{place}"


def _said(update: Mapping[str, Any], message: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """The words, and the file after them. A file is told by its ids only: the rest of it holds its name."""
    name, when = str(message["message_id"]), int(message["date"])
    words, file = _words(message), _file(message)
    if words.split()[:1] == ["/start"]:
        yield _incoming(message, received, EventKind.OPENED, name, position(update, when), {})
    elif words or any(kind in message for kind in _WORDLESS):
        payload = {"text": _without_slash(words)}
        yield _incoming(message, received, EventKind.SAID, name, position(update, when), payload)
    if file:
        yield _file_came(update, message, file, when, received)


def _edited(update: Mapping[str, Any], message: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """New words, and a file put in the old one's place: one that stayed has the id that it was stored under."""
    when, file = int(message["edit_date"]), _file(message)
    if words := _words(message):
        name = f"{message['message_id']}:edit:{when}:{update['update_id']}"
        payload = {"event": f"{message['chat']['id']}:{message['message_id']}", "text": _without_slash(words)}
        yield _incoming(message, received, EventKind.EDITED, name, position(update, when), payload)
    if file:
        yield _file_came(update, message, file, when, received)


def _file_came(
    update: Mapping[str, Any], message: Mapping[str, Any], file: Mapping[str, Any], when: int, received: datetime
) -> Incoming:
    name = f"{message['message_id']}:file:{file['file_unique_id']}"
    payload = {"reference": file["file_id"], "size": int(file.get("file_size") or 0)}
    return _incoming(message, received, EventKind.FILE, name, position(update, when, 1), payload)


def _pressed(
    update: Mapping[str, Any], chat: Mapping[str, Any], press: Mapping[str, Any], received: datetime
) -> Iterator[Incoming]:
    """A press comes without its time. That of its arrival serves: only the week of it counts."""
    if button := _BUTTON.fullmatch(press.get("data", "")):
        payload = {"turn": int(button[1]), "choice": int(button[2])}
        at = position(update, int(received.timestamp()))
        source = {"chat": chat, "from": press["from"]}
        yield _incoming(source, received, EventKind.PRESSED, f"press:{press['id']}", at, payload)


def _words(message: Mapping[str, Any]) -> str:
    """Without what no database takes: NUL, and halves of characters."""
    words: str = message.get("text") or message.get("caption") or ""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _without_slash(words: str) -> str:
    """Telegram's way to write a command: "/start_over" is "start over"."""
    command = _COMMAND.match(words)
    return command[1].replace("_", " ") + words[command.end() :] if command else words


def _file(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A photo comes in several sizes; the largest is the one that was sent."""
    if photo := message.get("photo"):
        largest: Mapping[str, Any] = max(photo, key=lambda size: size["width"] * size["height"])
        return largest
    return next((message[kind] for kind in _FILES if kind in message), None)


def _incoming(
    source: Mapping[str, Any], received: datetime, kind: EventKind, name: str, at: str, payload: dict[str, Any]
) -> Incoming:
    address, person = str(source["chat"]["id"]), source["from"]
    return Incoming(
        channel=CHANNEL,
        address=address,
        account=str(person["id"]),
        external_id=f"{address}:{name}",
        position=at,
        kind=kind,
        received=received,
        payload=payload,
        language=person.get("language_code") or "",
    )
