"""What a chat gives as an example is an answer that it understands, in the language in which it is given."""

from dataclasses import replace
from itertools import takewhile

import pytest

from complaints.model import Category, Coverage
from complaints.privacy import Tier
from conversations.questions import ABOUT_THE_COMPLAINT
from conversations.session import Answer, Session
from conversations.turn import Submit
from storage.chat_links import ALPHABET, CODE_LENGTH
from templates.catalogue import LANGUAGES, phrases
from tests.parts.talk import CLINIC, SECOND, Talk

EXAMPLES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "mco": ("CountyCare", "Meridian"),
        "tracking_number": ("193450004656",),
        "dispute_date": ("Oct 15", "5 weeks ago"),
        "dispute_date_weeks": ("5",),
        "response_date": ("Nov 20", "no answer yet"),
        "category": ("prior authorization", "Other"),
        "claim_number": ("1913700CJT00", "skip"),
        "service_dates": ("Sept 1", "Sept 1 to Sept 3", "skip"),
        "member_name": ("Sample, Pat", "skip"),
        "rin": ("012345678", "skip"),
        "what_happened": ("Denied as not authorized, although the plan had authorized it.", "skip"),
        "wanted": ("Pay the claim.", "skip"),
        "files": ("skip",),
    },
    "es": {
        "mco": ("CountyCare", "Meridian"),
        "tracking_number": ("193450004656",),
        "dispute_date": ("15 de octubre", "hace 5 semanas"),
        "dispute_date_weeks": ("5",),
        "response_date": ("20 de noviembre", "todavía no"),
        "category": ("autorización previa", "Otro"),
        "claim_number": ("1913700CJT00", "omitir"),
        "service_dates": ("1 de septiembre", "del 1 al 3 de septiembre", "omitir"),
        "member_name": ("Sample, Pat", "omitir"),
        "rin": ("012345678", "omitir"),
        "what_happened": ("Lo denegaron por falta de autorización, aunque el plan lo había autorizado", "omitir"),
        "wanted": ("Pagar la reclamación", "omitir"),
        "files": ("omitir",),
    },
}


GIVEN = {
    "mco": "CountyCare",
    "tracking_number": "C-1",
    "dispute_date": "2026-10-15",
    "coverage": Coverage.MEDICAID_MANAGED_CARE.value,
    "category": Category.OTHER.value,
}
"""Answers that stand; to every other question "skip" was said."""


def asked(key: str, language: str, tier: Tier) -> Talk:
    """A talk in which this question is open, and all before it are answered."""
    before = takewhile(lambda question: question.key != key, ABOUT_THE_COMPLAINT)
    answers = {question.key: Answer(GIVEN.get(question.key, ""), "") for question in before}
    talk = Talk(tier=tier, session=Session(language=language, answers=answers))
    talk.open()
    return talk


@pytest.mark.parametrize(
    ("language", "key", "said"),
    [(language, key, said) for language, told in EXAMPLES.items() for key, answers in told.items() for said in answers],
)
def test_an_example_is_understood(language: str, key: str, said: str) -> None:
    question = key.removesuffix("_weeks")
    talk = asked(question, language, Tier.OPAQUE if key.endswith("_weeks") else Tier.OWN)
    example = phrases(language)[f"example.{key}"].text()
    assert said in example
    assert example in talk.heard
    talk.say(said)
    assert question in talk.answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provider_is_chosen_by_what_the_example_says(language: str) -> None:
    for said in (SECOND.name, SECOND.hfs_id):
        talk = Talk(providers=(CLINIC, SECOND), session=Session(language=language))
        talk.open()
        talk.say(said)
        assert talk.answers == {"provider": SECOND.hfs_id}


@pytest.mark.parametrize(("language", "said"), [("en", "file it"), ("es", "presentar"), ("es", "Presentar la queja")])
def test_the_review_is_filed_by_what_it_says(language: str, said: str) -> None:
    talk = asked("review", language, Tier.OWN)
    if said.islower():
        assert said in phrases(language)["miss.review"].text()
    else:
        assert said in phrases(language)["review.ask"].text()
    talk.say(said)
    assert isinstance(talk.effects[-1], Submit)


@pytest.mark.parametrize(("language", "other"), [("en", "español"), ("es", "English")])
def test_the_greeting_says_how_to_change_the_language(language: str, other: str) -> None:
    talk = Talk(person="", session=replace(Session(), language=language))
    assert f"“{other}”" in talk.open()
    talk.say(other)
    assert talk.session.language != language
    assert talk.heard.startswith(phrases(talk.session.language)["language.is"].text())
    assert spoken_question(talk) in talk.heard


def spoken_question(talk: Talk) -> str:
    return phrases(talk.session.language)[f"ask.{talk.session.asking}"].text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_code_looks_like_one(language: str) -> None:
    code = phrases(language)["example.code"].text().rpartition(" ")[2].rstrip(".").replace("-", "")
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
