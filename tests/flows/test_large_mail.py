"""The largest mail we take costs the server a few times its size for a moment, and nothing afterwards."""

import asyncio
import os
import re
import smtplib
from email.policy import SMTP
from pathlib import Path

from tests.flows.test_mail_doors import metrics, value
from tests.parts import office
from tests.parts.program import PORTAL, Installation, Server, serving
from tests.parts.waiting import until_async

MB = 1024
"""In the words of /proc: kilobytes."""
SIZE = 25 * MB


def memory(server: Server, word: str) -> int:
    """VmRSS: what it has now; VmHWM: the most it ever had."""
    found = re.search(rf"^{word}:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def large(number: int) -> bytes:
    mail = office.with_csv(number)
    mail.add_attachment(os.urandom(18_260_000), maintype="image", subtype="jpeg", filename="photo.jpg")
    return mail.as_bytes(policy=SMTP)


async def test_a_large_mail_is_in_memory_a_few_times_and_then_no_more(place: Installation) -> None:
    await place.register(office.CLINIC)
    async with serving(place) as server:
        sent = 0

        async def send(raw: bytes) -> None:
            nonlocal sent
            sent += 1
            await asyncio.to_thread(_send, server.port, raw)

            async def read() -> bool:
                text = await asyncio.to_thread(metrics, server)
                kept = value(text, 'recourse_mails_total{code="250",way="smtp"}')
                return kept == sent and not value(text, "recourse_letters_waiting")

            await until_async(read, "the outcome of the mail", seconds=60)

        await send(office.with_csv(1).as_bytes(policy=SMTP))
        before = memory(server, "VmRSS")
        for number in range(2, 5):
            await send(large(number))
        most, after = memory(server, "VmHWM") - before, memory(server, "VmRSS") - before
    assert most < 6.5 * SIZE, f"{most // MB} MB for a mail of 25"
    assert after < 3 * SIZE, f"{after // MB} MB are kept after three of them"


def _send(port: int, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(office.CLINIC, [PORTAL], raw)
