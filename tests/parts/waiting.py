"""Waiting for a condition, never for a time; and the ports of loopback."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

from bot.pretend.waiting import LOOK_EVERY, PATIENCE, until_async

__all__ = ["answers", "free_port", "until", "until_async"]

T = TypeVar("T")


def until(condition: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """The first true value of the condition. Raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(LOOK_EVERY)
    return value


def free_port() -> int:
    """A loopback port that nobody listens on now, for a server that cannot be asked which port it was given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Does a server take connections on this loopback port?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
