"""The details form: what is stored, and what is said of each fault."""

from datetime import date

import pytest

from bot.web_details import LONGEST, read_fields
from templates.page_words import PAGE_WORDS

TODAY = date(2026, 11, 24)


def test_what_was_filled_in_is_stored_in_one_form() -> None:
    fields, errors = read_fields(
        {
            "member_name": "  Sample,  Pat ",
            "rin": "012-345-678",
            "service_from": "9/1/26",
            "service_to": "Sep 3, 2026",
            "what_happened": "Denied.\r\nTwice.",
            "wanted": "",
            "token": "not a field",
        },
        TODAY,
    )
    assert errors == {}
    assert fields == {
        "member_name": "Sample, Pat",
        "rin": "012345678",
        "service_from": "2026-09-01",
        "service_to": "2026-09-03",
        "what_happened": "Denied.\nTwice.",
    }


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"rin": "12345"}, {"rin": "error_rin"}),
        ({"rin": "12345678x"}, {"rin": "error_rin"}),
        ({"service_from": "soon"}, {"service_from": "error_date"}),
        ({"service_from": "13/4/2026"}, {"service_from": "error_date"}),
        ({"service_to": "9/1/2027"}, {"service_to": "error_future"}),
        ({"service_from": "9/3/2026", "service_to": "9/1/2026"}, {"service_to": "error_order"}),
        ({"wanted": "x" * (LONGEST + 1)}, {"wanted": "error_too_long"}),
        ({"rin": "1", "service_from": "2"}, {"rin": "error_rin", "service_from": "error_date"}),
    ],
)
def test_every_fault_is_told_at_its_field(typed: dict[str, str], errors: dict[str, str]) -> None:
    assert read_fields(typed, TODAY)[1] == errors
    assert all(error in words for words in PAGE_WORDS.values() for error in errors.values())
