"""The first words, what stands around a paste, and small words that are no answers."""

from datetime import date

import pytest

from complaints.privacy import Tier
from conversations.labelled_text import read_text
from conversations.turn import TryCode
from tests.parts.talk import TODAY, Talk

MERIDIAN = "Meridian Health Plan of Illinois"


def test_first_words_that_answer_the_first_question_are_not_lost() -> None:
    talk = Talk()
    assert "Lakeside Family Clinic" in talk.say("Meridian")
    assert talk.answers == {"mco": MERIDIAN}
    assert talk.session.asking == "tracking_number"


def test_first_words_that_are_a_greeting_are_greeted() -> None:
    talk = Talk()
    talk.say("good morning")
    assert (talk.session.asking, talk.session.misses) == ("mco", 0)


def test_the_plan_said_before_who_is_kept_and_who_is_asked_later() -> None:
    talk = Talk(person="")
    talk.say("Meridian")
    assert talk.answers["mco"] == MERIDIAN
    assert talk.session.asking == "tracking_number"


def test_a_greeting_hears_what_to_have_at_hand() -> None:
    assert "Have at hand" in Talk().say("hello")


@pytest.mark.parametrize("code", ["XHXRRDJW", "7KV97KNJ", "xhxr rdjw"])
def test_a_code_is_no_member_data_and_a_name_no_code(code: str) -> None:
    talk = Talk(tier=Tier.REFERENCE, person="")
    talk.open()
    talk.say("billing@lakeside.example", code)
    assert talk.effects[-1] == TryCode("".join(code.split()).upper())
    assert talk.kept is None
    talk.say("martinez")
    assert len(talk.effects) == 2


def test_words_around_a_paste_are_not_kept_where_they_may_hold_a_name() -> None:
    talk = Talk(tier=Tier.REFERENCE)
    talk.open()
    talk.say("Patient Pat Sample, see below\nMCO: Meridian\nTracking number: M-5501\nDate submitted to MCO: 10/15/2026")
    assert talk.kept is not None
    assert "Pat" not in talk.kept
    assert talk.answers == {"mco": MERIDIAN, "tracking_number": "M-5501", "dispute_date": "2026-10-15"}


def test_an_edited_paste_keeps_no_more_than_the_first() -> None:
    talk = Talk(tier=Tier.REFERENCE)
    talk.open()
    talk.say("MCO: Meridian\nTracking number: M-5501")
    talk.edit("e2", "MCO: Meridian\nTracking number: M-5502\nMember name: Pat Sample")
    assert talk.kept is not None
    assert "Pat" not in talk.kept
    assert talk.answers["tracking_number"] == "M-5502"


def test_an_empty_cell_of_a_table_in_a_mail_shifts_nothing() -> None:
    table = "MCO\tTracking number\tDate of MCO response\tDate submitted to MCO\nAetna\tT-1\t\t10/15/2026\n"
    complaint = read_text(table, TODAY)
    assert complaint is not None
    assert complaint.claims[0].dispute_date.value == date(2026, 10, 15)
    assert complaint.claims[0].response_date.is_blank


@pytest.mark.parametrize("typed", ["thanks", "Thank you very much!", "ok, thanks", "muchas gracias"])
def test_thanks_are_no_answer_and_ask_nothing_again(typed: str) -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", typed)
    assert talk.answers == {"mco": MERIDIAN}
    assert (talk.session.asking, talk.session.misses) == ("tracking_number", 0)


def test_a_claim_number_that_is_pending_is_left_out() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15", "not yet", "Medicaid", "claims", "it is pending")
    assert talk.answers["claim_number"] == ""
    assert talk.session.asking == "service_dates"


def test_a_button_is_pressed_by_its_words_without_accents() -> None:
    talk = Talk()
    talk.say("español")
    talk.open()
    talk.say("Meridian", "M-1", "empezar de nuevo", "si")
    assert talk.answers == {}
