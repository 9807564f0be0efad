"""New lines reach the pages that wait for them: one look at the database for all pages of this process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from complaints.errors import Unavailable
from storage import chats
from storage.database import Database

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds that a lost hint may go unnoticed."""
LOOK_BACK = 500
"""Ids that are looked at again, because one transaction may commit later than another that took higher ids."""
PAUSE = 0.01
"""Seconds between two looks, so that a busy database is asked a hundred times a second at most."""


class Hub:
    """Wakes whoever waits for a conversation when it has a new line. `run` must be running."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._told: dict[int, int] = {}
        self._newest = 0

    @contextmanager
    def waiting(self, conversation_id: int) -> Iterator[asyncio.Event]:
        """An event that is set when the conversation may have new lines. Look at them first, then wait."""
        event = asyncio.Event()
        self._waiting[conversation_id].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
                self._told.pop(conversation_id, None)

    def wake_all(self) -> None:
        """At the end, so that nobody waits any more."""
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def run(self) -> None:
        """Look whenever the database hints at news, and each second; until cancelled."""
        self._newest = await self._database.run(chats.newest_line)
        async with self._database.listening() as hint:
            while True:
                hint.clear()
                if self._waiting:
                    await self._look()
                    await asyncio.sleep(PAUSE)
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await hint.wait()

    async def _look(self) -> None:
        after = max(self._newest - LOOK_BACK, 0)
        try:
            news = await self._database.run(lambda session: chats.last_seqs(session, after))
        except Unavailable as away:
            log.warning("cannot look for new lines: %s", away)
            return
        for line_id, conversation_id, seq in news:
            self._newest = max(self._newest, line_id)
            if conversation_id in self._waiting and self._told.get(conversation_id, 0) < seq:
                self._told[conversation_id] = seq
                for event in self._waiting[conversation_id]:
                    event.set()
