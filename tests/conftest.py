"""What holds for every test: nothing talks beyond loopback, and a blocked event loop fails the test."""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.parts.postgres import Postgres, postgres

BLOCKED_AFTER = 1.0
"""Seconds of CPU that one callback may hold the loop. CPU and not wall time, so that a busy machine fails no test."""

_blocked: list[str] = []
_real_run = asyncio.Handle._run
_real_connect = socket.socket.connect


def _timed_run(self: asyncio.Handle) -> None:
    cpu, wall = time.thread_time(), time.monotonic()
    _real_run(self)
    used, passed = time.thread_time() - cpu, time.monotonic() - wall
    if used > BLOCKED_AFTER or passed > 5 * BLOCKED_AFTER:
        _blocked.append(f"{self!r} held the loop for {passed:.2f} s ({used:.2f} s of CPU)")


def _connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple):  # anything else is a unix socket's path
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test tried to talk to {address!r}, beyond loopback")
    _real_connect(self, address)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    """One private PostgreSQL for the whole run."""
    with postgres() as running:
        yield running


def pytest_configure() -> None:
    asyncio.Handle._run = _timed_run  # type: ignore[method-assign]
    socket.socket.connect = _connect  # type: ignore[assignment, method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    _blocked.clear()
    result = yield
    assert not _blocked, f"the event loop was blocked: {_blocked}"
    return result
