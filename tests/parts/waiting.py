"""Waiting for a condition, never for a time: the pauses here are only between two looks."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.02
"""Seconds between two looks."""

PATIENCE = 30.0
"""Seconds until we call it a failure: long, since a busy machine must fail no test."""


def until(condition: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """The first true value of the condition. Raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(LOOK_EVERY)
    return value


async def until_async(condition: Callable[[], Awaitable[T | None]], what: str, seconds: float = PATIENCE) -> T:
    """The same for a condition that is awaited, without holding the loop."""
    deadline = time.monotonic() + seconds
    while not (value := await condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        await asyncio.sleep(LOOK_EVERY)
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
