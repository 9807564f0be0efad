"""The budgets of answers, the breaker over all of them, and who is answered anyway, on both databases."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.answer_budget import content_of, is_about_claims
from bot.commands import perform
from bot.house import open_books
from bot.limits import AnswerLimits, Rate, load_limits
from bot.machine_mail import as_answered
from bot.outgoing import SqlNotices
from bot.settings import Settings
from complaints.errors import NotPossible, UsageError
from complaints.lifecycle import Disposition
from complaints.mcos import load_roster
from complaints.model import ClaimIssue, Complaint, Entry, Source
from complaints.notices import (
    ClosureNotice,
    CouldNotRead,
    NoComplaint,
    Notice,
    NotRegistered,
    PersonWillLook,
    Rejection,
    SeveralSheets,
)
from complaints.policy import load_policy
from complaints.verdict import ClaimVerdict, Outcome, Verdict
from mailin.letter import Letter, MachineSign
from storage import answers, inbox, outbox, registry
from storage.database import Database
from storage.inbox import Arrived, StoredLetter
from storage.states import NoticeState
from storage.tables import jobs, notices
from tests.parts.houses import house_of
from tickets.ports import ReplyRoute

US = "portal@example.gov"
ANN = "ann@clinic.example"
TODAY = date(2026, 11, 24)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLENTY = (Rate(1000, DAY),)
WIDE = AnswerLimits(PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY[0])


def rejection(number: str = "T1") -> Rejection:
    claim = ClaimIssue(row=4, tracking_number=Entry(number, number))
    complaint = Complaint(Source.SHEET, (claim,))
    verdict = Verdict(Outcome.REJECTED, complaint, TODAY, None, (), (ClaimVerdict(claim, (), accepted=False),))
    return Rejection(verdict)


def put(
    session: Session, limits: AnswerLimits | None, notice: Notice, to: str = ANN, letter: bool = True
) -> tuple[NoticeState, str | None]:
    """Put a notice as the answer to a new letter: its state, and what kept it."""
    count = session.scalar(sa.select(sa.func.count()).select_from(notices)) or 0
    letter_id = None
    if letter:
        mail = Arrived(b"letter %d" % count, to, US, "192.0.2.1", datetime(2026, 11, 24, tzinfo=UTC))
        letter_id, _ = inbox.put(session, mail)
    route = ReplyRoute("mail", to, f"<{count}@clinic.example>", letter_id=letter_id)
    SqlNotices(session, US, limits).put(notice, route, f"key {count}")
    newest, *_ = outbox.list_notices(session, limit=1)
    return newest.state, newest.error


async def put_each(
    database: Database, limits: AnswerLimits | None, each: Sequence[Notice], to: Sequence[str] = (ANN,)
) -> list[str]:
    """Each in a transaction of its own: for each its state, or what kept it."""
    found = []
    for number, notice in enumerate(each):
        address = to[number % len(to)]
        state, kept = await database.run(lambda s, n=notice, a=address: put(s, limits, n, a))  # type: ignore[misc]
        found.append(kept or state.value)
    return found


def queued_notices(session: Session) -> int:
    found = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.kind == outbox.KIND)
    return session.execute(found).scalar_one()


STRANGER, WORDLESS = NotRegistered(), NoComplaint()


async def test_the_same_words_go_to_an_address_three_times_a_day(database: Database) -> None:
    shipped = load_limits().answers
    assert await put_each(database, shipped, [STRANGER] * 5) == ["queued"] * 3 + ["same_content"] * 2
    assert await put_each(database, shipped, [WORDLESS]) == ["queued"]
    assert await put_each(database, shipped, [STRANGER], ["bob@clinic.example"]) == ["queued"]
    assert await database.run(queued_notices) == 5


async def test_what_varies_ends_at_the_budget_of_its_address(database: Database) -> None:
    limits = replace(WIDE, other_per_address=(Rate(5, HOUR), Rate(20, DAY)))
    varying = [PersonWillLook(TODAY + timedelta(days=day)) for day in range(7)]
    assert await put_each(database, limits, varying) == ["queued"] * 5 + ["other_per_address"] * 2


async def test_an_office_with_fifty_workbooks_gets_fifty_answers(database: Database) -> None:
    fifty = [rejection(f"T{number}") for number in range(50)]
    assert await put_each(database, load_limits().answers, fifty) == ["queued"] * 50


async def test_an_office_that_used_up_other_answers_is_still_told_of_its_claims(database: Database) -> None:
    limits = replace(WIDE, other_per_address=(Rate(1, HOUR),), to_claims_per_address=(Rate(2, HOUR),))
    each: list[Notice] = [WORDLESS, STRANGER, rejection("T1"), rejection("T2"), rejection("T3")]
    assert await put_each(database, limits, each) == [
        "queued", "other_per_address", "queued", "queued", "to_claims_per_address",
    ]  # fmt: skip


async def test_all_addresses_of_a_domain_have_one_budget(database: Database) -> None:
    limits = replace(WIDE, per_domain=(Rate(3, HOUR),))
    to = ["a@x_y.example", "b@x_y.example"]
    assert await put_each(database, limits, [WORDLESS] * 4, to) == ["queued"] * 3 + ["per_domain"]
    beside = ["a@xzy.example", "a@sub.x_y.example"]
    assert await put_each(database, limits, [WORDLESS] * 2, beside) == ["queued"] * 2


async def test_strangers_have_a_rate_of_their_own_and_silence_nobody(database: Database) -> None:
    """Neither by the rate of a mail host that offices share, nor by the breaker."""
    limits = replace(WIDE, to_strangers=(Rate(3, HOUR),), per_domain=(Rate(2, HOUR),), breaker=Rate(2, HOUR))
    to = [f"{name}@mail.example" for name in "abcd"]
    assert await put_each(database, limits, [STRANGER] * 4, to) == ["queued"] * 3 + ["to_strangers"]
    assert await database.run(answers.paused) is None
    assert await put_each(database, limits, [WORDLESS] * 2, ["e@mail.example", "f@mail.example"]) == ["queued"] * 2


async def test_what_a_budget_kept_uses_up_nothing(database: Database) -> None:
    limits = replace(WIDE, same_content=(Rate(2, DAY),))
    assert await put_each(database, limits, [WORDLESS] * 4) == ["queued"] * 2 + ["same_content"] * 2
    assert await database.run(lambda s: answers.count_all(s, DAY)) == 2


async def test_what_went_out_long_ago_uses_up_nothing(database: Database) -> None:
    limits = replace(WIDE, same_content=(Rate(1, HOUR),))
    assert await put_each(database, limits, [STRANGER, STRANGER]) == ["queued", "same_content"]
    long_ago = datetime.now(UTC) - HOUR - timedelta(minutes=1)
    await database.run(lambda s: s.execute(sa.update(notices).values(created=long_ago)))
    assert await put_each(database, limits, [STRANGER]) == ["queued"]


async def test_what_no_letter_caused_has_no_budget(database: Database) -> None:
    one = (Rate(1, DAY),)
    none = AnswerLimits(one, one, one, one, one, one[0])
    closure = ClosureNotice("2026-000001-5", "Clinic", "Meridian", 1, Disposition.PAID, "", TODAY)
    assert await put_each(database, none, [closure] * 3) == ["queued"] * 3
    reminders = [await database.run(lambda s: put(s, none, STRANGER, letter=False)) for _ in range(3)]
    assert reminders == [(NoticeState.QUEUED, None)] * 3
    assert await put_each(database, None, [STRANGER] * 3) == ["queued"] * 3


async def test_two_servers_share_one_budget(database: Database, database_url: str) -> None:
    """Of answers that are put at the same time, too, no more go out than the budget allows."""
    limits = replace(WIDE, same_content=(Rate(3, DAY),))

    def one(number: int) -> Callable[[Session], None]:
        def do(session: Session) -> None:
            mail = Arrived(b"at once %d" % number, ANN, US, "192.0.2.1", datetime(2026, 11, 24, tzinfo=UTC))
            letter_id, _ = inbox.put(session, mail)
            route = ReplyRoute("mail", ANN, letter_id=letter_id)
            SqlNotices(session, US, limits).put(STRANGER, route, f"at once {number}")

        return do

    await asyncio.gather(*(database.run(one(number)) for number in range(12)))
    found = [one.state for one in await database.run(outbox.list_notices)]
    assert sorted(found) == [NoticeState.QUEUED] * 3 + [NoticeState.SUPPRESSED] * 9


async def test_the_breaker_keeps_all_answers_until_staff_resume(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    limits = replace(WIDE, breaker=Rate(2, HOUR), same_content=(Rate(4, DAY),))
    to = [f"a@{number}.example" for number in range(4)]
    assert await put_each(database, limits, [WORDLESS] * 4, to) == ["queued"] * 2 + ["breaker"] * 2
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said == "more than 2 answers in 3600 seconds: all answers are kept until `recourse answers resume`"
    paused = await database.run(answers.paused)
    assert paused is not None
    assert paused.why == "more than 2 answers in 3600 seconds"

    assert await database.run(answers.resume) == 2
    assert await database.run(answers.paused) is None
    assert await database.run(queued_notices) == 4
    assert await put_each(database, limits, [WORDLESS], ["a@9.example"]) == ["queued"]  # the rate is counted anew
    assert await database.run(answers.resume) is None


async def test_who_was_over_a_budget_is_not_written_to_when_answers_go_on(database: Database) -> None:
    limits = replace(WIDE, same_content=(Rate(2, DAY),))
    await database.run(lambda s: answers.pause(s, "a look"))
    assert await put_each(database, limits, [STRANGER] * 4) == ["breaker"] * 2 + ["same_content"] * 2
    assert await database.run(answers.count_kept) == {"breaker": 2, "same_content": 2}
    assert await database.run(answers.resume) == 2
    assert await database.run(answers.count_kept) == {"same_content": 2}


def test_answers_about_different_claims_are_not_the_same_although_their_words_are() -> None:
    first, second = rejection("T1"), rejection("T2")
    assert content_of(first, "s", "t") != content_of(second, "s", "t")
    assert content_of(first, "s", "t") == content_of(rejection("T1"), "s", "t") != content_of(first, "s", "other")
    both = SeveralSheets((first, CouldNotRead(())))
    assert content_of(both, "s", "t") not in {content_of(SeveralSheets((second, CouldNotRead(()))), "s", "t")}
    assert (is_about_claims(both), is_about_claims(SeveralSheets((CouldNotRead(()),)))) == (True, False)


# Commands


async def done(database: Database, name: str, **args: Any) -> Any:
    policy, roster = load_policy(), load_roster()
    return await database.run(
        lambda session: perform(session, name, args, open_books(session, Settings(), policy, roster))
    )


async def test_staff_see_what_was_kept_and_may_send_it(database: Database) -> None:
    limits = replace(WIDE, same_content=(Rate(1, DAY),))
    await put_each(database, limits, [STRANGER] * 2)
    (kept,) = await done(database, "notices.list", state="suppressed")
    assert (kept["to"], kept["error"], kept["letter"]) == (ANN, "same_content", 2)
    assert await done(database, "notices.send", id=kept["id"]) == {"id": kept["id"], "state": "queued"}
    assert await done(database, "notices.list", state="suppressed") == []
    assert await database.run(queued_notices) == 2
    with pytest.raises(NotPossible, match=f"notice {kept['id']} is not suppressed"):
        await done(database, "notices.send", id=kept["id"])
    for number in (kept["id"] + 1, 2**70):
        with pytest.raises(UsageError, match=f"no notice {number}"):
            await done(database, "notices.send", id=number)


async def test_staff_pause_answers_and_resume_them(database: Database) -> None:
    going: dict[str, Any] = {"paused": False, "since": None, "why": None, "suppressed": {}}
    assert await done(database, "answers.status") == going
    paused = await done(database, "answers.pause", who="dana", note="a loop with a clinic")
    assert (paused["paused"], paused["why"]) == (True, "dana: a loop with a clinic")
    with pytest.raises(NotPossible, match="paused already"):
        await done(database, "answers.pause", who="dana", note=None)
    assert await done(database, "answers.resume") == going | {"queued": 0}
    with pytest.raises(NotPossible, match="not paused"):
        await done(database, "answers.resume")


async def test_staff_list_the_domains_that_sign_for_a_provider(database: Database) -> None:
    hfs_id = "036112345001"
    await database.run(lambda s: registry.add_provider(s, "Clinic", hfs_id))
    added = await done(database, "signing.add", hfs_id=hfs_id, domain="Mailer.Example")
    assert added == {"provider": "Clinic", "hfs_id": hfs_id, "domain": "mailer.example"}
    listed = [{"provider": "Clinic", "hfs_id": hfs_id, "domains": ["mailer.example"]}]
    assert await done(database, "signing.list") == listed
    assert (await done(database, "providers.list"))[0]["signing_domains"] == ["mailer.example"]
    await done(database, "signing.remove", hfs_id=hfs_id, domain="mailer.example")
    assert await done(database, "signing.list") == []
    with pytest.raises(UsageError, match="is not listed"):
        await done(database, "signing.remove", hfs_id=hfs_id, domain="mailer.example")
    for written in ("example", "a@b.example", "b..example", "", "*.example"):
        with pytest.raises(UsageError, match="the domain reads"):
            await done(database, "signing.add", hfs_id=hfs_id, domain=written)
    for wrong in ("036112345002", "x"):
        with pytest.raises(UsageError, match="no provider has"):
            await done(database, "signing.add", hfs_id=wrong, domain="mailer.example")


# Answered anyway


def stored(standing: str | None) -> StoredLetter:
    return StoredLetter(
        id=1, digest="d", recipient=US, mail_from=ANN, peer="192.0.2.1", received=datetime(2026, 11, 24, tzinfo=UTC),
        sender=None, message_id=None, body_digest=None, outcome=None, outcome_detail="", ticket=None, completes=None,
        standing=None if standing is None else {"standing": standing},
    )  # fmt: skip


def letter(sign: MachineSign, sender: str | None = ANN) -> Letter:
    return Letter(sender, None, None, (), "", "", (), sign)


async def listed(database: Database) -> None:
    def register(session: Session) -> None:
        provider = registry.add_provider(session, "Clinic", "036112345001")
        registry.add_person(session, provider.id, ANN)

    await database.run(register)
    assert await done(database, "providers.answer", address="Ann@clinic.example", anyway=True) == {
        "email": ANN,
        "answered_anyway": True,
    }


@pytest.mark.parametrize("sign", MachineSign)
async def test_only_signs_of_a_program_yield(database: Database, sign: MachineSign) -> None:
    await listed(database)
    yields = sign in {
        MachineSign.AUTO_SUBMITTED, MachineSign.PRECEDENCE, MachineSign.RESPONSE_SUPPRESSED, MachineSign.ROBOT_ADDRESS,
    }  # fmt: skip
    heard = await as_answered(house_of(database), stored("genuine"), letter(sign))
    assert heard.machine is (None if yields else sign)


@pytest.mark.parametrize(
    ("standing", "sender", "yields"),
    [
        ("genuine", ANN, True),
        ("believed", ANN, True),
        ("spf_only", ANN, False),
        (None, ANN, False),
        ("genuine", "bob@clinic.example", False),
        ("genuine", None, False),
    ],
)
async def test_only_a_proved_sender_that_staff_listed_is_answered_anyway(
    database: Database, standing: str | None, sender: str | None, yields: bool
) -> None:
    await listed(database)
    heard = await as_answered(house_of(database), stored(standing), letter(MachineSign.PRECEDENCE, sender))
    assert (heard.machine is None) is yields


async def test_an_address_is_answered_as_usual_again(database: Database) -> None:
    await listed(database)
    (provider,) = await done(database, "providers.list")
    assert provider["people"][0]["answered_anyway"]
    await done(database, "providers.answer", address=ANN, anyway=False)
    heard = await as_answered(house_of(database), stored("genuine"), letter(MachineSign.PRECEDENCE))
    assert heard.machine is MachineSign.PRECEDENCE
    with pytest.raises(UsageError, match="nobody is registered as"):
        await done(database, "providers.answer", address="bob@clinic.example", anyway=True)
