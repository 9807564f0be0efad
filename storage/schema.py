"""The database's schema: which revision it is at, and how it gets to the one that this release knows."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from complaints.errors import SettingsError
from storage import postgres, sqlite
from storage.lock import alone_on
from storage.urls import read_url, sqlite_path

T = TypeVar("T")

HEAD = "0004"
"""The newest revision under migrations/versions (a test holds the two together)."""
_MIGRATION_LOCK = 72_656_367  # PostgreSQL: of two replicas that migrate at once, one waits


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`current` is None for a database without tables; `head` is what this release needs."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        return self.current == self.head


async def schema_state(url: str) -> SchemaState:
    """SettingsError: the URL cannot be used. Unavailable: the database cannot be reached."""
    path = sqlite_path(read_url(url))
    if path is not None and not path.exists():
        return SchemaState(None, HEAD)
    return SchemaState(await _with_connection(url, current_revision), HEAD)


def current_revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


async def migrate(url: str) -> tuple[str, ...]:
    """Bring the database to this release's schema, making the SQLite file if need be; the revisions it went through.

    NotPossible: another process has the SQLite file. SettingsError: the database is of a newer release.
    """
    path = sqlite_path(read_url(url))
    if path is None:
        return await _with_connection(url, _upgrade)
    with alone_on(path, "recourse migrate"):
        return await asyncio.to_thread(_on_sqlite if path.exists() else _make_sqlite, path, _upgrade)


def _upgrade(connection: sa.Connection) -> tuple[str, ...]:
    from alembic import command, config, util  # a third of a second to import, and only this needs it

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    settings = config.Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    passed: list[str] = []
    settings.attributes.update(connection=connection, passed=passed)
    try:
        command.upgrade(settings, "head")
    except util.CommandError as error:
        raise SettingsError(f"the database cannot be migrated: {error}") from error
    return tuple(passed)


def _on_sqlite(path: Path, step: Callable[[sa.Connection], T]) -> T:
    with sqlite.connect(path) as connection, connection.begin():
        return step(connection)


def _make_sqlite(path: Path, step: Callable[[sa.Connection], T]) -> T:
    """Make the file under another name, and give it its own when it is whole: killed meanwhile, there is none, and the
    next start makes it anew."""
    unfinished = path.with_name(path.name + ".new")
    for suffix in ("", "-wal", "-shm"):
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # it will hold member data; the files SQLite puts beside it take the same mode
    result = _on_sqlite(unfinished, step)
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return result


async def _with_connection(url: str, step: Callable[[sa.Connection], T]) -> T:
    """Run `step` in a transaction on a connection of its own, off the loop."""
    parsed = read_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        return await asyncio.to_thread(_on_sqlite, path, step)
    return await postgres.run_once(parsed, step)
