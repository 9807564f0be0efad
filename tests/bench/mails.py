"""Mails per second and CPU per mail, end to end, beside a bare aiosmtpd that writes and fsyncs.

Each mail is about 30 KB and carries our claim sheet with 20 eligible rows that no other mail has. End to end means
from MAIL to the ticket committed and the answer rendered into the outbox; the answers are also sent on, into a Maildir.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import SMTP
from pathlib import Path
from typing import Any

from tests.bench.measuring import percentile
from tests.bench.places import Place
from tests.bench.sending import Figures, Sent, measure
from tests.parts import office
from tests.parts.looking import rows
from tests.parts.program import WIDE_LIMITS, Installation, ready, serving
from tests.parts.waiting import until_async

SIZE = 30_000


def mails(first: int, count: int) -> list[bytes]:
    """So many mails of SIZE bytes; the text around the sheet makes up the size."""
    made = []
    for number in range(first, first + count):
        mail = office.with_workbook(number)
        short = SIZE - len(mail.as_bytes(policy=SMTP))
        text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        text.set_payload("The sheet is attached.\n" + ("Thank you for looking into this.\n" * (short // 34)))
        made.append(mail.as_bytes(policy=SMTP))
    return made


async def floor(folder: Path, senders: int, batch: Sequence[bytes]) -> Figures:
    """A bare aiosmtpd."""

    async def nothing_more() -> None:
        return None

    async with _bare(folder) as (port, pid):
        await measure("warm", port, [pid], batch[:10], senders, nothing_more)
        figures, _ = await measure("aiosmtpd + fsync", port, [pid], batch, senders, nothing_more)
        return figures


@asynccontextmanager
async def _bare(folder: Path) -> AsyncIterator[tuple[int, int]]:
    (folder / "floor").mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.floor", str(folder / "floor"), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield (await ready(process, folder / "floor.log"))["SMTP"], process.pid
    finally:
        process.kill()
        await process.communicate()


async def whole_way(on: Place, senders: int, count: int, first: int) -> Figures:
    """Recourse itself. Raises AssertionError when a mail did not become a ticket of its own."""
    place = on.installation
    async with serving(place, settings=WIDE_LIMITS) as server:
        pids = [server.process.pid, *on.database_pids]
        (before,) = (await rows(place.database_url, "SELECT count(*) FROM tickets"))[0]

        async def tickets(wanted: int) -> None:
            async def there() -> bool:
                return (await rows(place.database_url, "SELECT count(*) FROM tickets"))[0] == (before + wanted,)

            await until_async(there, f"{wanted} tickets", 120)

        await measure("warm", server.port, pids, mails(first, 10), senders, lambda: tickets(10))
        batch = mails(first + 10, count)
        figures, sent = await measure(on.name, server.port, pids, batch, senders, lambda: tickets(10 + count))
        answered = await _answered(place, sent)
    return replace(figures, answered_p50=percentile(answered, 50), answered_p99=percentile(answered, 99))


async def _answered(place: Installation, sent: Sequence[Sent]) -> list[float]:
    """Milliseconds from each 250 until its answer was in the outbox; 0 when it was there first."""
    found = await rows(place.database_url, "SELECT letter_id, created FROM notices")
    created = {letter: _moment(when) for letter, when in found}
    letters = {int(one.reply.rpartition(" ")[2]): one.at for one in sent}
    assert letters.keys() <= created.keys(), "a mail has no answer"
    return [max(0.0, (created[letter] - at) * 1000) for letter, at in letters.items()]


def _moment(when: Any) -> float:
    moment = datetime.fromisoformat(when) if isinstance(when, str) else when
    return float((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


async def measure_mails(count: int, places: Sequence[Place], folder: Path) -> list[Figures]:
    """With one sender and with ten; the floor first."""
    found: list[Figures] = []
    for place in places:
        await place.installation.register(office.CLINIC)
    for index, senders in enumerate((1, 10)):
        found.append(await floor(folder, senders, mails(900_000, count)))
        found += [await whole_way(place, senders, count, 10_000 * index) for place in places]
    return found


def show_mails(figures: Sequence[Figures]) -> None:
    print(f"{SIZE // 1000} KB mails with a sheet of 20 rows; milliseconds\n")
    print(f"{'':24}{'senders':>8}{'mails/s':>9}{'of floor':>10}{'CPU/mail':>10}{'x floor':>9}", end="")
    print(f"{'250 p50':>9}{'p99':>7}{'answer p50':>12}{'p99':>7}")
    floors = {one.senders: one for one in figures if one.answered_p50 is None}
    for one in figures:
        base = floors[one.senders]
        print(f"{one.name:24}{one.senders:8}{one.per_second:9.0f}{one.per_second / base.per_second:10.2f}", end="")
        print(f"{one.cpu:10.2f}{one.cpu / base.cpu if base.cpu else 0:9.1f}{one.p50:9.1f}{one.p99:7.1f}", end="")
        print(
            f"{one.answered_p50:12.0f}{one.answered_p99:7.0f}" if one.answered_p50 is not None else f"{'-':>12}{'-':>7}"
        )
