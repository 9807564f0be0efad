"""The books of each day (UTC) held against each other: letters accepted, and what became of them.

Accepted letters are counted in the transaction that stores them (`inbox.count`), their outcomes are in their rows. So
a row that vanished, a count that was lost, and a letter that waits while nobody has it as work all leave a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import desk
from storage.statements import insert
from storage.tables import counters, letters, reconciliations

PATIENCE = timedelta(hours=1)
"""For so long a letter may wait without a job before it counts as a gap."""
LOOK_BACK = 35
"""Days before today whose books are looked at each night."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The books of one day. `waiting` are the letters that wait rightly, `stuck` some that wait for nobody."""

    day: date
    accepted: int
    outcomes: Mapping[str, int]
    waiting: int
    stuck: tuple[int, ...] = ()

    @property
    def gap(self) -> int:
        """Letters that were accepted and are in no other number; below 0 when there are more than were accepted."""
        return self.accepted - sum(self.outcomes.values()) - self.waiting

    @property
    def is_empty(self) -> bool:
        return not (self.accepted or self.outcomes or self.waiting or self.gap or self.stuck)


def balance(session: Session, day: date, now: datetime) -> Balance:
    """One day's books as they are. Counted in one statement: a letter that comes meanwhile is in both or in none."""
    start = datetime.combine(day, time(), UTC)
    end, before = start + timedelta(days=1), now - PATIENCE
    rightly = sa.or_(letters.c.received >= before, desk.HAS_JOB)
    word = sa.cast(letters.c.outcome, sa.String(40))
    theirs = (
        sa.select(sa.literal("letters"), word, sa.func.count(), sa.func.sum(sa.case((rightly, 1), else_=0)))
        .where(letters.c.received >= start, letters.c.received < end)
        .group_by(word)
    )
    names = [f"accepted:{day.isoformat()}:{digit:x}" for digit in range(16)]
    total = sa.func.coalesce(sa.func.sum(counters.c.value), 0)
    counted = sa.select(sa.literal("accepted"), sa.null(), total, sa.literal(0)).where(counters.c.name.in_(names))
    rows = session.execute(theirs.union_all(counted)).all()
    accepted = sum(int(number) for kind, _, number, _ in rows if kind == "accepted")
    mine = [(outcome, int(number), int(well)) for kind, outcome, number, well in rows if kind == "letters"]
    outcomes = {outcome: number for outcome, number, _ in sorted(mine, key=str) if outcome is not None}
    waiting = sum(well for outcome, _, well in mine if outcome is None)
    stuck = tuple(desk.stuck(session, start, end, before))
    return Balance(day, accepted, outcomes, waiting, stuck)


def due(today: date) -> Sequence[date]:
    """The days before today to look at, oldest first, balanced or not: what is fetched from a mailbox late belongs to
    the day on which it arrived there."""
    return [today - timedelta(days=back) for back in range(LOOK_BACK, 0, -1)]


def record(session: Session, found: Balance, now: datetime) -> None:
    """Keep what was found; nothing for a day on which nothing came, unless something was known of it."""
    known = sa.select(reconciliations.c.day).where(reconciliations.c.day == found.day)
    if found.is_empty and session.scalar(known) is None:
        return
    values: dict[str, Any] = {
        "looked": now,
        "accepted": found.accepted,
        "outcomes": dict(found.outcomes),
        "waiting": found.waiting,
        "gap": found.gap,
    }
    statement = insert(session, reconciliations).values(day=found.day, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))


def unbalanced(session: Session, today: date) -> Sequence[tuple[date, int]]:
    """The days within LOOK_BACK that had a gap when they were looked at last, and how large it is."""
    mine = sa.and_(reconciliations.c.gap != 0, reconciliations.c.day >= today - timedelta(days=LOOK_BACK))
    statement = sa.select(reconciliations.c.day, reconciliations.c.gap).where(mine).order_by(reconciliations.c.day)
    return [(day, gap) for day, gap in session.execute(statement)]


def overlooked(session: Session, today: date) -> Sequence[date]:
    """Days on which letters were accepted, whose night is long over, and that nobody looked at."""
    days = [today - timedelta(days=back) for back in range(LOOK_BACK, 1, -1)]
    names = {f"accepted:{day.isoformat()}:{digit:x}": day for day in days for digit in range(16)}
    came = session.scalars(sa.select(counters.c.name).where(counters.c.name.in_(list(names))))
    looked = set(session.scalars(sa.select(reconciliations.c.day).where(reconciliations.c.day.in_(days))))
    return sorted({names[name] for name in came} - looked)


def last_looked(session: Session) -> datetime | None:
    """When a day's books were looked at last."""
    found: datetime | None = session.scalar(sa.select(sa.func.max(reconciliations.c.looked)))
    return found
