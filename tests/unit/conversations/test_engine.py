"""Guided filing, step by step, as a person goes through it. Today is Tuesday, November 24, 2026."""

from datetime import date

import pytest

from complaints.eligibility import OpenClaim
from conversations.events import Submitted, TimePassed
from conversations.session import Session
from conversations.turn import Submit, TicketStatus
from tests.parts.talk import Books, Talk

MERIDIAN = "Meridian Health Plan of Illinois"
AETNA = "Aetna Better Health of Illinois"


def whole(talk: Talk) -> str:
    """Answer everything that is asked, up to the review."""
    talk.open()
    return talk.say(
        "Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", "skip", "skip", "skip", "skip",
        "Denied as not authorized, although it was.", "Payment", "no",
    )  # fmt: skip


def test_a_whole_complaint_is_asked_for_reviewed_and_filed() -> None:
    talk = Talk()
    assert "Lakeside Family Clinic" in talk.open()
    assert "Meridian Health Plan of Illinois" in talk.say("meridian")
    assert "M-5501" in talk.say("M-5501")
    heard = talk.say("Oct 15")
    assert "Thursday, October 15, 2026" in heard
    assert "day 40" in heard
    talk.say("not yet", "Medicaid", "2", "skip", "9/1/26 - 9/3/26", "skip", "skip", "Denied", "Payment")
    review = talk.say("no")
    for part in (MERIDIAN, "M-5501", "Thursday, October 15, 2026", "Lakeside Family Clinic", "September 1, 2026"):
        assert part in review
    talk.press(talk.labels[0])
    claim = talk.submitted.complaint.claims[0]
    assert (claim.tracking_number.value, claim.dispute_date.value) == ("M-5501", date(2026, 10, 15))
    talk.take(Submitted("2026-000001-0"))
    assert "2026-000001-0" in talk.heard
    assert talk.answers == {}


def test_the_next_question_is_the_first_that_has_no_answer() -> None:
    talk = Talk()
    talk.open()
    talk.say("change the date")
    assert talk.session.asking == "dispute_date"
    talk.say("Oct 15")
    assert talk.session.asking == "mco"
    talk.say("CountyCare")
    assert talk.session.asking == "tracking_number"
    talk.say("C-1")
    assert talk.session.asking == "response_date"


@pytest.mark.parametrize(
    "typed", ["Meridian", "meridian health plan", "Meridain", "MHP", "it was Meridian I think", "3"]
)
def test_a_plan_may_be_named_in_many_ways(typed: str) -> None:
    talk = Talk()
    talk.open()
    if typed.isdecimal():
        typed = str(talk.labels.index(MERIDIAN) + 1)
    talk.say(typed)
    assert talk.answers["mco"] == MERIDIAN


def test_a_pressed_plan_counts_as_a_typed_one() -> None:
    talk = Talk()
    talk.open()
    talk.press(MERIDIAN)
    assert talk.answers["mco"] == MERIDIAN


def test_an_ambiguous_plan_is_asked_about_with_buttons() -> None:
    talk = Talk()
    talk.open()
    talk.say("IlliniCare")
    assert "mco" not in talk.answers
    assert len(talk.labels) >= 2
    talk.press(talk.labels[0])
    assert "mco" in talk.answers


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("Oct 15", "2026-10-15"),
        ("March 14", "2026-03-14"),
        ("6 weeks ago", "2026-10-13"),
        ("last Friday", "2026-11-20"),
        ("yesterday", "2026-11-23"),
        ("I sent it on October 15th", "2026-10-15"),
        ("hace 6 semanas", "2026-10-13"),
    ],
)
def test_dates_are_read_as_people_say_them(typed: str, day: str) -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", typed)
    assert talk.answers["dispute_date"] == day


def test_an_ambiguous_date_is_asked_with_buttons() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1")
    talk.say("13/10/2026")
    assert "dispute_date" not in talk.answers
    assert talk.labels[0] == "Tuesday, October 13, 2026"
    talk.press(talk.labels[0])
    assert talk.answers["dispute_date"] == "2026-10-13"


