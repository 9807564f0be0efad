"""Sending mails as fast as so many senders can, and reading what it cost the server."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiosmtplib

from tests.bench.measuring import cpu_seconds, percentile
from tests.parts.program import PORTAL


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run. Times in milliseconds; CPU of all the server's processes, user and system."""

    name: str
    senders: int
    mails: int
    per_second: float
    """From the first MAIL until the last mail's work was done."""
    cpu: float
    """CPU per mail."""
    p50: float
    """Until the 250."""
    p99: float
    answered_p50: float | None = None
    """From the 250 until the answer is stored in the outbox."""
    answered_p99: float | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that got its 250: when (Unix time) and after how long."""

    at: float
    took: float
    reply: str


async def send_all(port: int, mails: Sequence[bytes], senders: int) -> list[Sent]:
    """Each sender keeps one connection and sends one mail after the other."""
    waiting = iter(mails)
    sent: list[Sent] = []

    async def sender() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=60, start_tls=False) as client:
            for mail in waiting:
                began = time.perf_counter()
                _, reply = await client.sendmail("billing@lakeside.example", [PORTAL], mail)
                sent.append(Sent(time.time(), time.perf_counter() - began, reply))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(senders):
            tasks.create_task(sender())
    return sent


async def measure(
    name: str, port: int, pids: Sequence[int], mails: Sequence[bytes], senders: int, done: Callable[[], Awaitable[None]]
) -> tuple[Figures, list[Sent]]:
    """Send the mails and wait until `done`; what it took."""
    cpu, began = cpu_seconds(pids), time.perf_counter()
    sent = await send_all(port, mails, senders)
    await done()
    wall, used = time.perf_counter() - began, cpu_seconds(pids) - cpu
    took = [one.took * 1000 for one in sent]
    count = len(mails)
    return (
        Figures(name, senders, count, count / wall, used * 1000 / count, percentile(took, 50), percentile(took, 99)),
        sent,
    )
