"""What goes wrong with a job is tried again or parked: never lost, never for ever."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken, Unavailable
from storage.columns import from_now
from storage.database import Database
from storage.statements import changed
from storage.tables import jobs
from storage.work import PATIENCE, Effect, Job, TryLater, Worker, unpark
from tests.contracts.working import (
    NEVER,
    Attempts,
    Parked,
    counted,
    make_due,
    put,
    rows,
    run_until_settled,
    running,
)


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


async def test_a_handler_is_cut_off_when_it_takes_too_long(database: Database) -> None:
    await put(database, "a")

    async def hangs(job: Job) -> Effect | None:
        await asyncio.Event().wait()
        return None

    await run_until_settled(database, hangs, limit=0.05)
    (row,) = await database.run(rows)
    assert row.error == "TimeoutError"
