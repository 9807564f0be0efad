"""Killed at any moment, the program loses nothing and does nothing twice; told to stop, it stops in order."""

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib
import pytest

from tests.parts import office
from tests.parts.looking import rows
from tests.parts.program import PORTAL, WIDE_LIMITS, Installation, Server, serving
from tests.parts.waiting import free_port, until_async

MAILS = 300
KILLS = 10
SENDERS = 8

KINDS = (*[office.with_csv] * 5, office.with_workbook, office.in_words, office.in_words)


def week(count: int) -> list[EmailMessage]:
    """Mostly complaints, each its own; now and then a stranger and a machine."""
    mails = []
    for number in range(count):
        if number % 10 == 8:
            mails.append(office.mail(number, "How do I file?", sender=office.STRANGER))
        elif number % 10 == 9:
            reply = office.mail(number, "I am back on Monday.")
            reply["Auto-Submitted"] = "auto-replied"
            mails.append(reply)
        else:
            mails.append(KINDS[number % 10](number))
    return mails


@dataclass
class Post:
    """Senders that behave as a mail server does: each sends the same bytes again until it hears 250."""

    mails: Sequence[EmailMessage]
    port: int
    accepted: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)

    async def send_all(self) -> None:
        waiting = iter(self.mails)
        async with asyncio.TaskGroup() as senders:
            for _ in range(SENDERS):
                senders.create_task(self._send_from(waiting))

    async def _send_from(self, waiting: Iterator[EmailMessage]) -> None:
        for mail in waiting:
            sender = mail["From"].addresses[0].addr_spec
            same_bytes = mail.as_bytes(policy=SMTP)
            await until_async(lambda: self._took(mail["Message-ID"], same_bytes, sender), "a mail to be taken", 120)  # noqa: B023
            self.accepted.append(mail["Message-ID"])

    async def _took(self, name: str, mail: bytes, sender: str) -> bool:
        self.tries[name] += 1
        try:
            await aiosmtplib.send(
                mail, hostname="127.0.0.1", port=self.port, sender=sender, recipients=[PORTAL], timeout=30
            )
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True


async def nothing_waits(url: str) -> bool:
    letters = await rows(url, "SELECT count(*) FROM letters WHERE outcome IS NULL")
    notices = await rows(url, "SELECT count(*) FROM notices WHERE state = 'queued'")
    return letters == [(0,)] and notices == [(0,)]


async def check_books(place: Installation, mails: Sequence[EmailMessage]) -> None:
    """What the senders were told, held against the database and the mailbox of answers."""
    letters = await rows(place.database_url, "SELECT message_id, outcome, ticket FROM letters")
    assert Counter(message_id for message_id, _, _ in letters) == Counter(mail["Message-ID"] for mail in mails)
    outcomes = {message_id: outcome for message_id, outcome, _ in letters}
    answers: dict[str, set[str]] = defaultdict(set)
    for answer in await asyncio.to_thread(place.answers):  # some hundred mails to read
        answers[answer["In-Reply-To"]].add(answer["Message-ID"])
    for mail in mails:
        name, sender = mail["Message-ID"], mail["From"].addresses[0].addr_spec
        expected = (
            "no_answer" if "Auto-Submitted" in mail else "not_registered" if sender == office.STRANGER else "ticket"
        )
        assert outcomes[name] == expected, name
        assert len(answers[name]) == (0 if expected == "no_answer" else 1), name
    tickets = [ticket for _, outcome, ticket in letters if outcome == "ticket"]
    assert len(set(tickets)) == len(tickets) == (await rows(place.database_url, "SELECT count(*) FROM tickets"))[0][0]
    jobs = await rows(place.database_url, "SELECT kind FROM jobs WHERE kind <> 'reconcile'")  # that one is each night's
    assert jobs == []


