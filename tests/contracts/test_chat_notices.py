"""What is owed to a chat is said in it, as far as its tier may carry it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from bot.outgoing import SqlNotices
from complaints.lifecycle import Disposition
from complaints.notices import ClosureNotice
from complaints.privacy import Tier
from storage import chats, tiers
from storage.database import Database
from tests.contracts.chatting import begin
from tests.contracts.test_ticket_books import open_one
from tickets.ports import ReplyRoute

MCO = "Meridian Health Plan of Illinois"


@pytest.mark.parametrize(("tier", "tells_the_plan"), [(Tier.REFERENCE, True), (Tier.OPAQUE, False)])
async def test_a_closure_is_told_as_the_tier_allows(database: Database, tier: Tier, tells_the_plan: bool) -> None:
    def tell(session: Session) -> str:
        conversation, ticket = begin(session), open_one(session).number
        tiers.decide(session, "telegram", tier, "admin", "a test", datetime(2026, 11, 24, tzinfo=UTC))
        closure = ClosureNotice(ticket, "Lakeside Clinic", MCO, 1, Disposition.PAID, "", date(2026, 11, 24))
        for _again in range(2):
            route = ReplyRoute("telegram", "4711", person="billing@lakeside.example")
            SqlNotices(session, "portal@example.gov", None).put(closure, route, f"closed:{ticket}", ticket=ticket)
        (line,) = chats.unsent_lines(session, conversation)
        assert ticket in line.text
        return line.text

    assert (MCO in await database.run(tell)) is tells_the_plan
