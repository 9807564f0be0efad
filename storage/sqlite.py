"""SQLite: one file, one process, one writer thread that commits for all who wait.

Every unit of work, reading or writing, goes through the one connection of the one thread: SQLite has one writer
anyway, and before 3.51.3 two connections can corrupt a WAL database when the log is reset. Up to GROUP units share one
transaction and so one fsync, each in a savepoint of its own. Nobody is answered before the commit.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import SettingsError, Unavailable
from storage.columns import sqlite_from_now
from storage.statements import has_new_work

T = TypeVar("T")

GROUP = 256
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000")
_AWAY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
                   sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN})  # fmt: skip


@contextmanager
def connect(path: Path) -> Iterator[sa.Connection]:
    """The connection to a SQLite file, set up as everything here needs it. Its transactions are BEGIN IMMEDIATE.

    SettingsError: it is no SQLite database, or cannot be opened.
    """
    # hide_parameters: an error's text never holds what was to be stored
    engine = sa.create_engine(
        f"sqlite:///{path}", poolclass=sa.NullPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    try:
        connection = engine.connect()
    except sa.exc.DatabaseError as error:
        raise SettingsError(f"{path} cannot be used: {error.orig}") from error
    with connection:
        yield connection


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the standard library begins no transactions of its own
    connection.create_function("from_now", 1, sqlite_from_now)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(slots=True)
class _Unit:
    work: Callable[[Session], Any]
    waiter: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        if self.waiter.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.waiter.set_result(self.result)
        else:
            self.waiter.set_exception(self.error)


class SqliteDatabase:
    """`storage.database.Database` on a SQLite file, from `start` to `close`."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._units: SimpleQueue[_Unit | None] = SimpleQueue()
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._thread = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._closed = False

    def start(self) -> None:
        self._thread.start()

    async def run(self, work: Callable[[Session], T]) -> T:
        if self._closed:
            raise Unavailable("the database is closed")
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._units.put(_Unit(work, waiter))
        return await waiter

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Event]:
        listener = (asyncio.get_running_loop(), asyncio.Event())
        self._listeners.add(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.discard(listener)

    async def close(self) -> None:
        """Finish every unit that was given to `run`, then stop."""
        self._closed = True
        self._units.put(None)
        await asyncio.to_thread(self._thread.join)

    def _write(self) -> None:
        closing = False
        while not closing:
            units, closing = self._next_group()
            queued_work = self._commit(units)
            for unit in units:
                _call(unit.waiter.get_loop(), unit.settle)
            if queued_work:
                for loop, event in tuple(self._listeners):
                    _call(loop, event.set)

    def _next_group(self) -> tuple[list[_Unit], bool]:
        """Wait for a unit, take along all that wait with it; True: and none comes after them."""
        units: list[_Unit] = []
        unit = self._units.get()
        while unit is not None:
            units.append(unit)
            if len(units) == GROUP:
                return units, False
            try:
                unit = self._units.get_nowait()
            except Empty:
                return units, False
        return units, True

    def _commit(self, units: list[_Unit]) -> bool:
        """Run the units in one transaction; True when one of them queued work. A failed commit is told to all."""
        try:
            with self._connection.begin():
                queued_work = [self._try(unit) for unit in units]
            return any(queued_work)
        except Exception as error:  # noqa: BLE001  whatever it is, nobody may be left waiting
            with suppress(sqlite3.Error):  # after a failed COMMIT SQLite's transaction is still there
                _raw(self._connection).rollback()
            for unit in units:
                unit.error = _told(error)
            return False

    def _try(self, unit: _Unit) -> bool:
        # A savepoint of our own, because SQLAlchemy's costs more than what most units do in it. In this mode the
        # session leaves the group's transaction alone, as long as nobody asks it to roll back.
        raw = _raw(self._connection)
        raw.execute("SAVEPOINT unit")
        try:
            with Session(self._connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
                unit.result = unit.work(session)
                queued_work = has_new_work(session)
            raw.execute("RELEASE unit")
        except Exception as error:
            if not raw.in_transaction:
                # For these few reasons SQLite rolls the whole transaction back itself: all units are lost.
                raise Unavailable("SQLite gave up: the disk is full or failing, or memory is short") from error
            raw.execute("ROLLBACK TO unit")
            raw.execute("RELEASE unit")
            unit.error = _told(error)
            return False
        return queued_work


def _raw(connection: sa.Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def _told(error: Exception) -> Exception:
    """What the waiter is told: Unavailable when the disk or another process is to blame, else the error itself."""
    cause = error.orig if isinstance(error, sa.exc.OperationalError) else None
    if isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF in _AWAY:
        away = Unavailable(f"SQLite: {cause}")
        away.__cause__ = error
        return away
    if isinstance(error, StopIteration):  # a future refuses it, and its waiter would wait for ever
        return RuntimeError("a unit of work raised StopIteration")
    return error


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
        loop.call_soon_threadsafe(function)
