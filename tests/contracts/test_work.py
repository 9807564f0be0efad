"""The one work mechanism: at least once outside, exactly once in the database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage.database import Database
from storage.work import Effect, Job, TryLater, enqueue
from tests.contracts.working import (
    Attempts,
    Parked,
    count,
    counted,
    make_due,
    put,
    rows,
    run_until_settled,
    running,
    worker,
)
from tests.parts.waiting import until_async


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


async def test_a_lease_is_renewed_while_its_handler_runs(database: Database) -> None:
    await put(database, "a")
    go_on = asyncio.Event()

    async def slow(job: Job) -> Effect | None:
        await go_on.wait()
        return lambda session: count(session, job.key)

    async with running(worker(database, slow, concurrency=1, lease=0.3)):
        ends: set[datetime] = set()

        async def renewed_twice() -> bool:
            ends.update(row.due for row in await database.run(rows) if row.attempts == 1)
            return len(ends) >= 3

        await until_async(renewed_twice, "two renewals")
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
