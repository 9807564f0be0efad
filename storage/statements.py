"""Small help with statements: what the two engines spell differently, and the sign that new work was queued."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

_NEW_WORK = "recourse.new_work"


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def insert(session: Session, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT."""
    return postgresql.insert(table) if is_postgresql(session) else sqlite.insert(table)


def changed(session: Session, statement: sa.Update | sa.Delete, values: dict[str, Any] | None = None) -> int:
    """Run it and say how many rows it hit."""
    result = session.execute(statement, values)
    assert isinstance(result, CursorResult)  # noqa: S101  what SQLAlchemy returns for UPDATE and DELETE
    return result.rowcount


def announce_work(session: Session) -> None:
    """Have the database tell its workers, when this unit has committed, that there is something to do."""
    session.info[_NEW_WORK] = True


def has_new_work(session: Session) -> bool:
    return _NEW_WORK in session.info
