"""Small help with statements that the two engines spell differently."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session


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
