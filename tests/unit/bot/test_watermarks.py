"""When mail is told to come later because the machine is full."""

import logging
from pathlib import Path

import pytest

from bot.limits import load_limits
from bot.memory import resident_bytes
from bot.watermarks import Watermarks, free_bytes

BOUNDS = load_limits().receiving
MB = 1024 * 1024


@pytest.mark.parametrize(
    ("free", "resident", "reached"),
    [
        (BOUNDS.free_disk_mb, BOUNDS.memory_mb, ""),
        (BOUNDS.free_disk_mb - 1, 1, "free_disk_mb"),
        (BOUNDS.free_disk_mb, BOUNDS.memory_mb + 1, "memory_mb"),
        (0, 0, "free_disk_mb"),
    ],
)
def test_which_limit_is_reached(free: int, resident: int, reached: str, tmp_path: Path) -> None:
    assert Watermarks(BOUNDS, tmp_path, lambda _: free * MB, lambda: resident * MB)() == reached


def test_the_disk_of_another_machine_is_not_looked_at() -> None:
    assert Watermarks(BOUNDS, None, lambda _: 0, lambda: 0)() == ""


def test_it_is_told_once_and_so_is_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    free = [0]
    watermarks = Watermarks(BOUNDS, tmp_path, lambda _: free[0], lambda: 0)
    assert [watermarks(), watermarks()] == ["free_disk_mb"] * 2
    free[0] = 10**12
    assert [watermarks(), watermarks()] == [""] * 2
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_what_was_found_is_held_for_a_while(tmp_path: Path) -> None:
    free = [0]
    watermarks = Watermarks(BOUNDS, tmp_path, lambda _: free[0], lambda: 0, hold=3600)
    assert watermarks() == "free_disk_mb"
    free[0] = 10**12
    assert watermarks() == "free_disk_mb"


def test_memory_that_can_be_given_back_is_no_reason(tmp_path: Path) -> None:
    """What is freed stays in our heap until it is asked back."""
    looks = iter([BOUNDS.memory_mb + 1, BOUNDS.memory_mb])
    assert Watermarks(BOUNDS, tmp_path, lambda _: 10**12, lambda: next(looks) * MB)() == ""


def test_this_machine_tells(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
    held = bytearray(b"x" * 50 * MB)
    assert resident_bytes() > len(held)
