"""What may be said on which channel, as decided; and what is added to a ticket later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import NotPossible
from complaints.privacy import Tier
from storage import details, tiers
from storage.database import Database
from storage.details import Details
from storage.tiers import TierDecision
from tests.contracts.chatting import NOON
from tests.contracts.test_ticket_books import open_one


@pytest.mark.parametrize(
    ("channel", "tier"), [("slack", Tier.REFERENCE), ("telegram", Tier.REFERENCE), ("web", Tier.OWN)]
)
async def test_a_channel_nobody_decided_about(database: Database, channel: str, tier: Tier) -> None:
    assert await database.run(lambda s: tiers.tier_of(s, channel)) is tier
    assert await database.run(tiers.decisions) == []


async def test_the_last_decision_counts_and_all_are_kept(database: Database) -> None:
    decided = [
        TierDecision("slack", Tier.PHI, "ops", "agreement of 2026-10-01", NOON + timedelta(days=1)),
        TierDecision("slack", Tier.OPAQUE, "ops", "workspace was shared", NOON),
        TierDecision("web", Tier.REFERENCE, "ops", "", NOON),
    ]

    def decide(session: Session) -> None:
        for one in decided:
            tiers.decide(session, one.channel, one.tier, one.who, one.note, one.moment)

    await database.run(decide)
    assert await database.run(lambda s: tiers.tier_of(s, "slack")) is Tier.OPAQUE
    assert await database.run(lambda s: tiers.tier_of(s, "telegram")) is Tier.REFERENCE
    assert await database.run(lambda s: tiers.tier_of(s, "web")) is Tier.REFERENCE
    assert await database.run(tiers.decisions) == decided


@pytest.mark.parametrize(
    ("channel", "tier", "says"),
    [
        ("telegram", Tier.PHI, "signs no"),
        ("telegram", Tier.OWN, "our own pages"),
        ("slack", Tier.OWN, "our own pages"),
        ("slak", Tier.OPAQUE, "the channels are slack, telegram, web"),
    ],
)
async def test_a_tier_that_a_channel_cannot_have(database: Database, channel: str, tier: Tier, says: str) -> None:
    with pytest.raises(NotPossible, match=says):
        await database.run(lambda s: tiers.decide(s, channel, tier, "ops", "", NOON))
    assert await database.run(tiers.decisions) == []


async def test_details_are_added_to_a_ticket_one_after_the_other(database: Database) -> None:
    number = (await database.run(open_one)).number
    added = [
        Details(number, NOON, "agent@clinic.example", {"member_name": "Jane Roe", "rin": "123456789"}, ()),
        Details(number, NOON, "agent@clinic.example", {}, ("d" * 64, "e" * 64)),
    ]

    def add(session: Session) -> None:
        for one in added:
            details.add(session, one.ticket, one.moment, one.who, one.fields, one.files)

    await database.run(add)
    assert await database.run(lambda s: details.of(s, number)) == added
    assert await database.run(lambda s: details.of(s, "2026-000009-9")) == []
    with pytest.raises(sa.exc.IntegrityError):
        await database.run(lambda s: details.add(s, "2026-000009-9", NOON, "", {}, ()))
