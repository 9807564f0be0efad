"""What everything around us does at times: the relay is down, the disk full, PostgreSQL restarts, clamd hangs.

Afterwards every letter has its outcome, and every notice went out once.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from storage.database import open_database
from storage.work import LONGEST_PAUSE
from tests.contracts.working import make_due
from tests.flows.test_kill import Post, check_books, nothing_waits, week
from tests.parts import office
from tests.parts.clamav import clamav
from tests.parts.looking import rows
from tests.parts.postfix import postfix
from tests.parts.postgres import Postgres, postgres
from tests.parts.program import PORTAL, Installation, Server, installation, serving
from tests.parts.small_disk import small_disk
from tests.parts.town import Town
from tests.parts.waiting import free_port, until_async

MAILS = 30
"""Each person's, and the stranger's, stay within their budgets of answers."""
ATTEMPTS = 12
"""So often a notice is tried in a little more than an hour: 2, 4, 8 … seconds apart."""


async def check_answers_once(place: Installation, mails: Sequence[EmailMessage]) -> None:
    """As `check_books`; and nothing went out twice even under the same Message-ID."""
    await check_books(place, mails)
    ids = Counter(str(answer["Message-ID"]) for answer in await asyncio.to_thread(place.answers))
    assert max(ids.values()) == 1


async def all_done(place: Installation) -> None:
    await until_async(lambda: nothing_waits(place.database_url), "all work to be done", 120)


async def refused(post: Post, server: Server, said: str) -> None:
    """Until a sender was told to come again, and the log says why."""
    before = sum(post.tries.values()) - len(post.accepted)

    async def look() -> bool:
        return sum(post.tries.values()) - len(post.accepted) > before + 10 and said in server.log.read_text()

    await until_async(look, f"a mail to be refused, and {said!r} in the log", 60)


async def accepted(post: Post, wanted: int) -> None:
    async def look() -> bool:
        return len(post.accepted) >= wanted

    await until_async(look, f"{wanted} mails to be accepted", 60)


@pytest.mark.real("postfix")
@pytest.mark.timeout(200)
async def test_after_an_hour_without_a_relay_every_answer_goes_out_once(on_sqlite: Installation, town: Town) -> None:
    """The hour passes as in a time machine: whenever all notices were tried, they are due again. Each time the program
    is started anew, too."""
    assert sum(min(LONGEST_PAUSE, 2.0**attempt) * 0.75 for attempt in range(1, ATTEMPTS)) > 3000
    place = on_sqlite
    await place.register(office.CLINIC)
    mails = week(MAILS)
    with postfix(portal=PORTAL, portal_port=free_port(), mailboxes=town.mailboxes) as relay:
        relay.stop()
        away = replace(place, relay=f"smtp://127.0.0.1:{relay.port}")
        for attempt in range(1, ATTEMPTS + 1):
            async with serving(away, free_port()) as server:
                if attempt == 1:
                    await Post(mails, server.port).send_all()
                await until_async(lambda: _all_tried(away, attempt), f"attempt {attempt} of every notice", 60)  # noqa: B023
            async with open_database(away.database_url) as database:
                await database.run(make_due)
        assert await rows(away.database_url, "SELECT DISTINCT state FROM notices") == [("queued",)]
        relay.start()
        async with serving(away):
            await all_done(away)
        outcomes = dict(await rows(away.database_url, "SELECT message_id, outcome FROM letters"))
        assert len(outcomes) == MAILS
        assert None not in outcomes.values()
        wanted = Counter(name for name, outcome in outcomes.items() if outcome != "no_answer")

        async def arrived() -> Counter[str]:
            inboxes = [await town.mailboxes.mails(address) for address in (office.CLINIC, office.STRANGER)]
            ours = (str(mail["In-Reply-To"]) for inbox in inboxes for mail in inbox)
            return Counter(name for name in ours if name in wanted)

        async def all_arrived() -> bool:
            return (await arrived()).total() >= wanted.total()

        await until_async(all_arrived, "every answer in its mailbox")
        assert await arrived() == wanted
        assert await rows(away.database_url, "SELECT DISTINCT state FROM notices") == [("sent",)]


async def _all_tried(place: Installation, attempt: int) -> bool:
    """Every letter is read, and every notice was set back as often."""
    waiting = await rows(place.database_url, "SELECT count(*) FROM letters WHERE outcome IS NULL")
    jobs = await rows(place.database_url, "SELECT attempts, error FROM jobs WHERE kind = 'notice'")
    return waiting == [(0,)] and bool(jobs) and all(tried >= attempt and error for tried, error in jobs)


async def test_a_full_disk_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """Mail is refused for now before the last byte is used, and what was taken is read when there is room again."""
    with small_disk(tmp_path / "disk", 12) as disk:
        place = installation(tmp_path, f"sqlite:///{disk.folder / 'recourse.sqlite3'}")
        (tmp_path / "limits.toml").write_text("[receiving]\nfree_disk_mb = 1\n")
        await _filling(place, {"RECOURSE_LIMITS": str(tmp_path / "limits.toml")}, disk.fill, disk.make_room, "disk")


async def test_a_disk_that_writes_nothing_more_loses_nothing_and_doubles_nothing(on_sqlite: Installation) -> None:
    """No file of the program may grow, though the disk says that it has room."""
    await _filling(on_sqlite, {}, None, None, "SQLite")


async def _filling(
    place: Installation,
    settings: dict[str, str],
    fill: Callable[[], None] | None,
    make_room: Callable[[], None] | None,
    said: str,
) -> None:
    await place.register(office.CLINIC)
    mails = week(MAILS)
    async with serving(place, settings=settings) as server:
        post = Post(mails, server.port)
        sending = asyncio.create_task(post.send_all())
        for wanted in (1, 8):
            await accepted(post, wanted)
            fill() if fill else _let_files_grow(server, to=place)
            await refused(post, server, said)
            make_room() if make_room else _let_files_grow(server)
        await sending
        await all_done(place)
    await check_answers_once(place, mails)


def _let_files_grow(server: Server, to: Installation | None = None) -> None:
    """Without limit, or not beyond what the log of the database `to` has now."""
    log = Path(to.database_url.removeprefix("sqlite:///") + "-wal") if to else None
    limit = log.stat().st_size if log else resource.RLIM_INFINITY
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


@pytest.fixture
def own_cluster() -> Iterator[Postgres]:
    """That a test may stop."""
    with postgres() as running:
        yield running


@pytest.mark.real("postgres")
async def test_a_postgresql_that_restarts_loses_nothing_and_doubles_nothing(
    tmp_path: Path, own_cluster: Postgres
) -> None:
    with own_cluster.database() as url:
        place = installation(tmp_path, url)
        await place.register(office.CLINIC)
        mails = week(MAILS)
        async with serving(place) as server:
            post = Post(mails, server.port)
            sending = asyncio.create_task(post.send_all())
            for wanted in (1, 8, 16):
                await accepted(post, wanted)
                await asyncio.to_thread(own_cluster.stop)
                await refused(post, server, "PostgreSQL is away")
                await asyncio.to_thread(own_cluster.start)
            await sending
            await all_done(place)
        await check_books(place, mails)


@pytest.mark.real("clamav")
async def test_mail_waits_for_a_clamd_that_hangs_and_for_one_that_died(on_sqlite: Installation) -> None:
    place = on_sqlite
    await place.register(office.CLINIC)
    mails = week(MAILS)
    with clamav() as scanner:
        settings = {"RECOURSE_MALWARE_SCAN": "required", "RECOURSE_CLAMD": scanner.socket}
        async with serving(place, settings=settings) as server:
            await Post(mails[:10], server.port).send_all()
            await all_done(place)
            scanner.hang()
            await Post(mails[10:20], server.port).send_all()
            await _all_wait(place, server, 10, "hangs")
            scanner.go_on()
            await all_done(place)
            scanner.stop()
            await Post(mails[20:], server.port).send_all()
            await _all_wait(place, server, 10, "no clamd answers")
        async with serving(place, settings=settings) as server:  # it starts without clamd, too
            await _all_wait(place, server, 10, "no clamd answers")
            scanner.start()
            await all_done(place)
    await check_answers_once(place, mails)


async def _all_wait(place: Installation, server: Server, count: int, said: str) -> None:
    """Each was tried in vain and has no outcome."""

    async def look() -> bool:
        tried = await rows(place.database_url, "SELECT count(*) FROM jobs WHERE kind = 'letter' AND error IS NOT NULL")
        return tried == [(count,)] and said in server.log.read_text()

    await until_async(look, f"{count} letters to be set back", 60)
    waiting = await rows(place.database_url, "SELECT count(*) FROM letters WHERE outcome IS NULL")
    assert waiting == [(count,)]
