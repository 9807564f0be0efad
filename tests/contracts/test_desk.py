"""What staff do with letters: release, discard, try again; who did it is kept, and nothing is done twice."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.commands import perform
from bot.settings import Settings
from complaints.errors import NotPossible, UsageError
from storage import deferrals, desk, inbox, registry
from storage.database import Database
from storage.inbox import Arrived, StoredLetter
from storage.states import LetterOutcome
from storage.tables import jobs
from tests.parts.houses import house_of

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
WHY = "clinic.example did not sign"
PROVED = {"standing": "spf_only", "why": WHY, "spf": "pass"}


def arrive(session: Session, way: int, apart: LetterOutcome | None = None) -> int:
    mail = Arrived(b"%d" % way, "a@clinic.example", "p@example.org", "192.0.2.1", NOON, "lmtp", PROVED)
    return inbox.put(session, mail, apart, WHY if apart else "")[0]


async def letter(database: Database, number: int) -> StoredLetter:
    found = await database.run(lambda s: inbox.find(s, number))
    assert found is not None
    return found


async def ask(database: Database, name: str, **args: object) -> object:
    house = house_of(database, Settings())
    return await database.run(lambda s: perform(s, name, args, house.books(s)))


def queued(session: Session) -> list[str]:
    return list(session.scalars(sa.select(jobs.c.key).where(jobs.c.parked.is_(None))))


@pytest.mark.parametrize("apart", [LetterOutcome.HELD, LetterOutcome.QUARANTINE])
async def test_a_released_letter_is_read_as_of_its_arrival_and_keeps_who_released_it(
    database: Database, apart: LetterOutcome
) -> None:
    number = await database.run(lambda s: arrive(s, 1, apart))
    await ask(database, "letters.release", id=number, who="kim")
    released = await letter(database, number)
    assert (released.outcome, released.received) == (None, NOON)
    assert released.standing is not None
    assert released.standing["released"] > "2026"
    assert {name: said for name, said in released.standing.items() if name != "released"} == PROVED | {
        "apart": apart.value, "apart_why": WHY, "released_by": "kim",
    }  # fmt: skip
    assert await database.run(queued) == [f"letter:{number}"]
    with pytest.raises(NotPossible):
        await ask(database, "letters.release", id=number, who="lee")
    assert (await letter(database, number)).standing == released.standing


async def test_a_discarded_letter_says_who_and_why_and_what_it_was(database: Database) -> None:
    number = await database.run(lambda s: arrive(s, 1, LetterOutcome.HELD))
    await ask(database, "letters.discard", id=number, who="kim", reason=" an \n advertisement ")
    discarded = await letter(database, number)
    assert discarded.outcome is LetterOutcome.DISCARDED
    assert discarded.outcome_detail == f"kim: an advertisement (was held: {WHY})"
    assert await database.run(queued) == []
    for command in ("letters.discard", "letters.release", "letters.retry"):
        with pytest.raises(NotPossible):
            await ask(database, command, id=number, who="kim", reason="again")


async def test_a_parked_letter_is_discarded_with_its_job(database: Database) -> None:
    number = await database.run(lambda s: arrive(s, 1))

    def park(session: Session) -> None:
        inbox.set_outcome(session, number, LetterOutcome.PARKED, "ValueError")
        session.execute(sa.update(jobs).values(parked=NOON))

    await database.run(park)
    await ask(database, "letters.discard", id=number, who="kim", reason="noise")
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(jobs))) == 0
    assert (await letter(database, number)).outcome_detail == "kim: noise (was parked: ValueError)"


@pytest.mark.parametrize("outcome", sorted({*LetterOutcome} - set(desk.DISCARDABLE)))
async def test_what_was_answered_or_filed_is_not_discarded(database: Database, outcome: LetterOutcome) -> None:
    number = await database.run(lambda s: arrive(s, 1))
    with pytest.raises(NotPossible):
        await ask(database, "letters.discard", id=number, who="kim", reason="noise")
    await database.run(lambda s: inbox.set_outcome(s, number, outcome))
    with pytest.raises(NotPossible):
        await ask(database, "letters.discard", id=number, who="kim", reason="noise")


async def test_a_reason_and_a_letter_are_asked_for(database: Database) -> None:
    number = await database.run(lambda s: arrive(s, 1, LetterOutcome.HELD))
    with pytest.raises(UsageError, match="reason is empty"):
        await ask(database, "letters.discard", id=number, who="kim", reason=" ")
    for command in ("letters.discard", "letters.release", "letters.retry", "letters.show"):
        for nobody in (number + 1, 0, -1, 2**70):
            with pytest.raises(UsageError, match=f"no letter {nobody}"):
                await ask(database, command, id=nobody, who="kim", reason="x")


async def test_a_letter_that_waits_with_a_job_is_not_retried(database: Database) -> None:
    number = await database.run(lambda s: arrive(s, 1))
    with pytest.raises(NotPossible, match="is not parked"):
        await ask(database, "letters.retry", id=number)
    await database.run(lambda s: s.execute(sa.delete(jobs)))
    await ask(database, "letters.retry", id=number)
    assert await database.run(queued) == [f"letter:{number}"]


async def test_letters_that_wait_are_listed_and_shown_with_what_hinders_them(database: Database) -> None:
    number = await database.run(lambda s: arrive(s, 1))
    await database.run(lambda s: arrive(s, 2, LetterOutcome.HELD))
    await database.run(lambda s: s.execute(sa.update(jobs).values(error="the scanner is away")))
    waiting = await ask(database, "letters.list", outcome="waiting")
    assert isinstance(waiting, list)
    assert [(one["id"], one["outcome"]) for one in waiting] == [(number, None)]
    shown = await ask(database, "letters.show", id=number)
    assert isinstance(shown, dict)
    assert (shown["trouble"], shown["standing"], shown["way"], shown["answers"]) == (
        "the scanner is away", PROVED, "lmtp", [],
    )  # fmt: skip


async def test_the_doctor_is_told_what_lies_apart_and_what_was_deferred(database: Database) -> None:
    now = datetime.now(UTC)
    for way, apart in enumerate((LetterOutcome.HELD, LetterOutcome.HELD, LetterOutcome.QUARANTINE)):
        await database.run(lambda s: arrive(s, way, apart))  # noqa: B023
    await database.run(lambda s: deferrals.note(s, "a", now - timedelta(hours=1)))
    await database.run(lambda s: deferrals.note(s, "b", now - timedelta(days=5)))
    found = await database.run(desk.waiting)
    assert (found.held, found.held_since, found.quarantined, found.deferred) == (2, NOON, 1, 1)


async def name(database: Database, way: int, sender: str, outcome: LetterOutcome, why: str, days: int = 0) -> int:
    """A letter that lies apart and names this sender."""
    came = NOON - timedelta(days=days)
    mail = Arrived(b"%d" % way, "x@relay.example", "p@example.org", "", came, "lmtp", PROVED, sender)
    number, _ = await database.run(lambda s: inbox.put(s, mail, outcome, why))
    return number


async def register(database: Database, address: str) -> None:
    provider = await database.run(lambda s: registry.add_provider(s, "Clinic", "036112345001"))
    await database.run(lambda s: registry.add_person(s, provider.id, address))


async def test_the_doctor_is_told_of_letters_in_quarantine_that_name_somebody_registered(database: Database) -> None:
    await register(database, "Billing@Clinic.example")
    known, apart = "billing@clinic.example", LetterOutcome.QUARANTINE
    late = await name(database, 1, known, apart, WHY)
    early = await name(database, 2, known, apart, WHY, days=1)
    await name(database, 3, known, apart, "malware: Eicar-Test", days=9)
    await name(database, 4, "spam@elsewhere.example", apart, WHY, days=9)
    await name(database, 5, known, LetterOutcome.HELD, WHY, days=9)
    found = await database.run(lambda s: desk.doubted(s, "malware: "))
    assert (found.number, found.since, list(found.oldest)) == (2, NOON - timedelta(days=1), [early, late])
    await ask(database, "letters.discard", id=early, who="desk", reason="the office did not send it")
    await ask(database, "letters.release", id=late, who="desk")
    assert await database.run(lambda s: desk.doubted(s, "malware: ")) == desk.Doubted(0, None, [])


async def test_staff_see_which_letters_that_lie_apart_name_somebody_registered(database: Database) -> None:
    await register(database, "billing@clinic.example")
    known = await name(database, 1, "billing@clinic.example", LetterOutcome.QUARANTINE, WHY)
    held = await name(database, 2, "billing@clinic.example", LetterOutcome.HELD, WHY)
    strange = await name(database, 3, "spam@elsewhere.example", LetterOutcome.QUARANTINE, WHY)
    listed = await ask(database, "letters.list")
    assert isinstance(listed, list)
    assert {one["id"]: one["names_registered"] for one in listed} == {known: True, held: True, strange: False}
    for number, names in ((known, True), (held, True), (strange, False)):
        shown = await ask(database, "letters.show", id=number)
        assert isinstance(shown, dict)
        assert shown["names_registered"] is names
    await ask(database, "letters.release", id=known, who="desk")
    shown = await ask(database, "letters.show", id=known)
    assert isinstance(shown, dict)
    assert shown["names_registered"] is None


@pytest.mark.parametrize(
    ("outcome", "why", "harmful"),
    [
        (LetterOutcome.QUARANTINE, "malware: Eicar-Test", True),
        (LetterOutcome.QUARANTINE, WHY, False),
        (LetterOutcome.HELD, WHY, False),
    ],
)
async def test_who_releases_a_letter_is_told_whether_malware_was_found_in_it(
    database: Database, outcome: LetterOutcome, why: str, harmful: bool
) -> None:
    number = await name(database, 1, "billing@clinic.example", outcome, why)
    done = await ask(database, "letters.release", id=number, who="desk")
    assert isinstance(done, dict)
    assert done["harmful"] is harmful