def test_too_early_is_said_at_once_with_the_days_and_answers_are_kept() -> None:
    talk = Talk()
    talk.open()
    heard = talk.say("Molina", "T-1", "November 12")
    assert "Saturday, December 12, 2026" in heard
    assert "Monday, January 11, 2027" in heard
    assert talk.answers["mco"].startswith("Molina")
    heard = talk.press(talk.labels[0])
    assert "December 12" in heard
    assert (talk.session.wakes_on, talk.session.keeps_until) == ("2026-12-12", "2027-01-11")
    talk.today = date(2026, 12, 12)
    talk.take(TimePassed(ends=False))
    assert talk.session.asking == "response_date"


def test_too_late_is_said_at_once_and_another_date_mends_it() -> None:
    talk = Talk()
    talk.open()
    assert "2026" in talk.say("Molina", "T-1", "September 1")
    assert talk.session.asking == "dispute_date"
    assert not talk.session.stopped
    talk.say("October 1")
    assert talk.session.asking == "response_date"


def test_the_same_dispute_on_an_open_ticket_is_said_as_soon_as_it_is_known() -> None:
    books = Books((OpenClaim("2026-004187-9", MERIDIAN, "M5501"),))
    talk = Talk(books=books)
    talk.open()
    talk.say("Meridian")
    assert "2026-004187-9" in talk.say("M-5501")


@pytest.mark.parametrize(("typed", "wrong"), [("Medicare", "Medicare"), ("fee for service", "877-782-5565")])
def test_what_is_not_medicaid_managed_care_is_said_at_once(typed: str, wrong: str) -> None:
    talk = Talk()
    talk.open()
    assert wrong in talk.say("Meridian", "M-1", "Oct 15", "not yet", typed)


def test_a_no_says_what_was_read_with_an_example_and_offers_help_after_the_third() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1")
    heard = talk.say("soonish")
    assert "soonish" in heard
    assert "Oct 15" in heard
    assert "portal@example.gov" not in heard
    talk.say("whenever")
    assert "portal@example.gov" in talk.say("dunno when")
    talk.say("Oct 15")
    assert talk.answers["dispute_date"] == "2026-10-15"
    assert talk.session.misses == 0


def test_no_tracking_number_is_no_answer_and_says_whom_to_ask() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian")
    for typed in ("none", "n/a", "they gave me none", "ninguno", "I don't know"):
        assert "tracking number" in talk.say(typed)
        assert "tracking_number" not in talk.answers


@pytest.mark.parametrize("typed", ["hello", "Hi!", "/start", "hola"])
def test_a_greeting_is_no_answer(typed: str) -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", typed)
    assert (talk.session.asking, talk.session.misses) == ("tracking_number", 0)


def test_back_goes_to_the_last_answer_and_keeps_the_others() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15")
    talk.say("back")
    assert talk.session.asking == "dispute_date"
    talk.say("back")
    assert talk.session.asking == "tracking_number"
    talk.say("M-2")
    assert talk.answers == {"mco": MERIDIAN, "tracking_number": "M-2", "dispute_date": "2026-10-15"}
    assert talk.session.asking == "response_date"


def test_back_at_the_beginning_says_so() -> None:
    talk = Talk()
    talk.open()
    talk.say("back")
    assert talk.session.asking == "mco"


def test_what_was_gone_back_to_may_be_kept() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "back")
    talk.press(talk.labels[-1])
    assert talk.answers["tracking_number"] == "M-1"
    assert talk.session.asking == "dispute_date"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("change the date", "dispute_date"),
        ("change the tracking number", "tracking_number"),
        ("I want to change my plan", "mco"),
        ("cambiar la fecha", "dispute_date"),
        ("correct the trackng number", "tracking_number"),
    ],
)
def test_any_answer_can_be_changed_by_its_name(typed: str, key: str) -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15", typed)
    assert talk.session.asking == key


