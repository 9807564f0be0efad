"""Words as Slack writes them, both ways, and lines as its blocks."""

import re
from collections.abc import Iterator
from typing import Any

from bot.chat_ports import OutgoingLine

SECTION_LIMIT = 3000
LABEL_LIMIT = 75
BUTTONS_IN_ROW = 5

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(text: str) -> str:
    """What the person typed. Slack marks up addresses, links and names, and escapes & < >."""
    shown = _MARKUP.sub(lambda mark: mark[2] or mark[1].removeprefix("mailto:"), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Text as Slack takes it: no mention, link or channel can be made by what a person wrote."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks(line: OutgoingLine) -> list[dict[str, Any]]:
    """The text in sections, and a button for each choice: its value brings back the turn and the position."""
    shown: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in _sections(line.text)
    ]
    buttons = [
        {
            "type": "button",
            "action_id": f"choice-{position}",
            "value": f"{line.turn}:{position}",
            "text": {"type": "plain_text", "text": _cut(label), "emoji": False},
        }
        for position, label in enumerate(line.choices)
    ]
    rows = (buttons[start : start + BUTTONS_IN_ROW] for start in range(0, len(buttons), BUTTONS_IN_ROW))
    return [*shown, *({"type": "actions", "elements": row} for row in rows)]


def _sections(text: str) -> Iterator[str]:
    """The escaped text in parts that a section takes, cut between lines where it can be."""
    part = ""
    longest = SECTION_LIMIT // len("&amp;")
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), longest):
            piece = escaped(line[start : start + longest])
            if len(part) + len(piece) > SECTION_LIMIT:
                yield part
                part = ""
            part += piece
    if part:
        yield part


def _cut(label: str) -> str:
    return label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…"
