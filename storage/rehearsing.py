"""A stored letter as it was before it was decided, and all that hung on it: for a rehearsal that is always undone.

`hide` changes rows so that a unit of work finds the ledger, the threads and the twins as they were then; it is called
in a unit that is rolled back, and touches only what the letter's own sender may come upon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.lifecycle import ENDED, State
from storage.inbox import APART, StoredLetter
from storage.statements import insert
from storage.states import LetterOutcome
from storage.tables import (
    counters,
    letters,
    notice_attachments,
    notices,
    people,
    registration_requests,
    registration_rows,
    tickets,
)

NOT_DECIDED = (None, LetterOutcome.PARKED, LetterOutcome.DISCARDED, *APART)
"""What became of a letter that was never filed or answered: it would find the ledger as it is now."""
NUMBERS_FROM = 900_000
"""Ticket numbers in a rehearsal, out of the way of real ones. They are never seen outside it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a letter was decided: the number of its answer, if it has one, and the time."""

    notice: int | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, or would be. `files` are the names of what goes with it."""

    subject: str
    text: str
    files: tuple[str, ...]


def chosen(session: Session, since: datetime | None, outcome: LetterOutcome | None) -> Sequence[int]:
    """The letters to rehearse, oldest first: those that arrived since then, or all; those that ended so, or all that
    do not wait and that nobody discarded."""
    statement = sa.select(letters.c.id).order_by(letters.c.id)
    if since is not None:
        statement = statement.where(letters.c.received >= since)
    wanted = letters.c.outcome == outcome if outcome else letters.c.outcome != LetterOutcome.DISCARDED
    return session.scalars(statement.where(wanted)).all()


def decided_at(session: Session, letter: StoredLetter) -> Moment | None:
    """None for a letter that was never decided."""
    if letter.outcome in NOT_DECIDED:
        return None
    mine = sa.select(notices.c.id, notices.c.created).where(notices.c.key == f"letter:{letter.id}")
    answer = session.execute(mine).one_or_none()
    return Moment(answer.id, answer.created) if answer else Moment(None, letter.received)


def hide(session: Session, letter: StoredLetter, sender: str | None, message_id: str | None, unit: int) -> None:
    """Undo, for this unit of work, what became of the letter and after it. `unit` counts the units of a rehearsal:
    ticket numbers that were handed out in an earlier one are not handed out again."""
    moment = decided_at(session, letter)
    _forget_outcome(session, letter)
    _number_apart(session, letter.received, NUMBERS_FROM + unit % 99 * 1_000)
    if moment is None:
        return
    _hide_requests(session, letter)
    if message_id is not None and letter.outcome is not LetterOutcome.DUPLICATE_LETTER:
        later = sa.and_(letters.c.message_id == message_id, letters.c.id > letter.id)
        session.execute(sa.update(letters).where(later).values(message_id=None))
    if sender is not None:
        _hide_tickets(session, letter, sender, moment)
        theirs = letters.c.sender.in_(_colleagues(sender))
        later = sa.and_(letters.c.completes < letter.id, letters.c.id > letter.id, theirs)
        session.execute(sa.update(letters).where(later).values(completes=None))


def tickets_of(session: Session, letter_id: int) -> Sequence[str]:
    """The tickets that a letter opened, in their order."""
    mine = sa.select(tickets.c.number).where(tickets.c.letter_id == letter_id)
    return session.scalars(mine.order_by(tickets.c.number)).all()


def requests_of(session: Session, letter_id: int) -> Sequence[int]:
    """The registrations that a letter brought."""
    mine = sa.select(registration_requests.c.id).where(registration_requests.c.letter_id == letter_id)
    return session.scalars(mine.order_by(registration_requests.c.id)).all()


def answer_of(session: Session, letter_id: int) -> Answer | None:
    """The answer to a letter itself, by its key: not what was told later, in a closure or instead of it."""
    mine = sa.select(notices.c.id, notices.c.subject, notices.c.text).where(notices.c.key == f"letter:{letter_id}")
    found = session.execute(mine).one_or_none()
    if found is None:
        return None
    files = sa.select(notice_attachments.c.name).where(notice_attachments.c.notice_id == found.id)
    names = session.scalars(files.order_by(notice_attachments.c.position)).all()
    return Answer(found.subject, found.text, tuple(names))


def _number_apart(session: Session, received: datetime, start: int) -> None:
    """The year is the Department's, whose clock is behind."""
    for year in {received.year, (received - timedelta(days=1)).year}:
        numbers = insert(session, counters).values(name=f"tickets-{year}", value=start)
        session.execute(numbers.on_conflict_do_update(index_elements=["name"], set_={"value": start}))


def _forget_outcome(session: Session, letter: StoredLetter) -> None:
    nothing = {"outcome": None, "outcome_detail": "", "ticket": None, "completes": None}
    session.execute(sa.update(letters).where(letters.c.id == letter.id).values(**nothing))
    mine = notices.c.letter_id == letter.id
    before = sa.literal("before:") + sa.cast(notices.c.id, sa.Text)
    session.execute(sa.update(notices).where(mine).values(key=before, content=None))


def _hide_requests(session: Session, letter: StoredLetter) -> None:
    """The registrations that this letter and later ones of its sender brought: the same rows were new to it then."""
    mine = sa.select(registration_requests.c.id).where(registration_requests.c.letter_id >= letter.id)
    if letter.sender is not None:
        mine = mine.where(registration_requests.c.address == letter.sender)
    session.execute(sa.delete(registration_rows).where(registration_rows.c.request_id.in_(mine)))


def _hide_tickets(session: Session, letter: StoredLetter, sender: str, moment: Moment) -> None:
    """Close what was opened by it or later, open what was closed since: of the sender's own providers."""
    theirs = tickets.c.provider_id.in_(sa.select(people.c.provider_id).where(people.c.address == sender))
    later = _opened_later(letter, moment)
    hidden = {"state": State.CLOSED, "closed": moment.time}
    session.execute(sa.update(tickets).where(theirs, later, tickets.c.state.not_in(ENDED)).values(**hidden))
    since = sa.and_(theirs, sa.not_(later), tickets.c.state.in_(ENDED), tickets.c.closed > moment.time)
    again = {"state": State.OPEN, "closed": None, "disposition": None}
    session.execute(sa.update(tickets).where(since).values(**again))


def _opened_later(letter: StoredLetter, moment: Moment) -> sa.ColumnElement[bool]:
    """By the order of the answers, which is the order of the decisions; else by the order of arrival."""
    first = sa.select(sa.func.min(notices.c.id)).where(notices.c.ticket == tickets.c.number).scalar_subquery()
    arrived_later = sa.case(
        (tickets.c.letter_id.is_not(None), tickets.c.letter_id >= letter.id), else_=tickets.c.opened >= letter.received
    )
    if moment.notice is None:
        return sa.or_(tickets.c.letter_id == letter.id, arrived_later)
    return sa.case((first.is_not(None), first >= moment.notice), else_=arrived_later)


def _colleagues(sender: str) -> sa.Select[tuple[str]]:
    """The addresses of everybody who may write for one of the sender's providers."""
    mine = sa.select(people.c.provider_id).where(people.c.address == sender)
    return sa.select(people.c.address).where(people.c.provider_id.in_(mine))
