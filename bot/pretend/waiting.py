"""Waiting for a condition, never for a time: the pauses here are only between two looks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.02
"""Seconds between two looks."""

PATIENCE = 30.0
"""Seconds until it is called a failure: long, since a busy machine must fail nothing."""


async def until_async(
    condition: Callable[[], Awaitable[T | None]], what: str, seconds: float = PATIENCE, every: float = LOOK_EVERY
) -> T:
    """The first true value of the condition. Raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := await condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        await asyncio.sleep(every)
    return value
