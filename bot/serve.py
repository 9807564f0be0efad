"""`recourse serve`: all parts in one TaskGroup, and an orderly end on SIGTERM or SIGINT.

The end: no new connections, mails in flight finish, running work finishes or gives its lease back, then the database
is closed. What was not done is done after the next start.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

from bot import chatroom, reconciling
from bot.backstage import door_of, make_if_missing
from bot.commands import perform_in
from bot.control import open_door
from bot.house import House, open_house
from bot.memory import keep_large_blocks_apart
from bot.metrics import Metrics
from bot.platforms import Platforms, open_platforms
from bot.reception import open_receiver
from bot.scanning import say_at_start
from bot.settings import Settings
from bot.workbench import worker_of
from storage.urls import read_url, sqlite_path

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
    keep_large_blocks_apart()
    async with open_house(settings) as house, open_platforms(house) as platforms, AsyncExitStack() as parts:
        worker = worker_of(house, platforms.carriers)
        await house.database.run(reconciling.start)
        if path := sqlite_path(read_url(settings.database_url)):
            await parts.enter_async_context(open_door(door_of(path), partial(perform_in, house)))
        metrics = Metrics()
        for listen, lmtp in ((settings.smtp_listen, False), (settings.lmtp_listen, True)):
            if listen:
                receiver = await parts.enter_async_context(open_receiver(house, listen, GRACE, metrics, lmtp=lmtp))
                announce(f"{'LMTP' if lmtp else 'SMTP'} on {receiver.place}")
        if settings.http_listen:
            port = await parts.enter_async_context(_web(house, platforms, metrics))
            announce(f"HTTP on {settings.http_listen.rpartition(':')[0]}:{port}")
        if scan := await say_at_start(settings):
            announce(scan)
        for name in platforms.carriers:
            announce(f"{name.capitalize()} is switched on")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(grace=GRACE))
            listening = [tasks.create_task(run()) for run in platforms.runs]
            if settings.imap:
                listening.append(tasks.create_task(_pickup(house, metrics, announce)))
            announce(f"ready: mail to {settings.mail_address}, answers by {settings.relay}")
            await stop.wait()
            announce("stopping: finishing what was begun")
            for each in listening:
                each.cancel()
            await parts.aclose()
            worker.stop()


async def _pickup(house: House, metrics: Metrics, announce: Announce) -> None:
    from bot import pickup  # only where mail is fetched: its library takes a while to import

    announce("Mail is fetched from a mailbox")
    await pickup.run(house, metrics)


def _web(house: House, platforms: Platforms, metrics: Metrics) -> AbstractAsyncContextManager[int]:
    from bot.metrics_page import metrics_route  # only where pages are served: starting without them stays fast
    from bot.web import serve_web

    store = partial(chatroom.store, house)
    routes = [metrics_route(metrics, house.database), *platforms.routes]
    return serve_web(house, house.settings.http_listen, store, chatroom.sign_in, routes)
