"""A mail at the door: read, held, in quarantine, deferred or refused, and what happens when it comes again."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.admitting import TOO_MANY, take_in
from bot.limits import Rate, load_limits
from bot.settings import Settings
from bot.turns import MailTurn, take_turn
from complaints.errors import NotPossible
from conversations.events import LetterRead
from mailin.arriving import Kept, Received, Refused, Taken, TryAgain, Way
from mailin.genuine.standing import ListedDomains, SenderStanding, Standing
from mailin.letter import Letter
from storage import deferrals, inbox, registry
from storage.database import Database
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from storage.tables import counters, jobs
from storage.tables import deferrals as deferred
from tests.parts.houses import house_of

CLINIC = "billing@clinic.example"
HEAD = b"From: billing@clinic.example\r\nMessage-ID: <1@clinic.example>\r\n"
NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
MAIL = Received(HEAD + b"\r\nhello\r\n", CLINIC, "portal@example.org", "192.0.2.1", NOON)


@dataclass(frozen=True, slots=True)
class Says:
    """A check that has found this out; GENUINE, too, where the domain esp.example is listed for the address."""

    standing: Standing

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding:
        if "esp.example" in await listed(CLINIC):
            return SenderStanding(Standing.GENUINE, CLINIC, "signed by esp.example")
        return SenderStanding(self.standing, CLINIC, "clinic.example did not sign", {"spf": "none"})


async def arrives(database: Database, standing: Standing, mail: Received = MAIL) -> Taken:
    return await take_in(house_of(database, senders=Says(standing)), mail)


async def only_letter(database: Database) -> StoredLetter | None:
    found = await database.run(inbox.list_letters)
    assert len(found) <= 1
    return found[0] if found else None


def waiting(session: Session) -> list[str]:
    return list(session.scalars(sa.select(jobs.c.key)))


async def test_a_genuine_letter_is_queued_with_what_proved_it(database: Database) -> None:
    assert isinstance(await arrives(database, Standing.GENUINE), Kept)
    letter = await only_letter(database)
    assert letter is not None
    assert (letter.outcome, letter.way) == (None, "smtp")
    assert letter.standing == {"standing": "genuine", "why": "clinic.example did not sign", "spf": "none"}
    assert await database.run(waiting) == [f"letter:{letter.id}"]


@pytest.mark.parametrize(
    ("standing", "way", "outcome"),
    [
        (Standing.SPF_ONLY, Way.SMTP, LetterOutcome.HELD),
        (Standing.ARC_ONLY, Way.LMTP, LetterOutcome.HELD),
        (Standing.NOT_PROVED, Way.LMTP, LetterOutcome.QUARANTINE),
        (Standing.NO_SENDER, Way.PICKUP, LetterOutcome.QUARANTINE),
    ],
)
async def test_what_is_not_proved_lies_apart_with_the_reason_and_is_not_read(
    database: Database, standing: Standing, way: Way, outcome: LetterOutcome
) -> None:
    assert isinstance(await arrives(database, standing, replace(MAIL, way=way)), Kept)
    letter = await only_letter(database)
    assert letter is not None
    assert (letter.outcome, letter.outcome_detail, letter.way) == (outcome, "clinic.example did not sign", way.value)
    assert await database.run(waiting) == []


async def test_a_letter_that_lies_apart_is_released_as_of_the_time_it_arrived(database: Database) -> None:
    kept = await arrives(database, Standing.SPF_ONLY)
    assert isinstance(kept, Kept)
    await database.run(lambda s: inbox.release(s, kept.letter))
    letter = await only_letter(database)
    assert letter is not None
    assert (letter.outcome, letter.received) == (None, NOON)
    assert await database.run(waiting) == [f"letter:{kept.letter}"]
    with pytest.raises(NotPossible):
        await database.run(lambda s: inbox.release(s, kept.letter))


async def test_the_same_mail_that_comes_again_and_is_proved_now_is_read(database: Database) -> None:
    first = await arrives(database, Standing.SPF_ONLY)
    assert await arrives(database, Standing.SPF_ONLY) == first
    assert await database.run(waiting) == []
    assert await arrives(database, Standing.GENUINE) == first
    assert len(await database.run(waiting)) == 1
    letter = await only_letter(database)
    assert letter is not None
    assert letter.outcome is None


async def test_a_forged_copy_in_quarantine_does_not_stop_the_genuine_mail(database: Database) -> None:
    forged = replace(MAIL, raw=b"Received: from x\r\n" + MAIL.raw, way=Way.LMTP)
    await arrives(database, Standing.NOT_PROVED, forged)
    genuine = await arrives(database, Standing.GENUINE)
    assert isinstance(genuine, Kept)
    for letter in await database.run(inbox.list_letters):
        reading = partial(inbox.record_reading, letter_id=letter.id, sender=CLINIC, message_id="<1@clinic.example>")
        twin = await database.run(partial(reading, body_digest="0" * 64))
        assert twin is None or letter.id != genuine.letter


async def test_mail_to_a_bounce_address_stands_in_no_genuine_mails_way(database: Database) -> None:
    """Whoever has had an answer of ours knows such an address, and may write any From line there."""
    provider = await database.run(lambda s: registry.add_provider(s, "Clinic", "036112345001"))
    await database.run(lambda s: registry.add_person(s, provider.id, CLINIC))
    here = house_of(database, senders=Says(Standing.GENUINE))
    reading = partial(inbox.record_reading, sender=CLINIC, message_id="<1@clinic.example>", body_digest="0" * 64)
    mail = replace(MAIL, recipient=here.addresses.bounce_address(12), received=datetime.now(UTC))
    back = await take_in(here, mail)
    assert isinstance(back, Kept)
    await database.run(partial(reading, letter_id=back.letter))
    await database.run(lambda s: inbox.set_outcome(s, back.letter, LetterOutcome.BOUNCE))
    since = datetime.now(UTC) - timedelta(hours=1)
    assert await database.run(partial(inbox.letters_of_provider, address=CLINIC, since=since)) == 0
    genuine = await take_in(here, MAIL)
    assert isinstance(genuine, Kept)
    assert await database.run(partial(reading, letter_id=genuine.letter)) is None


async def test_another_mail_with_the_same_words_was_not_deferred(database: Database) -> None:
    await arrives(database, Standing.UNKNOWN_NOW)
    earlier = datetime.now(UTC) - timedelta(hours=24)
    await database.run(lambda s: s.execute(sa.update(deferred).values(first=earlier)))
    other = replace(MAIL, raw=MAIL.raw.replace(b"<1@clinic.example>", b"<2@clinic.example>"))
    assert isinstance(await arrives(database, Standing.UNKNOWN_NOW, other), TryAgain)


async def test_a_letter_that_reads_as_of_another_than_was_proved_is_parked(database: Database) -> None:
    kept = await arrives(database, Standing.GENUINE)
    assert isinstance(kept, Kept)
    here = house_of(database)
    nothing = await here.cabinet.enclosures(NOON.date())

    def turn(session: Session) -> None:
        stored = inbox.find(session, kept.letter)
        assert stored is not None
        other = Letter("boss@other.example", "<1@x>", None, (), "", "", (), None)
        take_turn(session, MailTurn(stored, other, LetterRead(), nothing), here.books(session))

    await database.run(turn)
    letter = await only_letter(database)
    assert letter is not None
    assert (letter.outcome, letter.outcome_detail) == (LetterOutcome.PARKED, "another From address than was proved")


async def test_what_comes_to_a_bounce_address_of_ours_needs_no_proof(database: Database) -> None:
    here = house_of(database, senders=Says(Standing.NOT_PROVED))
    mail = replace(MAIL, mail_from="", recipient=here.addresses.bounce_address(12))
    assert isinstance(await take_in(here, mail), Kept)
    forged = replace(MAIL, mail_from="", recipient=mail.recipient.replace("+b.12.", "+b.13."))
    assert isinstance(await take_in(here, forged), Refused)


async def test_a_refused_mail_leaves_nothing(database: Database) -> None:
    refused = await arrives(database, Standing.NOT_PROVED)
    assert refused == Refused(
        "5.7.26 Mail must be signed (DKIM) by the domain of its From address (clinic.example did not sign). "
        "Nothing was filed: ask whoever runs your mail to sign it with DKIM."
    )
    assert await only_letter(database) is None


async def test_a_refused_mail_s_writer_hears_where_the_portal_s_page_is(database: Database) -> None:
    portal = Settings(public_url="https://complaints.example.gov")
    refused = await take_in(house_of(database, portal, senders=Says(Standing.NOT_PROVED)), MAIL)
    assert isinstance(refused, Refused)
    assert refused.why.endswith(" sign it with DKIM. You may also file at https://complaints.example.gov.")


async def test_a_deferred_mail_is_remembered_until_it_is_decided(database: Database) -> None:
    for _ in range(3):
        assert isinstance(await arrives(database, Standing.UNKNOWN_NOW), TryAgain)
    assert await only_letter(database) is None
    assert await database.run(lambda s: s.scalar(sa.select(deferred.c.times))) == 3
    assert isinstance(await arrives(database, Standing.GENUINE), Kept)
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(deferred))) == 0


async def test_a_mail_that_is_deferred_for_a_day_goes_into_quarantine_though_its_top_lines_differ(
    database: Database,
) -> None:
    await arrives(database, Standing.UNKNOWN_NOW)
    earlier = datetime.now(UTC) - timedelta(hours=24)
    await database.run(lambda s: s.execute(sa.update(deferred).values(first=earlier)))
    again = replace(MAIL, raw=b"Received: from mx by mx2\r\n" + MAIL.raw)
    assert isinstance(await arrives(database, Standing.UNKNOWN_NOW, again), Kept)
    letter = await only_letter(database)
    assert letter is not None
    assert letter.outcome is LetterOutcome.QUARANTINE
    assert letter.outcome_detail.startswith("the sender could not be checked for a day")


async def test_deferrals_that_never_came_again_are_forgotten(database: Database) -> None:
    await arrives(database, Standing.UNKNOWN_NOW)
    await database.run(lambda s: deferrals.forget_old(s, datetime.now(UTC) - timedelta(days=1)))
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(deferred))) == 1
    await database.run(lambda s: deferrals.forget_old(s, datetime.now(UTC) + timedelta(days=1)))
    assert await database.run(lambda s: s.scalar(sa.select(sa.func.count()).select_from(deferred))) == 0


async def test_a_domain_listed_for_the_provider_counts_for_its_people(database: Database) -> None:
    provider = await database.run(lambda s: registry.add_provider(s, "Clinic", "036112345001"))
    await database.run(lambda s: registry.add_person(s, provider.id, CLINIC))
    assert isinstance(await arrives(database, Standing.NOT_PROVED), Refused)
    await database.run(lambda s: registry.list_domain(s, provider.id, "ESP.example"))
    assert await database.run(registry.domains_of) == {provider.id: ("esp.example",)}
    assert isinstance(await arrives(database, Standing.NOT_PROVED), Kept)
    assert await database.run(lambda s: registry.unlist_domain(s, provider.id, "esp.example"))
    assert not await database.run(lambda s: registry.unlist_domain(s, provider.id, "esp.example"))


async def test_each_letter_is_counted_once_on_the_day_it_arrived(database: Database) -> None:
    for standing in (Standing.GENUINE, Standing.GENUINE, Standing.SPF_ONLY):
        await arrives(database, standing)
    await arrives(database, Standing.SPF_ONLY, replace(MAIL, raw=MAIL.raw + b"more\r\n"))
    rows = await database.run(lambda s: [tuple(row) for row in s.execute(sa.select(counters))])
    counted = [(name.rpartition(":")[0], value) for name, value in rows if name.startswith("accepted:")]
    assert {name for name, _ in counted} == {"accepted:2026-11-03"}
    assert sum(value for _, value in counted) == 2


async def test_a_provider_that_sends_too_much_is_told_to_come_again_and_others_are_not(database: Database) -> None:
    for hfs_id, people in (("036112345001", (CLINIC, "second@clinic.example")), ("036112345002", ("other@b.example",))):
        provider = await database.run(partial(registry.add_provider, name="Clinic", hfs_id=hfs_id))
        for address in people:
            await database.run(partial(registry.add_person, provider_id=provider.id, address=address))
    for number in range(2):
        mail = replace(MAIL, raw=MAIL.raw + b"%d\r\n" % number, received=datetime.now(UTC))
        assert isinstance(await arrives(database, Standing.GENUINE, mail), Kept)
    forged = replace(MAIL, raw=MAIL.raw + b"forged\r\n", received=datetime.now(UTC), way=Way.LMTP)
    assert isinstance(await arrives(database, Standing.NOT_PROVED, forged), Kept)  # and it does not count
    since = datetime.now(UTC) - timedelta(hours=1)
    for address, letters in ((CLINIC, 2), ("second@clinic.example", 2), ("other@b.example", 0), ("x@y.example", 0)):
        assert await database.run(partial(inbox.letters_of_provider, address=address, since=since)) == letters
    limited = replace(load_limits().receiving, letters_per_provider=Rate(2, timedelta(hours=1)))
    bounded = house_of(database, senders=Says(Standing.GENUINE), bounds=replace(load_limits(), receiving=limited))
    assert await take_in(bounded, replace(MAIL, raw=MAIL.raw + b"more\r\n")) == TryAgain(TOO_MANY)
