"""Each night: are all letters that were accepted accounted for? A gap is an error in the log; `doctor` says BAD."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from bot.house import House
from storage import deferrals, reconciling
from storage.database import Session
from storage.reconciling import Balance
from storage.work import Effect, Job, enqueue

log = logging.getLogger(__name__)

KIND = "reconcile"
"""The kind of the jobs that look at the books; their payload is empty."""
AFTER_MIDNIGHT = time(0, 10, tzinfo=UTC)
"""What arrived on a day is stored by then."""
DEFERRALS_KEPT = timedelta(days=7)
"""A mail that was told to come again and was not heard of for so long will not come any more."""


def start(session: Session) -> None:
    """As the program starts: look at once, and again each night. Of several replicas that start, one looks."""
    today = datetime.now(UTC).date()
    enqueue(session, KIND, f"reconcile:{today}", {})
    _wind(session, today)


async def look(house: House, job: Job) -> Effect | None:  # noqa: ARG001
    """The next night is wound up first: whatever happens to this one, that one comes."""
    now = datetime.now(UTC)
    await house.database.run(lambda session: _wind(session, now.date()))
    days = reconciling.due(now.date())
    for day in days:  # each a unit of its own: nobody waits for all of them
        found = await house.database.run(partial(look_at, day=day, now=now))
        if found.gap:
            log.error("%s", say(found))
    await house.database.run(lambda session: deferrals.forget_old(session, now - DEFERRALS_KEPT))
    return None


def look_at(session: Session, day: date, now: datetime) -> Balance:
    """The books of one day; what was found is kept, unless the day is not over."""
    found = reconciling.balance(session, day, now)
    if day < now.date():
        reconciling.record(session, found, now)
    return found


def look_since(session: Session, since: date | None, now: datetime) -> Sequence[Balance]:
    """Every day since then, today too; without a day as far back as each night's look goes. Empty days are left out."""
    first = since or now.date() - timedelta(days=reconciling.LOOK_BACK)
    days = [first + timedelta(days=on) for on in range((now.date() - first).days + 1)]
    return [found for day in days if not (found := look_at(session, day, now)).is_empty]


def say(found: Balance) -> str:
    """A gap in one line, for the log: numbers only."""
    said = (
        f"the letters of {found.day} do not add up: {found.accepted} accepted, {sum(found.outcomes.values())} with an "
        f"outcome, {found.waiting} waiting, gap {found.gap}"
    )
    return said + (f"; waiting and in nobody's work: {', '.join(map(str, found.stuck))}" if found.stuck else "")


def _wind(session: Session, today: date) -> None:
    tomorrow = today + timedelta(days=1)
    enqueue(session, KIND, f"reconcile:{tomorrow}", {}, datetime.combine(tomorrow, AFTER_MIDNIGHT))
