"""Conversations and what came in them: each event once, kept before it is acknowledged, gone through in order.

The lines of a conversation are in `storage.chat_lines`, and to be had from here as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage.chat_lines import KIND as LINES_KIND
from storage.chat_lines import (
    StoredLine,
    last_seqs,
    line_file,
    lines_after,
    mark_line_sent,
    mark_line_undeliverable,
    newest_line,
    put_line,
    send_on,
    undeliverable_lines,
    unsent_lines,
)
from storage.chat_tables import chat_events, conversations
from storage.columns import from_now
from storage.statements import changed, insert_from_unless, insert_unless
from storage.work import enqueue
from storage.work import wake as wake_job

__all__ = [
    "FILE_KIND", "KIND", "LINES_KIND", "TIMER_KIND", "Conversation", "StoredEvent", "StoredLine", "conversations_of",
    "event", "events_since", "events_waiting", "find", "keep_only", "last_seqs", "line_file", "lines_after", "load",
    "look_at", "mark_done", "mark_line_sent", "mark_line_undeliverable", "newest_line", "put_event", "put_line", "save",
    "send_on", "set_aside", "set_first_aside", "set_gone", "set_payload", "set_person", "set_timer",
    "undeliverable_lines", "unsent_lines", "wake",
]  # fmt: skip

KIND = "chat"
"""The kind of the jobs that take a conversation's turns; their payload is {"conversation": id}."""
FILE_KIND = "chat_file"
"""The kind of the jobs that fetch and read the file of an event."""
TIMER_KIND = "chat_timer"
"""The kind of the timers of conversations; their payload is {"conversation": id}."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One chat with one account on one channel. `person` is the mail address it is linked to, "" for none.

    `session` is the state after the events up to `last_position`, `checkpoint` the one after `checkpoint_position`;
    both None in the beginning. `gone`: the chat takes nothing from us any more.
    """

    id: int
    channel: str
    address: str
    account: str
    language: str
    person: str
    session: dict[str, Any] | None
    checkpoint: dict[str, Any] | None
    checkpoint_position: str
    last_position: str
    gone: bool
    created: datetime
    touched: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """What a channel told us. `position` sorts as text in the platform's own order."""

    id: int
    conversation_id: int
    external_id: str
    position: str
    kind: str
    payload: dict[str, Any]
    received: datetime
    done: bool


_CONVERSATION = [conversations.c[field.name] for field in fields(Conversation)]
_EVENT = [chat_events.c[field.name] for field in fields(StoredEvent)]
_IN_ORDER = (chat_events.c.position, chat_events.c.id)
_THIS = conversations.c.id == sa.bindparam("conversation")
_OF_THIS = chat_events.c.conversation_id == sa.bindparam("conversation")
_THIS_EVENT = chat_events.c.id == sa.bindparam("event")
_AT = sa.and_(conversations.c.channel == sa.bindparam("channel"), conversations.c.address == sa.bindparam("address"))

_FIND = sa.select(*_CONVERSATION).where(_AT)
_MAKE = insert_unless(
    conversations,
    ["channel", "address"],
    returning=conversations.c.id,
    person="",
    last_position="",
    checkpoint_position="",
    last_seq=0,
    gone=False,
    created=from_now(0),
    touched=from_now(0),
)
_PUT = insert_from_unless(
    chat_events,
    ["channel", "external_id"],
    sa.select(
        conversations.c.id.label("conversation_id"),
        conversations.c.channel,
        sa.false().label("done"),
        *(
            sa.bindparam(name, type_=chat_events.c[name].type).label(name)
            for name in ("external_id", "position", "kind", "payload", "received")
        ),
    ).where(_AT),
    returning=(chat_events.c.id, chat_events.c.conversation_id),
)
_LOOK_AT = sa.select(*_CONVERSATION).where(_THIS)
# not the key: events and lines that are stored meanwhile refer to it
_LOAD = _LOOK_AT.with_for_update(key_share=True)
_TOLD = sa.select(*_EVENT).where(_OF_THIS, chat_events.c.set_aside.is_(None)).order_by(*_IN_ORDER)
_WAITING = _TOLD.where(chat_events.c.done.is_(False))
_SINCE = _TOLD.where(sa.or_(chat_events.c.position > sa.bindparam("after"), chat_events.c.done.is_(False)))
_EVENT_OF_ID = sa.select(*_EVENT).where(_THIS_EVENT)
_SET_EVENT = sa.update(chat_events).where(_THIS_EVENT)
_MARK_DONE = _SET_EVENT.values(done=True)
_SET = sa.update(conversations).where(_THIS)
_SAVE = _SET.values(touched=from_now(0))


def put_event(
    session: Session,
    *,
    channel: str,
    address: str,
    account: str,
    external_id: str,
    position: str,
    kind: str,
    payload: dict[str, Any],
    received: datetime,
    language: str = "",
) -> int | None:
    """Store an event and have its conversation, made where there is none, take its turns: the event's id; None when
    there was one with this external id in this channel ever."""
    place = {"channel": channel, "address": address}
    what = {"external_id": external_id, "position": position, "kind": kind, "payload": payload, "received": received}
    new = session.execute(_PUT(session), place | what).one_or_none()
    if new is None:  # there was one, or it is the first of its conversation
        session.execute(_MAKE(session), place | {"account": account, "language": language})
        new = session.execute(_PUT(session), place | what).one_or_none()
    if new is None:
        return None
    wake(session, new.conversation_id)
    return int(new.id)