def test_change_alone_asks_which() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15", "change")
    assert len(talk.labels) == 4
    talk.press(talk.labels[1])
    assert talk.session.asking == "tracking_number"


@pytest.mark.parametrize("typed", ["help", "why do you ask?", "status", "español", "sheet"])
def test_a_command_anywhere_keeps_all_answers(typed: str) -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1")
    before = talk.answers
    assert talk.say(typed)
    assert talk.answers == before


def test_start_over_asks_first_and_cancel_lets_go() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "start over")
    talk.press(talk.labels[1])
    assert talk.answers["mco"] == MERIDIAN
    talk.say("start over")
    talk.press(talk.labels[0])
    assert talk.answers == {}
    talk.say("Meridian", "cancel")
    assert talk.answers == {}


def test_a_submit_is_bound_to_the_review_that_was_shown() -> None:
    talk = Talk()
    whole(talk)
    turn = talk.session.turn
    talk.edit("e3", "M-9999")
    talk.press_by(turn, 0)
    assert not any(isinstance(effect, Submit) for effect in talk.effects)
    talk.press(talk.labels[0])
    submits = [effect for effect in talk.effects if isinstance(effect, Submit)]
    assert [submit.complaint.claims[0].tracking_number.value for submit in submits] == ["M-9999"]


def test_pressing_twice_gives_the_same_number() -> None:
    talk = Talk()
    whole(talk)
    turn = talk.session.turn
    talk.press_by(turn, 0)
    talk.take(Submitted("2026-000001-0"))
    assert "2026-000001-0" in talk.press_by(turn, 0)
    assert sum(isinstance(effect, Submit) for effect in talk.effects) == 1


def test_a_press_on_an_old_button_is_answered_and_not_obeyed() -> None:
    talk = Talk()
    talk.open()
    turn = talk.session.turn
    talk.say("Meridian")
    assert talk.press_by(turn, 0)
    assert talk.answers["mco"] == MERIDIAN
    assert talk.session.asking == "tracking_number"


def test_an_edited_message_corrects_the_answer_it_gave() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15")
    talk.edit("e3", "M-7")
    assert talk.answers["tracking_number"] == "M-7"
    talk.edit("e4", "October 16")
    assert talk.answers["dispute_date"] == "2026-10-16"
    assert talk.session.asking == "response_date"


def test_an_edit_after_filing_is_too_late_and_says_the_ticket() -> None:
    talk = Talk()
    whole(talk)
    talk.press(talk.labels[0])
    talk.take(Submitted("2026-000001-0"))
    assert "2026-000001-0" in talk.edit("e3", "M-7")


def test_another_like_this_one_takes_over_what_is_not_of_one_claim() -> None:
    talk = Talk()
    whole(talk)
    talk.press(talk.labels[0])
    talk.take(Submitted("2026-000001-0"))
    talk.say("another like this one")
    assert talk.answers["mco"] == MERIDIAN
    assert "tracking_number" not in talk.answers
    assert talk.session.asking == "tracking_number"


def test_status_is_told_of_one_s_own_tickets_only() -> None:
    number = "2026-004187-9"
    books = Books(tickets={number: TicketStatus(number, "open", MERIDIAN, 20, date(2026, 11, 2))})
    assert MERIDIAN in Talk(books=books).say(f"status {number}")
    assert MERIDIAN not in Talk().say(f"status {number}")
    assert MERIDIAN not in Talk(person="", books=books).say(f"status {number}")
    assert number in Talk(books=books).say("status 2026-004187-3")


def test_spanish_may_be_chosen_at_any_time() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian")
    assert "número de seguimiento" in talk.say("español")
    assert "tracking number" in talk.say("english")


def test_a_session_is_the_same_out_of_json() -> None:
    talk = Talk()
    whole(talk)
    assert Session.from_json(talk.session.to_json()) == talk.session
