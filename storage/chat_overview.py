"""Conversations as staff see them: which there are, which are dead, and what could not be delivered in them."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.chat_lines import StoredLine, undeliverable_lines
from storage.chat_tables import UNDELIVERABLE, chat_lines, conversations

MOST_LINES = 1000
"""Undeliverable lines that are looked at, the newest ones."""


@dataclass(frozen=True, slots=True)
class ChatOverview:
    """`person` is the linked mail address, "" for none; `gone` says that the chat takes nothing from us any more;
    `lost` are its undeliverable lines, newest first."""

    id: int
    channel: str
    person: str
    gone: bool
    created: datetime
    touched: datetime
    lost: tuple[StoredLine, ...] = ()


_SHOWN = [conversations.c[field.name] for field in fields(ChatOverview) if field.name != "lost"]
_LOST = sa.select(chat_lines.c.conversation_id).where(UNDELIVERABLE)
_COUNT_LOST = sa.select(sa.func.count()).select_from(chat_lines).where(UNDELIVERABLE)


def overview(session: Session, *, undeliverable: bool = False, limit: int = 200) -> list[ChatOverview]:
    """The conversations in which something happened last, newest first; or only those with undeliverable lines."""
    lost: defaultdict[int, list[StoredLine]] = defaultdict(list)
    for line in undeliverable_lines(session, MOST_LINES):
        lost[line.conversation_id].append(line)
    newest = sa.select(*_SHOWN).order_by(conversations.c.touched.desc(), conversations.c.id.desc()).limit(limit)
    if undeliverable:
        newest = newest.where(conversations.c.id.in_(_LOST))
    return [ChatOverview(**row, lost=tuple(lost[row["id"]])) for row in session.execute(newest).mappings()]


def count_undeliverable(session: Session) -> int:
    return int(session.execute(_COUNT_LOST).scalar_one())
