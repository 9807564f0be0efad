"""The one work mechanism, for inbox, outbox and timers: a row with a due time, a lease and an attempt count.

A claim moves `due` to the end of the lease and counts `attempts` up; while its handler runs, the lease is renewed. So
a job whose worker died soon falls due again by itself, and the attempt count is the fencing token that keeps a
worker whose lease ran out from finishing it. What a handler did to the database and the end of its job commit together,
so that happens exactly once; what it does outside happens at least once. A finished job's row is deleted: that nothing
is done twice later is kept by the rows of letters and notices, not by jobs.
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
from sqlalchemy.orm import Session

from complaints.errors import Broken, Unavailable
from storage.columns import Moment, from_now
from storage.database import Database
from storage.statements import announce_work, changed, insert_or_update, insert_unless
from storage.tables import jobs

log = logging.getLogger(__name__)

LONGEST_PAUSE = 3600.0
DATABASE_AWAY = 1.0
"""Seconds until the next claim is tried when one failed."""
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


_DUE_THEN = sa.func.coalesce(sa.bindparam("moment", type_=Moment()), from_now(0))
_ENQUEUE = insert_unless(jobs, ["key"], created=from_now(0), due=_DUE_THEN, attempts=0, strikes=0)


def enqueue(session: Session, kind: str, key: str, payload: dict[str, Any], due: datetime | None = None) -> None:
    """Put a job into the caller's transaction, due at once or at `due`. Nothing happens while `key` is in the queue."""
    session.execute(_ENQUEUE(session), {"kind": kind, "key": key, "payload": payload, "moment": due})
    announce_work(session)


_ANEW = {"parked": None, "strikes": 0, "created": from_now(0), "due": from_now(0)}
_NEW = {"created": from_now(0), "due": from_now(0), "attempts": 0, "strikes": 0}
_WAKE = insert_or_update(jobs, ["key"], _ANEW, where=jobs.c.parked.is_not(None), **_NEW)


def wake(session: Session, kind: str, key: str, payload: dict[str, Any]) -> None:
    """See that a job which does all that waits under `key` runs once more, for what this transaction stored.

    A job that is finished at the same time must not overlook it. So whoever calls this has the job's row to itself
    until it commits (PostgreSQL): the job ends before, and there is a new one, or ends after, and its effect sees what
    was stored. Call it after storing. A parked job runs again.
    """
    session.execute(_WAKE(session), {"kind": kind, "key": key, "payload": payload})
    announce_work(session)


def unpark(session: Session, key: str) -> bool:
    """Let a parked job run again, with what went wrong forgotten. False: none is parked under this key."""
    parked = sa.and_(jobs.c.key == key, jobs.c.parked.is_not(None))
    announce_work(session)
    return changed(session, sa.update(jobs).where(parked).values(**_ANEW)) == 1


# `token` is the attempt count that the claim gave out.
_DUE = (
    sa.select(jobs.c.id)
    .where(jobs.c.parked.is_(None), jobs.c.due <= from_now(0), jobs.c.kind.in_(sa.bindparam("kinds", expanding=True)))
    .order_by(jobs.c.due)
    .limit(sa.bindparam("room"))
    .with_for_update(skip_locked=True)
    .cte("due_now")  # not a plain subquery: PostgreSQL may run one more than once and lock more rows than asked for
)
_CLAIM = (
    sa.update(jobs)
    .where(jobs.c.id.in_(sa.select(_DUE.c.id)))
    .values(due=from_now(sa.bindparam("lease")), attempts=jobs.c.attempts + 1, strikes=jobs.c.strikes + 1)
    .returning(
        *(jobs.c.id, jobs.c.kind, jobs.c.key, jobs.c.payload, jobs.c.attempts, jobs.c.strikes),
        (jobs.c.created < from_now(-PATIENCE)).label("is_old"),
    )
)
_MINE = sa.and_(jobs.c.id == sa.bindparam("job"), jobs.c.attempts == sa.bindparam("token"), jobs.c.parked.is_(None))
_FINISH = sa.delete(jobs).where(_MINE)
_SET_BACK = (
    sa.update(jobs)
    .where(_MINE)
    .values(
        due=from_now(sa.bindparam("pause")), strikes=jobs.c.strikes - sa.bindparam("excused"), error=sa.bindparam("why")
    )
)
_RENEW = sa.update(jobs).where(_MINE).values(due=from_now(sa.bindparam("lease")))
_PARK = sa.update(jobs).where(_MINE).values(parked=from_now(0), error=sa.bindparam("why"))


