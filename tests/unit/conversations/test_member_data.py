"""What may point to a member: rather once too often than never, and not so often that plain answers do."""

import time
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.mcos import load_roster
from complaints.privacy import MAY_ASK, Tier
from conversations.date_words import plain
from conversations.member_data import SMALL_WORDS, may_hold_member_data
from conversations.questions import QUESTIONS
from tests.parts.talk import Talk

TODAY = date(2026, 11, 24)
ROSTER = load_roster()


def may_hold(text: str) -> bool:
    return may_hold_member_data(text, ROSTER, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "193450004656", "123456789", "PDXGR1234567", "T-12, I think", "the tracking number is 193450004656",
        "193450004656 2026-10-15", "123456789 on 10/15/2026", "Aetna", "Meridien", "it was Meridian I think",
        "Cook County Care", "Humana Gold Plus", "IlliniCare", "Blue Cross Community Health Plans (BCBSIL)", "Well Care",
        "about 3 wks", "I sent it on Oct 15", "last Friday", "hace 6 semanas", "el viernes pasado", "10/15/2026",
        "yes", "sí", "no sé", "todavía no", "no answer yet", "skip", "they denied it again", "what do you mean?",
        "Medicaid", "fee for service", "claims and payment", "prior auth", "status 2026-004187-3", "start over",
        "another like this one", "change the member name", "why do you need the patient name?", "maria@example.org",
        "español", "por qué lo pregunta", "I have 20 claims against Meridian",
    ],
)  # fmt: skip
def test_a_plain_answer_holds_none(text: str) -> None:
    assert not may_hold(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pat Sample", "PAT", "Aetna, Pat Sample", "193450004656 for Pat Sample", "the tracking number is Pat's",
        "RIN 123456789", "rin: 123456789", "patient 12345", "mi paciente 123456789", "DOB 3/4/1985", "born 3/4/1985",
        "member since yesterday", "date of service 8/3/2026", "193450004656 123456789", "123456789 987654321",
        "123-45-6789", "she has diabetes", "José", "佐藤", "x" * 400,
    ],
)  # fmt: skip
def test_what_may_point_to_a_member_does(text: str) -> None:
    assert may_hold(text)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert may_hold(text) in (True, False)


@given(st.sampled_from(["Pat", "Sample", "Johnson", "García", "Nguyen"]), st.text("abc 123-/", max_size=40))
def test_a_name_anywhere_is_noticed(name: str, around: str) -> None:
    assert may_hold(f"{around} {name} {around}")


def test_every_plan_and_every_name_of_a_question_is_plain() -> None:
    names = [name for mco in ROSTER.mcos for name in (mco.name, *mco.aliases)]
    assert [name for name in (*names, *ROSTER.payers) if may_hold(name)] == []
    asked = [question for question in QUESTIONS if MAY_ASK[Tier.REFERENCE].issuperset(question.fields)]
    assert [name for question in asked for name in question.names if may_hold(f"change the {name}")] == []


def test_small_words_are_written_as_they_are_compared() -> None:
    lines = files("conversations").joinpath(SMALL_WORDS).read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    assert [word for word in words if plain(word) != word] == []
    assert len(words) == len(set(words)) > 500


@pytest.mark.parametrize("hostile", ["1" * 300, "a@" * 150, "a " * 150, "1-" * 150, "\ufdfa" * 300, "x" * 1_000_000])
def test_hostile_text_costs_little(hostile: str) -> None:
    began = time.process_time()
    may_hold(hostile)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("told", ["RIN 012345678", "012345678 Sample", "012345678, patient of Dr. Sample"])
def test_nine_digits_beside_a_sign_of_a_member_are_taken_for_no_tracking_number(told: str) -> None:
    talk = Talk(tier=Tier.REFERENCE)
    talk.say("Meridian", told)
    assert "tracking_number" not in talk.answers
    assert talk.kept == ""
    assert "012345678" not in talk.heard
    talk.say("012345678")
    assert talk.answers["tracking_number"] == "012345678"


@pytest.mark.parametrize("typed", ["presentar", "enviar", "looks good", "todo bien", "adelante", "idk", "ni idea"])
def test_words_that_press_no_button_but_mean_one_are_no_sign(typed: str) -> None:
    assert not may_hold(typed)
