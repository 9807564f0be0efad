"""The one work mechanism, for inbox, outbox and timers: a row with a due time, a lease and an attempt count.

A claim moves `due` to the end of the lease and counts `attempts` up: a job whose worker died falls due again by
itself, and the attempt count is the fencing token that keeps a worker whose lease ran out from finishing it. What a
handler did to the database and the end of its job commit together, so that happens exactly once; what it does outside
happens at least once. A finished job's row is deleted: that nothing is done twice later is kept by the rows of letters
and notices, not by jobs.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from complaints.errors import Broken, Unavailable
from storage.columns import from_now
from storage.database import WAKE, Database
from storage.statements import changed, insert
from storage.tables import jobs

log = logging.getLogger(__name__)

LONGEST_PAUSE = 3600.0
PATIENCE = 4 * 24 * 3600.0
"""Seconds for which a job waits for something that is away, before it counts as failed; mail queues wait as long."""


class TryLater(Unavailable):
    """Raised by a handler: again in so many seconds; this attempt does not count against the job."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.0f} s")
        self.seconds = seconds


class LeaseLost(Exception):
    """Somebody else has the job by now: nothing of this attempt is kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed job. `strikes` counts the attempts that went wrong without excuse, this one included."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempts: int
    strikes: int
    is_old: bool
    """It waits for longer than PATIENCE."""


Effect = Callable[[Session], None]
Handler = Callable[[Job], Awaitable[Effect | None]]
ParkHook = Callable[[Session, Job, str], None]
"""`on_park(session, job, error)`, in the transaction that parks the job. `error` never holds member data."""


def enqueue(session: Session, kind: str, key: str, payload: dict[str, Any], due: datetime | None = None) -> None:
    """Put a job into the caller's transaction, due at once or at `due`. Nothing happens while `key` is in the queue."""
    values = {"kind": kind, "key": key, "payload": payload, "created": from_now(0), "due": due or from_now(0)}
    statement = insert(session, jobs).values(**values, attempts=0, strikes=0)
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    session.info[WAKE] = True


def unpark(session: Session, key: str) -> bool:
    """Let a parked job run again, with its count of failures forgotten. False: none is parked under this key."""
    hit = changed(session, _UNPARK, {"the_key": key}) == 1
    session.info[WAKE] = True
    return hit


class Worker:
    """Runs due jobs, at most `concurrency` at a time, each under a lease of `lease` seconds.

    A handler returns what is to be done to the database, or None. It has 0.8 of the lease. When it raises Unavailable
    (or TryLater) the job is tried again, later and later, for PATIENCE; Broken parks it at once; anything else is tried
    `tries` times and then parked. Only kinds that have a handler are claimed.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        on_park: ParkHook,
        *,
        concurrency: int = 16,
        lease: float = 60.0,
        poll: float = 1.0,
        tries: int = 8,
    ) -> None: ...

    async def run(self, grace: float = 10.0) -> None:
        """Work until `stop` or cancellation; then give running handlers `grace` seconds and hand back the rest."""

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what runs has finished or was given back."""
