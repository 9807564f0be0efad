"""People at the end of a long day: several things at once, a change of mind, half an answer, the wrong question."""

import pytest

from complaints.privacy import Tier
from conversations.turn import SendCode
from tests.parts.talk import PERSON, Talk

MERIDIAN = "Meridian Health Plan of Illinois"
MOLINA = "Molina Healthcare of Illinois"


def asked(*answers: str, **how: object) -> Talk:
    """A talk in which this was answered."""
    talk = Talk(**how)  # type: ignore[arg-type]
    talk.open()
    talk.say(*answers)
    return talk


TO_THE_STORY = ("Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", "skip", "skip", "skip", "skip")


@pytest.mark.parametrize(
    "typed", ["Fix the denial", "Correct the payment", "Cambiar el pago", "Change the claim to paid"]
)
def test_a_sentence_that_begins_like_a_command_is_kept_as_a_sentence(typed: str) -> None:
    talk = asked(*TO_THE_STORY, typed)
    assert talk.answers["what_happened"] == typed
    assert talk.session.asking == "wanted"


@pytest.mark.parametrize(("typed", "key"), [("change the date", "dispute_date"), ("change", "what_happened")])
def test_change_works_where_a_sentence_is_awaited(typed: str, key: str) -> None:
    talk = asked(*TO_THE_STORY, typed)
    assert "what_happened" not in talk.answers
    assert talk.session.asking == key


@pytest.mark.parametrize("typed", ["wait the date is wrong", "No, the date is wrong.", "la fecha está mal"])
def test_what_is_called_wrong_is_asked_again(typed: str) -> None:
    assert asked("Meridian", "M-5501", "Oct 15", typed).session.asking == "dispute_date"


def review(**how: object) -> Talk:
    return asked("Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", tier=Tier.REFERENCE, **how)


@pytest.mark.parametrize("typed", ["yes", "looks good", "File it.", "file"])
def test_a_review_can_still_be_filed_after_words_that_were_not_understood(typed: str) -> None:
    talk = review()
    assert talk.session.asking == "review"
    shown = talk.labels
    talk.say("hm what")
    assert talk.labels == shown
    talk.say(typed)
    assert talk.submitted.complaint.claims[0].tracking_number.value == "M-5501"


def test_no_to_a_review_asks_what_to_change() -> None:
    talk = review()
    talk.say("no")
    assert "Plan" in talk.labels


def test_a_no_of_the_rules_keeps_its_buttons_under_words_that_were_not_understood() -> None:
    talk = asked("Molina", "T-77", "Nov 12")
    shown = talk.labels
    talk.say("hm what")
    assert talk.labels == shown


def test_the_beginning_of_a_button_presses_it() -> None:
    talk = asked("Molina", "T-77", "Nov 12", "keep my answers")
    assert talk.session.wakes_on == "2026-12-12"


def test_a_new_code_is_asked_for_with_the_same_buttons_below() -> None:
    talk = asked("billing@lakeside.example", person="")
    shown = talk.labels
    talk.press(shown[0])
    assert talk.labels == shown


@pytest.mark.parametrize("said", ["Meridian for John Smith", "Meridian, Smith"])
def test_a_stranger_s_words_beside_a_plan_are_not_kept_where_they_may_not_be(said: str) -> None:
    talk = asked(said, person="", tier=Tier.REFERENCE)
    assert talk.answers["mco"] == MERIDIAN
    assert "Smith" not in str(talk.session.to_json())


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5501", "5501"),
        ("AP 1234567", "AP 1234567"),
        ("1234 5678", "1234 5678"),
        ("trk 5501", "5501"),
        ("tracking number is M-5501.", "M-5501"),
        ("5501 for John Smith", "5501"),
        ("John Smith 5501", "5501"),
        ("they gave me PDXGR1234567 on the phone", "PDXGR1234567"),
        ("el número de seguimiento es 5501", "5501"),
    ],
)
def test_a_number_is_taken_without_the_words_around_it(typed: str, number: str) -> None:
    assert asked("Meridian", typed).answers["tracking_number"] == number


@pytest.mark.parametrize(
    "typed", ["Oct 15", "10/15/2026", "5 weeks ago", "I have 3 of them", "5501 or 5502", "1.93E+11"]
)
def test_what_is_no_number_is_not_taken_for_one(typed: str) -> None:
    assert "tracking_number" not in asked("Meridian", typed).answers


@pytest.mark.parametrize("said", ["John Smith 5501", "5501 for Pat Sample", "Smith 1.9E+11", "SMITH 5501"])
def test_a_name_beside_a_number_is_not_kept_where_it_may_not_be(said: str) -> None:
    talk = asked("Meridian", said, tier=Tier.REFERENCE)
    everything = f"{talk.session.to_json()} {talk.heard} {talk.kept}"
    assert not any(name in everything for name in ("John", "Smith", "Pat", "Sample"))


