"""The lines of conversations: what we say and, on our own pages, what the person said; and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage import files
from storage.chat_tables import UNDELIVERABLE, chat_lines, conversations
from storage.columns import from_now
from storage.statements import announce_work, insert_unless
from storage.states import NoticeState
from storage.tables import files as bodies
from storage.work import wake
from tickets.ports import Attachment

KIND = "chat_lines"
"""The kind of the jobs that send a conversation's lines; their payload is {"conversation": id}."""


@dataclass(frozen=True, slots=True)
class StoredLine:
    """One line. `seq` grows within its conversation, with gaps. `ours` is False for what the person said.

    `turn` and `choices` are the buttons under it. `ticket` is the ticket it speaks of. `platform_id` is what the
    platform calls the message, `error` why it could not be delivered.
    """

    id: int
    conversation_id: int
    seq: int
    ours: bool
    text: str
    choices: tuple[str, ...]
    turn: int
    file_name: str
    file_digest: str | None
    ticket: str | None
    state: NoticeState
    platform_id: str | None
    created: datetime
    error: str | None = None


_LINE = [chat_lines.c[field.name] for field in fields(StoredLine)]
_OF_THIS = chat_lines.c.conversation_id == sa.bindparam("conversation")
_QUEUED = chat_lines.c.state == NoticeState.QUEUED
_NEXT_SEQ = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("conversation"))
    .values(last_seq=conversations.c.last_seq + 1)
    .returning(conversations.c.last_seq)
)
_PUT = insert_unless(chat_lines, ["key"], returning=chat_lines.c.id, created=from_now(0))
_AFTER = (
    sa.select(*_LINE)
    .where(_OF_THIS, chat_lines.c.seq > sa.bindparam("after"))
    .order_by(chat_lines.c.seq)
    .limit(sa.bindparam("most"))
)
_UNSENT = sa.select(*_LINE).where(_OF_THIS, _QUEUED).order_by(chat_lines.c.seq).limit(sa.bindparam("most"))
_FILE = sa.select(bodies.c.body).join(chat_lines).where(chat_lines.c.id == sa.bindparam("line"))
_SETTLE = sa.update(chat_lines).where(chat_lines.c.id == sa.bindparam("line"), _QUEUED)
_UNDELIVERABLE = sa.select(*_LINE).where(UNDELIVERABLE).order_by(chat_lines.c.id.desc()).limit(sa.bindparam("most"))
_ABOUT = (
    sa.select(conversations.c.channel, *_LINE)
    .join(conversations)
    .where(chat_lines.c.ticket == sa.bindparam("ticket"))
    .order_by(chat_lines.c.id)
)
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(chat_lines.c.id), 0))
_LAST_SEQS = (
    sa.select(sa.func.max(chat_lines.c.id), chat_lines.c.conversation_id, sa.func.max(chat_lines.c.seq))
    .join(conversations)
    .where(chat_lines.c.id > sa.bindparam("after"), conversations.c.channel == "web")
    .group_by(chat_lines.c.conversation_id)
    .order_by(sa.func.max(chat_lines.c.id))
)


def put_line(
    session: Session,
    conversation_id: int,
    text: str,
    *,
    ours: bool = True,
    choices: Sequence[str] = (),
    turn: int = 0,
    attachment: Attachment | None = None,
    key: str | None = None,
    ticket: str | None = None,
    send: bool = True,
) -> int | None:
    """Say a line: its id; None when there was one with this key ever. Broken: there is no such conversation.

    With `send` it waits for its channel to carry it; without, whoever shows the conversation fetches it.
    """
    seq = session.scalar(_NEXT_SEQ, {"conversation": conversation_id})
    if seq is None:
        raise Broken(f"conversation {conversation_id} is missing")
    said = {"ours": ours, "text": text, "choices": list(choices), "turn": turn, "key": key, "ticket": ticket}
    file = (
        {"file_name": attachment.name, "file_digest": files.put(session, attachment.body)} if attachment else _NO_FILE
    )
    state = NoticeState.QUEUED if send else NoticeState.SENT
    values = said | file | {"conversation_id": conversation_id, "seq": seq, "state": state}
    new: int | None = session.scalar(_PUT(session), values)
    if new is not None and send:
        _wake(session, conversation_id)
    announce_work(session)
    return new


_NO_FILE = {"file_name": "", "file_digest": None}


def lines_after(session: Session, conversation_id: int, seq: int, limit: int = 500) -> list[StoredLine]:
    """The lines behind this one, in order."""
    return _lines(session, _AFTER, {"conversation": conversation_id, "after": seq, "most": limit})


def unsent_lines(session: Session, conversation_id: int, limit: int = 20) -> list[StoredLine]:
    """The lines that wait to be sent, in order."""
    return _lines(session, _UNSENT, {"conversation": conversation_id, "most": limit})


def send_on(session: Session, conversation_id: int) -> None:
    """Have the lines sent that still wait, if any. For the end of the job that sends them."""
    if unsent_lines(session, conversation_id, limit=1):
        _wake(session, conversation_id)


def line_file(session: Session, line_id: int) -> bytes:
    """The file that goes with a line. Broken: there is none."""
    body = session.scalar(_FILE, {"line": line_id})
    if body is None:
        raise Broken(f"the file of line {line_id} is missing")
    return bytes(body)


def mark_line_sent(session: Session, line_id: int, platform_id: str) -> None:
    """It was handed over. Nothing happens to a line that does not wait: a send that outlived its lease was repeated."""
    session.execute(_SETTLE, {"line": line_id, "state": NoticeState.SENT, "platform_id": platform_id})


def mark_line_undeliverable(session: Session, line_id: int, error: str) -> None:
    """It will never get there; `error` says why, without member data. As above."""
    session.execute(_SETTLE, {"line": line_id, "state": NoticeState.UNDELIVERABLE, "error": error})


def undeliverable_lines(session: Session, limit: int = 200) -> list[StoredLine]:
    """The lines that never got there, newest first."""
    return _lines(session, _UNDELIVERABLE, {"most": limit})


def lines_about(session: Session, ticket: str) -> list[tuple[str, StoredLine]]:
    """The lines that speak of a ticket, oldest first, each with the channel of its conversation."""
    found = []
    for row in session.execute(_ABOUT, {"ticket": ticket}).mappings():
        values = dict(row)
        found.append((values.pop("channel"), StoredLine(**{**values, "choices": tuple(values["choices"])})))
    return found


def newest_line(session: Session) -> int:
    """The highest id of a line of any conversation, 0 for none."""
    return int(session.execute(_NEWEST).scalar_one())


def last_seqs(session: Session, newer_than_line_id: int) -> list[tuple[int, int, int]]:
    """(line, conversation, seq) of the last line of each conversation on our own pages that has lines with higher ids,
    in the order of these lines."""
    return [tuple(row) for row in session.execute(_LAST_SEQS, {"after": newer_than_line_id})]


def _wake(session: Session, conversation_id: int) -> None:
    wake(session, KIND, f"lines:{conversation_id}", {"conversation": conversation_id})


def _lines(session: Session, statement: sa.Select[Any], values: dict[str, Any]) -> list[StoredLine]:
    return [
        StoredLine(**{**row, "choices": tuple(row["choices"])}) for row in session.execute(statement, values).mappings()
    ]
