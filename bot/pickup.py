"""Mail fetched from a mailbox elsewhere (IMAP): what is new is stored, then marked as seen, never moved or deleted.

UIDs are gone through in their order and kept in our own books, so neither a flag that somebody else sets nor a mail
without a Message-ID changes what is taken. A mail that cannot be taken is put off and holds up no other. After a crash
between storing and marking it is fetched again, and its bytes are known.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import TypeVar

from bot import mailroom
from bot.house import House
from bot.settings import Settings
from complaints.errors import Unavailable
from mailin.access_token import Grant, token_source
from mailin.arriving import Kept, Received, Refused, TryAgain, Way
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from mailin.mailbox import Credentials, Fetched, Mailbox, MailboxAddress, open_mailbox, read_address
from mailin.return_address import bounce_recipient
from mailin.sender import sender_in
from storage import pickups
from storage.pickups import PutOff

log = logging.getLogger(__name__)

LARGEST = 25 * 1024 * 1024
TOO_LARGE = "larger than 25 MiB: not fetched"
WAIT = 300.0
"""Seconds after which a mailbox is looked through though it has announced nothing, and what was put off is tried."""
POLL = 30.0
"""The same where the server announces nothing."""
LONGEST_PAUSE = 300.0
T = TypeVar("T")

OLDEST = timedelta(days=7)
"""So far back a server's word about when a mail arrived there is believed: longer ago it counts from now."""


async def run(house: House) -> None:
    """Fetch until cancelled. What fails is tried again, later and later."""
    address = read_address(house.settings.imap)
    credentials = credentials_of(house.settings)
    tries = 0
    while True:
        ended = Event()
        with ThreadPoolExecutor(1, thread_name_prefix="pickup") as thread:
            try:
                await _Session(house, address, thread, ended).run(credentials)
            except Unavailable as away:
                tries += 1
                log.warning("mail cannot be fetched: %s", away)
            except Exception as error:  # noqa: BLE001  whatever it is, mail goes on coming
                tries += 1
                log.error("fetching mail was surprised: %s", type(error).__name__)  # noqa: TRY400
            finally:
                ended.set()
        await asyncio.sleep(min(LONGEST_PAUSE, 2.0 ** min(tries, 10)) * random.uniform(0.5, 1))  # noqa: S311  no secret


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
    return Credentials(token=token_source(grant))


class _Session:
    """One connection to the mailbox. What speaks IMAP runs in its own thread."""

    def __init__(self, house: House, address: MailboxAddress, thread: ThreadPoolExecutor, ended: Event) -> None:
        self._house = house
        self._address = address
        self._thread = thread
        self._ended = ended

    async def run(self, credentials: Credentials) -> None:
        with ExitStack() as open_things:
            entering = partial(open_things.enter_context, open_mailbox(self._address, credentials))
            mailbox = await self._in_thread(entering)
            try:
                await self._fetch_for_ever(mailbox)
            finally:
                self._ended.set()
                await asyncio.shield(self._in_thread(open_things.close))

    def _in_thread(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _fetch_for_ever(self, mailbox: Mailbox) -> None:
        name = self._address.name
        while True:
            last = await self._house.database.run(lambda session: pickups.begin(session, name, mailbox.uidvalidity))
            waiting = await self._house.database.run(lambda session: pickups.list_put_off(session, name))
            for uid, size in await self._in_thread(partial(mailbox.after, last)):
                await self._take(mailbox, uid, size)
            for one in waiting:
                await self._try_again(mailbox, one)
            await self._in_thread(partial(mailbox.wait, WAIT, self._ended.is_set))

    async def _try_again(self, mailbox: Mailbox, one: PutOff) -> None:
        if one.why != TOO_LARGE:
            await self._take(mailbox, one.uid, 0)

    async def _take(self, mailbox: Mailbox, uid: int, size: int) -> None:
        """Store one mail, then mark it. Unavailable: the database or the server is away, and it all begins anew."""
        if size > LARGEST:
            return await self._put_off(uid, TOO_LARGE)
        fetched = await self._in_thread(partial(mailbox.fetch, uid))
        if fetched is not None:
            try:
                taken = await mailroom.store(self._house, self._received(fetched))
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001  one bad mail stops nothing else, and staff see this one
                return await self._put_off(uid, f"could not be stored: {type(error).__name__}")
            match taken:
                case TryAgain(why) | Refused(why):
                    return await self._put_off(uid, why)
                case Kept(letter):
                    log.info("letter %d kept, %d bytes, by IMAP", letter, len(fetched.raw))
                    await self._in_thread(partial(mailbox.mark, uid))
        await self._house.database.run(lambda session: pickups.taken(session, self._address.name, uid))
        return None

    async def _put_off(self, uid: int, why: str) -> None:
        log.warning("a mail in the mailbox (UID %d) is put off: %s", uid, why)
        now = datetime.now(UTC)
        await self._house.database.run(lambda session: pickups.note_put_off(session, self._address.name, uid, why, now))

    def _received(self, fetched: Fetched) -> Received:
        """A mail without its envelope: the server that took it in has written what it knows of it on top."""
        now = datetime.now(UTC)
        arrived = fetched.arrived or now
        headers = _headers(fetched.raw)
        bounce = bounce_recipient(headers, self._house.addresses) if headers else None
        return Received(
            raw=fetched.raw,
            mail_from=_envelope_sender(headers, fetched.raw),
            recipient=bounce or self._house.settings.mail_address,
            peer="",
            received=arrived if now - OLDEST <= arrived <= now else now,
            way=Way.PICKUP,
        )


def _headers(raw: bytes) -> Headers | None:
    try:
        return read_headers(raw, 0, len(raw), ReadingLimits())[0]
    except BeyondLimit:
        return None


def _envelope_sender(headers: Headers | None, raw: bytes) -> str:
    """What the topmost Return-Path says; where there is none, nobody knows, and that is not the null sender."""
    said = headers.all("Return-Path")[:1] if headers else []
    return said[0].strip().removeprefix("<").removesuffix(">") if said else sender_in(raw) or "unknown"