def wake(session: Session, conversation_id: int) -> None:
    """Have the conversation take the turns that wait."""
    wake_job(session, KIND, f"chat:{conversation_id}", {"conversation": conversation_id})


def load(session: Session, conversation_id: int) -> Conversation:
    """The conversation, for whoever goes on with it: until this transaction ends nobody else does (PostgreSQL).
    Broken: there is none with this id."""
    return _existing(session, _LOAD, conversation_id)


def look_at(session: Session, conversation_id: int) -> Conversation:
    """As `load`, for whoever only reads: it waits for nobody. Broken: there is none with this id."""
    return _existing(session, _LOOK_AT, conversation_id)


def find(session: Session, channel: str, address: str) -> Conversation | None:
    row = session.execute(_FIND, {"channel": channel, "address": address}).mappings().one_or_none()
    return None if row is None else Conversation(**row)


def conversations_of(session: Session, person: str) -> list[Conversation]:
    """The conversations that are linked to this mail address, oldest first."""
    theirs = sa.select(*_CONVERSATION).where(conversations.c.person == person.lower()).order_by(conversations.c.id)
    return [Conversation(**row) for row in session.execute(theirs).mappings()]


def save(
    session: Session, conversation_id: int, *, session_json: dict[str, Any], last_position: str, checkpoint: bool
) -> None:
    """Keep where the conversation stands; with `checkpoint`, also as what is never gone through again."""
    values: dict[str, Any] = {"session": session_json, "last_position": last_position}
    if checkpoint:
        values |= {"checkpoint": session_json, "checkpoint_position": last_position}
    _change(session, _SAVE, conversation_id, values)


def set_person(session: Session, conversation_id: int, person: str) -> None:
    """Link the conversation to a registered mail address, or ("") to nobody."""
    _change(session, _SET, conversation_id, {"person": person.lower()})


def set_gone(session: Session, conversation_id: int, gone: bool) -> None:
    _change(session, _SET, conversation_id, {"gone": gone})


def set_timer(session: Session, conversation_id: int, due: datetime) -> None:
    """Have a timer of the conversation ring at `due`: one for each day. One that rings too early sets the next."""
    key = f"chat_timer:{conversation_id}:{due:%Y%m%d}"
    enqueue(session, TIMER_KIND, key, {"conversation": conversation_id}, due)


def events_waiting(session: Session, conversation_id: int) -> list[StoredEvent]:
    """In order, the events whose turn was not taken yet; none that was set aside."""
    return _events(session, _WAITING, {"conversation": conversation_id})


def events_since(session: Session, conversation_id: int, position: str) -> list[StoredEvent]:
    """In order, the events behind this position and all that wait; none that was set aside."""
    return _events(session, _SINCE, {"conversation": conversation_id, "after": position})


def event(session: Session, event_id: int) -> StoredEvent:
    """Broken: there is none with this id."""
    found = _events(session, _EVENT_OF_ID, {"event": event_id})
    if not found:
        raise Broken(f"chat event {event_id} is missing")
    return found[0]


def mark_done(session: Session, event_ids: Sequence[int]) -> None:
    if event_ids:
        session.execute(_MARK_DONE, [{"event": event_id} for event_id in event_ids])


def set_payload(session: Session, event_id: int, payload: dict[str, Any]) -> None:
    """Broken: there is no event with this id."""
    if changed(session, _SET_EVENT, {"event": event_id, "payload": payload}) != 1:
        raise Broken(f"chat event {event_id} is missing")


def keep_only(session: Session, event_id: int, text: str) -> None:
    """Replace an event's text by what may be kept of it. Broken: there is no event with this id."""
    set_payload(session, event_id, {**event(session, event_id).payload, "text": text})


def set_first_aside(session: Session, conversation_id: int, error: str) -> StoredEvent | None:
    """Leave the first event that waits out of the conversation: that event, None when none waits.

    `error` says why, without member data.
    """
    first = next(iter(events_waiting(session, conversation_id)), None)
    if first is not None:
        set_aside(session, first.id, error)
    return first


def set_aside(session: Session, event_id: int, error: str) -> None:
    """Leave this event out of its conversation, as above."""
    session.execute(_SET_EVENT, {"event": event_id, "done": True, "set_aside": error})


def _change(session: Session, statement: sa.Update, conversation_id: int, values: dict[str, Any]) -> None:
    if changed(session, statement, values | {"conversation": conversation_id}) != 1:
        raise _missing(conversation_id)


def _existing(session: Session, statement: sa.Select[Any], conversation_id: int) -> Conversation:
    row = session.execute(statement, {"conversation": conversation_id}).mappings().one_or_none()
    if row is None:
        raise _missing(conversation_id)
    return Conversation(**row)


def _events(session: Session, statement: sa.Select[Any], values: dict[str, Any]) -> list[StoredEvent]:
    return [StoredEvent(**row) for row in session.execute(statement, values).mappings()]


def _missing(conversation_id: int) -> Broken:
    return Broken(f"conversation {conversation_id} is missing")