ALL_THREE = {"mco": MERIDIAN, "tracking_number": "5501", "dispute_date": "2026-10-15"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("It's Meridian, tracking number 5501, sent Oct 15", ALL_THREE),
        ("Meridian tracking 5501 submitted 10/15/2026 no answer yet", ALL_THREE),
        ("Meridian, 5501, Oct 15", ALL_THREE),
        ("We filed with Meridian on October 15, 2026 and they answered Nov 3, ref # 5501", ALL_THREE),
        ("Meridian, número de seguimiento 5501, enviado el 15 de octubre", ALL_THREE),
        ("I sent it to Meridian on Oct 15", {"mco": MERIDIAN, "dispute_date": "2026-10-15"}),
        ("Meridian claim 1913700CJT00 sent oct 15", {"mco": MERIDIAN, "dispute_date": "2026-10-15"}),
        ("Meridian denied it on Oct 15", {"mco": MERIDIAN}),
        ("Meridian, Oct 15 and 16", {"mco": MERIDIAN}),
        ("Meridian 012345678, they sent the denial Oct 15", {"mco": MERIDIAN}),
    ],
)
def test_several_answers_in_one_sentence_are_all_taken(typed: str, told: dict[str, str]) -> None:
    talk = Talk()
    talk.open()
    heard = talk.say(typed)
    assert talk.answers == told
    assert all(shown in heard for shown in ("Meridian", "5501")[: len(told) - 1])


def test_the_date_comes_with_the_number() -> None:
    talk = asked("Meridian", "5501, we sent it on oct 15")
    assert talk.answers == ALL_THREE


@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ("the tracking number should be 5502", "tracking_number", "5502"),
        ("we sent it Oct 16", "dispute_date", "2026-10-16"),
        ("La enviamos el 16 de octubre", "dispute_date", "2026-10-16"),
    ],
)
def test_an_earlier_answer_is_put_right_by_its_name(typed: str, key: str, value: str) -> None:
    talk = asked("Meridian", "5501", "Oct 15", typed)
    assert talk.answers == ALL_THREE | {key: value}
    assert talk.session.asking == "response_date"


@pytest.mark.parametrize("typed", ["they sent a letter on Nov 3", "answered Nov 3"])
def test_the_plan_s_answer_is_not_taken_for_what_was_sent(typed: str) -> None:
    talk = asked("Meridian", "5501", "Oct 15", typed)
    assert talk.answers == ALL_THREE | {"response_date": "2026-11-03"}


def test_a_sentence_of_several_answers_is_corrected_by_an_edit() -> None:
    talk = asked("Meridian, 5501, Oct 15")
    talk.edit("e2", "Molina, 5502, Oct 15")
    assert talk.answers == ALL_THREE | {"mco": MOLINA, "tracking_number": "5502"}


def test_of_a_sentence_with_a_member_only_the_rest_is_kept_where_that_may_not_be() -> None:
    talk = asked("Meridian for Pat Sample, RIN 012345678, sent Oct 15", tier=Tier.REFERENCE)
    assert talk.answers == {"mco": MERIDIAN, "dispute_date": "2026-10-15"}
    everything = f"{talk.session.to_json()} {talk.heard} {talk.kept}"
    assert not any(part in everything for part in ("Pat", "Sample", "012345678"))
    assert talk.kept
    again = asked(talk.kept, tier=Tier.REFERENCE)
    assert again.answers == talk.answers


@pytest.mark.parametrize("typed", ["I don’t know", "idk", "Not sure.", "no sé"])
def test_who_does_not_know_is_told_where_to_look(typed: str) -> None:
    talk = asked("Meridian", "5501")
    heard = talk.say(typed)
    assert "letter" in heard
    assert "I read" not in heard
    assert talk.session.asking == "dispute_date"
    assert "Other" in asked("Meridian", "5501", "Oct 15", "no", "Medicaid").say(typed)


@pytest.mark.parametrize("typed", ["it's medicaid", "the medicaid part", "es Medicaid", "Medicaid managed care, yes"])
def test_the_coverage_is_heard_among_words(typed: str) -> None:
    assert asked("Meridian", "5501", "Oct 15", "no", typed).answers["coverage"] == "medicaid_managed_care"


@pytest.mark.parametrize("typed", ["both", "medicare and medicaid", "not medicaid", "Medicare or Medicaid"])
def test_a_coverage_that_is_not_clear_is_asked_again(typed: str) -> None:
    assert "coverage" not in asked("Meridian", "5501", "Oct 15", "no", typed).answers


def test_a_category_is_heard_among_words() -> None:
    talk = asked("Meridian", "5501", "Oct 15", "no", "Medicaid", "it's a prior auth issue")
    assert talk.answers["category"] == "prior_authorization"


def test_a_row_with_commas_is_read() -> None:
    talk = asked("Meridian,M-5501,10/15/2026,Sample Pat,012345678", tier=Tier.REFERENCE)
    assert talk.answers == ALL_THREE | {"tracking_number": "M-5501"}
    assert "Sample" not in f"{talk.session.to_json()} {talk.heard} {talk.kept}"


