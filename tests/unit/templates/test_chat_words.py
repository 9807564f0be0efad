"""Sentences of the chats as they come out: values in their places, findings, buttons, notices, and no member data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.errors import Broken
from complaints.model import MEMBER_FIELDS, Field, Source
from complaints.notices import Notice
from complaints.verdict import Finding, ReasonCode
from conversations.session import Offer
from conversations.turn import Choice, Say, Word
from templates.catalogue import LANGUAGES, phrases
from templates.chat_findings import finding_says
from templates.chat_words import LONGEST_LABEL, label, spoken, tell, told
from templates.tongues import day_in, listed_in, number_in
from tests.unit.templates.chat_samples import CHAT_SAMPLES, findings
from tests.unit.templates.samples import MAIL_ADDRESS, MEMBER_MARKS, too_early, too_late

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_sample = pytest.mark.parametrize("make", CHAT_SAMPLES.values(), ids=CHAT_SAMPLES.keys())
NOVEMBER_3 = date(2026, 11, 3)


def test_the_dispute_date_is_read_back_as_a_person_says_it() -> None:
    heard = Say("heard.dispute_date_rough", {"day": NOVEMBER_3, "number": 21})
    early = Say("no.finding", {"finding": too_early(None, NOVEMBER_3)})
    assert told((heard, early), "en") == (
        "That is around Tuesday, November 3, 2026, day 21. Too early: the state takes complaints from day 30, "
        "Thursday, December 3, 2026, until Saturday, January 2, 2027."
    )
    assert told((heard, early), "es") == (
        "Fue alrededor del martes, 3 de noviembre de 2026, día 21. Todavía es pronto: el estado recibe quejas desde el "
        "día 30, jueves, 3 de diciembre de 2026, hasta el sábado, 2 de enero de 2027."
    )


def test_a_question_and_its_example_are_one_paragraph_and_what_was_heard_stands_above() -> None:
    says = (Say("heard.mco", {"value": "CountyCare"}), Say("ask.dispute_date"), Say("example.dispute_date"))
    assert told(says, "en") == (
        "Plan: CountyCare.\n\nWhen did you send the dispute to the plan? For example: Oct 15, or “5 weeks ago”."
    )


def test_the_review_has_a_line_for_each_answer() -> None:
    days: tuple[Word, ...] = (date(2026, 9, 1), date(2026, 9, 3))
    says = (
        Say("review.intro"),
        Say("review.provider", {"provider": "Lakeside Family Clinic"}),
        Say("review.item", {"field": "~field.category", "value": "~category.prior_authorization"}),
        Say("review.item", {"field": "~field.service_dates", "value": days}),
        Say("review.item", {"field": "~field.response_date", "value": "~review.none"}),
        Say("review.ask"),
    )
    assert told(says, "es") == (
        "Esto es lo que se va a presentar:\n"
        "• Proveedor: Lakeside Family Clinic\n"
        "• Tipo de problema: Autorización previa\n"
        "• Fechas de servicio: del martes, 1 de septiembre de 2026 al jueves, 3 de septiembre de 2026\n"
        "• Fecha de respuesta del plan: no hay\n\n"
        "¿Está bien? Entonces oprima “Presentar la queja”."
    )
    pasted = Say("pasted.filled", {"items": says[2:4]})
    assert told((pasted,), "en").splitlines() == [
        "I read this in what you sent:",
        "• Kind of problem: Prior authorization",
        "• Dates of service: Tuesday, September 1, 2026 to Thursday, September 3, 2026",
    ]


@pytest.mark.parametrize(
    ("key", "words", "english", "spanish"),
    [
        ("sign_in.wrong", {"left": 1}, "You have one more try.", "Le queda un intento."),
        ("sign_in.wrong", {"left": 4}, "You have 4 more tries.", "Le quedan 4 intentos."),
        ("file.kept", {"number": 1}, "The file is kept", "El archivo queda guardado"),
        ("file.kept", {"number": 1200}, "1,200 files are kept", "1,200 archivos quedan guardados"),
        ("remind.idle", {"days": 7}, "for 7 more days.", "7 días más."),
    ],
)
def test_what_is_counted_has_its_plural(key: str, words: dict[str, Word], english: str, spanish: str) -> None:
    assert english in spoken(Say(key, words), "en")
    assert spanish in spoken(Say(key, words), "es")


@every_language
@given(typed=st.text())
def test_somebodys_own_words_stay_data(language: str, typed: str) -> None:
    """Not a key, not a place, no line of their own, whatever was typed."""
    for written in (typed, f"~{typed}", f"{{{typed}}}"):
        said = spoken(Say("miss.mco", {"read": written}), language)
        assert len(said.splitlines()) == 1
        shown = " ".join(written.split())
        if shown.isprintable() and "~" not in shown:
            assert shown in said


@every_language
@pytest.mark.parametrize("typed", ["~ask.mco.more", "~no.finding", "~status.is", "~", "~~field.mco"])
def test_words_that_begin_like_a_key_do_not_break_the_sentence(language: str, typed: str) -> None:
    assert typed in spoken(Say("miss.mco", {"read": typed}), language)


def test_a_key_without_words_and_a_place_without_value_are_surprises() -> None:
    with pytest.raises(Broken, match=r"ask\.nothing"):
        spoken(Say("ask.nothing"), "en")
    with pytest.raises(Broken, match="value"):
        spoken(Say("heard.mco"), "es")


def test_a_language_that_we_do_not_speak_is_answered_in_english() -> None:
    assert spoken(Say("ask.mco"), "pl") == spoken(Say("ask.mco"), "en")


@every_language
def test_buttons_are_short_enough_for_every_channel(language: str) -> None:
    long = Choice(Say("button.plan", {"name": "Lakeside " * 20}), Offer("answer"))
    assert len(label(long, language)) <= LONGEST_LABEL
    for key, phrase in phrases(language).items():
        if key.startswith(("button.", "coverage.", "category.", "field.")) and not phrase.places:
            assert len(phrase.text()) <= 40


@every_language
def test_buttons_shown_together_read_differently(language: str) -> None:
    buttons = [phrase.text() for key, phrase in phrases(language).items() if key.startswith("button.")]
    assert len({words.casefold() for words in buttons}) == len(buttons)


def test_dates_numbers_and_lists_in_each_language() -> None:
    assert day_in(NOVEMBER_3, "en") == "Tuesday, November 3, 2026"
    assert day_in(NOVEMBER_3, "es") == "martes, 3 de noviembre de 2026"
    assert [number_in(12345, language) for language in LANGUAGES] == ["12,345", "12,345"]
    assert listed_in(["a", "b", "c"], "en") == "a, b and c"
    assert listed_in(["Harmony", "IlliniCare"], "es") == "Harmony e IlliniCare"
    assert listed_in(["Aetna", "Hierbas"], "es") == "Aetna y Hierbas"
    assert listed_in(["7", "8"], "es", any_of=True) == "7 u 8"
    assert listed_in(["CountyCare", "Molina"], "es", any_of=True) == "CountyCare o Molina"
    assert listed_in([], "es") == ""


# Findings

OF_A_FIELD = (ReasonCode.INVALID_FIELD, ReasonCode.MISSING_FIELD, ReasonCode.DATE_IN_FUTURE)


@every_language
def test_every_finding_is_said_in_whole_sentences(language: str) -> None:
    for finding in findings():
        for source in Source:
            said = told(finding_says(finding, source), language)
            assert said[-1] in ".?", (finding, said)
            assert not {"{", "}", "~"} & set(said), (finding, said)
            assert "None" not in said


@every_language
def test_what_a_member_field_holds_is_never_said(language: str) -> None:
    for finding in findings():
        if finding.field in MEMBER_FIELDS and finding.code in OF_A_FIELD:
            said = told(finding_says(finding), language)
            assert "quagga" not in said
            assert "2026-04-13" not in said
            assert "13 de abril" not in said
            assert "April 13" not in said


def test_the_window_is_told_with_its_days() -> None:
    late = told(finding_says(too_late(None)), "en")
    assert late == (
        "Too late: the last day for a complaint was day 60, Friday, October 2, 2026. "
        "Nothing more can be filed with the state for this dispute."
    )
    of_a_row = told(finding_says(too_early(14), Source.SHEET), "en")
    assert of_a_row.startswith("The dispute went to the plan on Thursday, November 12, 2026.")
    assert "from Saturday, December 12, 2026 until Monday, January 11, 2027" in of_a_row


def test_the_example_of_a_question_is_not_said_twice() -> None:
    """In a chat the question brings it; a row of a sheet has none beside it."""
    missing = Finding(ReasonCode.MISSING_TRACKING_NUMBER, field=Field.TRACKING_NUMBER)
    in_chat = told((Say("no.finding", {"finding": missing}), Say("example.tracking_number")), "en")
    assert in_chat.count("193450004656") == 1
    assert told(finding_says(missing, Source.SHEET), "en").count("193450004656") == 1


def test_what_can_be_mended_is_told_with_its_last_day() -> None:
    finding = Finding(ReasonCode.UNKNOWN_MCO, field=Field.MCO, read="Acme", eligible_until=date(2026, 12, 14))
    assert "“Acme”" in told(finding_says(finding), "en")
    assert told(finding_says(finding), "en").endswith("The last day for this dispute is Monday, December 14, 2026.")
    assert "last day" not in told(finding_says(replace(finding, eligible_until=None)), "en")


# Notices


@every_language
@every_sample
def test_a_notice_in_a_chat_is_plain_and_holds_no_member_data(make: Callable[[], Notice], language: str) -> None:
    said = tell(make(), language, MAIL_ADDRESS)
    assert not {"{", "}", "<", ">", "*", "_", "~"} & set(said)
    assert "\n\n\n" not in said
    assert "None" not in said
    assert len(said) < 4096  # one Telegram message
    for mark in (*MEMBER_MARKS, "4471", "K7QM2XPD"):
        assert mark not in said


@every_language
def test_the_ticket_or_the_reason_comes_first(language: str) -> None:
    for name, number in {
        "receipt": "2026-004187-3",
        "partly accepted": "2026-004190-7",
        "already filed": "2026-004101-6",
        "closed: paid": "2026-004187-3",
    }.items():
        assert number in tell(CHAT_SAMPLES[name](), language, MAIL_ADDRESS)[:40]
    for name in ("rejected, many", "not registered"):
        assert tell(CHAT_SAMPLES[name](), language, MAIL_ADDRESS).startswith(("Not filed", "No se presentó"))


def test_a_receipt_says_what_happens_now() -> None:
    assert tell(CHAT_SAMPLES["one claim"](), "en", MAIL_ADDRESS) == (
        "Ticket 2026-004187-3 is open. It covers one claim of Lakeside Family Clinic against "
        "Meridian Health Plan of Illinois.\n\n"
        "What happens now: the Department sends the dispute to the plan by Tuesday, November 24, 2026. The plan then "
        "has 30 days to make a written proposal. We write to you again when the ticket closes. You need to do nothing."
    )


def test_equal_reasons_of_many_rows_are_one_line_and_the_rest_is_counted() -> None:
    said = tell(CHAT_SAMPLES["rejected, many"](), "en", MAIL_ADDRESS).splitlines()
    assert said[1].startswith("• Cell B3: “IlliniCare” does not tell me which plan you mean.")
    assert said[2].startswith("• Rows 14–33, column C: A tracking number is required.")
    assert said[-3] == "• 2 more rows are not in order either."
    assert said[-1] == "Correct this in your sheet and send it again."
    rows = tell(CHAT_SAMPLES["many rows"](), "es", MAIL_ADDRESS)
    assert "Filas 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 y 20 más, columna C" in rows


def test_a_chat_never_hears_the_code_that_was_mailed() -> None:
    said = tell(CHAT_SAMPLES["a code"](), "en", MAIL_ADDRESS)
    assert said == "If that address is registered, a code is on its way to it."
