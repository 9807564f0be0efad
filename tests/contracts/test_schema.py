"""Migrations bring both engines to exactly the tables that the program knows."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

import storage.chat_tables
import storage.migrations
from complaints.errors import NotPossible, SettingsError
from storage.database import Database, open_database
from storage.metadata import metadata
from storage.schema import HEAD, SchemaState, migrate, schema_state
from tests.parts.postgres import Postgres

REVISIONS = ("0001", "0002", "0003", HEAD)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgres"))])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite'}"
        return
    cluster: Postgres = request.getfixturevalue("cluster")
    with cluster.database(template="template0") as url:
        yield url


async def test_migrating_goes_to_the_head_once(empty_url: str) -> None:
    assert await schema_state(empty_url) == SchemaState(None, HEAD)
    with pytest.raises(SettingsError, match="recourse migrate"):
        async with open_database(empty_url):
            raise AssertionError("opened without tables")
    assert await migrate(empty_url) == REVISIONS
    assert await migrate(empty_url) == ()
    assert (await schema_state(empty_url)).is_current
    async with open_database(empty_url) as database:
        await database.run(lambda session: session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(SettingsError, match="9999"):
        await migrate(empty_url)
    with pytest.raises(SettingsError, match="9999"):
        async with open_database(empty_url):
            raise AssertionError("opened a database of a newer release")


def test_the_head_is_the_newest_revision() -> None:
    (folder,) = storage.migrations.__path__
    assert ScriptDirectory(folder).get_heads() == [HEAD]


async def test_no_table_differs_from_the_migrated_schema(database: Database) -> None:
    def differences(session: Session) -> list[object]:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    assert await database.run(differences) == []


@pytest.mark.real("postgres")
async def test_two_replicas_may_migrate_at_once(cluster: Postgres) -> None:
    with cluster.database(template="template0") as url:
        assert sorted(await asyncio.gather(migrate(url), migrate(url))) == [(), REVISIONS]


async def test_the_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    await migrate(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_in_use_is_not_migrated(sqlite_url: str) -> None:
    async with open_database(sqlite_url, "recourse serve"):
        with pytest.raises(NotPossible, match="recourse serve"):
            await migrate(sqlite_url)
