"""PostgreSQL through asyncpg: any number of processes on one database."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from complaints.errors import SettingsError, Unavailable
from storage.statements import has_new_work

T = TypeVar("T")
log = logging.getLogger(__name__)

CONNECTIONS = 16
CHANNEL = "recourse_jobs"
_RECONNECT = 1.0
_LONGEST_STATEMENT = 60.0
_PAUSES = (0.01, 0.05, 0.2, 0.5, None)
"""Seconds to wait before a unit is run again that lost against another one; None: no more."""
_LOST = frozenset({"40001", "40P01"})
"""SQLSTATEs of a serialization failure and of a deadlock."""
_REFUSED = ("28", "3D")
"""What SQLSTATEs begin with when the server knows no such user, password or database."""
_AWAY = ("08", "53", "57P", "58", *_REFUSED)
"""What SQLSTATEs begin with when the server is away, full, starting or stopping, or does not let us in."""


def make_engine(url: sa.URL, command_timeout: float | None, **options: Any) -> AsyncEngine:
    """SettingsError: the driver is not installed."""
    # hide_parameters: an error's text never holds what was to be stored. jit costs asyncpg's small queries dear.
    settings = {"application_name": "recourse", "jit": "off"}
    arguments = {"timeout": 10, "command_timeout": command_timeout, "server_settings": settings}
    try:
        return create_async_engine(url, hide_parameters=True, connect_args=arguments, **options)
    except ModuleNotFoundError as error:
        raise SettingsError(f"PostgreSQL needs {error.name}: install recourse[postgres]") from error


class PostgresDatabase:
    """`storage.database.Database` on PostgreSQL."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._engine = make_engine(url, _LONGEST_STATEMENT, pool_size=CONNECTIONS, max_overflow=0)
        self._unpooled = make_engine(url, _LONGEST_STATEMENT, poolclass=sa.NullPool)

    async def run(self, work: Callable[[Session], T]) -> T:
        for pause in _PAUSES:
            try:
                async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
                    return await session.run_sync(_and_notify, work)
            except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
                if pause is None or _state(error) not in _LOST:
                    if _is_away(error):
                        raise _away(error) from error
                    raise
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret
        raise AssertionError("the last pause is None")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Event]:
        woken = asyncio.Event()
        listener = asyncio.create_task(self._listen(woken))
        try:
            yield woken
        finally:
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener

    async def close(self) -> None:
        await self._engine.dispose()

    async def _listen(self, woken: asyncio.Event) -> None:
        """Listen until cancelled, on a new connection whenever one is lost."""
        while True:
            try:
                await self._listen_once(woken)
            except Exception as error:  # noqa: BLE001  whatever it is: workers poll, and listening is tried again
                log.warning("cannot listen for new work: %s", type(error).__name__)
            await asyncio.sleep(_RECONNECT)

    async def _listen_once(self, woken: asyncio.Event) -> None:
        lost = asyncio.Event()
        async with self._unpooled.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None  # noqa: S101  it was just connected
            raw.add_termination_listener(lambda _connection: lost.set())
            await raw.add_listener(CHANNEL, lambda *_notification: woken.set())
            woken.set()  # for what was said while nobody listened
            try:
                await lost.wait()
            finally:
                await connection.invalidate()  # closes it without a word to the server, which may be gone


async def run_once(url: sa.URL, step: Callable[[sa.Connection], T]) -> T:
    """Run `step` in a transaction on a connection of its own, without any time limit: a migration may take long."""
    engine = make_engine(url, None, poolclass=sa.NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(step)
    except (sa.exc.DBAPIError, OSError) as error:
        if _is_away(error):
            raise _away(error) from error
        raise
    finally:
        await engine.dispose()


def _and_notify(session: Session, work: Callable[[Session], T]) -> T:
    result = work(session)
    if has_new_work(session):
        session.execute(sa.text(f"NOTIFY {CHANNEL}"))
    return result


def _state(error: BaseException) -> str:
    """The SQLSTATE of a database error, empty when it has none."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")


def _is_away(error: Exception) -> bool:
    """Is the server or the way to it to blame?"""
    if not isinstance(error, sa.exc.DBAPIError):
        return True  # no connection was to be had
    return error.connection_invalidated or _state(error).startswith(_AWAY)


def _away(error: Exception) -> Unavailable:
    cause = getattr(error, "orig", error)
    if _state(error).startswith(_REFUSED):
        return Unavailable(f"PostgreSQL does not let us in: {str(cause).rpartition('>: ')[2]}")
    return Unavailable(f"PostgreSQL is away ({type(cause).__name__})")
