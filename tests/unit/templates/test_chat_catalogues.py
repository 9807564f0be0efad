"""The catalogues and the program say the same keys with the same places, and both languages say all of them."""

import re
from functools import cache

import pytest

from complaints.lifecycle import Disposition, State
from complaints.model import Category, Coverage, Field
from complaints.notices import Waiting
from conversations.commands import command_in
from conversations.questions import CODE, DRAFT, QUESTIONS, REVIEW, Question, Reads
from conversations.reading import WHERE_TO_LOOK
from templates.catalogue import LANGUAGES, phrases
from templates.chat_findings import finding_says
from templates.chat_notices import notice_says
from templates.chat_words import house_words
from tests.layout.source import ROOT, modules
from tests.parts.said_keys import SaidAt, families_written_in, keys_in, keys_written_in, said_in
from tests.unit.templates.chat_samples import CHAT_SAMPLES, findings

every_language = pytest.mark.parametrize("language", LANGUAGES)
SPEAKERS = [
    *modules("conversations"),
    *modules("bot"),
    *(path for path in modules("templates") if path.name.startswith(("chat_", "views"))),
]


def _keys(*left_out: Question) -> set[str]:
    return {question.key for question in QUESTIONS if question not in left_out}


def _of_kind(*kinds: Reads) -> set[str]:
    return {question.key for question in QUESTIONS if question.reads in kinds}


PRIVATE = {question.key for question in QUESTIONS if question.is_private}
FAMILIES: dict[str, set[str]] = {
    "ask": _keys(DRAFT, REVIEW) | {"dispute_date_weeks"},
    "example": _keys(REVIEW) | {"dispute_date_weeks"},
    "why": _keys(),
    "heard": _keys() - PRIVATE - _of_kind(Reads.PROSE, Reads.FILES, Reads.ADDRESS, Reads.CODE, Reads.REVIEW,
                                          Reads.HANDED_OVER)
    | {"dispute_date_rough", "dispute_date_until", "dispute_date_last"},
    "miss": _keys(CODE) - PRIVATE - _of_kind(Reads.PROSE) - {"sign_in"}
    | {"code", "private", "choose_date", "before_dispute", "mco_ambiguous", "offer_help"},
    "unknown": set(WHERE_TO_LOOK),
    "field": {*Field, *_keys(CODE, DRAFT, REVIEW)} - {"sign_in"},
    "coverage": set(Coverage),
    "category": set(Category),
    "state": set(State),
    "disposition": set(Disposition),
    "after": set(Disposition),
    "wait_mail": {waiting.name.lower() for waiting in Waiting} | {"go_on"},
}  # fmt: skip
"""Keys that are put together from a question, a field or an enum: exactly these are in the catalogues."""
TOLD_OF_FINDINGS = {"finding", "flaw", "no_sheet", "file_kind"}
TOLD_OF_NOTICES = {"notice", "place"}


@cache
def said() -> tuple[SaidAt, ...]:
    return tuple(found for path in SPEAKERS for found in said_in(path))


@cache
def told() -> frozenset[str]:
    """What every finding and every notice says."""
    of_findings = {key for finding in findings() for key in keys_in(finding_says(finding))}
    of_rows = {key for make in CHAT_SAMPLES.values() for key in keys_in(notice_says(make(), "portal@example.gov"))}
    return frozenset(of_findings | of_rows)


def family_of(key: str) -> str:
    return key.partition(".")[0]


def keys_of(family: str) -> set[str]:
    return {key for key in phrases("en") if family_of(key) == family}


def test_both_languages_say_the_same_keys_with_the_same_places() -> None:
    english, spanish = phrases("en"), phrases("es")
    assert english.keys() == spanish.keys()
    for key, phrase in english.items():
        assert (key, phrase.places, phrase.is_counted) == (key, spanish[key].places, spanish[key].is_counted)


def test_the_program_says_nothing_that_has_no_words() -> None:
    known = set(phrases("en"))
    assert [found for found in said() if found.key and found.key not in known] == []
    families = {family_of(key) for key in known if "." in key}
    written = {key: where for path in SPEAKERS for key, where in keys_written_in(path, families).items()}
    assert {key: where for key, where in written.items() if key not in known} == {}


def test_keys_that_are_put_together_are_all_there_and_no_others() -> None:
    for family, names in FAMILIES.items():
        assert keys_of(family) == {f"{family}.{name}" for name in names}
    put_together = {family: where for path in SPEAKERS for family, where in families_written_in(path).items()}
    known = {family_of(key) for key in phrases("en")}
    unknown = put_together.keys() & known - FAMILIES.keys() - TOLD_OF_FINDINGS - {"code_mail"}
    assert {family: put_together[family] for family in unknown} == {}


def test_nothing_is_in_the_catalogues_that_nobody_says() -> None:
    written = {key for path in SPEAKERS for key in keys_written_in(path, {family_of(key) for key in phrases("en")})}
    used = written | {found.key for found in said()} | told()
    used |= {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    used |= {f"code_mail.{name}" for name in ("headline", "type_it", "or_link", "valid", "ignore", "footer")}
    assert set(phrases("en")) - used == set()


@pytest.mark.parametrize("family", sorted(TOLD_OF_FINDINGS | TOLD_OF_NOTICES))
def test_every_sentence_about_a_finding_or_a_notice_can_be_reached(family: str) -> None:
    assert keys_of(family) == {key for key in told() if family_of(key) == family}


def test_what_goes_into_a_sentence_is_what_it_has_places_for() -> None:
    house = house_words("en").keys()
    wrong = []
    for found in (found for path in modules("conversations") for found in said_in(path)):
        keys = {found.key} if found.key else keys_of(found.family)
        for key in keys if found.places is not None else ():
            missing = phrases("en")[key].places - house - (found.places or set())
            by_its_own_say = any(other.key == key for other in said()) and not found.key
            if missing and not by_its_own_say:
                wrong.append((found.where, key, sorted(missing)))
    assert wrong == []


@every_language
def test_sentences_are_plain_text_in_an_even_tone(language: str) -> None:
    for key, phrase in phrases(language).items():
        for text in phrase.forms:
            assert text.strip(" ") == text, key
            assert text, key
            assert not re.search(r"[!¡*_`<>\[\]]|  |\.\.", re.sub(r"\{\w+\}", "x", text)), key
            assert text.count("“") == text.count("”"), key
            assert not re.search(r"(?i)please be advised|kindly|unfortunately|lamentablemente|le informamos", text), key


def test_spanish_says_usted_and_opens_its_questions() -> None:
    familiar = re.compile(r"(?i)\b(tú|tu|tus|te|ti|contigo|puedes|quieres|tienes|debes|eres|elige|oprime)\b")
    for key, phrase in phrases("es").items():
        for text in phrase.forms:
            assert not familiar.search(text), key
            assert text.count("?") == text.count("¿"), key


QUOTED = re.compile(r"“([^”{}]+)”")


@every_language
def test_what_people_are_told_to_say_is_understood(language: str) -> None:
    """Every command in quotes, in the language in which it is told."""
    told_to_say = {"help.commands", "example.draft", "status.sign_in", "sign_in.already", "filed.next",
                   "edited.too_late", "miss.offer_help", "greeting.welcome"}  # fmt: skip
    for key in told_to_say:
        for words in QUOTED.findall(phrases(language)[key].text()):
            assert command_in(words) is not None, (key, words)


def test_the_catalogues_go_with_the_program() -> None:
    for language in LANGUAGES:
        assert (ROOT / "templates" / "chat" / f"{language}.po").is_file()
