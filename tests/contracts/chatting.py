"""Chat events for the contract tests, and two PostgreSQL transactions that are led step by step."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage import chats
from storage.database import Database
from storage.postgres import make_engine
from storage.tables import jobs
from storage.urls import read_url
from tests.parts.waiting import until_async

T = TypeVar("T")
NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


def say(
    session: Session,
    text: str = "hello",
    *,
    channel: str = "telegram",
    address: str = "4711",
    at: str = "",
    **other: Any,
) -> int | None:
    """Somebody says something; `at` is its position, and its external id unless that is told."""
    values = {"account": f"user {address}", "external_id": f"{address}:{at or text}", "position": at or text} | other
    return chats.put_event(
        session,
        channel=channel,
        address=address,
        kind="said",
        payload={"text": text},
        received=NOON,
        **values,
    )


def begin(session: Session, address: str = "4711", channel: str = "telegram") -> int:
    """A conversation in which nothing waits: its id."""
    say(session, channel=channel, address=address)
    conversation = chats.find(session, channel, address)
    assert conversation is not None
    chats.mark_done(session, [event.id for event in chats.events_since(session, conversation.id, "")])
    session.execute(sa.delete(jobs))
    return conversation.id


def queued(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    rows = session.execute(sa.select(jobs.c.kind, jobs.c.key, jobs.c.payload).order_by(jobs.c.id))
    return [(row.kind, row.key, row.payload) for row in rows]


def finish(session: Session, key: str) -> None:
    """As `storage.work` ends a job: its row goes before its effect runs, in the same transaction."""
    session.execute(sa.delete(jobs).where(jobs.c.key == key))


class Transaction:
    """One open transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def do(self, work: Callable[[Session], T]) -> T:
        return await self._session.run_sync(work)

    async def commit(self) -> None:
        await self._session.commit()


@asynccontextmanager
async def two_transactions(url: str) -> AsyncIterator[tuple[Transaction, Transaction]]:
    engine = make_engine(read_url(url), 30.0)
    try:
        async with AsyncSession(engine) as first, AsyncSession(engine) as second:
            yield Transaction(first), Transaction(second)
    finally:
        await engine.dispose()


async def somebody_waits(database: Database) -> None:
    """Until a transaction waits for another one."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    await until_async(lambda: database.run(lambda session: session.scalar(waiting)), "a transaction that waits")