@pytest.mark.timeout(280)
async def test_nothing_is_lost_or_doubled_when_it_is_killed_ten_times_under_300_mails(place: Installation) -> None:
    await place.register(office.CLINIC)
    mails = week(MAILS)
    post = Post(mails, free_port())
    sending = asyncio.create_task(post.send_all())
    for kill in range(KILLS):
        async with serving(place, post.port, WIDE_LIMITS) as server:
            wanted = 1 + kill * (MAILS - 10) // KILLS

            async def enough(wanted: int = wanted) -> bool:
                return len(post.accepted) >= wanted or sending.done()

            await until_async(enough, f"{wanted} mails to be accepted", 120)
            await server.kill()
    async with serving(place, post.port, WIDE_LIMITS):
        await sending
        await until_async(lambda: nothing_waits(place.database_url), "all work to be done", 120)
    assert len(post.accepted) == MAILS
    assert sum(post.tries.values()) > MAILS, "no kill hit a sender: the test tested nothing"
    await check_books(place, mails)


async def test_killed_in_its_very_first_start_it_starts_the_next_time(on_sqlite: Installation) -> None:
    command = (sys.executable, "-m", "bot", "serve")
    first = await asyncio.create_subprocess_exec(*command, env=on_sqlite.environment, stdout=asyncio.subprocess.DEVNULL)

    async def makes_its_database() -> bool:
        return any(path.suffix != ".lock" for path in on_sqlite.folder.glob("recourse.sqlite3*"))

    await until_async(makes_its_database, "the first file of the database")
    first.kill()
    await first.wait()
    async with serving(on_sqlite, settings=WIDE_LIMITS):
        assert await rows(on_sqlite.database_url, "SELECT count(*) FROM letters") == [(0,)]


async def test_told_to_stop_it_finishes_what_was_begun(place: Installation) -> None:
    """In the middle of a week's mail, and of one sender's DATA, too."""
    await place.register(office.CLINIC)
    mails = week(40)
    post = Post(mails, free_port())
    async with serving(place, post.port, WIDE_LIMITS) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", post.port)
        late = office.in_words(1000)
        for line in (b"EHLO lakeside.example", f"MAIL FROM:<{office.CLINIC}>".encode(), f"RCPT TO:<{PORTAL}>".encode()):
            writer.write(line + b"\r\n")
        writer.write(b"DATA\r\n")
        while not (await reader.readline()).startswith(b"354"):
            pass
        sending = asyncio.create_task(post.send_all())

        async def some() -> bool:
            return len(post.accepted) > 10

        await until_async(some, "some mails to be accepted")
        stopping = asyncio.create_task(server.stop())
        writer.write(late.as_bytes().replace(b"\n", b"\r\n") + b"\r\n.\r\n")
        assert (await reader.readline()).startswith(b"250")
        writer.close()
        assert await stopping == 0
    claimed = "SELECT count(*) FROM jobs WHERE strikes > 0 AND due > {}"
    later = "datetime('now', '+5 seconds')" if "sqlite" in place.database_url else "now() + interval '5 seconds'"
    assert await rows(place.database_url, claimed.format(later)) == [(0,)], "a lease was kept"
    async with serving(place, post.port, WIDE_LIMITS):
        await sending
        await until_async(lambda: nothing_waits(place.database_url), "all work to be done", 60)
    await check_books(place, [*mails, late])


async def test_a_second_server_on_the_same_sqlite_file_is_refused(on_sqlite: Installation) -> None:
    async with serving(on_sqlite, settings=WIDE_LIMITS):
        second = await on_sqlite.run("serve")
    assert second.code == 1
    assert second.err.startswith("recourse: ")
    assert "recourse serve" in second.err
    assert second.err.count("\n") == 1


@pytest.mark.real("postgres")
async def test_two_servers_share_the_work_of_one_postgresql(on_postgres: Installation) -> None:
    await on_postgres.register(office.CLINIC)
    mails = week(60)
    async with AsyncExitStack() as servers:
        both: list[Server] = [
            await servers.enter_async_context(serving(on_postgres, settings=WIDE_LIMITS)) for _ in range(2)
        ]
        halves = [Post(mails[index::2], server.port) for index, server in enumerate(both)]
        await asyncio.gather(*(half.send_all() for half in halves))
        await until_async(lambda: nothing_waits(on_postgres.database_url), "all work to be done", 60)
    await check_books(on_postgres, mails)
