"""The books of a day: they are balanced, or each kind of gap is found and told."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import reconciling as nightly
from bot.letter_commands import letter_counts
from storage import deferrals, desk, inbox, reconciling
from storage.database import Database
from storage.inbox import Arrived
from storage.reconciling import Balance
from storage.states import LetterOutcome
from storage.tables import counters, jobs, letters, reconciliations
from storage.work import Job
from tests.parts.houses import house_of

NOW = datetime.now(UTC)
NOON = datetime.combine(NOW.date() - timedelta(days=3), datetime.min.time(), UTC) + timedelta(hours=12)
DAY = NOON.date()
JOB = Job(1, nightly.KIND, "reconcile", {}, 1, 1, is_old=False)


def arrive(session: Session, way: int, received: datetime = NOON, apart: LetterOutcome | None = None) -> int:
    mail = Arrived(b"way %d" % way, "a@clinic.example", "portal@example.org", "192.0.2.1", received)
    return inbox.put(session, mail, apart, "why")[0]


def decide(session: Session, number: int, outcome: LetterOutcome) -> None:
    inbox.set_outcome(session, number, outcome)
    session.execute(sa.delete(jobs).where(jobs.c.key == f"letter:{number}"))


def fill(session: Session) -> list[int]:
    """Two that wait rightly, one parked, two with an outcome, one held."""
    numbers = [arrive(session, way) for way in range(5)]
    decide(session, numbers[2], LetterOutcome.PARKED)
    decide(session, numbers[3], LetterOutcome.TICKET)
    decide(session, numbers[4], LetterOutcome.TICKET)
    return [*numbers, arrive(session, 5, apart=LetterOutcome.HELD)]


async def balance(database: Database, day: date = DAY) -> Balance:
    return await database.run(lambda s: reconciling.balance(s, day, NOW))


async def test_a_day_is_balanced_when_each_letter_has_an_outcome_or_somebody_s_work(database: Database) -> None:
    await database.run(fill)
    assert await balance(database) == Balance(DAY, 6, {"held": 1, "parked": 1, "ticket": 2}, 2)
    assert (await balance(database)).gap == 0
    assert (await balance(database, DAY - timedelta(days=1))).is_empty


async def test_a_letter_belongs_to_the_utc_day_on_which_it_arrived(database: Database) -> None:
    midnight = datetime.combine(DAY, datetime.min.time(), UTC)
    for way, moment in enumerate((midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=23.99))):
        await database.run(partial(arrive, way=way, received=moment))
    assert [(await balance(database, day)).accepted for day in (DAY - timedelta(days=1), DAY)] == [1, 2]
    assert [(await balance(database, day)).waiting for day in (DAY - timedelta(days=1), DAY)] == [1, 2]


async def test_the_same_letter_twice_is_one(database: Database) -> None:
    for _ in range(2):
        await database.run(partial(arrive, way=1))
    assert await balance(database) == Balance(DAY, 1, {}, 1)


def lose_a_letter(session: Session, numbers: list[int]) -> None:
    session.execute(sa.delete(letters).where(letters.c.id == numbers[3]))


def lose_an_outcome(session: Session, numbers: list[int]) -> None:
    session.execute(sa.update(letters).where(letters.c.id == numbers[3]).values(outcome=None))


def lose_a_job(session: Session, numbers: list[int]) -> None:
    session.execute(sa.delete(jobs).where(jobs.c.key == f"letter:{numbers[0]}"))


def park_only_the_job(session: Session, numbers: list[int]) -> None:
    session.execute(sa.update(jobs).where(jobs.c.key == f"letter:{numbers[0]}").values(parked=NOW))


def lose_a_count(session: Session, numbers: list[int]) -> None:
    one = sa.select(counters.c.name).where(counters.c.name.startswith("accepted:")).limit(1).scalar_subquery()
    session.execute(sa.update(counters).where(counters.c.name == one).values(value=counters.c.value - 1))


def move_a_letter_to_another_day(session: Session, numbers: list[int]) -> None:
    earlier = NOON - timedelta(days=9)
    session.execute(sa.update(letters).where(letters.c.id == numbers[4]).values(received=earlier))


@pytest.mark.parametrize(
    ("damage", "gap", "is_stuck"),
    [
        (lose_a_letter, 1, False),
        (lose_an_outcome, 1, True),
        (lose_a_job, 1, True),
        (park_only_the_job, 1, True),
        (lose_a_count, -1, False),
        (move_a_letter_to_another_day, 1, False),
    ],
)
async def test_each_kind_of_gap_is_an_error_in_the_log_and_at_the_doctor_s(
    database: Database,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Session, list[int]], None],
    gap: int,
    is_stuck: bool,
) -> None:
    numbers = await database.run(fill)
    await nightly.look(house_of(database), JOB)
    assert not caplog.records
    assert (await database.run(letter_counts))["unbalanced"] == []

    await database.run(lambda s: damage(s, numbers))
    found = await balance(database)
    assert (found.gap, bool(found.stuck)) == (gap, is_stuck)
    await nightly.look(house_of(database), JOB)
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(f"letters of {DAY} do not add up: " in line and f"gap {gap}" in line for line in told)
    assert [DAY.isoformat(), gap] in (await database.run(letter_counts))["unbalanced"]


async def test_a_letter_that_lost_its_job_is_read_again_by_hand_and_the_day_is_balanced(database: Database) -> None:
    numbers = await database.run(fill)
    for damage in (lose_a_job, park_only_the_job):
        await database.run(lambda s: damage(s, numbers))  # noqa: B023
        await nightly.look(house_of(database), JOB)
        assert (await balance(database)).stuck == (numbers[0],)
        await database.run(lambda s: desk.retry(s, numbers[0]))
        await nightly.look(house_of(database), JOB)
        assert (await database.run(letter_counts))["unbalanced"] == []


async def test_a_letter_without_a_job_is_given_an_hour(database: Database) -> None:
    just_now = NOW - timedelta(minutes=59)
    number = await database.run(partial(arrive, way=1, received=just_now))
    await database.run(lambda s: lose_a_job(s, [number]))
    at = just_now.date()
    assert (await database.run(lambda s: reconciling.balance(s, at, NOW))).gap == 0
    later = NOW + timedelta(minutes=2)
    assert (await database.run(lambda s: reconciling.balance(s, at, later))).gap == 1


async def test_every_day_is_looked_at_each_night_though_it_was_balanced(database: Database) -> None:
    """What is fetched from a mailbox late belongs to the day on which it arrived there."""
    far = NOW.date() - timedelta(days=20)
    moment = datetime.combine(far, datetime.min.time(), UTC)
    number = await database.run(partial(arrive, way=1, received=moment))

    async def books() -> list[tuple[object, ...]]:
        rows = await database.run(lambda s: [tuple(row) for row in s.execute(sa.select(reconciliations))])
        assert [row[0] for row in rows] == [far], "and no rows for empty days"
        return [row[2:] for row in rows]

    assert (await database.run(letter_counts))["overlooked"] == [far.isoformat()]
    await nightly.look(house_of(database), JOB)
    assert (await database.run(letter_counts))["overlooked"] == []
    assert await books() == [(1, {}, 1, 0)]
    await database.run(lambda s: decide(s, number, LetterOutcome.STATUS))
    await nightly.look(house_of(database), JOB)
    assert await books() == [(1, {"status": 1}, 0, 0)]
    await database.run(partial(arrive, way=2, received=moment))
    await nightly.look(house_of(database), JOB)
    assert await books() == [(2, {"status": 1}, 1, 0)]


async def test_today_is_looked_at_and_not_kept(database: Database) -> None:
    await database.run(partial(arrive, way=1, received=NOW))
    (today,) = await database.run(lambda s: nightly.look_since(s, None, NOW))
    assert (today.day, today.accepted, today.waiting) == (NOW.date(), 1, 1)
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(reconciliations))) == 0


async def test_each_night_winds_up_the_next_one_whatever_happens_to_it(database: Database) -> None:
    def nights(session: Session) -> list[tuple[str, bool]]:
        mine = sa.select(jobs.c.key, jobs.c.due > NOW + timedelta(minutes=1)).where(jobs.c.kind == nightly.KIND)
        return [(row[0], bool(row[1])) for row in session.execute(mine.order_by(jobs.c.id))]

    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    for _ in range(2):  # two replicas
        await database.run(nightly.start)
    assert {key for key, _ in await database.run(nights)} == {f"reconcile:{today}", f"reconcile:{tomorrow}"}
    await database.run(lambda s: s.execute(sa.delete(jobs)))
    await nightly.look(house_of(database), JOB)
    assert await database.run(nights) == [(f"reconcile:{tomorrow}", True)]


async def test_the_night_forgets_mails_that_never_came_again(database: Database) -> None:
    await database.run(lambda s: deferrals.note(s, "old", NOW - timedelta(days=8)))
    await database.run(lambda s: deferrals.note(s, "new", NOW - timedelta(days=1)))
    await nightly.look(house_of(database), JOB)
    assert await database.run(lambda s: deferrals.first_deferred(s, "old")) is None
    assert await database.run(lambda s: deferrals.first_deferred(s, "new")) is not None
