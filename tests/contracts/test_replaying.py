"""Stored letters judged again: the same code finds what it found then, differences are told, and nothing is written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import mailroom
from bot.house import House
from bot.replaying import Replayed, replay
from complaints.errors import UsageError
from complaints.lifecycle import Disposition
from storage import inbox, outbox, registry, rehearsing
from storage.database import Database
from storage.inbox import Arrived
from storage.metadata import metadata
from storage.states import LetterOutcome, NoticeState
from storage.tables import jobs, letters, notices, tickets
from storage.work import Job, TryLater
from tests.parts import office
from tests.parts.correspondence import mail, row, with_sheet, workbook
from tests.parts.houses import house_of
from tickets import casework

CLINIC, COLLEAGUE = "billing@clinic.example", "owner@clinic.example"
REGISTRATION = b"Facility,Medicaid ID,Contact,E-mail address,Role\nRiver Imaging,036999000001,Kim,kim@river.example,\n"

DSN = b"""From: MAILER-DAEMON@mx.clinic.example
Subject: Undelivered
Message-ID: <dsn@mx.clinic.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It was not delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.clinic.example

Final-Recipient: rfc822; billing@clinic.example
Action: failed
Status: 5.1.1

--b--
"""


@pytest_asyncio.fixture
async def house(database: Database) -> AsyncIterator[House]:
    def register(session: Session) -> None:
        provider = registry.add_provider(session, "Lakeside Clinic", "036112345001")
        for address in (CLINIC, COLLEAGUE):
            registry.add_person(session, provider.id, address)

    opened = house_of(database)
    await database.run(register)
    async with opened.reader:
        yield opened


async def arrives(house: House, message: EmailMessage | bytes, apart: LetterOutcome | None = None) -> int:
    raw = message if isinstance(message, bytes) else message.as_bytes().replace(b"\n", b"\r\n")
    arrived = Arrived(
        raw, CLINIC, "portal@example.org", "192.0.2.1", datetime.now(UTC), "smtp", {"standing": "believed"}
    )
    return (await house.database.run(lambda s: inbox.put(s, arrived, apart, "SPF only" if apart else "")))[0]


async def decide(house: House, letter: int) -> None:
    """As the worker does, and then the answer goes out."""
    for attempt in range(1, 9):
        job = Job(0, inbox.KIND, f"letter:{letter}", {"letter": letter}, attempt, 1, is_old=False)
        try:
            effect = await mailroom.read(house, job)
            await house.database.run(effect)
            break
        except TryLater:
            continue
    await house.database.run(partial(send_all, house))


def send_all(house: House, session: Session) -> None:
    session.execute(sa.delete(jobs))
    for one in outbox.list_notices(session, NoticeState.QUEUED):
        outbox.mark_sent(session, one.id, house.addresses.message_id(one.id, one.created))


async def comes(house: House, message: EmailMessage | bytes) -> int:
    letter = await arrives(house, message)
    await decide(house, letter)
    return letter


async def became(house: House, letter: int) -> str:
    found = await house.database.run(lambda s: inbox.find(s, letter))
    assert found is not None
    return found.outcome.value if found.outcome else "waiting"


async def answer_to(house: House, letter: int) -> str:
    """The Message-ID of our answer."""
    (sent,) = await house.database.run(lambda s: outbox.list_notices(s, letter_id=letter))
    assert sent.message_id is not None
    return sent.message_id


async def everything(database: Database) -> dict[str, Any]:
    def dump(session: Session) -> dict[str, Any]:
        return {
            table.name: [tuple(found) for found in session.execute(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }

    return await database.run(dump)


async def replayed(house: House, letters: Sequence[int]) -> list[Replayed]:
    return [await replay(house, letter) for letter in letters]


def differing(found: Sequence[Replayed]) -> list[tuple[int, tuple[str, ...]]]:
    return [(one.letter, one.differs) for one in found if one.differs]


async def story(house: House) -> dict[str, int]:
    """One letter of every outcome that a letter can have by being read, each decided in its turn."""
    fill = with_sheet(mail(CLINIC), workbook(row("MER-1"), row("MER-2"), row(None)))
    sheet = workbook(row("MER-1"), row("MER-2"))
    told = {"partly": await comes(house, fill)}
    told["already_filed"] = await comes(house, with_sheet(mail(COLLEAGUE), sheet))
    words = office.mail(901, "MCO: Meridian\nTracking number: W1\nDate submitted to MCO: 2026-01-01\n", CLINIC)
    told["rejected"] = await comes(house, words)
    told["ticket"] = await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-3"))))
    copy = with_sheet(mail(CLINIC), workbook(row("MER-4")))
    told["first"] = await comes(house, copy)
    told["duplicate_letter"] = await comes(
        house, b"Received: from elsewhere\r\n" + copy.as_bytes().replace(b"\n", b"\r\n")
    )
    reply = mail(COLLEAGUE, "Row 6: MER-9", In_Reply_To=await answer_to(house, told["partly"]))
    told["completing"] = await comes(house, reply)
    told["status"] = await comes(house, mail(CLINIC, "What is the status of our tickets?", Subject="Status"))
    told["not_registered"] = await comes(house, with_sheet(mail("x@stranger.example"), sheet))
    told["no_answer"] = await comes(house, mail(CLINIC, "I am away", Auto_Submitted="auto-replied"))
    told["no_complaint"] = await comes(house, mail(CLINIC, "Good morning"))
    several = with_sheet(
        with_sheet(mail(CLINIC), workbook(row("MER-5"), row(None)), "a.xlsx"), workbook(row("MER-6")), "b.xlsx"
    )
    told["two sheets"] = await comes(house, several)
    told["registration"] = await comes(house, with_sheet(mail(CLINIC), REGISTRATION, "people.csv", "text/csv"))
    told["could_not_read"] = await comes(house, with_sheet(mail(CLINIC), b"%PDF-1.7", "x.pdf", "application/pdf"))
    return told


async def test_every_letter_is_found_as_it_was_and_nothing_is_written(house: House) -> None:
    told = await story(house)
    outcomes = {name: await became(house, letter) for name, letter in told.items()}
    own_names = {"first": "ticket", "two sheets": "partly"}
    assert {name: own_names.get(name, name) for name in told if name != "completing"} == {
        name: outcome for name, outcome in outcomes.items() if name != "completing"
    }
    assert outcomes["completing"] in ("ticket", "partly"), outcomes
    ticket = await house.database.run(
        lambda s: s.scalar(sa.select(tickets.c.number).where(tickets.c.letter_id == told["ticket"]))
    )

    assert ticket is not None

    def close(session: Session) -> None:
        casework.close(ticket, Disposition.PAID, "", "kim", datetime.now(UTC), house.books(session))
        send_all(house, session)

    await house.database.run(close)
    before = await everything(house.database)
    found = await replayed(house, list(told.values()))
    assert differing(found) == []
    assert all(one.was_decided and one.now is not None for one in found)
    assert await everything(house.database) == before


async def test_what_today_s_rules_or_words_would_change_is_told(house: House) -> None:
    filed = await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))
    asked = await comes(house, mail(CLINIC, "Good morning"))

    def as_an_older_release(session: Session) -> None:
        session.execute(sa.update(notices).where(notices.c.letter_id == asked).values(text="Hello?"))

    await house.database.run(as_an_older_release)
    assert differing(await replayed(house, [filed, asked])) == [(asked, ("text",))]

    stricter = replace(house, policy=replace(house.policy, first_day=50))
    (now,) = await replayed(stricter, [filed])
    assert now.now is not None
    assert (now.before.outcome, now.now.outcome, now.now.detail) == ("ticket", "rejected", "too_early")
    assert now.differs[:3] == ("outcome", "detail", "subject")


async def test_a_held_letter_is_told_as_it_would_be_read_now(house: House) -> None:
    held = await arrives(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))), LetterOutcome.HELD)
    (found,) = await replayed(house, [held])
    assert found.now is not None
    assert (found.was_decided, found.before.outcome, found.now.outcome) == (False, "held", "ticket")
    await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))
    (found,) = await replayed(house, [held])
    assert found.now is not None
    assert found.now.outcome == "already_filed", "the claims were filed while it lay apart"
    assert await became(house, held) == "held"


async def test_a_letter_released_late_is_replayed_with_what_was_filed_before_its_release(house: House) -> None:
    held = await arrives(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))), LetterOutcome.HELD)
    first = await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))
    await house.database.run(lambda s: inbox.release(s, held))
    await decide(house, held)
    assert await became(house, held) == "already_filed"
    assert differing(await replayed(house, [held, first])) == []


async def test_a_letter_that_was_parked_first_is_replayed_as_when_it_was_decided_at_last(house: House) -> None:
    parked = await arrives(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))

    def park(session: Session) -> None:
        job = Job(0, inbox.KIND, f"letter:{parked}", {"letter": parked}, 8, 8, is_old=False)
        mailroom.park(house, session, job, "ValueError")
        send_all(house, session)

    await house.database.run(park)
    first = await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))
    await house.database.run(lambda s: inbox.retry(s, parked))
    await decide(house, parked)
    assert [await became(house, letter) for letter in (parked, first)] == ["already_filed", "ticket"]
    assert differing(await replayed(house, [parked, first])) == []


async def test_a_bounce_is_replayed_without_telling_anybody_again(house: House) -> None:
    filed = await comes(house, with_sheet(mail(CLINIC), workbook(row("MER-1"))))
    (answer,) = await house.database.run(lambda s: outbox.list_notices(s, letter_id=filed))
    ours = house.addresses.bounce_address(answer.id)
    told = Arrived(DSN, "", ours, "192.0.2.1", datetime.now(UTC), "smtp", {"standing": "believed"})
    bounce, _ = await house.database.run(lambda s: inbox.put(s, told))
    await decide(house, bounce)
    assert await became(house, bounce) == "bounce"
    before = await everything(house.database)
    assert len(before["notices"]) == 2, "the second is to the colleague"
    assert differing(await replayed(house, [filed, bounce])) == []
    assert await everything(house.database) == before


async def test_known_malware_is_never_read(house: House) -> None:
    letter = await arrives(house, mail(CLINIC))
    await house.database.run(
        lambda s: inbox.set_outcome(s, letter, LetterOutcome.QUARANTINE, "malware: Test.Signature")
    )
    (found,) = await replayed(house, [letter])
    assert found.now is None
    assert found.trouble


async def test_what_cannot_be_read_is_parked_in_rehearsal_as_it_was(house: House) -> None:
    letter = await comes(house, b"nothing that is a mail " * 10)
    assert await became(house, letter) == "parked"
    (found,) = await replayed(house, [letter])
    assert found.now == found.before


async def test_letters_come_in_while_others_are_replayed(house: House) -> None:
    """The replay neither hinders them nor takes their numbers."""
    first = [await comes(house, with_sheet(mail(CLINIC), workbook(row(f"A-{n}"), row(None)))) for n in range(4)]

    async def more() -> list[int]:
        return [await comes(house, with_sheet(mail(CLINIC), workbook(row(f"B-{n}"), row(None)))) for n in range(4)]

    found, new = await asyncio.gather(replayed(house, first * 2), more())
    assert differing(found) == []
    assert [await became(house, letter) for letter in new] == ["partly"] * 4
    numbers = await house.database.run(
        lambda s: s.scalars(sa.select(tickets.c.number).order_by(tickets.c.number)).all()
    )
    assert all(int(number.split("-")[1]) < 100 for number in numbers)


async def test_letters_are_chosen_by_time_and_outcome(house: House) -> None:
    told = [await arrives(house, mail(CLINIC, str(n))) for n in range(4)]
    ends = (LetterOutcome.STATUS, LetterOutcome.DISCARDED, LetterOutcome.TICKET)
    for letter, outcome in zip(told, ends, strict=False):
        await house.database.run(partial(inbox.set_outcome, letter_id=letter, outcome=outcome))
    earlier = datetime.now(UTC) - timedelta(days=3)
    await house.database.run(
        lambda s: s.execute(sa.update(letters).where(letters.c.id == told[0]).values(received=earlier))
    )

    async def chosen(since: datetime | None, outcome: LetterOutcome | None) -> list[int]:
        return list(await house.database.run(lambda s: rehearsing.chosen(s, since, outcome)))

    assert await chosen(None, None) == [told[0], told[2]]
    assert await chosen(earlier + timedelta(seconds=1), None) == [told[2]]
    assert await chosen(None, LetterOutcome.DISCARDED) == [told[1]]
    with pytest.raises(UsageError, match="no letter"):
        await replay(house, told[-1] + 1)
