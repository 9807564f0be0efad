"""On the opaque tier nothing is said that can point to somebody."""

from datetime import date

from complaints.privacy import Tier
from conversations.turn import TicketStatus
from tests.parts.talk import Books, Talk

NUMBER = "2026-004187-9"
MCO = "Meridian Health Plan of Illinois"


def test_a_status_names_the_reference_and_the_state_only() -> None:
    books = Books(tickets={NUMBER: TicketStatus(NUMBER, "open", MCO, 20, date(2026, 11, 2))})
    heard = Talk(tier=Tier.OPAQUE, books=books).say(f"status {NUMBER}")
    assert NUMBER in heard
    assert MCO not in heard
    assert "20 claims" not in heard
