"""Inbox and outbox: every letter and notice once, and exactly one outcome each."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken, NotPossible
from storage import inbox, outbox
from storage.answered import sent_under
from storage.database import Database
from storage.inbox import Arrived
from storage.outbox import NewNotice
from storage.states import LetterOutcome, NoticeState
from storage.tables import files, jobs
from tickets.ports import Attachment

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
US = "portal@example.org"


def arrive(session: Session, raw: bytes = b"Subject: a\r\n\r\nhello\r\n", recipient: str = US) -> tuple[int, bool]:
    return inbox.put(session, Arrived(raw, "billing@clinic.example", recipient, "192.0.2.1", NOON))


def queued(session: Session) -> list[str]:
    return list(session.scalars(sa.select(jobs.c.key).where(jobs.c.parked.is_(None)).order_by(jobs.c.id)))


async def test_a_letter_is_kept_as_it_came(database: Database) -> None:
    raw = b"Subject: \xff\x00\r\n\r\n" + bytes(range(256))
    number, new = await database.run(lambda s: arrive(s, raw))
    letter = await database.run(lambda s: inbox.find(s, number))
    assert new
    assert letter is not None
    assert (letter.mail_from, letter.recipient, letter.peer) == ("billing@clinic.example", US, "192.0.2.1")
    assert (letter.received, letter.outcome, letter.sender) == (NOON, None, None)
    assert await database.run(lambda s: inbox.raw(s, number)) == raw
    assert await database.run(queued) == [f"letter:{number}"]
    assert await database.run(lambda s: inbox.find(s, number + 1)) is None
    with pytest.raises(Broken):
        await database.run(lambda s: inbox.raw(s, number + 1))


async def test_the_same_letter_ten_times_at_once_is_one(database: Database) -> None:
    results = await asyncio.gather(*(database.run(arrive) for _ in range(10)))
    assert len({number for number, _new in results}) == 1
    assert [new for _number, new in results].count(True) == 1
    assert len(await database.run(queued)) == 1


async def test_another_recipient_or_another_byte_is_another_letter(database: Database) -> None:
    _, first = await database.run(arrive)
    _, elsewhere = await database.run(lambda s: arrive(s, recipient="other@example.org"))
    _, different = await database.run(lambda s: arrive(s, b"Subject: b\r\n\r\nhello\r\n"))
    assert (first, elsewhere, different) == (True, True, True)
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(files))) == 2


@pytest.mark.parametrize(
    ("sender", "message_id", "body_digest", "is_twin"),
    [
        ("a@clinic.example", "<1@clinic.example>", "d" * 64, True),
        ("b@clinic.example", "<1@clinic.example>", "d" * 64, False),
        ("a@clinic.example", "<2@clinic.example>", "d" * 64, False),
        ("a@clinic.example", "<1@clinic.example>", "e" * 64, False),
        ("a@clinic.example", None, "d" * 64, False),
        (None, "<1@clinic.example>", "d" * 64, False),
    ],
)
async def test_a_twin_has_the_same_sender_message_id_and_body(
    database: Database, sender: str | None, message_id: str | None, body_digest: str, is_twin: bool
) -> None:
    def read_both(session: Session) -> tuple[int, inbox.StoredLetter | None, inbox.StoredLetter | None]:
        first, _ = arrive(session, b"by one way")
        second, _ = arrive(session, b"by another way")
        alone = inbox.record_reading(session, first, "a@clinic.example", "<1@clinic.example>", "d" * 64)
        return first, alone, inbox.record_reading(session, second, sender, message_id, body_digest)

    first, alone, twin = await database.run(read_both)
    assert alone is None
    assert (twin.id if twin else None) == (first if is_twin else None)


async def test_of_copies_read_at_once_exactly_one_is_no_duplicate(database: Database) -> None:
    numbers = [(await database.run(partial(arrive, raw=b"way %d" % way)))[0] for way in range(8)]

    def decide(session: Session, number: int) -> LetterOutcome:
        twin = inbox.record_reading(session, number, "a@clinic.example", "<1@clinic.example>", "d" * 64)
        outcome = LetterOutcome.DUPLICATE_LETTER if twin else LetterOutcome.PARKED
        inbox.set_outcome(session, number, outcome)
        return outcome

    latest_first = [database.run(partial(decide, number=number)) for number in reversed(numbers)]
    outcomes = await asyncio.gather(*latest_first)
    assert outcomes.count(LetterOutcome.DUPLICATE_LETTER) == 7
    (parked,) = await database.run(lambda s: inbox.list_letters(s, LetterOutcome.PARKED))
    await database.run(lambda s: inbox.retry(s, parked.id))
    assert await database.run(partial(decide, number=parked.id)) is LetterOutcome.PARKED


async def test_an_outcome_is_given_once(database: Database) -> None:
    number, _ = await database.run(arrive)
    decide = partial(inbox.set_outcome, letter_id=number, outcome=LetterOutcome.TICKET, ticket="2026-000001-5")
    await database.run(decide)
    with pytest.raises(Broken):
        await database.run(decide)
    letter = await database.run(lambda s: inbox.find(s, number))
    assert letter is not None
    assert (letter.outcome, letter.ticket) == (LetterOutcome.TICKET, "2026-000001-5")


async def test_letters_are_listed_newest_first_and_by_outcome(database: Database) -> None:
    numbers = [(await database.run(partial(arrive, raw=b"%d" % way)))[0] for way in range(4)]
    await database.run(lambda s: inbox.set_outcome(s, numbers[1], LetterOutcome.PARKED, "ValueError"))
    everything = await database.run(lambda s: inbox.list_letters(s, limit=3))
    parked = await database.run(lambda s: inbox.list_letters(s, LetterOutcome.PARKED))
    assert [letter.id for letter in everything] == numbers[:0:-1]
    assert [(letter.id, letter.outcome_detail) for letter in parked] == [(numbers[1], "ValueError")]


async def test_only_a_parked_letter_is_tried_again(database: Database) -> None:
    number, _ = await database.run(arrive)
    with pytest.raises(NotPossible, match=f"letter {number} is not parked"):
        await database.run(lambda s: inbox.retry(s, number))

    def decide_and_finish(session: Session) -> None:
        inbox.set_outcome(session, number, LetterOutcome.PARKED)
        session.execute(sa.delete(jobs))

    await database.run(decide_and_finish)
    await database.run(lambda s: inbox.retry(s, number))
    letter = await database.run(lambda s: inbox.find(s, number))
    assert letter is not None
    assert letter.outcome is None
    assert await database.run(queued) == [f"letter:{number}"]


async def test_a_letter_knows_which_one_it_completes_and_a_thread_its_last(database: Database) -> None:
    first, second, third, other = [(await database.run(partial(arrive, raw=b"%d" % way)))[0] for way in range(4)]

    def complete(session: Session) -> None:
        inbox.set_completes(session, second, first)
        inbox.set_completes(session, third, second)

    await database.run(complete)
    letter = await database.run(lambda s: inbox.find(s, second))
    assert letter is not None
    assert letter.completes == first
    last = await database.run(lambda s: inbox.last_of_thread(s, first, 9))
    assert last is not None
    assert last.id == third
    is_last = [await database.run(partial(inbox.is_last_of_thread, letter_id=one)) for one in (first, third, other)]
    assert is_last == [False, True, True]
    with pytest.raises(Broken):
        await database.run(lambda s: inbox.set_completes(s, other + 1, first))
    with pytest.raises(sa.exc.IntegrityError):
        await database.run(lambda s: inbox.set_completes(s, other, other + 1))


SHEET = Attachment("claim sheet.xlsx", "application/vnd.ms-excel", b"PK\x03\x04")
NOTICE = NewNotice(
    key="receipt:1", channel="mail", address="a@clinic.example", subject="Ticket", text="plain", html="<p>rich</p>",
    in_reply_to="<1@clinic.example>", thread=("<0@clinic.example>",), attachments=(SHEET, SHEET),
)  # fmt: skip


async def test_a_notice_is_stored_whole_and_once_per_key(database: Database) -> None:
    numbers = await asyncio.gather(*(database.run(lambda s: outbox.put(s, NOTICE)) for _ in range(5)))
    (number,) = (number for number in numbers if number is not None)
    stored = await database.run(lambda s: outbox.load(s, number))
    assert stored.notice == NOTICE
    assert (stored.state, stored.sent, stored.error, stored.message_id) == (NoticeState.QUEUED, None, None, None)
    assert await database.run(queued) == [f"notice:{number}"]
    with pytest.raises(Broken):
        await database.run(lambda s: outbox.load(s, number + 1))


async def test_a_notice_is_sent_or_undeliverable_once(database: Database) -> None:
    def put_two(session: Session) -> tuple[int, int]:
        other = NewNotice("b", "mail", "b@x.example", "Ticket", "plain", "<p>rich</p>")
        first, second = outbox.put(session, NOTICE), outbox.put(session, other)
        assert first is not None
        assert second is not None
        return first, second

    first, second = await database.run(put_two)
    await database.run(lambda s: outbox.mark_sent(s, first, "<9@portal.example>"))
    await database.run(lambda s: outbox.mark_undeliverable(s, second, "550 no such user"))
    for again in (first, second):
        with pytest.raises(Broken):
            await database.run(partial(outbox.mark_sent, notice_id=again, message_id="<10@portal.example>"))
    sent = await database.run(lambda s: outbox.list_notices(s, NoticeState.SENT))
    lost = await database.run(lambda s: outbox.list_notices(s, NoticeState.UNDELIVERABLE))
    assert [(notice.id, notice.message_id, notice.sent is not None) for notice in sent] == [
        (first, "<9@portal.example>", True)
    ]
    assert [(notice.id, notice.error) for notice in lost] == [(second, "550 no such user")]
    assert [notice.id for notice in await database.run(outbox.list_notices)] == [second, first]
    for asked, ours in (
        (["<9@portal.example>", "<x@y>"], {"<9@portal.example>": first}),
        (["<x@y>"], {}),
        ([], {}),
    ):
        assert await database.run(partial(sent_under, message_ids=asked)) == ours


async def test_a_notice_that_came_back_is_undelivered_once_and_stays_so(database: Database) -> None:
    """Also when it comes back before the sending of it was written down."""

    def put_two(session: Session) -> list[int | None]:
        return [outbox.put(session, replace(NOTICE, key=key)) for key in ("sent", "being sent")]

    sent, being_sent = await database.run(put_two)
    assert sent is not None
    assert being_sent is not None
    await database.run(lambda s: outbox.mark_sent(s, sent, "<1@portal.example>"))
    for number in (sent, being_sent):
        told = [await database.run(partial(outbox.mark_undelivered, notice_id=number, error="back")) for _ in range(2)]
        assert told == [True, False]
    await database.run(lambda s: outbox.mark_sent(s, being_sent, "<2@portal.example>"))
    found = await database.run(lambda s: outbox.list_notices(s, NoticeState.UNDELIVERED))
    assert [(notice.id, notice.message_id, notice.error) for notice in found] == [
        (being_sent, "<2@portal.example>", "back"),
        (sent, "<1@portal.example>", "back"),
    ]
    assert not await database.run(lambda s: outbox.mark_undelivered(s, being_sent + 1, "back"))
