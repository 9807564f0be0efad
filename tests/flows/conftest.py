"""Installations for flows: the real program, in a folder of its own, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.postgres import Postgres
from tests.parts.program import Installation, installation
from tests.parts.town import CLINIC, SECOND, Town
from tests.parts.town import town as open_town


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Installation:
    return installation(tmp_path)


@pytest.fixture
def on_postgres(tmp_path: Path, cluster: Postgres) -> Iterator[Installation]:
    with cluster.database() as url:
        yield installation(tmp_path, url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real("postgres"))])
def place(request: pytest.FixtureRequest) -> Installation:
    """An installation on SQLite, and then one on PostgreSQL."""
    found: Installation = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture(scope="package")
def _town() -> Iterator[Town]:
    """One Postfix and one Dovecot for all flows that mail through them."""
    with open_town() as running:
        yield running


@pytest.fixture
def town(_town: Town) -> Town:
    """The same for each test, with nothing in the clinic's inboxes."""
    for address in (CLINIC, SECOND):
        _town.mailboxes.empty(address)
    return _town
