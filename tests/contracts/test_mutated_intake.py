"""Whatever a mail holds: its bytes are kept, it has one outcome and at most one answer, and nothing is raised."""

from collections import Counter
from random import Random

from storage import inbox
from storage.database import Database
from tests.fuzz.intake import check_intake, register
from tests.fuzz.mutations import SEEDS, drawn
from tests.letters.all import LETTERS
from tests.parts.houses import house_of

DRAWN = 60


async def test_every_letter_is_kept_with_one_outcome_and_at_most_one_answer(database: Database) -> None:
    await register(database)
    house = house_of(database)
    source = Random(5)
    outcomes: Counter[str] = Counter()
    async with house.reader:
        for raw in (*SEEDS, *(drawn(source) for _ in range(DRAWN))):
            outcomes[(await check_intake(house, raw)).outcome.value] += 1
    assert outcomes.total() == len(SEEDS) + DRAWN
    assert len(outcomes) > 1


async def test_what_was_lost_in_reading_is_kept_for_staff(database: Database) -> None:
    await register(database)
    house = house_of(database)
    async with house.reader:
        lossy = await check_intake(house, LETTERS["wrong charset"].raw)
        whole = await check_intake(house, LETTERS["utf-7"].raw)
    lost, nothing = await database.run(lambda session: inbox.list_letters(session)[::-1])
    assert (lost.id, nothing.id) == (lossy.letter, whole.letter)
    assert lost.losses == ["some text is not 'utf-8' as it says; read as Windows-1252, letters may be wrong"]
    assert nothing.losses is None
