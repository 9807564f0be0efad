"""On the opaque tier nothing is said that can point to somebody."""

from datetime import date

import pytest

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


@pytest.mark.parametrize("typed", ["5501", "Meridian 5501", "M-5501 I think"])
def test_a_number_of_the_plan_s_is_neither_kept_nor_repeated(typed: str) -> None:
    for answers in ((), ("Meridian",)):
        talk = Talk(tier=Tier.OPAQUE)
        talk.open()
        talk.say(*answers)
        talk.say(typed)
        assert "5501" not in f"{talk.heard} {talk.session.to_json()} {talk.kept}"
        assert talk.kept is not None


@pytest.mark.parametrize("typed", ["5", "5 weeks ago", "Oct 15", "10/15/2026"])
def test_a_day_is_kept_as_it_is(typed: str) -> None:
    talk = Talk(tier=Tier.OPAQUE)
    talk.open()
    talk.say("Meridian", typed)
    assert "dispute_date" in talk.answers
    assert talk.kept is None


def test_what_could_not_be_read_is_answered_with_the_example_of_the_question() -> None:
    talk = Talk(tier=Tier.OPAQUE)
    talk.open()
    asked = talk.say("Meridian")
    assert asked.split("example: ")[-1] == talk.say("hm").split("example: ")[-1]
