"""How a command reaches the database: through the running server where that holds it, else by opening it itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.commands import ASYNC_COMMANDS, perform, perform_in
from bot.control import ask
from bot.house import open_books, open_house
from bot.settings import Settings
from complaints.errors import SettingsError
from complaints.mcos import load_roster
from complaints.policy import load_policy
from storage.database import open_database
from storage.lock import InUse
from storage.schema import migrate
from storage.urls import read_url, sqlite_path

_Find = Callable[[Settings], Awaitable[None]]
"""Sees to it that there is a database to open."""
PATIENCE = 10.0
"""Seconds that a command waits for its turn on a SQLite file."""


def door_of(database: Path) -> Path:
    """The socket of the server that holds this SQLite file."""
    return database.with_name(database.name + ".sock")


async def command(settings: Settings, what: str, /, **args: Any) -> Any:
    """Have one of `bot.commands` done, wherever it must be done. Raises PersonError with one clear line.

    Another command that has the SQLite file, or a server that starts or stops, is waited for.
    """
    return await _patiently(settings, what, args, make_if_missing)


async def command_of_a_program(settings: Settings, what: str, /, **args: Any) -> Any:
    """The same for a program that no person watches: it never makes a database.

    With settings that were forgotten or are wrong, an empty one would swallow what is handed over. For the same reason
    a path that depends on where the program stands is refused, unless a server has that very file.
    """
    return await _patiently(settings, what, args, _must_be_there)


async def _patiently(settings: Settings, what: str, args: dict[str, Any], find: _Find) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await _once(settings, what, args, find)
        except InUse:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)


async def _once(settings: Settings, what: str, args: dict[str, Any], find: _Find) -> Any:
    path = sqlite_path(read_url(settings.database_url))
    if path is not None:
        try:
            return await ask(door_of(path), what, args)
        except ConnectionError:
            pass  # no server runs, so this process is the one writer
    await find(settings)
    if what in ASYNC_COMMANDS:
        async with open_house(settings, "another recourse command") as house:
            return await perform_in(house, what, args)
    policy, roster = load_policy(), load_roster()
    async with open_database(settings.database_url, "another recourse command") as database:
        return await database.run(
            lambda session: perform(session, what, args, open_books(session, settings, policy, roster))
        )


async def make_if_missing(settings: Settings) -> None:
    """A first start on SQLite makes its file. An older file is never upgraded unasked: that is `recourse migrate`."""
    path = sqlite_path(read_url(settings.database_url))
    if path is not None and not path.exists():
        await migrate(settings.database_url)


async def _must_be_there(settings: Settings) -> None:
    """Raises SettingsError."""
    url = read_url(settings.database_url)
    path = sqlite_path(url)
    if not is_there(settings):
        raise SettingsError(f"there is no database at {path}; are the settings there, and right?")
    if path is not None and not Path(url.database or "").is_absolute():
        raise SettingsError(
            f"the path of the database must be absolute, as in sqlite:///{path} with four slashes; it depends on where "
            "this command is started, and no server answers there"
        )


def is_there(settings: Settings) -> bool:
    """Whether there is a database to ask. A PostgreSQL URL is believed; if it is away, the command says so."""
    path = sqlite_path(read_url(settings.database_url))
    return path is None or path.exists()
