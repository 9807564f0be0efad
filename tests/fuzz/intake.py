"""A mail taken in, read and answered, as `serve` does it, and what holds for each.

`python -m tests.fuzz.intake SECONDS [SEED]` does it to mutated letters for so long, on a SQLite file.
"""

import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot import mailroom
from bot.house import House
from mailin.arriving import Kept, Received
from mailin.sender import sender_in
from storage import inbox, registry
from storage.database import Database, Session, open_database
from storage.schema import migrate
from storage.states import LetterOutcome
from storage.tables import notices
from storage.work import Job
from tests.fuzz.mutations import drawn
from tests.fuzz.rules import keep
from tests.parts.houses import house_of

ANN = "ann@clinic.example"
NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one mail."""

    letter: int
    outcome: LetterOutcome


async def register(database: Database) -> None:
    def add(session: Session) -> None:
        registry.add_person(session, registry.add_provider(session, "Clinic", "036112345001").id, ANN)

    await database.run(add)


async def check_intake(house: House, raw: bytes, mail_from: str = ANN) -> TakenIn:
    """It is kept byte for byte, once; it has an outcome; and at most one answer, to nobody but its one sender."""
    mail = Received(raw, mail_from, house.settings.mail_address, "192.0.2.1", NOON)
    kept = await mailroom.store(house, mail)
    assert isinstance(kept, Kept), kept
    assert await mailroom.store(house, mail) == kept
    stored = await house.database.run(lambda session: inbox.find(session, kept.letter))
    assert stored is not None
    if stored.outcome is None:
        job = Job(0, inbox.KIND, f"letter:{kept.letter}", {"letter": kept.letter}, 1, 1, is_old=False)
        effect = await mailroom.read(house, job)
        assert effect is not None
        await house.database.run(effect)
    found = await house.database.run(lambda session: _found(session, kept.letter))
    outcome, bytes_kept, addresses = found
    assert bytes_kept == raw
    assert outcome is not None
    assert not (outcome is LetterOutcome.PARKED and stored.outcome is None) or not addresses
    assert len(addresses) <= 1
    assert set(addresses) <= {sender_in(raw)}
    return TakenIn(kept.letter, outcome)


def _found(session: Session, letter: int) -> tuple[LetterOutcome | None, bytes, list[str]]:
    stored = inbox.find(session, letter)
    addresses = list(session.scalars(sa.select(notices.c.address).where(notices.c.letter_id == letter)))
    return stored.outcome if stored else None, inbox.raw(session, letter), addresses


async def _run(seconds: float, seed: int) -> None:
    source = random.Random(seed)
    outcomes: dict[str, int] = {}
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/fuzz.sqlite"
        await migrate(url)
        async with open_database(url, "a fuzz run") as database:
            await register(database)
            house = house_of(database)
            async with house.reader:
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    raw = drawn(source)
                    began = time.process_time()
                    try:
                        taken = await check_intake(house, raw)
                    except BaseException:
                        keep(raw, f"seed {seed}, after {sum(outcomes.values())} letters")
                        raise
                    worst = max(worst, time.process_time() - began)
                    outcomes[taken.outcome.value] = outcomes.get(taken.outcome.value, 0) + 1
    total = sum(outcomes.values())
    sys.stdout.write(f"{total} letters in {seconds:.0f} s, most CPU for one {worst:.2f} s: {outcomes}\n")


if __name__ == "__main__":
    asyncio.run(_run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
