"""Mail fetched from a mailbox elsewhere (IMAP): what is new is stored, then marked as seen, never moved or deleted.

UIDs are gone through in their order and kept in our own books, so neither a flag that somebody else sets nor a mail
without a Message-ID changes what is taken. A mail that cannot be taken is put off and holds up no other. After a crash
between storing and marking it is fetched again, and its bytes are known.
"""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from bot import mailroom
from bot.house import House
from bot.metrics import Metrics
from bot.settings import Settings
from bot.watermarks import watermarks_of
from complaints.errors import Unavailable
from mailin.access_token import Grant, TokenSource
from mailin.arriving import Kept, Received, Refused, Taken, TryAgain, Way
from mailin.envelopes import envelope_sender, headers_of
from mailin.limits import ReadingLimits
from mailin.mailbox import Credentials, Entry, Mailbox, NotHandedOver
from mailin.mailbox_address import read_address
from mailin.return_address import bounce_recipient
from storage import pickups

log = logging.getLogger(__name__)

LARGEST = ReadingLimits().size
TOO_LARGE = "larger than 25 MiB: not fetched"
LEFT_OUT = "the server leaves it out"
OLDEST = timedelta(days=35)
"""So far back a server's word about when a mail arrived there is believed: longer ago it counts from now."""
IDLE = 25.0
"""Seconds after which a mailbox is looked through though it has announced nothing: not every announcement arrives."""
POLL = 30.0
"""The same where the server announces nothing."""
HOLD = 120.0
"""Seconds for which a server has the mailbox to itself; it says so again after a quarter of it."""
LONGEST_PAUSE = 300.0
LONGEST_PUT_OFF = 1800.0
_AT_ONCE = 200
"""Mails whose sizes are asked for with one command."""
_MOST_LOST = 2
"""So often a connection may end while the same mail is fetched; then the mail is put off."""
_MADE_ANEW = "another server has found the folder made anew"
T = TypeVar("T")


class _AnotherHasIt(Unavailable):
    """Another server fetches from the mailbox."""


async def run(house: House, metrics: Metrics) -> None:
    """Fetch until cancelled. What fails is tried again, later and later."""
    pickup = _Pickup(house, metrics)
    tries, told = 0, ""
    while True:
        pickup.has_got_on = False
        try:
            await pickup.connect_and_fetch()
        except _AnotherHasIt:
            tries, told = 0, ""
            await asyncio.sleep(HOLD / 4)
            continue
        except Unavailable as away:
            why = str(away)
        except Exception as error:  # noqa: BLE001  whatever it is, mail goes on coming
            why = f"a surprise, {type(error).__name__}"
        tries = 1 if pickup.has_got_on else tries + 1
        if pickup.has_got_on or why != told:
            log.warning("mail cannot be fetched: %s; it is tried again", why)
        told = why
        await asyncio.sleep(min(LONGEST_PAUSE, 2.0 ** min(tries - 1, 10)) * random.uniform(0.5, 1))  # noqa: S311


def credentials_of(settings: Settings) -> Credentials:
    """A password, or tokens where RECOURSE_IMAP_TOKEN_URL is set."""
    if not settings.imap_token_url:
        return Credentials(settings.imap_password)
    grant = Grant(
        settings.imap_token_url,
        settings.imap_client_id,
        settings.imap_client_secret,
        settings.imap_refresh_token,
        settings.imap_scope,
    )
    return Credentials(token=TokenSource(grant))


@dataclass(frozen=True, slots=True)
class _Line:
    """One connection. What speaks IMAP runs in its own thread, so nothing here waits for it in the loop."""

    mailbox: Mailbox
    thread: ThreadPoolExecutor

    def __call__(self, work: Callable[..., T], *args: object) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.thread, partial(work, *args))


@asynccontextmanager
async def _line(mailbox: Mailbox) -> AsyncIterator[_Line]:
    thread = ThreadPoolExecutor(1, thread_name_prefix="pickup")
    try:
        yield _Line(mailbox, thread)
    finally:
        mailbox.abort()  # whatever it is doing
        thread.submit(mailbox.close)
        thread.shutdown(wait=False)


