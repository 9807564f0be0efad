"""The one way to the database: a unit of work is a synchronous closure `fn(session)`, the same on both engines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import SettingsError
from storage.lock import alone_on
from storage.postgres import PostgresDatabase
from storage.schema import HEAD, current_revision
from storage.sqlite import SqliteDatabase, connect
from storage.urls import read_url, sqlite_path

__all__ = ["Database", "Session", "open_database"]

T = TypeVar("T")


class Database(Protocol):
    """Where units of work are run. Made by `open_database`."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own; when this returns, what it did is durable.

        What `work` raises is raised here, and nothing of it is kept. Unavailable: the database is away, locked or out
        of space. `work` must do nothing but use the session: on SQLite it runs in the writer's thread and not in the
        loop, and on PostgreSQL it may be run again after a deadlock.
        """
        ...

    def listening(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """An event that is set when new work was committed. A hint: it may come late or, on PostgreSQL, be lost."""
        ...


@asynccontextmanager
async def open_database(url: str, who: str = "recourse") -> AsyncIterator[Database]:
    """The database at `sqlite:///PATH` or `postgresql://…`, closed at the end when all its units are finished.

    `who` is told to a second process that wants the same SQLite file, for example "recourse serve". SettingsError: the
    URL cannot be used, or the schema is not the one this release knows. NotPossible: another process has the SQLite
    file. Unavailable: PostgreSQL cannot be reached.
    """
    parsed = read_url(url)
    path = sqlite_path(parsed)
    async with _open_sqlite(path, who) if path is not None else _open_postgres(parsed) as database:
        yield database


@asynccontextmanager
async def _open_sqlite(path: Path, who: str) -> AsyncIterator[Database]:
    with _sqlite_file(path, who) as connection:
        database = SqliteDatabase(connection)
        database.start()
        try:
            yield database
        finally:
            await database.close()


@contextmanager
def _sqlite_file(path: Path, who: str) -> Iterator[sa.Connection]:
    if not path.exists():
        raise SettingsError(f"the database {path} does not exist yet: run `recourse migrate`")
    with alone_on(path, who), connect(path) as connection:
        with connection.begin():
            _require_head(current_revision(connection))
        yield connection


@asynccontextmanager
async def _open_postgres(url: sa.URL) -> AsyncIterator[Database]:
    database = PostgresDatabase(url)
    try:
        _require_head(await database.run(lambda session: current_revision(session.connection())))
        yield database
    finally:
        await database.close()


def _require_head(current: str | None) -> None:
    if current != HEAD:
        found = f"is at schema {current}" if current else "has no tables yet"
        raise SettingsError(f"the database {found}, and this release needs schema {HEAD}: run `recourse migrate`")
