"""Notices to send: stored once per key, with their wording and attachments, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage import files
from storage.columns import from_now
from storage.statements import changed, insert_unless
from storage.states import NoticeState
from storage.tables import files as bodies
from storage.tables import notice_attachments, notices
from storage.work import enqueue
from tickets.ports import Attachment

KIND = "notice"
"""The kind of the jobs that send notices; their payload is {"notice": id}."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A rendered notice. `thread` is the References header's Message-IDs, oldest first, without `in_reply_to`.

    `content` is a digest of what an answer says, None when it uses up no budget, and `to_claims` whether it answers a
    letter with claims in it (`bot.answer_budget`). `suppressed` says why it is kept and not sent; "" for one that is
    sent.
    """

    key: str
    channel: str
    address: str
    subject: str
    text: str
    html: str
    in_reply_to: str | None = None
    thread: tuple[str, ...] = ()
    ticket: str | None = None
    letter_id: int | None = None
    attachments: tuple[Attachment, ...] = ()
    content: str | None = None
    to_claims: bool = False
    to_stranger: bool = False
    instead_of: int | None = None
    """The notice that says the same and did not get to somebody else."""
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as stored. `message_id` is what it was sent with, None before; `error` why it was not."""

    id: int
    notice: NewNotice
    state: NoticeState
    created: datetime
    sent: datetime | None
    error: str | None
    message_id: str | None


_OWN = ("key", "channel", "address", "subject", "text", "html", "in_reply_to", "ticket", "letter_id",
        "content", "to_claims", "to_stranger", "instead_of")  # fmt: skip
_STORED = ("id", "state", "created", "sent", "error", "message_id")
_NOTICE = notices.c.id == sa.bindparam("notice")
_PUT = insert_unless(notices, ["key"], returning=notices.c.id, created=from_now(0))
_PUT_ATTACHMENT = sa.insert(notice_attachments)
_FIND = sa.select(notices).where(_NOTICE)
_FIND_ATTACHMENTS = (
    sa.select(notice_attachments.c.name, notice_attachments.c.media_type, bodies.c.body)
    .join(bodies)
    .where(notice_attachments.c.notice_id == sa.bindparam("notice"))
    .order_by(notice_attachments.c.position)
)
_QUEUED = sa.and_(_NOTICE, notices.c.state == NoticeState.QUEUED)
_MARK_SENT = sa.update(notices).where(_QUEUED).values(state=NoticeState.SENT, sent=from_now(0))
_QUEUE_SUPPRESSED = (
    sa.update(notices)
    .where(_NOTICE, notices.c.state == NoticeState.SUPPRESSED)
    .values(state=NoticeState.QUEUED, error=None)
)
_MARK_UNDELIVERABLE = sa.update(notices).where(_QUEUED).values(state=NoticeState.UNDELIVERABLE)
_CAME_BACK = sa.and_(_NOTICE, notices.c.state == NoticeState.UNDELIVERED)
_MARK_SENT_TOO = sa.update(notices).where(_CAME_BACK).values(sent=from_now(0))
_MARK_UNDELIVERED = (
    sa.update(notices)
    .where(_NOTICE, notices.c.state.in_((NoticeState.QUEUED, NoticeState.SENT)))
    .values(state=NoticeState.UNDELIVERED)
)


def put(session: Session, notice: NewNotice) -> int | None:
    """Store a notice and queue it, unless it is suppressed: its id; None when there was one with this key ever."""
    values = {name: getattr(notice, name) for name in _OWN} | {"thread": list(notice.thread)}
    values |= {"state": NoticeState.SUPPRESSED if notice.suppressed else NoticeState.QUEUED}
    values |= {"error": notice.suppressed or None}
    new: int | None = session.scalar(_PUT(session), values)
    if new is None:
        return None
    for position, attachment in enumerate(notice.attachments):
        part = {"name": attachment.name, "media_type": attachment.media_type}
        part |= {"digest": files.put(session, attachment.body)}
        session.execute(_PUT_ATTACHMENT, part | {"notice_id": new, "position": position})
    if not notice.suppressed:
        _queue(session, new)
    return new


def send_suppressed(session: Session, notice_id: int) -> bool:
    """Queue a suppressed notice after all. False: it is not suppressed, or there is none."""
    found = changed(session, _QUEUE_SUPPRESSED, {"notice": notice_id}) == 1
    if found:
        _queue(session, notice_id)
    return found


def load(session: Session, notice_id: int) -> StoredNotice:
    """A notice with its attachments. Broken: there is none with this id."""
    this = {"notice": notice_id}
    found = _select(session, _FIND, this)
    if not found:
        raise Broken(f"notice {notice_id} is missing")
    rows = session.execute(_FIND_ATTACHMENTS, this)
    attachments = tuple(Attachment(name, media_type, bytes(body)) for name, media_type, body in rows)
    return replace(found[0], notice=replace(found[0].notice, attachments=attachments))


def is_there(session: Session, notice_id: int) -> bool:
    return session.scalar(sa.select(notices.c.id).where(notices.c.id == notice_id)) is not None


def mark_sent(session: Session, notice_id: int, message_id: str) -> None:
    """It was handed on under this Message-ID. Broken: it is not queued.

    It may have come back before we knew that it had left: that stays so.
    """
    values = {"notice": notice_id, "message_id": message_id}
    if changed(session, _MARK_SENT, values) != 1 and changed(session, _MARK_SENT_TOO, values) != 1:
        raise Broken(f"notice {notice_id} is not queued")


def mark_undeliverable(session: Session, notice_id: int, error: str) -> None:
    """It will never get there; `error` says why, without member data. Broken: it is not queued."""
    if changed(session, _MARK_UNDELIVERABLE, {"notice": notice_id, "error": error}) != 1:
        raise Broken(f"notice {notice_id} is not queued")


def mark_undelivered(session: Session, notice_id: int, error: str) -> bool:
    """It was handed on and came back; `error` says why, without member data. False: that is known, or there is no such
    notice that was handed on."""
    return changed(session, _MARK_UNDELIVERED, {"notice": notice_id, "error": error}) == 1


def list_notices(
    session: Session, state: NoticeState | None = None, *, ticket: str | None = None, letter_id: int | None = None,
    limit: int = 200,
) -> Sequence[StoredNotice]:  # fmt: skip
    """The newest notices first, without their attachments; those in one state, of one ticket, answering one letter."""
    statement = sa.select(notices).order_by(notices.c.id.desc()).limit(limit)
    for column, wanted in ((notices.c.state, state), (notices.c.ticket, ticket), (notices.c.letter_id, letter_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return _select(session, statement)


def _queue(session: Session, notice_id: int) -> None:
    enqueue(session, KIND, f"notice:{notice_id}", {"notice": notice_id})


def _select(
    session: Session, statement: sa.Select[tuple[object, ...]], values: dict[str, Any] | None = None
) -> list[StoredNotice]:
    return [
        StoredNotice(
            notice=NewNotice(**{name: row[name] for name in _OWN}, thread=tuple(row["thread"])),
            **{name: row[name] for name in _STORED},
        )
        for row in session.execute(statement, values).mappings()
    ]
