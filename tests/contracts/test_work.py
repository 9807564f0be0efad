"""The one work mechanism: at least once outside, exactly once in the database, never lost, never for ever."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken, Unavailable
from storage.columns import from_now
from storage.database import Database, open_database
from storage.statements import changed
from storage.tables import counters, jobs
from storage.work import PATIENCE, Effect, Handler, Job, TryLater, Worker, enqueue, unpark
from tests.parts.postgres import Postgres

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


async def test_effect_and_done_commit_together(database: Database) -> None:
    await put(database, "a", "b", "a")
    handler = Attempts()
    await run_until_settled(database, handler)
    assert [(job.kind, job.key, job.payload, job.attempts) for job in handler.seen] == [
        ("test", "a", {"of": "a"}, 1), ("test", "b", {"of": "b"}, 1),
    ]  # fmt: skip
    assert await database.run(counted) == ["a", "b"]
    assert await database.run(rows) == []


async def test_an_effect_that_fails_leaves_nothing_and_is_tried_again(database: Database) -> None:
    await put(database, "a")
    fail = True

    async def handler(job: Job) -> Effect | None:
        def effect(session: Session) -> None:
            count(session, job.key)
            if fail:
                raise KeyError("after the write")

        return effect

    await run_until_settled(database, handler)
    assert await database.run(counted) == []
    (row,) = await database.run(rows)
    assert (row.attempts, row.error, row.is_due) == (1, "KeyError", False)
    fail = False
    await database.run(make_due)
    await run_until_settled(database, handler)
    assert await database.run(counted) == ["a"]


async def test_a_job_queued_by_a_unit_that_fails_is_not_queued(database: Database) -> None:
    def unit(session: Session) -> None:
        enqueue(session, "test", "a", {})
        raise KeyError("changed my mind")

    with pytest.raises(KeyError):
        await database.run(unit)
    assert await database.run(rows) == []


async def test_new_work_wakes_a_sleeping_worker(database: Database) -> None:
    handler = Attempts()
    async with running(worker(database, handler)):
        for key in "abc":  # poll is NEVER: only an event can have it run
            handler.ended.clear()
            await put(database, key)
            await handler.ended.wait()
    assert await database.run(counted) == ["a", "b", "c"]


async def test_a_timer_waits_for_its_time(database: Database) -> None:
    await put(database, "tomorrow", due=datetime.now(UTC) + timedelta(days=1))
    await put(database, "now")
    handler = Attempts()
    await run_until_settled(database, handler)
    assert [job.key for job in handler.seen] == ["now"]
    await database.run(make_due)
    await run_until_settled(database, handler)
    assert await database.run(counted) == ["now", "tomorrow"]


async def test_a_kind_without_handler_waits_for_the_release_that_knows_it(database: Database) -> None:
    await database.run(lambda session: enqueue(session, "unknown", "u", {}))
    await put(database, "a")
    await run_until_settled(database, Attempts())
    (row,) = await database.run(rows)
    assert (row.kind, row.attempts) == ("unknown", 0)


async def test_a_worker_that_lost_its_lease_commits_nothing(database: Database) -> None:
    await put(database, "a")
    slow_has_it, go_on = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> Effect | None:
        slow_has_it.set()
        await go_on.wait()
        return lambda session: count(session, "slow")

    async with running(worker(database, slow, concurrency=1)):
        await slow_has_it.wait()
        await database.run(make_due)
        await run_until_settled(database, Attempts())
        go_on.set()
    assert await database.run(counted) == ["a"]


async def test_a_worker_that_lost_its_lease_and_fails_changes_nothing(database: Database) -> None:
    await put(database, "a")
    slow_has_it, go_on = asyncio.Event(), asyncio.Event()
    parked = Parked()

    async def slow(job: Job) -> Effect | None:
        slow_has_it.set()
        await go_on.wait()
        raise Broken("too late to matter")

    async with running(worker(database, slow, parked, concurrency=1)):
        await slow_has_it.wait()
        await database.run(make_due)
        await run_until_settled(database, Attempts([TryLater(5)]))
        go_on.set()
    (row,) = await database.run(rows)
    assert (row.parked, parked.told) == (None, [])


async def test_a_surprise_is_tried_so_often_and_then_parked(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await put(database, "a")
    parked, handler = Parked(), Attempts([ValueError("Jane Roe")] * 3)
    with caplog.at_level(logging.DEBUG):
        for _attempt in range(3):
            await database.run(make_due)
            await run_until_settled(database, handler, parked, tries=3)
    (row,) = await database.run(rows)
    assert (row.attempts, row.error, parked.told) == (3, "ValueError", [("a", "ValueError")])
    assert await database.run(counted) == ["parked a"]
    assert "Jane" not in caplog.text
    assert "test job" in caplog.text

    assert await database.run(lambda session: unpark(session, "b")) is False
    assert await database.run(lambda session: unpark(session, "a")) is True
    await run_until_settled(database, handler)
    assert [job.strikes for job in handler.seen] == [1, 2, 3, 1]
    assert await database.run(counted) == ["a", "parked a"]


async def test_what_cannot_be_mended_is_parked_at_once(database: Database) -> None:
    await put(database, "a")
    parked = Parked()
    await run_until_settled(database, Attempts([Broken("the file is missing")]), parked)
    (row,) = await database.run(rows)
    assert (row.parked is not None, parked.told) == (True, [("a", "the file is missing")])


async def test_a_park_hook_that_fails_parks_nothing(database: Database) -> None:
    await put(database, "a")

    def fails(session: Session, job: Job, error: str) -> None:
        raise KeyError(error)

    handler = Attempts([Broken("once"), Broken("twice")])
    async with running(Worker(database, {"test": handler}, fails, poll=NEVER)):
        await handler.ended.wait()
    (row,) = await database.run(rows)
    assert (row.parked, row.is_due) == (None, False)


@pytest.mark.parametrize(("trouble", "pause"), [(Unavailable("relay"), (1, 2)), (TryLater(600), (599, 601))])
async def test_what_is_away_does_not_count_against_the_job(
    database: Database, trouble: Exception, pause: tuple[float, float]
) -> None:
    await put(database, "a")
    parked, handler = Parked(), Attempts([trouble] * 3)
    before = datetime.now(UTC)
    await run_until_settled(database, handler, parked, tries=1)
    (row,) = await database.run(rows)
    assert (row.strikes, parked.told) == (0, [])
    passed = (datetime.now(UTC) - before).total_seconds()
    assert pause[0] <= (row.due - before).total_seconds() <= pause[1] + passed

    await database.run(make_due)
    await run_until_settled(database, handler, parked, tries=1)
    assert parked.told == []
    old = sa.update(jobs).values(created=from_now(-PATIENCE - 60), due=from_now(-1))
    await database.run(lambda session: session.execute(old))
    await run_until_settled(database, handler, parked, tries=1)
    assert parked.told == [("a", str(trouble))]


async def test_pauses_double_up_to_an_hour(database: Database) -> None:
    await put(database, "a")
    for attempts, least, most in ((1, 2, 4), (5, 32, 64), (90, 1800, 3600)):
        again = sa.update(jobs).values(attempts=attempts, due=from_now(-1))
        await database.run(partial(changed, statement=again))
        before = datetime.now(UTC)
        await run_until_settled(database, Attempts([Unavailable("relay")]))
        (row,) = await database.run(rows)
        passed = (datetime.now(UTC) - before).total_seconds()
        assert least <= (row.due - before).total_seconds() <= most + passed


async def test_a_handler_is_cut_off_before_its_lease_ends(database: Database) -> None:
    await put(database, "a")

    async def hangs(job: Job) -> Effect | None:
        await asyncio.Event().wait()
        return None

    await run_until_settled(database, hangs, lease=0.05)
    (row,) = await database.run(rows)
    assert row.error == "TimeoutError"


async def test_stopping_lets_running_work_finish(database: Database) -> None:
    await put(database, "a")
    started, go_on = asyncio.Event(), asyncio.Event()

    async def handler(job: Job) -> Effect | None:
        started.set()
        await go_on.wait()
        return lambda session: count(session, job.key)

    mine = worker(database, handler)
    task = asyncio.create_task(mine.run(grace=60))
    await started.wait()
    mine.stop()
    await put(database, "b")
    go_on.set()
    await task
    assert await database.run(counted) == ["a"]
    assert [row.key for row in await database.run(rows)] == ["b"]


@pytest.mark.parametrize("by", ["stop", "cancel"])
async def test_unfinished_work_is_given_back(database: Database, by: str) -> None:
    await put(database, "a", "b")
    started = asyncio.Event()

    async def hangs(job: Job) -> Effect | None:
        if job.key == "b":
            started.set()
        await asyncio.Event().wait()
        return None

    mine = worker(database, hangs)
    task = asyncio.create_task(mine.run(grace=0))
    await started.wait()
    mine.stop() if by == "stop" else task.cancel()
    await asyncio.wait([task])
    assert task.cancelled() is (by == "cancel")
    assert [(row.is_due, row.strikes) for row in await database.run(rows)] == [(True, 0)] * 2
    await run_until_settled(database, Attempts())
    assert await database.run(counted) == ["a", "b"]


async def test_concurrency_is_a_limit(database: Database) -> None:
    await put(database, *(f"job {number:02}" for number in range(20)))
    at_once, most, done = 0, 0, asyncio.Event()

    async def handler(job: Job) -> Effect | None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        if job.key == "job 19":
            done.set()
        return lambda session: count(session, job.key)

    async with running(worker(database, handler, concurrency=3)):
        await done.wait()
    assert most == 3
    assert len(await database.run(counted)) == 20


async def crash_at_work(url: str) -> None:
    """Let a process claim the due job, and kill it while it works."""
    command = [sys.executable, "-m", "tests.contracts.crashing", url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"working on a\n"
    process.send_signal(signal.SIGKILL)
    await process.communicate()


async def test_a_killed_process_loses_nothing(database_url: str) -> None:
    async with open_database(database_url) as database:
        await put(database, "a")
    await crash_at_work(database_url)
    async with open_database(database_url) as database:
        (row,) = await database.run(rows)
        assert (row.attempts, row.is_due) == (1, False)
        await database.run(make_due)
        handler = Attempts()
        await run_until_settled(database, handler)
        assert [job.attempts for job in handler.seen] == [2]
        assert await database.run(counted) == ["a"]


async def test_a_job_that_kills_its_process_is_parked_unrun(database: Database) -> None:
    await put(database, "a")
    await database.run(lambda session: session.execute(sa.update(jobs).values(attempts=3, strikes=3)))
    parked, handler = asyncio.Event(), Attempts()
    loop = asyncio.get_running_loop()

    def on_park(session: Session, job: Job, error: str) -> None:
        count(session, f"parked {job.key}")
        loop.call_soon_threadsafe(parked.set)

    async with running(Worker(database, {"test": handler}, on_park, poll=NEVER, tries=3)):
        await parked.wait()
    assert handler.seen == []
    assert await database.run(counted) == ["parked a"]


@pytest.mark.real("postgres")
async def test_two_processes_share_jobs_and_double_none(postgres_url: str) -> None:
    number = 60
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(open_database(postgres_url)) for _ in range(2)]
        await put(databases[0], *(f"job {key:02}" for key in range(number)))
        both_work = asyncio.Barrier(2)
        did: tuple[list[str], list[str]] = ([], [])
        all_done = asyncio.Event()

        def handler(mine: list[str]) -> Handler:
            async def handle(job: Job) -> Effect | None:
                mine.append(job.key)
                if len(mine) == 1:
                    await both_work.wait()
                if len(did[0]) + len(did[1]) == number:
                    all_done.set()
                return lambda session: count(session, job.key)

            return handle

        workers = [worker(db, handler(mine), concurrency=4) for db, mine in zip(databases, did, strict=True)]
        async with running(*workers):
            await all_done.wait()
        assert len(await databases[0].run(counted)) == number
        assert sorted(did[0] + did[1]) == [f"job {key:02}" for key in range(number)]


@pytest.mark.real("postgres")
async def test_notify_wakes_other_processes_also_after_a_lost_connection(postgres_url: str, cluster: Postgres) -> None:
    name = postgres_url.split("/")[3].partition("?")[0]
    handler = Attempts()
    async with open_database(postgres_url) as here, open_database(postgres_url) as there:
        async with running(worker(there, handler)):
            await put(here, "a")
            await handler.ended.wait()
            handler.ended.clear()
            await asyncio.to_thread(
                cluster.sql, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            for _connection in range(2):  # the pool finds out by trying
                try:
                    await put(here, "b")
                    break
                except Unavailable:
                    continue
            await handler.ended.wait()
        assert await here.run(counted) == ["a", "b"]
