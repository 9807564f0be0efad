"""Our own pages: both languages whole, somebody's words never markup, buttons of the last line only."""

import re
import string

import pytest

from templates.page_words import PAGE_WORDS
from templates.pages import (
    ChatView,
    DetailsView,
    PageLine,
    chat_page,
    choices_html,
    details_page,
    last_choices,
    lines_html,
    link_page,
    note_page,
    static_files,
    welcome_page,
)

HOSTILE = '<img src=x onerror="alert(1)"> & </textarea><script>'


def every_page(language: str) -> dict[str, str]:
    lines = [PageLine(1, True, "Which plan?", "sheet.xlsx", ("CountyCare", "Molina"), 3), PageLine(0, False, "Molina")]
    view = ChatView(language, lines, "token", "0123456789ab", 1, waiting=True, kept="kept", trouble="not_kept")
    faulty = DetailsView(
        language, "2026-004187-3", "token", {"rin": "12"}, {"rin": "error_rin", "files": "error_files_size"}
    )
    return {
        "welcome": welcome_page(language, "complaints@example.gov", has_chat=True),
        "chat": chat_page(view),
        "details": details_page(faulty),
        **{
            f"link {purpose}": link_page(language, purpose, "token", "2026-004187-3")
            for purpose in ("sign_in", "draft", "details")
        },
        **{f"note {key}": note_page(language, key, ticket="2026-004187-3") for key in notes()},
    }


def notes() -> set[str]:
    return {key[5:] for key in PAGE_WORDS["en"] if key.startswith("note_") and not key.endswith("_title")}


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_language_has_the_same_words_with_the_same_places() -> None:
    english = PAGE_WORDS["en"]
    for words in PAGE_WORDS.values():
        assert {key: places(text) for key, text in words.items()} == {
            key: places(text) for key, text in english.items()
        }


def test_nothing_but_names_reads_the_same_in_spanish() -> None:
    same = {key for key, text in PAGE_WORDS["en"].items() if text == PAGE_WORDS["es"][key]}
    assert same == {"we_said"}


@pytest.mark.parametrize("language", PAGE_WORDS)
def test_every_page_says_its_language_has_one_heading_and_asks_for_nothing_elsewhere(language: str) -> None:
    for name, page in every_page(language).items():
        assert f'<html lang="{language}">' in page, name
        assert page.count("<h1") == 1, name
        assert re.search(r"<title>[^<]+</title>", page), name
        assert re.findall(r'(?:src|href|action)="(?!/|#)', page) == [], name
        assert "style=" not in page, name
        assert not re.search(r"\son\w+=", page), name


def test_an_unknown_language_is_answered_in_english() -> None:
    assert '<html lang="en">' in note_page("xx", "away")


def test_somebodys_words_are_never_markup() -> None:
    for ours in (True, False):
        line = PageLine(1, ours, HOSTILE, HOSTILE, (HOSTILE,), 1)
        view = ChatView("en", [line], HOSTILE, HOSTILE, kept=HOSTILE, trouble="too_long")
        for html in (chat_page(view), lines_html([line], "en"), choices_html(line, "en")):
            assert "<img" not in html
            assert "<script>" not in html
    typed = DetailsView("en", HOSTILE, HOSTILE, dict.fromkeys(("rin", "what_happened"), HOSTILE), {"rin": "error_rin"})
    assert "<img" not in details_page(typed)


def test_only_our_own_words_become_links() -> None:
    said = "See https://portal.example/go/abc. Or write to billing@clinic.example."
    ours = lines_html([PageLine(1, True, said)], "en")
    assert re.findall('href="([^"]+)"', ours) == ["https://portal.example/go/abc"]
    assert "href" not in lines_html([PageLine(2, False, said)], "en")


def test_only_the_buttons_of_our_last_line_are_shown() -> None:
    asked = PageLine(1, True, "Which plan?", choices=("CountyCare", "Molina"), turn=4)
    answered = PageLine(2, False, "Molina")
    assert last_choices([asked, answered]) == asked
    assert last_choices([asked, answered, PageLine(3, True, "When?")]) is None
    assert last_choices([]) is None
    assert re.findall(r'value="([^"]+)"', choices_html(asked, "en")) == ["4:0", "4:1"]
    assert choices_html(None, "en").strip() == ""


def test_a_form_keeps_what_was_typed_and_names_every_fault() -> None:
    page = every_page("en")["details"]
    assert 'value="12"' in page
    assert 'href="#rin"' in page
    assert 'aria-describedby="rin-hint rin-error" aria-invalid="true"' in page
    assert 'id="rin-error"' in page
    assert 'href="#files"' in page


def test_a_static_file_has_an_address_that_changes_with_it() -> None:
    files = static_files()
    assert {"chat.js", "page.css", "details.js", "icon.svg"} == set(files)
    for name, file in files.items():
        assert file.url == f"/static/{file.etag.strip(chr(34))}/{name}"
    assert sum(len(file.body) for file in files.values()) < 20_000


def test_what_we_say_has_paragraphs_and_lists() -> None:
    said = "This will be filed:\n• Plan: Molina\n• Files: 1\n\nIs it right?\nPress <File it>."
    ours = lines_html([PageLine(1, True, said)], "en")
    assert (
        "<p>This will be filed:</p><ul><li>Plan: Molina</li><li>Files: 1</li></ul>"
        "<p>Is it right?<br>Press &lt;File it&gt;.</p>"
    ) in ours
