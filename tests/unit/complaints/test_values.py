"""Cells as identifiers, amounts and choices, with what workbook programs do to them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.cells import CellValue, Uncalculated
from complaints.claim_sheet import CATEGORY_SYNONYMS, CATEGORY_WORDS, COVERAGE_SYNONYMS, COVERAGE_WORDS
from complaints.model import Category, Coverage, Entry, Flaw
from complaints.values import (
    choice_reader,
    clean,
    read_amount,
    read_hfs_id,
    read_npi,
    read_number,
    read_rin,
    read_text,
    restores_zeros,
)

read_category = choice_reader(CATEGORY_WORDS, CATEGORY_SYNONYMS)
read_coverage = choice_reader(COVERAGE_WORDS, COVERAGE_SYNONYMS)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, ""), ("  a \u00a0 b\t", "a b"), ("a\x00b\x07\u200b\ufeff", "ab"), ("a\nb", "a b"),
        (12.0, "12"), (12.5, "12.5"), (True, "True"), ("\ud800x", "x"), ("José", "José"),
    ],
)  # fmt: skip
def test_what_a_person_sees(value: CellValue, seen: str) -> None:
    assert clean(value) == seen


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert read_text(" first\r\n second \x00", lines=True).value == "first\nsecond"


@pytest.mark.parametrize(
    ("value", "number", "flaw"),
    [
        (193450004656.0, "193450004656", None),
        ("193450004656.0", "193450004656", None),
        (" PDXGR 1234567 ", "PDXGR 1234567", None),
        ("1913700CJT00", "1913700CJT00", None),
        ("12E5", "12E5", None),
        ("00123", "00123", None),
        ("12.5", "12.5", None),
        ("n/a", "n/a", None),
        ("1.93450004656E+11", None, Flaw.SHORTENED_NUMBER),
        ("1,9345e+11", None, Flaw.SHORTENED_NUMBER),
        ("2E+11", None, Flaw.SHORTENED_NUMBER),
        (193450000000.0, None, Flaw.SHORTENED_NUMBER),
        (1.93e11, None, Flaw.SHORTENED_NUMBER),
        (12000000.0, "12000000", None),
        ("193450000000", "193450000000", None),
        (Uncalculated.FORMULA, None, Flaw.NOT_CALCULATED),
        (1234567890123456.0, None, Flaw.LOST_DIGITS),
        (10**17, None, Flaw.LOST_DIGITS),
        (float("nan"), None, Flaw.ERROR_CELL),
        (float("inf"), None, Flaw.ERROR_CELL),
        ("#N/A", None, Flaw.ERROR_CELL),
        ("#REF!", None, Flaw.ERROR_CELL),
        ("######", None, Flaw.ERROR_CELL),
        ("", None, None),
    ],
)
def test_a_number_is_verbatim(value: CellValue, number: str | None, flaw: Flaw | None) -> None:
    entry = read_number(value)
    assert (entry.value, entry.flaw) == (number, flaw)
    assert entry.is_blank == (not number and not flaw)


@given(st.integers(10**8, 10**15 - 1))
def test_digits_come_back_from_a_number_cell(number: int) -> None:
    rounded = number >= 10**11 and number % 10**6 == 0
    assert read_number(float(number)).value == (None if rounded else str(number))


@pytest.mark.parametrize("read", [read_text, read_number, read_rin, read_npi, read_hfs_id, read_amount, read_category])
def test_a_formula_without_a_result_is_named_wherever_it_stands(read: Callable[[CellValue], Entry[Any]]) -> None:
    entry = read(Uncalculated.FORMULA)
    assert (entry.flaw, entry.written, entry.is_blank) == (Flaw.NOT_CALCULATED, "", False)


@pytest.mark.parametrize(
    ("value", "restored"),
    [(12345678.0, True), (1, True), (123456789.0, False), ("12345678", False), (0, False), (-5.0, False), (True, False),
     (1.5, False), (None, False), (float("nan"), False)],
)  # fmt: skip
def test_which_numbers_got_zeros_in_front(value: CellValue, restored: bool) -> None:
    assert restores_zeros(value, 9) is restored


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**12 - 1))
def test_leading_zeros_come_back(rin: int, hfs_id: int) -> None:
    assert read_rin(float(rin)).value == f"{rin:09}"
    assert read_hfs_id(float(hfs_id)).value == f"{hfs_id:012}"


@pytest.mark.parametrize(
    ("value", "rin", "flaw"),
    [
        ("123-456-789", "123456789", None), ("123 456 789", "123456789", None), ("12345678", None, Flaw.WRONG_LENGTH),
        (1234567890.0, None, Flaw.WRONG_LENGTH), ("12345678X", None, Flaw.NOT_DIGITS), (-5.0, None, Flaw.WRONG_LENGTH),
        (True, None, Flaw.NOT_DIGITS), (1.5, None, Flaw.NOT_DIGITS), ("unknown", None, None), ("-", None, None),
        ("$", None, None),
    ],
)  # fmt: skip
def test_a_rin_has_nine_digits(value: CellValue, rin: str | None, flaw: Flaw | None) -> None:
    entry = read_rin(value)
    assert (entry.value, entry.flaw) == (rin, flaw)


def test_an_npi_has_a_check_digit() -> None:
    assert read_npi(1234567893.0).value == "1234567893"
    assert read_npi("1234567890").flaw is Flaw.CHECK_DIGIT


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        ("$1,234.50", 123450), ("1234.5", 123450), ("1,234", 123400), ("(12.00)", -1200), ("-$5", -500), ("$ 0.00", 0),
        (".50", 50), ("5.", 500), ("USD 7.25", 725), (1234.5, 123450), (0, 0), (12, 1200), (0.1 + 0.2, 30),
        (2.675, 268),
    ],
)  # fmt: skip
def test_an_amount_is_cents(value: CellValue, cents: int) -> None:
    assert read_amount(value).value == cents


@pytest.mark.parametrize("value", ["12.345", "1.234,50", "1,23", "ten", "5/6", "12 or 13", "1e5", 1e20, True])
def test_what_is_no_amount(value: CellValue) -> None:
    entry = read_amount(value)
    assert (entry.value, entry.flaw, entry.written) == (None, Flaw.NOT_AN_AMOUNT, clean(value))


@given(st.integers(-(10**11), 10**11))
def test_cents_come_back(cents: int) -> None:
    assert read_amount(f"{cents / 100:,.2f}").value == cents
    assert read_amount(cents / 100).value == cents


@pytest.mark.parametrize(
    ("value", "category"),
    [
        ("Claims and payment", Category.CLAIMS_AND_PAYMENT), ("CLAIMS & PAYMENT", Category.CLAIMS_AND_PAYMENT),
        ("claims_and_payment", Category.CLAIMS_AND_PAYMENT), ("Prior Authorisation", Category.PRIOR_AUTHORIZATION),
        ("prior auth", Category.PRIOR_AUTHORIZATION), ("other", Category.OTHER), ("Eligibilty", Category.ELIGIBILITY),
    ],
)  # fmt: skip
def test_a_category_by_its_words(value: str, category: Category) -> None:
    assert read_category(value).value is category


@pytest.mark.parametrize(
    ("value", "coverage"),
    [
        ("FFS", Coverage.FEE_FOR_SERVICE), ("Medicare", Coverage.MEDICARE),
        ("Medicaid", Coverage.MEDICAID_MANAGED_CARE), ("Medicaid MCO", Coverage.MEDICAID_MANAGED_CARE),
        ("fee for service", Coverage.FEE_FOR_SERVICE),
    ],
)  # fmt: skip
def test_a_coverage_by_its_words(value: str, coverage: Coverage) -> None:
    assert read_coverage(value).value is coverage


@pytest.mark.parametrize("value", ["Medicare-Medicaid", "MMAI", "dual", "Commercial"])
def test_a_coverage_that_must_be_asked_about(value: str) -> None:
    assert read_coverage(value).flaw is Flaw.NOT_A_CHOICE