class Worker:
    """Runs due jobs, at most `concurrency` at a time.

    A handler returns what is to be done to the database, or None. It has `limit` seconds; when this process dies or
    hangs meanwhile, others may have the job after `lease` seconds at most. When it raises Unavailable
    (or TryLater) the job is tried again, later and later, for PATIENCE; Broken parks it at once; anything else is tried
    `tries` times and then parked, as is a job whose process died each time. Only kinds that have a handler are claimed:
    others wait for the release that knows them. `poll` is how long a lost hint may go unnoticed.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        on_park: ParkHook,
        *,
        concurrency: int = 16,
        lease: float = 15.0,
        limit: float = 60.0,
        poll: float = 1.0,
        tries: int = 8,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._on_park = on_park
        self._concurrency = concurrency
        self._lease = lease
        self._limit = limit
        self._poll = poll
        self._tries = tries
        self._running: dict[asyncio.Task[None], Job] = {}
        self._in_hand: set[tuple[int, int]] = set()  # job and token, while its handler runs
        self._woken = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what runs has finished or was given back."""
        self._stopping = True
        self._woken.set()

    async def run(self, grace: float = 10.0) -> None:
        """Work until `stop`, then give running handlers `grace` seconds. When cancelled, stop at once.

        Either way, jobs that did not finish are given back: another worker may have them at once. (A claim that is
        cancelled on its way may leave jobs to the end of their lease.)
        """
        renewing = asyncio.create_task(self._renew_leases())
        try:
            async with self._database.listening() as self._woken:
                while not self._stopping:
                    await self._turn()
            if self._running:
                await asyncio.wait(self._running, timeout=grace)
        finally:
            renewing.cancel()
            await self._give_back()

    async def _turn(self) -> None:
        """Claim what there is room for, start it, and sleep unless there may be more."""
        self._woken.clear()
        room = self._concurrency - len(self._running)
        pause = self._poll
        try:
            claimed = await self._claim(room) if room > self._concurrency // 2 else []  # in batches, not one by one
        except Unavailable as away:
            log.warning("cannot claim work: %s", away)
            claimed, pause = [], min(self._poll, DATABASE_AWAY)
        for job in claimed:
            task = asyncio.create_task(self._work_on(job), name=f"{job.kind} job {job.id}")
            self._running[task] = job
            task.add_done_callback(self._ended)
        if len(claimed) < max(room, 1) and not self._stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):  # not wait_for: before Python 3.12 it can swallow a cancellation
                    await self._woken.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._woken.set()

    async def _claim(self, room: int) -> list[Job]:
        values = {"kinds": tuple(self._handlers), "room": room, "lease": self._lease}
        return await self._database.run(lambda session: [Job(*row) for row in session.execute(_CLAIM, values)])

    async def _work_on(self, job: Job) -> None:
        try:
            effect = await self._handled(job)
            await self._database.run(lambda session: _finish(session, job, effect))
        except LeaseLost:
            log.warning("%s job %d took longer than its lease; another attempt has it", job.kind, job.id)
        except Exception as error:  # noqa: BLE001  whatever it is, the job is tried again or parked
            await self._after(job, error)

    async def _handled(self, job: Job) -> Effect | None:
        if job.strikes > self._tries:
            raise Broken("the process ended while it worked on this, each time")
        mine = (job.id, job.attempts)
        self._in_hand.add(mine)
        try:
            async with asyncio.timeout(self._limit):
                return await self._handlers[job.kind](job)
        finally:
            self._in_hand.discard(mine)

    async def _renew_leases(self) -> None:
        """Three times within a lease, so that it outlasts a renewal that was missed."""
        while True:
            await asyncio.sleep(self._lease / 3)
            held = [{"job": job, "token": token, "lease": self._lease} for job, token in self._in_hand]
            if held:
                try:
                    await self._database.run(partial(_renew, held=held))
                except Exception as error:  # noqa: BLE001  leases run out then; whoever has the jobs next fences us off
                    log.warning("cannot renew leases: %s", type(error).__name__)

    async def _after(self, job: Job, error: Exception) -> None:
        """Set the job back or park it. Another error's text is not kept: it may hold what was being read."""
        away = isinstance(error, Unavailable)
        why = str(error) if isinstance(error, Broken | Unavailable) else type(error).__name__
        park = isinstance(error, Broken) or (job.is_old if away else job.strikes >= self._tries)
        log.log(logging.ERROR if park else logging.WARNING, "%s job %d %s after attempt %d: %s",
                job.kind, job.id, "parked" if park else "set back", job.attempts, type(error).__name__)  # fmt: skip
        values = {"job": job.id, "token": job.attempts, "why": why}

        def settle(session: Session) -> None:
            if not park:
                changed(session, _SET_BACK, values | {"pause": _pause(job, error), "excused": int(away)})
            elif changed(session, _PARK, values) == 1:
                self._on_park(session, job, why)

        try:
            await self._database.run(settle)
        except Exception as trouble:  # noqa: BLE001  the lease runs out by itself, and the job is tried again then
            log.error("%s job %d could not be settled: %s", job.kind, job.id, type(trouble).__name__)  # noqa: TRY400

    async def _give_back(self) -> None:
        running = dict(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        free = [{"job": job.id, "token": job.attempts} for task, job in running.items() if task.cancelled()]
        if free:
            at_once = {"pause": 0.0, "excused": 1, "why": None}

            def hand_back(session: Session) -> None:
                for mine in free:
                    changed(session, _SET_BACK, mine | at_once)
                announce_work(session)

            with suppress(Unavailable):  # then their leases run out
                await self._database.run(hand_back)


def _renew(session: Session, held: list[dict[str, float]]) -> None:
    session.execute(_RENEW, held)


def _finish(session: Session, job: Job, effect: Effect | None) -> None:
    if changed(session, _FINISH, {"job": job.id, "token": job.attempts}) != 1:
        raise LeaseLost
    if effect is not None:
        effect(session)


def _pause(job: Job, error: Exception) -> float:
    """Seconds until the next attempt: doubled each time, with jitter so that what failed together comes back apart."""
    if isinstance(error, TryLater):
        return error.seconds
    return min(LONGEST_PAUSE, 2.0 ** min(job.attempts, 20)) * random.uniform(0.5, 1)  # noqa: S311  no secret
