from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.identifiers import (
    BCBSIL,
    MistypedNumber,
    bcbsil_received,
    check_hfs_id,
    check_npi,
    check_rin,
    fold,
    is_no_number,
    looks_like_claim_number,
    parse_ticket_number,
    ticket_number,
)
from complaints.mcos import load_roster
from complaints.model import Flaw

YEARS = st.integers(2020, 2099)
SEQUENCES = st.integers(1, 999_999)


@pytest.mark.parametrize(
    "written", ["pdxgr 1234567", "PDXGR-1234567", " PDXGR\u00a012345\u201167 ", "Pdxgr12345\u201367\n"]
)
def test_numbers_are_compared_without_case_blanks_and_hyphens(written: str) -> None:
    assert fold(written) == "PDXGR1234567"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "n/a",
        "N/A",
        "NA",
        "n.a.",
        "None",
        "none given",
        "pending",
        "PENDING from MCO",
        "unknown",
        "not assigned yet",
        "no tracking number",
        "-",
        "--",
        "?",
        "TBD",
        "waiting on plan",
    ],
)
def test_words_that_say_there_is_no_number(text: str) -> None:
    assert is_no_number(text)


@pytest.mark.parametrize("text", ["0", "1", "NONE123", "AP-77", "A", "PDXGR", "see mail 4711", "naperville"])
def test_everything_else_is_a_number(text: str) -> None:
    assert not is_no_number(text)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("012345678", None),
        ("012 345-678", None),
        ("12345678", Flaw.WRONG_LENGTH),
        ("0123456789", Flaw.WRONG_LENGTH),
        ("01234567A", Flaw.NOT_DIGITS),
        ("", Flaw.NOT_DIGITS),
        ("٠١٢٣٤٥٦٧٨", Flaw.NOT_DIGITS),
    ],
)
def test_a_rin_is_nine_digits(text: str, flaw: Flaw | None) -> None:
    assert check_rin(text) is flaw


@pytest.mark.parametrize(
    ("text", "flaw"), [("000012345678", None), ("12345678", Flaw.WRONG_LENGTH), ("00001234567X", Flaw.NOT_DIGITS)]
)
def test_an_hfs_id_is_twelve_digits(text: str, flaw: Flaw | None) -> None:
    assert check_hfs_id(text) is flaw


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("1234567893", None),
        ("1234567890", Flaw.CHECK_DIGIT),
        ("123456789", Flaw.WRONG_LENGTH),
        ("12345O7893", Flaw.NOT_DIGITS),
    ],
)
def test_an_npi_is_ten_digits_with_a_luhn_check_digit(text: str, flaw: Flaw | None) -> None:
    assert check_npi(text) is flaw


def test_a_ticket_number_carries_year_sequence_and_check_digit() -> None:
    assert ticket_number(2026, 4187) == "2026-004187-9"
    assert ticket_number(2026, 4190) == "2026-004190-4"


@pytest.mark.parametrize("sequence", [0, -1, 1_000_000])
def test_a_sequence_that_six_digits_cannot_hold_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        ticket_number(2026, sequence)


@pytest.mark.parametrize(
    "written",
    [
        "2026-004187-9",
        "20260041879",
        "2026 004187 9",
        "2026 – 004187 – 9",
        "ticket #2026-004187-9",
        "Ticket no. 2026-004187-9.",
        "[2026-004187-9]",
        "2026-4187-9",
        "2026-0041879",
        "TICKET NUMBER: 2026-004187-9",
    ],
)
def test_a_ticket_number_is_read_as_people_write_it(written: str) -> None:
    assert parse_ticket_number(written) == "2026-004187-9"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ticket",
        "2026-004187",
        "4187-9",
        "2026-0041870-9",
        "2026-000000-0",
        "my ticket 2026-004187-9",
        "-" * 100_000,
    ],
)
def test_what_is_not_shaped_like_a_ticket_number_is_none(written: str) -> None:
    assert parse_ticket_number(written) is None


def test_a_mistyped_ticket_number_is_noticed() -> None:
    assert parse_ticket_number(" 2026-004187-2") == MistypedNumber("2026-004187-2", meant="2026-004187-9")


@given(YEARS, SEQUENCES)
def test_a_ticket_number_is_read_back(year: int, sequence: int) -> None:
    assert parse_ticket_number(ticket_number(year, sequence)) == ticket_number(year, sequence)


@given(YEARS, SEQUENCES, st.integers(0, 10), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(year: int, sequence: int, place: int, change: int) -> None:
    digits = list(fold(ticket_number(year, sequence)))
    digits[place] = str((int(digits[place]) + change) % 10)
    assert not isinstance(parse_ticket_number("".join(digits)), str)


@given(YEARS, SEQUENCES, st.integers(0, 9))
def test_every_swap_of_neighbours_is_noticed(year: int, sequence: int, place: int) -> None:
    digits = list(fold(ticket_number(year, sequence)))
    swapped = [*digits[:place], digits[place + 1], digits[place], *digits[place + 2 :]]
    assert swapped == digits or not isinstance(parse_ticket_number("".join(swapped)), str)


@pytest.mark.parametrize(
    ("tracking", "received"),
    [
        ("193450004656", date(2019, 12, 11)),
        ("1934-5000 4656", date(2019, 12, 11)),
        ("243660000001", date(2024, 12, 31)),  # a leap year has a day 366
        ("233660000001", None),
        ("240000000001", None),
        ("1913700CJT00", None),
        ("19345000465", None),
        ("n/a", None),
    ],
)
def test_the_day_in_a_bcbsil_tracking_number(tracking: str, received: date | None) -> None:
    assert bcbsil_received(tracking) == received


@pytest.mark.parametrize(
    ("mco", "tracking", "looks"),
    [
        (BCBSIL, "1913700CJT00", True),
        (BCBSIL, "19137-00cjt00", True),
        (BCBSIL, "193450004656", False),
        (BCBSIL, "EAA-12345", False),
        ("CountyCare", "1913700CJT00", False),
    ],
)
def test_a_bcbsil_claim_number_is_recognised(mco: str, tracking: str, looks: bool) -> None:
    assert looks_like_claim_number(mco, tracking) is looks


def test_the_roster_calls_bcbsil_the_same() -> None:
    assert BCBSIL in [mco.name for mco in load_roster().mcos]