@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ("no, oct 16", "dispute_date", "2026-10-16"),
        ("sorry, I meant October 16", "dispute_date", "2026-10-16"),
        ("actually it's Molina", "mco", MOLINA),
        ("oops 5502", "tracking_number", "5502"),
        ("perdón, el 16 de octubre", "dispute_date", "2026-10-16"),
    ],
)
def test_a_second_thought_corrects_the_answer_it_fits(typed: str, key: str, value: str) -> None:
    talk = asked("Meridian", "5501", "Oct 15")
    heard = talk.say(typed)
    assert talk.answers == ALL_THREE | {key: value}
    assert "Corrected" in heard
    assert talk.session.asking == "response_date"


def test_an_answer_behind_a_no_is_an_answer() -> None:
    assert asked("Meridian", "5501", "Oct 15", "no, not yet").answers["response_date"] == ""
    coverage = asked("Meridian", "5501", "Oct 15", "not yet", "sorry, Medicaid")
    assert coverage.answers["coverage"] == "medicaid_managed_care"


@pytest.mark.parametrize("typed", ["no, the plan denied it on Nov 3", "no idea really"])
def test_what_tells_something_of_its_own_corrects_nothing(typed: str) -> None:
    talk = asked("Meridian", "5501", "Oct 15", typed)
    assert ALL_THREE.items() <= talk.answers.items()


def test_a_sentence_that_begins_with_no_is_kept_whole() -> None:
    assert asked(*TO_THE_STORY, "No, Molina paid").answers["what_happened"] == "No, Molina paid"


@pytest.mark.parametrize("typed", ["didn't get it", "send it again", "resend", "no me llegó"])
def test_a_code_that_did_not_come_is_sent_again(typed: str) -> None:
    talk = asked("billing@lakeside.example", typed, person="")
    assert [effect for effect in talk.effects if isinstance(effect, SendCode)] == [SendCode(PERSON)] * 2


@pytest.mark.parametrize(
    "typed", ["I am not registered", "we aren't registered", "how do I register", "no estoy registrada"]
)
def test_who_is_not_registered_is_told_how_to_be(typed: str) -> None:
    assert "portal@example.gov" in asked(person="").say(typed)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("Oct 15", "The last day to file is Monday, December 14, 2026."),
        ("Sep 25", "Today is the last day to file."),
        ("Sep 24", "Too late"),
    ],
)
def test_the_last_day_to_file_is_said_with_the_date(typed: str, part: str) -> None:
    assert part in asked("Meridian", "5501").say(typed)


def test_a_whole_complaint_in_a_sentence_is_taken_whatever_was_asked() -> None:
    talk = asked("Meridian", "5501", "Oct 15", "Molina, 3333, Oct 10")
    assert talk.answers == {"mco": MOLINA, "tracking_number": "3333", "dispute_date": "2026-10-10"}


def test_what_stands_below_a_list_is_a_paragraph_of_its_own() -> None:
    assert "2026\n\nToo early" in asked().say("Meridian, 5501, Nov 12")


def test_a_polite_yes_is_a_yes() -> None:
    assert "coverage" in asked("Meridian", "5501", "Oct 15", "no", "Yes, please.").answers


@pytest.mark.parametrize(
    ("typed", "key", "value"),
    [
        ("change the date to oct 16", "dispute_date", "2026-10-16"),
        ("change Date sent to the plan to Oct 16", "dispute_date", "2026-10-16"),
        ("change plan to Molina", "mco", MOLINA),
        ("please change the tracking number to M-77", "tracking_number", "M-77"),
        ("cambiar la fecha a 16 de octubre", "dispute_date", "2026-10-16"),
    ],
)
def test_an_answer_is_changed_at_once_to_what_was_said(typed: str, key: str, value: str) -> None:
    talk = asked("Meridian", "5501", "Oct 15", typed)
    assert talk.answers == ALL_THREE | {key: value}
    assert talk.session.asking == "response_date"


def test_a_change_to_what_cannot_be_read_is_asked_for() -> None:
    talk = asked("Meridian", "5501", "Oct 15", "change the date to whenever")
    assert talk.session.asking == "dispute_date"
    assert talk.answers == ALL_THREE


def test_a_short_number_before_a_date_is_taken() -> None:
    talk = asked("Molina", "T-9, la envié el 2 de octubre")
    assert talk.answers == {"mco": MOLINA, "tracking_number": "T-9", "dispute_date": "2026-10-02"}


def test_an_edit_of_what_was_answered_anew_since_is_no_answer_to_another_question() -> None:
    talk = asked("Meridian", "5501", "Oct 15", "no, Oct 16")
    talk.edit("e4", "October 15")
    assert talk.answers == ALL_THREE | {"dispute_date": "2026-10-16"}
    assert talk.session.asking == "response_date"
    talk.edit("e5", "Oct 17")
    assert talk.answers["dispute_date"] == "2026-10-17"
