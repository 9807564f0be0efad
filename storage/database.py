"""The one way to the database: a unit of work is a synchronous closure `fn(session)`, the same on both engines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal, Protocol, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")

WAKE = "recourse.wake"
"""Key in `Session.info`: set by a unit of work that queued something, told to all workers when it has committed."""


class Database(Protocol):
    """Where units of work are run. Made by `open_database`."""

    dialect: Literal["sqlite", "postgresql"]

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own; when this returns, what it did is durable.

        What `work` raises is raised here, and nothing of it is kept. Unavailable: the database is away, locked or out
        of space. On PostgreSQL `work` may be run again after a deadlock, so it must do nothing but use the session.
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
    raise NotImplementedError
    yield