class _Pickup:
    """The mailbox of an installation, over all connections to it."""

    def __init__(self, house: House, metrics: Metrics) -> None:
        self._house = house
        self._metrics = metrics
        self._address = read_address(house.settings.imap)
        self._credentials = credentials_of(house.settings)
        self._pressure = watermarks_of(house)
        self._me = uuid.uuid4().hex
        self._held_since = float("-inf")
        self._uidvalidity = 0
        self._due: dict[int, float] = {}
        """When each mail that was put off is tried again, by our own clock."""
        self._lost: dict[int, int] = {}
        """How often a connection ended while a mail was fetched."""
        self.has_got_on = False
        """The connection was good for something."""

    async def connect_and_fetch(self) -> None:
        """Raises when the connection ends, or something that is needed is away."""
        self._held_since = float("-inf")
        await self._hold()
        try:
            async with _line(Mailbox(self._address, self._credentials)) as line:
                await self._fetch_for_ever(line)
        finally:
            await self._let_go()

    @property
    def _name(self) -> str:
        return self._address.name

    async def _fetch_for_ever(self, line: _Line) -> None:
        uidvalidity = await line(line.mailbox.open)
        last = await self._house.database.run(partial(pickups.begin, mailbox=self._name, uidvalidity=uidvalidity))
        await self._remember_put_off(uidvalidity)
        log.info("mail is fetched from a mailbox")
        announces = await line(line.mailbox.announces)
        while True:
            found = await line(line.mailbox.after, last)
            for start in range(0, len(found), _AT_ONCE):
                some = found[start : start + _AT_ONCE]
                entries = await line(line.mailbox.look, some)
                for uid in some:
                    await self._take(line, uid, entries.get(uid))
                    last = uid
            await self._try_again(line)
            await self._hold()
            self.has_got_on = True
            if announces:
                await line(line.mailbox.wait_for_news, IDLE)
            else:
                await asyncio.sleep(POLL)

    async def _remember_put_off(self, uidvalidity: int) -> None:
        if uidvalidity != self._uidvalidity:
            self._due.clear()
            self._lost.clear()
        self._uidvalidity = uidvalidity
        waiting = await self._house.database.run(partial(pickups.list_put_off, mailbox=self._name))
        self._due = {one.uid: self._due.get(one.uid, 0.0) for one in waiting}

    async def _try_again(self, line: _Line) -> None:
        due = sorted(uid for uid, when in self._due.items() if when <= time.monotonic())[:_AT_ONCE]
        entries = await line(line.mailbox.look, due) if due else {}
        for uid in due:
            await self._take(line, uid, entries.get(uid))

    async def _take(self, line: _Line, uid: int, entry: Entry | None) -> None:
        """Store one mail, then mark it."""
        await self._hold()
        if reached := self._pressure():
            self._metrics.limited(reached)
            raise Unavailable(f"{reached} is reached (docs/mail.md, Limits)")
        if entry is None:
            await self._missed(line, uid)
        elif entry.size > LARGEST:
            await self._put_off(uid, TOO_LARGE)
        else:
            try:
                raw = await self._asked(line, line.mailbox.fetch, uid)
            except NotHandedOver as trouble:
                await self._put_off(uid, str(trouble))
                return
            if raw is None:
                await self._missed(line, uid)
            else:
                await self._note(line, uid, await self._stored(raw, entry.arrived))

    async def _missed(self, line: _Line, uid: int) -> None:
        """An answer leaves the mail out: somebody has taken it away, or it is there and cannot be had just now."""
        if await self._asked(line, line.mailbox.lists, uid):
            await self._put_off(uid, LEFT_OUT)
        else:
            log.info("a mail in the mailbox (UID %d) is gone: it was not taken", uid)
            await self._finished(uid)

    async def _asked(self, line: _Line, ask: Callable[[int], T], uid: int) -> T:
        try:
            return await line(ask, uid)
        except Unavailable:
            self._lost[uid] = self._lost.get(uid, 0) + 1
            if self._lost[uid] >= _MOST_LOST:
                await self._put_off(uid, "the connection ends when it is fetched")
            raise

    async def _stored(self, raw: bytes, arrived: datetime | None) -> Taken:
        """Unavailable: the database is away. Any other surprise is this one mail's, and stops no other."""
        try:
            received = await asyncio.to_thread(self._received, raw, arrived)  # up to 25 MB to look through
            return await mailroom.store(self._house, received)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001
            return TryAgain(f"it could not be stored: {type(error).__name__}")

    async def _note(self, line: _Line, uid: int, taken: Taken) -> None:
        match taken:
            case TryAgain(why) | Refused(why):
                self._metrics.answered(Way.PICKUP, "451")
                await self._put_off(uid, why)
            case Kept(letter):
                self._metrics.answered(Way.PICKUP, "250")
                log.info("letter %d kept by IMAP", letter)
                if not await line(line.mailbox.mark, uid):
                    log.warning("the mailbox does not let a mail be marked as seen")
                await self._finished(uid)

    async def _finished(self, uid: int) -> None:
        note = partial(pickups.taken, mailbox=self._name, uidvalidity=self._uidvalidity, uid=uid)
        if not await self._house.database.run(note):
            raise Unavailable(_MADE_ANEW)
        self._due.pop(uid, None)
        self._lost.pop(uid, None)
        self.has_got_on = True

    async def _put_off(self, uid: int, why: str) -> None:
        this = partial(pickups.note_put_off, mailbox=self._name, uidvalidity=self._uidvalidity, uid=uid)
        times = await self._house.database.run(partial(this, why=why, now=datetime.now(UTC)))
        if not times:
            raise Unavailable(_MADE_ANEW)
        if times == 1:
            log.warning("a mail in the mailbox (UID %d) is put off: %s", uid, why)
        self._due[uid] = time.monotonic() + min(LONGEST_PUT_OFF, 30 * 2.0 ** min(times - 1, 10))
        self._lost.pop(uid, None)
        self.has_got_on = True

    async def _hold(self) -> None:
        """See that no other server fetches meanwhile. On SQLite there is none."""
        if self._house.database.dialect == "sqlite" or time.monotonic() - self._held_since < HOLD / 4:
            return
        hold = partial(pickups.hold, mailbox=self._name, holder=self._me, seconds=HOLD)
        if not await self._house.database.run(hold):
            raise _AnotherHasIt
        self._held_since = time.monotonic()

    async def _let_go(self) -> None:
        if self._house.database.dialect == "postgresql":
            try:
                await self._house.database.run(partial(pickups.let_go, mailbox=self._name, holder=self._me))
            except Unavailable as away:
                log.info("the mailbox is free for others in %.0f s only: %s", HOLD, away)

    def _received(self, raw: bytes, arrived: datetime | None) -> Received:
        """A mail without its envelope: the server that took it in has written what it knows of it on top."""
        now = datetime.now(UTC)
        headers = headers_of(raw)
        bounce = bounce_recipient(headers, self._house.addresses) if headers else None
        return Received(
            raw=raw,
            mail_from=envelope_sender(raw, headers),
            recipient=bounce or self._house.settings.mail_address,
            peer="",
            received=arrived if arrived and now - OLDEST <= arrived <= now else now,
            way=Way.PICKUP,
        )
