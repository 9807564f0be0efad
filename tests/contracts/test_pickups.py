"""The books of a mailbox that is fetched from: who fetches, up to where, and what was put off."""

from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import pickups
from storage.database import Database
from storage.tables import pickups as table

BOX = "portal@mail.example:993/INBOX"
NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


def held(session: Session, holder: str) -> bool:
    return pickups.hold(session, BOX, holder, 60)


async def test_one_has_a_mailbox_at_a_time(database: Database) -> None:
    assert await database.run(partial(held, holder="first"))
    assert await database.run(partial(held, holder="first"))
    assert not await database.run(partial(held, holder="second"))
    await database.run(lambda session: pickups.let_go(session, BOX, "second"))
    assert not await database.run(partial(held, holder="second"))
    await database.run(lambda session: pickups.let_go(session, BOX, "first"))
    assert await database.run(partial(held, holder="second"))


async def test_who_died_has_it_no_longer_than_it_said(database: Database) -> None:
    assert await database.run(lambda session: pickups.hold(session, BOX, "first", -1))
    assert await database.run(partial(held, holder="second"))
    assert not await database.run(partial(held, holder="first"))


async def test_having_it_changes_nothing_of_how_far_it_was_gone_through(database: Database) -> None:
    await database.run(lambda session: pickups.begin(session, BOX, 7))
    await database.run(lambda session: pickups.taken(session, BOX, 7, 12))
    await database.run(partial(held, holder="first"))
    assert await database.run(lambda session: pickups.begin(session, BOX, 7)) == 12


async def test_mails_are_passed_once_in_their_order(database: Database) -> None:
    assert await database.run(lambda session: pickups.begin(session, BOX, 7)) == 0
    for uid in (3, 9, 5):
        await database.run(partial(pickups.taken, mailbox=BOX, uidvalidity=7, uid=uid))
    assert await database.run(lambda session: pickups.begin(session, BOX, 7)) == 9


async def test_a_mail_that_is_put_off_is_passed_and_remembered_until_it_is_taken(database: Database) -> None:
    await database.run(lambda session: pickups.begin(session, BOX, 7))
    assert await database.run(lambda s: pickups.note_put_off(s, BOX, 7, 4, "slow", NOON)) == 1
    assert await database.run(lambda s: pickups.note_put_off(s, BOX, 7, 4, "slower", NOON.replace(hour=20))) == 2
    assert await database.run(lambda session: pickups.begin(session, BOX, 7)) == 4
    (waiting,) = await database.run(pickups.list_put_off)
    assert waiting == pickups.PutOff(BOX, 4, NOON, 2, "slower")
    assert await database.run(lambda session: pickups.list_put_off(session, "another")) == []
    await database.run(lambda session: pickups.taken(session, BOX, 7, 4))
    assert await database.run(pickups.list_put_off) == []


async def test_new_uids_forget_what_the_old_ones_meant(database: Database) -> None:
    await database.run(lambda session: pickups.begin(session, BOX, 7))
    await database.run(lambda session: pickups.taken(session, BOX, 7, 12))
    await database.run(lambda session: pickups.note_put_off(session, BOX, 7, 13, "slow", NOON))
    assert await database.run(lambda session: pickups.begin(session, BOX, 8)) == 0
    assert await database.run(pickups.list_put_off) == []
    assert await database.run(lambda session: session.scalar(sa.select(sa.func.count()).select_from(table))) == 1


async def test_who_speaks_of_a_folder_of_before_changes_nothing(database: Database) -> None:
    """A server that lost its lease, while another one found the folder made anew."""
    await database.run(lambda session: pickups.begin(session, BOX, 7))
    await database.run(lambda session: pickups.begin(session, BOX, 8))
    assert await database.run(lambda session: pickups.note_put_off(session, BOX, 8, 3, "slow", NOON)) == 1
    assert not await database.run(lambda session: pickups.taken(session, BOX, 7, 3))
    assert not await database.run(lambda session: pickups.taken(session, BOX, 7, 900))
    assert await database.run(lambda session: pickups.note_put_off(session, BOX, 7, 901, "slow", NOON)) == 0
    assert await database.run(lambda session: pickups.begin(session, BOX, 8)) == 3
    assert [one.uid for one in await database.run(pickups.list_put_off)] == [3]
    assert await database.run(lambda session: pickups.taken(session, BOX, 8, 3))
    assert await database.run(pickups.list_put_off) == []
