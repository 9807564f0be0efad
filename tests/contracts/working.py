"""Jobs for the tests of the work mechanism: handlers that do as told, and a look at what is left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.columns import from_now
from storage.database import Database
from storage.tables import counters, jobs
from storage.work import Effect, Handler, Job, Worker, enqueue

NEVER = 3600.0
"""A poll so long that a test which waits for it times out: what comes sooner came by an event."""


@dataclass
class Parked:
    """An `on_park` that keeps what it was told, in memory and, to see the transaction, in the database."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, session: Session, job: Job, error: str) -> None:
        self.told.append((job.key, error))
        count(session, f"parked {job.key}")


def count(session: Session, name: str) -> None:
    session.execute(sa.insert(counters).values(name=name, value=1))


def counted(session: Session) -> list[str]:
    return list(session.scalars(sa.select(counters.c.name).order_by(counters.c.name)))


def rows(session: Session) -> Sequence[Any]:
    return session.execute(sa.select(jobs, (jobs.c.due <= from_now(0)).label("is_due")).order_by(jobs.c.id)).all()


def make_due(session: Session) -> None:
    """Let time pass: every lease has run out, every pause is over."""
    session.execute(sa.update(jobs).values(due=from_now(-1)))


async def put(database: Database, *keys: str, due: datetime | None = None) -> None:
    def unit(session: Session) -> None:
        for key in keys:
            enqueue(session, "test", key, {"of": key}, due)

    await database.run(unit)


def worker(database: Database, handler: Handler, parked: Parked | None = None, **options: Any) -> Worker:
    return Worker(database, {"test": handler}, parked or Parked(), **{"poll": NEVER, **options})


@asynccontextmanager
async def running(*workers: Worker, grace: float = 30.0) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        for each in workers:
            group.create_task(each.run(grace))
        yield
        for each in workers:
            each.stop()


@dataclass
class Attempts:
    """A handler that does as it is told, attempt by attempt, and then has the effect of counting its job's key."""

    troubles: list[Exception] = field(default_factory=list)
    seen: list[Job] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, job: Job) -> Effect | None:
        self.seen.append(job)
        self.ended.set()
        if self.troubles:
            raise self.troubles.pop(0)
        return lambda session: count(session, job.key)


async def run_until_settled(database: Database, handler: Handler, parked: Parked | None = None, **options: Any) -> None:
    """One pass over all due jobs: stops once each was tried once."""
    called = asyncio.Event()

    async def noting(job: Job) -> Effect | None:
        called.set()
        return await handler(job)

    async with running(worker(database, noting, parked, **options)):
        await called.wait()
