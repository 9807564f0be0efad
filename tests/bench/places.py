"""Where Recourse is measured: an installation on SQLite and, where it is to be had, one on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.postgres import postgres
from tests.parts.program import Installation, installation


@dataclass(frozen=True, slots=True)
class Place:
    """`database_pids`: the processes that work for it beside its own."""

    name: str
    installation: Installation
    database_pids: tuple[int, ...] = ()


@contextmanager
def open_places(folder: Path, *, with_postgres: bool) -> Iterator[list[Place]]:
    """One on each database, both durable: with fsync."""
    places = [Place("Recourse on SQLite", _in(folder / "sqlite"))]
    with ExitStack() as stack:
        if with_postgres and any(Path("/usr/lib/postgresql").glob("*/bin")):
            cluster = stack.enter_context(postgres(durable=True))
            url = stack.enter_context(cluster.database())
            postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
            places.append(Place("Recourse on PostgreSQL", _in(folder / "postgres", url), (postmaster,)))
        yield places


def _in(folder: Path, url: str | None = None) -> Installation:
    folder.mkdir()
    return installation(folder, url)
