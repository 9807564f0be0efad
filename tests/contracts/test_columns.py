"""What goes into a column comes out of it, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.chat_tables import conversations
from storage.columns import SHORT, from_now
from storage.database import Database
from storage.tables import jobs, providers, ticket_events

CHICAGO = timezone(timedelta(hours=-6))


@pytest.mark.parametrize(
    ("put", "got"),
    [
        ("Clínica Ñandú 診療所", "Clínica Ñandú 診療所"),
        ("a\x00b", "ab"),
        ("lone \udc80 surrogate", "lone ? surrogate"),
        ("x" * 100_000, "x" * 100_000),
    ],
)
async def test_texts(database: Database, put: str, got: str) -> None:
    def keep(session: Session) -> str:
        session.execute(sa.insert(providers).values(name=put, hfs_id="000000000001"))
        found: str = session.scalars(sa.select(providers.c.name).where(providers.c.name == put)).one()
        return found

    assert await database.run(keep) == got


def new_job(key: str, moment: datetime) -> sa.Insert:
    return sa.insert(jobs).values(kind="none", key=key, payload={}, created=moment, due=moment, attempts=0, strikes=0)


async def test_texts_within_json_are_clean(database: Database) -> None:
    def keep(session: Session) -> object:
        values = {"a\x00b": ["lone \udc80 surrogate", ("診", 1, None, True)], "none": None}
        texts = dict.fromkeys(("channel", "address", "account", "language", "person"), "") | {
            "last_position": "",
            "checkpoint_position": "",
        }
        moments = {"created": datetime.now(UTC), "touched": datetime.now(UTC)}
        row = texts | moments | {"session": values, "checkpoint": None, "last_seq": 0, "gone": False}
        session.execute(sa.insert(conversations), row)
        absent = conversations.c.checkpoint.is_(None)  # SQL's null, and no JSON text "null"
        return tuple(session.execute(sa.select(conversations.c.session, absent)).one())

    kept = {"ab": ["lone ? surrogate", ["診", 1, None, True]], "none": None}
    assert await database.run(keep) == (kept, True)


@pytest.mark.parametrize("character", ["x", "診"])
async def test_an_indexed_text_is_cut_and_found_by_its_whole(database: Database, character: str) -> None:
    key = "".join(chr(ord(character) + index % 700) for index in range(40_000))  # hard to compress, as PostgreSQL tries

    def keep(session: Session) -> str:
        session.execute(new_job(key, datetime.now(UTC)))
        found: str = session.scalars(sa.select(jobs.c.key).where(jobs.c.key == key)).one()
        return found

    assert await database.run(keep) == key[:SHORT]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 8, 2, 30, tzinfo=CHICAGO),
        datetime(2026, 3, 8, 8, 30, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 8, 30, tzinfo=UTC),
    ],
)
async def test_a_moment_is_the_same_moment_in_utc(database: Database, moment: datetime) -> None:
    def keep(session: Session) -> datetime:
        session.execute(new_job("a", moment))
        found: datetime = session.scalars(sa.select(jobs.c.due).where(jobs.c.due <= moment)).one()
        return found

    kept = await database.run(keep)
    assert kept == moment
    assert kept.tzinfo is UTC


async def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        await database.run(lambda session: session.execute(new_job("a", datetime(2026, 3, 8))))  # noqa: DTZ001


async def test_the_databases_clock(database: Database) -> None:
    def look(session: Session) -> tuple[datetime, datetime, bool]:
        earlier, later = session.execute(sa.select(from_now(-60), from_now(0.5))).one()
        session.execute(new_job("a", later))
        in_order = session.scalar(sa.select(from_now(0) < jobs.c.due))
        return earlier, later, bool(in_order)

    earlier, later, in_order = await database.run(look)
    assert later - earlier == timedelta(seconds=60.5) or later - earlier < timedelta(seconds=61)
    assert in_order
    assert abs(later - datetime.now(UTC)) < timedelta(minutes=5)


async def test_foreign_keys_hold(database: Database) -> None:
    orphan = {"moment": datetime.now(UTC), "event": "opened", "who": "us", "detail": ""}
    statement = sa.insert(ticket_events).values(ticket="2026-000000-0", **orphan)
    with pytest.raises(sa.exc.IntegrityError):
        await database.run(lambda session: session.execute(statement))
