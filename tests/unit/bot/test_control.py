"""The server's local door: questions in, answers out, and a person's errors in their own words."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.control import ask, open_door
from complaints.errors import NotPossible, Unavailable, UsageError


async def perform(name: str, args: dict[str, Any]) -> Any:
    if name == "usage":
        raise UsageError("no ticket 7.")
    if name == "ended":
        raise NotPossible("it is closed.")
    if name == "away":
        raise Unavailable("SQLite: disk full")
    if name == "surprise":
        raise KeyError("billing@clinic.example")
    if name == "no answer":
        return object()
    return {"name": name, **args}


async def test_a_question_is_answered_even_deep_in_the_file_system(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    async with open_door(deep / "recourse.sqlite3.sock", perform):
        assert (deep / "recourse.sqlite3.sock").stat().st_mode & 0o777 == 0o600
        answers = await asyncio.gather(*(ask(deep / "recourse.sqlite3.sock", "list", {"n": n}) for n in range(5)))
    assert answers == [{"name": "list", "n": n} for n in range(5)]
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("usage", UsageError, "no ticket 7."),
        ("ended", NotPossible, "it is closed."),
        ("surprise", NotPossible, "the server could not do it (KeyError); its log says more"),
        ("no answer", NotPossible, "the server could not do it (TypeError); its log says more"),
        ("away", NotPossible, "the server could not do it: SQLite: disk full"),
    ],
)
async def test_what_the_server_refuses_is_said_in_its_words(
    tmp_path: Path, name: str, error: type[Exception], said: str
) -> None:
    async with open_door(tmp_path / "sock", perform):
        with pytest.raises(error) as refused:
            await ask(tmp_path / "sock", name, {})
    assert str(refused.value) == said


async def test_the_log_says_where_a_command_failed_and_nothing_of_the_data(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_door(tmp_path / "sock", perform):
        with pytest.raises(NotPossible):
            await ask(tmp_path / "sock", "surprise", {})
    assert "the command surprise failed: KeyError, test_control.py:" in caplog.text
    assert "clinic.example" not in caplog.text


async def test_nobody_listens_where_no_server_runs(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        await ask(tmp_path / "sock", "list", {})


async def test_the_socket_of_a_dead_server_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "sock").touch()
    async with open_door(tmp_path / "sock", perform):
        assert await ask(tmp_path / "sock", "list", {}) == {"name": "list"}
