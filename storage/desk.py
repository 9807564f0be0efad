"""What staff do with letters that wait for them: release, discard, try again; and which are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import NotPossible
from storage import inbox
from storage.columns import from_now
from storage.inbox import APART, StoredLetter
from storage.statements import changed
from storage.states import LetterOutcome
from storage.tables import deferrals, jobs, letters, people
from storage.work import enqueue

DISCARDABLE = (*APART, LetterOutcome.PARKED)
"""What may be discarded: what nobody was answered, or was only told that staff would look."""
JOB = sa.and_(jobs.c.key == sa.literal("letter:") + sa.cast(letters.c.id, sa.Text), jobs.c.parked.is_(None))
"""A letter's job that somebody will do."""
HAS_JOB = sa.exists().where(JOB).correlate(letters)
"""A letter without an outcome waits rightly only with such a job."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for staff, or for the DNS. `held_since` is when the oldest held letter arrived."""

    held: int
    held_since: datetime | None
    quarantined: int
    deferred: int
    deferred_since: datetime | None


@dataclass(frozen=True, slots=True)
class Doubted:
    """Letters in quarantine that name a registered sender: perhaps of an honest office whose mail nobody signs."""

    number: int
    since: datetime | None
    """When the oldest arrived."""
    oldest: Sequence[int]
    """The ids of a few."""


def release(session: Session, letter_id: int, who: str, now: datetime) -> None:
    """Read a letter that was put apart, as of the time it arrived. NotPossible: it was not put apart.

    Why it lay apart is kept with its standing, and who released it: its outcome is to tell what becomes of it now.
    """
    letter = inbox.find(session, letter_id)
    inbox.release(session, letter_id)
    if letter is not None and letter.outcome is not None:
        apart = {"apart": letter.outcome.value, "apart_why": letter.outcome_detail}
        said = dict(letter.standing or {}) | apart | {"released_by": who, "released": now.isoformat()}
        session.execute(sa.update(letters).where(letters.c.id == letter_id).values(standing=said))


def discard(session: Session, letter_id: int, who: str, reason: str) -> None:
    """Nothing is to be done about a letter that waits for staff. NotPossible: it does not."""
    letter = inbox.find(session, letter_id)
    mine = sa.and_(letters.c.id == letter_id, letters.c.outcome.in_(DISCARDABLE))
    detail = f"{who}: {reason}" + (f" (was {letter.outcome}: {letter.outcome_detail})" if letter else "")
    decided = {"outcome": LetterOutcome.DISCARDED, "outcome_detail": detail}
    if changed(session, sa.update(letters).where(mine).values(**decided)) != 1:
        raise NotPossible(f"letter {letter_id} is neither held, in quarantine nor parked; only those can be discarded")
    session.execute(sa.delete(jobs).where(jobs.c.key == f"letter:{letter_id}", jobs.c.parked.is_not(None)))


def retry(session: Session, letter_id: int) -> None:
    """Read a letter again that is parked, or that waits while nobody has it as work. NotPossible: it is neither."""
    stuck = sa.and_(letters.c.id == letter_id, letters.c.outcome.is_(None), sa.not_(HAS_JOB))
    if session.scalar(sa.select(letters.c.id).where(stuck)) is None:
        return inbox.retry(session, letter_id)
    session.execute(sa.delete(jobs).where(jobs.c.key == f"letter:{letter_id}"))
    return enqueue(session, inbox.KIND, f"letter:{letter_id}", {"letter": letter_id})


def list_waiting(session: Session, limit: int = 200) -> Sequence[StoredLetter]:
    """The newest letters first of those that nothing became of yet."""
    statement = sa.select(letters).where(letters.c.outcome.is_(None)).order_by(letters.c.id.desc()).limit(limit)
    return [StoredLetter(**row) for row in session.execute(statement).mappings()]


def stuck(session: Session, start: datetime, end: datetime, before: datetime, limit: int = 20) -> Sequence[int]:
    """The letters of a time that wait without a job since before then: something went wrong with them."""
    mine = sa.and_(letters.c.received >= start, letters.c.received < end, letters.c.received < before)
    statement = sa.select(letters.c.id).where(mine, letters.c.outcome.is_(None), sa.not_(HAS_JOB))
    return session.scalars(statement.order_by(letters.c.id).limit(limit)).all()


def job_error(session: Session, letter_id: int) -> str | None:
    """Why a letter that waits was not read at the last attempt; None when there was no trouble."""
    error: str | None = session.scalar(sa.select(jobs.c.error).where(jobs.c.key == f"letter:{letter_id}"))
    return error


def doubted(session: Session, harm: str, named: int = 5) -> Doubted:
    """What `doctor` tells of letters in quarantine that name a registered sender.

    Not of those whose detail begins with `harm`: they lie there for what is in them.
    """
    theirs = sa.exists().where(people.c.address == letters.c.sender)
    harmless = sa.not_(letters.c.outcome_detail.startswith(harm, autoescape=True))
    mine = sa.and_(letters.c.outcome == LetterOutcome.QUARANTINE, theirs, harmless)
    number, since = session.execute(sa.select(sa.func.count(), sa.func.min(letters.c.received)).where(mine)).one()
    oldest = session.scalars(sa.select(letters.c.id).where(mine).order_by(letters.c.received).limit(named)).all()
    return Doubted(number, since, oldest)


def waiting(session: Session) -> Waiting:
    """What `doctor` tells of. Mails that were deferred within the last two days are taken to come again."""
    counted = sa.select(letters.c.outcome, sa.func.count(), sa.func.min(letters.c.received))
    found = {
        outcome: (number, since)
        for outcome, number, since in session.execute(
            counted.where(letters.c.outcome.in_(APART)).group_by(letters.c.outcome)
        )
    }
    held, since = found.get(LetterOutcome.HELD, (0, None))
    quarantined, _ = found.get(LetterOutcome.QUARANTINE, (0, None))
    lately = deferrals.c.last > from_now(-2 * 24 * 3600.0)
    deferred, first = session.execute(sa.select(sa.func.count(), sa.func.min(deferrals.c.first)).where(lately)).one()
    return Waiting(held, since, quarantined, deferred, first)
