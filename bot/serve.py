"""`recourse serve`: all parts in one TaskGroup, and an orderly end on SIGTERM or SIGINT.

The end: no new connections, mails in flight finish, running work finishes or gives its lease back, then the database
is closed. What was not done is done after the next start.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from bot import dispatch, mailroom
from bot.backstage import door_of, make_if_missing
from bot.channels.mail import open_carrier
from bot.commands import perform
from bot.control import open_door
from bot.house import House, open_house
from bot.settings import Settings
from mailin.receiver import Limits, Receiver, start_receiver
from storage import inbox, outbox
from storage.database import Session
from storage.urls import read_url, sqlite_path
from storage.work import Job, Worker

log = logging.getLogger(__name__)

GRACE = 20.0
"""Seconds that mails in flight and running work get to finish; a service manager kills after 30 or more."""

Announce = Callable[[str], None]


async def serve(settings: Settings, announce: Announce) -> None:
    """Run until a signal. `announce` gets one line when each part is ready, for a person or a script to read."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await make_if_missing(settings)
    async with open_house(settings) as house, AsyncExitStack() as parts:
        worker = _worker(house)
        if path := sqlite_path(read_url(settings.database_url)):
            await parts.enter_async_context(open_door(door_of(path), partial(_perform, house)))
        for listen, lmtp in ((settings.smtp_listen, False), (settings.lmtp_listen, True)):
            if listen:
                receiver = await parts.enter_async_context(_receiver(house, listen, lmtp=lmtp))
                announce(f"{'LMTP' if lmtp else 'SMTP'} on {listen.rpartition(':')[0]}:{receiver.port}")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(grace=GRACE))
            announce(f"ready: mail to {settings.mail_address}, answers by {settings.relay}")
            await stop.wait()
            announce("stopping: finishing what was begun")
            await parts.aclose()
            worker.stop()


def _worker(house: House) -> Worker:
    carrier = open_carrier(house.settings.relay, house.settings.mail_address)
    handlers = {
        inbox.KIND: partial(mailroom.read, house),
        outbox.KIND: partial(dispatch.send, house, carrier),
    }

    def on_park(session: Session, job: Job, error: str) -> None:
        if job.kind == inbox.KIND:
            mailroom.park(house, session, job, error)
        else:
            dispatch.park(session, job, error)

    return Worker(house.database, handlers, on_park)


@asynccontextmanager
async def _receiver(house: House, listen: str, *, lmtp: bool) -> AsyncIterator[Receiver]:
    store = partial(mailroom.store, house)
    receiver = await start_receiver(listen, house.settings.mail_address, store, Limits(), lmtp=lmtp)
    try:
        yield receiver
    finally:
        await receiver.close(GRACE)


async def _perform(house: House, name: str, args: dict[str, Any]) -> Any:
    return await house.database.run(lambda session: perform(session, name, args, house.books(session)))
