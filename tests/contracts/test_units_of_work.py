"""`Database.run`: units of work at once, apart from each other, all or nothing."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import NotPossible, SettingsError, Unavailable
from storage.database import Database, open_database
from storage.ledger import SqlLedger
from storage.tables import counters, files, ticket_events
from tests.parts.postgres import Postgres


def count_up(name: str) -> Callable[[Session], None]:
    def unit(session: Session) -> None:
        session.execute(sa.insert(counters).values(name=name, value=1))

    return unit


def names(session: Session) -> list[str]:
    return list(session.scalars(sa.select(counters.c.name).order_by(counters.c.name)))


async def test_thirty_units_at_once_take_thirty_numbers(database: Database) -> None:
    taken = await asyncio.gather(*(database.run(lambda s: SqlLedger(s).next_sequence(2026)) for _ in range(30)))
    assert sorted(taken) == list(range(1, 31))
    assert await database.run(lambda s: SqlLedger(s).next_sequence(2027)) == 1


async def test_a_unit_that_raises_hurts_nobody_else(database: Database) -> None:
    def fails(session: Session) -> None:
        count_up("lost")(session)
        raise KeyError("mine")

    def breaks_a_rule(session: Session) -> None:
        count_up("lost too")(session)
        count_up("lost too")(session)

    units = [count_up("first"), fails, breaks_a_rule, count_up("last")]
    results = await asyncio.gather(*(database.run(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), KeyError, sa.exc.IntegrityError, type(None)]
    assert await database.run(names) == ["first", "last"]


async def test_a_unit_that_raises_stop_iteration_is_answered(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await database.run(lambda _session: next(iter([])))


async def test_what_was_to_be_stored_is_not_in_the_error(database: Database) -> None:
    await database.run(count_up("Jane Roe"))
    with pytest.raises(sa.exc.IntegrityError) as caught:
        await database.run(count_up("Jane Roe"))
    assert "parameters hidden" in str(caught.value)


async def test_a_cancelled_caller_leaves_the_database_working(database: Database) -> None:
    task = asyncio.create_task(database.run(count_up("perhaps")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.run(count_up("surely"))
    assert "surely" in await database.run(names)


@asynccontextmanager
async def busy_writer(database: Database) -> AsyncIterator[None]:
    """While this is open the writer thread is held up; all units given meanwhile form the next group."""
    holding, go_on = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        holding.set()
        go_on.wait()

    held = asyncio.create_task(database.run(hold))
    await asyncio.to_thread(holding.wait)
    try:
        yield
    finally:
        go_on.set()
        await held


async def test_a_failed_commit_is_told_to_the_whole_group(sqlite_database: Database) -> None:
    def fails_when_committed(session: Session) -> None:
        session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        line = {"moment": datetime.now(UTC), "event": "opened", "who": "us", "detail": ""}
        session.execute(sa.insert(ticket_events).values(ticket="2026-000000-0", **line))

    async with busy_writer(sqlite_database):
        units = (count_up("a neighbour"), fails_when_committed)
        tasks = [asyncio.create_task(sqlite_database.run(unit)) for unit in units]
        await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [sa.exc.IntegrityError] * 2
    assert await sqlite_database.run(names) == []


async def test_a_full_disk_is_unavailable_and_passes(sqlite_database: Database) -> None:
    def limit(session: Session, pages: int) -> None:
        session.execute(sa.text(f"PRAGMA max_page_count = {pages}"))

    def store(session: Session) -> None:
        session.execute(sa.insert(files).values(digest="0" * 64, size=4_000_000, body=bytes(4_000_000)))

    await sqlite_database.run(lambda session: limit(session, 100))
    with pytest.raises(Unavailable, match="disk is full"):
        await sqlite_database.run(store)
    await sqlite_database.run(lambda session: limit(session, 100_000))
    await sqlite_database.run(store)
    assert await sqlite_database.run(lambda s: s.scalar(sa.select(files.c.size))) == 4_000_000


async def test_closing_finishes_what_was_given(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database, busy_writer(database):
        tasks = [asyncio.create_task(database.run(count_up(f"unit {number:03}"))) for number in range(300)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    with pytest.raises(Unavailable):
        await database.run(names)
    async with open_database(sqlite_url) as database:
        assert len(await database.run(names)) == 300


async def test_a_second_process_is_told_who_has_the_file(sqlite_url: str) -> None:
    async with open_database(sqlite_url, "recourse serve"):
        with pytest.raises(NotPossible, match=r"is in use by `recourse serve` \(process \d+\)$"):
            async with open_database(sqlite_url, "recourse tickets"):
                raise AssertionError("two have the file")
    async with open_database(sqlite_url, "recourse tickets") as database:
        assert database.dialect == "sqlite"


@pytest.mark.parametrize(
    "url", ["", "recourse.sqlite", "sqlite://", "sqlite:///:memory:", "mysql://root:secret@host/db", "sqlite:////no/x"]
)
async def test_a_url_that_cannot_be_used_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with open_database(url):
            raise AssertionError("opened")
    assert "secret" not in str(caught.value)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        async with open_database("postgresql://recourse@/recourse?host=/nonexistent"):
            raise AssertionError("opened")


@pytest.mark.real("postgres")
async def test_lost_connections_are_unavailable_and_come_back(postgres_database: Database, cluster: Postgres) -> None:
    def give_up_the_ghost(session: Session) -> None:
        session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable):
        await postgres_database.run(give_up_the_ghost)
    await postgres_database.run(count_up("back"))
    assert await postgres_database.run(names) == ["back"]


@pytest.mark.real("postgres")
@pytest.mark.parametrize(("state", "tries"), [("40P01", 3), ("40001", 3), ("22023", 1)])
async def test_a_unit_that_loses_against_another_is_tried_again(
    postgres_database: Database, state: str, tries: int
) -> None:
    seen: list[str] = []

    def loses_twice(session: Session) -> None:
        count_up(f"try {len(seen)}")(session)
        seen.append(state)
        if len(seen) < 3:
            session.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))

    await asyncio.gather(postgres_database.run(loses_twice), return_exceptions=True)
    assert len(seen) == tries
    assert await postgres_database.run(names) == (["try 2"] if tries == 3 else [])
