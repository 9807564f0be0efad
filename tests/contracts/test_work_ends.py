"""Workers that stop, die, or share: their jobs go on."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Unavailable
from storage.database import Database, open_database
from storage.tables import jobs
from storage.work import Effect, Handler, Job, Worker, enqueue
from tests.contracts.working import (
    NEVER,
    Attempts,
    count,
    counted,
    make_due,
    put,
    rows,
    run_until_settled,
    running,
    worker,
)
from tests.parts.postgres import Postgres


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


async def test_a_cancellation_is_heard_whenever_a_hint_comes(database: Database) -> None:
    """A worker that is woken and cancelled at once, some rounds of the loop apart, ends."""
    async with database.listening() as hint:
        for rounds in range(8):
            hint.clear()
            task = asyncio.create_task(worker(database, Attempts()).run(grace=0))
            for _until_it_waits in range(3):  # each unit of work goes behind the worker's own claim
                await database.run(counted)
            await database.run(lambda session: enqueue(session, "of a later release", "a", {}))
            await hint.wait()
            for _round in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
            ended, _ = await asyncio.wait([task], timeout=10)
            assert ended, f"still works after a cancellation {rounds} rounds behind the hint"


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
