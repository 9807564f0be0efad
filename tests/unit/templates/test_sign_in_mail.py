"""The mail that carries a sign-in code, in the language of the chat."""

import pytest

from complaints.notices import SignInCode
from templates.catalogue import LANGUAGES
from templates.rendering import render
from tests.unit.templates.samples import MAIL_ADDRESS
from tests.unit.templates.test_mail_rendering import Page, assert_twins

LINK = "https://recourse.example/go/a-token-of-many-letters"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_carries_code_and_link_in_text_and_html_alike(language: str) -> None:
    mail = render(SignInCode("K7QM-2XPD", LINK, language), mail_address=MAIL_ADDRESS)
    assert_twins(mail)
    paragraphs = mail.text.split("\n\n")
    assert "K7QM-2XPD" in paragraphs
    assert LINK in paragraphs
    assert "10" in mail.text
    assert MAIL_ADDRESS in paragraphs[-1]
    page = Page(mail.html)
    assert ("html", {"lang": language, "dir": "ltr"}) in page.tags
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [LINK]


def test_the_code_is_not_in_the_subject() -> None:
    """Subjects are shown on locked screens and kept in logs."""
    assert "K7QM" not in render(SignInCode("K7QM-2XPD", LINK, "en"), mail_address=MAIL_ADDRESS).subject


def test_it_speaks_the_language_of_the_chat() -> None:
    said = {tongue: render(SignInCode("K7QM-2XPD", LINK, tongue), mail_address=MAIL_ADDRESS) for tongue in ("es", "pl")}
    assert said["es"].subject == "Su código para identificarse en Recourse"
    assert "no haga caso de este correo" in said["es"].text
    assert "ignore this mail" in said["pl"].text


def test_markup_in_a_link_stays_text() -> None:
    mail = render(SignInCode("K7QM-2XPD", f'{LINK}"><b>', "en"), mail_address=MAIL_ADDRESS)
    assert "<b>" not in mail.html
