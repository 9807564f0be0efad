"""Small help with statements: what the two engines spell differently, and the sign that new work was queued.

Statements of the main path are built once, as constants: building one costs more than running it.
"""

import hashlib
from collections.abc import Callable, Sequence
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


def insert_unless(
    table: sa.Table, same: list[str], *, returning: sa.Column[Any] | None = None, **fixed: Any
) -> Callable[[Session], sa.Executable]:
    """For a constant: an INSERT that does nothing when there is a row with the same values in the columns `same`.

    What is not `fixed` it takes as parameters. `returning` is a column of the row that it made; there is none when it
    made none.
    """

    def finished(statement: postgresql.Insert | sqlite.Insert) -> sa.Executable:
        careful = statement.values(**fixed).on_conflict_do_nothing(index_elements=same)
        return careful if returning is None else careful.returning(returning)

    on_postgresql, on_sqlite = finished(postgresql.insert(table)), finished(sqlite.insert(table))
    return lambda session: on_postgresql if is_postgresql(session) else on_sqlite


def insert_from_unless(
    table: sa.Table, same: list[str], rows: sa.Select[Any], *, returning: Sequence[sa.Column[Any]]
) -> Callable[[Session], sa.Executable]:
    """As `insert_unless`, for what a SELECT finds: its columns are named as those of `table`."""

    def finished(statement: postgresql.Insert | sqlite.Insert) -> sa.Executable:
        careful = statement.from_select([*rows.selected_columns.keys()], rows)
        return careful.on_conflict_do_nothing(index_elements=same).returning(*returning)

    on_postgresql, on_sqlite = finished(postgresql.insert(table)), finished(sqlite.insert(table))
    return lambda session: on_postgresql if is_postgresql(session) else on_sqlite


def insert_or_update(
    table: sa.Table, same: list[str], update: dict[str, Any], *, where: sa.ColumnElement[bool], **fixed: Any
) -> Callable[[Session], sa.Executable]:
    """For a constant: an INSERT that updates the row with the same values in the columns `same` if it fits `where`.

    On PostgreSQL that row is locked until the transaction ends, whether it fits or not.
    """

    def finished(statement: postgresql.Insert | sqlite.Insert) -> sa.Executable:
        return statement.values(**fixed).on_conflict_do_update(index_elements=same, set_=update, where=where)

    on_postgresql, on_sqlite = finished(postgresql.insert(table)), finished(sqlite.insert(table))
    return lambda session: on_postgresql if is_postgresql(session) else on_sqlite


def hold(session: Session, name: str) -> None:
    """Until this transaction ends, another one that holds the same name waits. (SQLite has one writer anyway.)"""
    if is_postgresql(session):
        number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


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
