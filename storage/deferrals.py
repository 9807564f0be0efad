"""Mails that were told to come again because their sender could not be checked: since when, and how often."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.columns import from_now
from storage.statements import insert
from storage.tables import deferrals


def first_deferred(session: Session, key: str) -> datetime | None:
    """When this mail was deferred for the first time; None when it never was."""
    found: datetime | None = session.scalar(sa.select(deferrals.c.first).where(deferrals.c.key == key))
    return found


def count_kept_waiting(session: Session) -> int:
    """Mails that were told to come again for more than an hour, and were heard of within the last day."""
    long, lately = deferrals.c.first < from_now(-3600.0), deferrals.c.last > from_now(-24 * 3600.0)
    found: int = session.execute(sa.select(sa.func.count()).select_from(deferrals).where(long, lately)).scalar_one()
    return found


def note(session: Session, key: str, now: datetime) -> None:
    """It is deferred now, for the first time or again."""
    new = insert(session, deferrals).values(key=key, first=now, last=now, times=1)
    again = {"last": now, "times": deferrals.c.times + 1}
    session.execute(new.on_conflict_do_update(index_elements=["key"], set_=again))


def forget(session: Session, key: str) -> None:
    """It was decided about."""
    session.execute(sa.delete(deferrals).where(deferrals.c.key == key))


def forget_old(session: Session, before: datetime) -> None:
    """Mails that were last heard of before then."""
    session.execute(sa.delete(deferrals).where(deferrals.c.last < before))
