"""The web chat as a channel: what a page sends becomes an event, and stored lines become what a page shows.

Nothing is sent: a page that is open fetches the lines of its own conversation (`bot.web_socket`).
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat_ports import EventKind, Incoming
from storage.chats import Conversation, StoredEvent, StoredLine
from templates.pages import PageLine, choices_html, last_choices, lines_html

CHANNEL = "web"
LONGEST = 10_000
"""Characters of one thing said; a longer one is refused and not cut."""

_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_PRESS = re.compile(r"(\d{1,9}):(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hello:
    """A page has connected; it shows the lines up to `last_seq`, and its own words in `language`."""

    last_seq: int
    language: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A page sent something. `client_id` is the page's own name for it: the same again is the same event."""

    client_id: str
    kind: EventKind
    payload: dict[str, Any]


def opened(address: str, position: str, moment: datetime, language: str) -> Incoming:
    """A new conversation. `address` is its own random name."""
    return Incoming(
        CHANNEL, address, address, f"{address}:start", position, EventKind.OPENED, moment, language=language
    )


def incoming(conversation: Conversation, sent: Sent, position: str, moment: datetime) -> Incoming:
    """The event of something sent in a conversation."""
    return Incoming(
        conversation.channel,
        conversation.address,
        conversation.account,
        f"{conversation.address}:{sent.client_id}",
        position,
        sent.kind,
        moment,
        sent.payload,
    )


def said(client_id: str, text: str) -> Sent | None:
    """Words; None when there are none, too many of them, or the id is none."""
    scrubbed = _scrubbed(text)
    if not scrubbed or len(scrubbed) > LONGEST or not _CLIENT_ID.fullmatch(client_id):
        return None
    return Sent(client_id, EventKind.SAID, {"text": scrubbed})


def pressed(client_id: str, button: str) -> Sent | None:
    """A button of a form, its value "turn:choice"."""
    press = _PRESS.fullmatch(button)
    return _press(client_id, int(press[1]), int(press[2])) if press else None


def file_came(client_id: str, digest: str | None) -> Sent | None:
    """A file, kept under this digest; None for one that may not be kept."""
    payload = {"file": digest} if digest else {}
    return Sent(client_id, EventKind.FILE, payload) if _CLIENT_ID.fullmatch(client_id) else None


def read_frame(raw: str) -> Hello | Sent | None:
    """What a page says over its socket; None for what is none of these.

    {"last_seq", "language"}, {"seq", "said"} or {"seq", "pressed": [turn, choice]}.
    """
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    match frame:
        case {"last_seq": int(last_seq), "language": str(language)} if 0 <= last_seq < 2**31:
            return Hello(int(last_seq), language)
        case {"seq": str(client_id), "said": str(text)}:
            return said(client_id, text)
        case {"seq": str(client_id), "pressed": [int(turn), int(choice)]}:
            return _press(client_id, turn, choice)
    return None


def page_line(line: StoredLine) -> PageLine:
    return PageLine(line.seq, line.ours, line.text, line.file_name or "", line.choices, line.turn)


def waiting_line(event: StoredEvent) -> PageLine | None:
    """What was said and is kept, but not read yet: the page shows it as said."""
    return PageLine(0, False, event.payload["text"]) if event.kind == EventKind.SAID else None


def lines_frame(stored: Iterable[StoredLine], language: str) -> str:
    """New lines for a page that is open, as HTML; with the buttons of the last one of ours."""
    lines = [page_line(line) for line in stored]
    frame = {"lines": lines_html(lines, language)}
    if any(line.ours for line in lines):
        frame["choices"] = choices_html(last_choices(lines), language)
    return json.dumps(frame)


def _press(client_id: str, turn: int, choice: int) -> Sent | None:
    if not _CLIENT_ID.fullmatch(client_id) or not (0 <= turn < 2**31 and 0 <= choice < 1000):
        return None
    return Sent(client_id, EventKind.PRESSED, {"turn": int(turn), "choice": int(choice)})


def _scrubbed(text: str) -> str:
    """Without what no database and no reader can use; tabs stay, since rows of a spreadsheet have them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
    ).strip()
