"""The definition of the sheet holds together: one meaning for each header, every choice has words."""

from collections.abc import Sequence

import pytest

from complaints.claim_sheet import (
    CATEGORY_SYNONYMS,
    CATEGORY_WORDS,
    CLAIM_COLUMNS,
    COMPLAINT_FIELDS,
    COVERAGE_SYNONYMS,
    COVERAGE_WORDS,
    OTHER_HEADERS,
    Column,
    F,
    Kind,
)
from complaints.header_mapping import words_of
from complaints.model import Category, Coverage, Field, Role
from complaints.registration_sheet import REGISTRATION_COLUMNS, ROLE_WORDS


def test_every_field_is_in_the_sheet_once() -> None:
    fields = [column.field for column in (*COMPLAINT_FIELDS, *CLAIM_COLUMNS)]
    assert sorted(fields) == sorted(Field)


def test_the_starred_columns_are_those_of_the_domain() -> None:
    required = [column.field for column in CLAIM_COLUMNS if column.required]
    assert required == [Field.TRACKING_NUMBER, Field.DISPUTE_DATE, Field.MEMBER_NAME, Field.RIN, Field.SERVICE_FROM]


def check_spellings(columns: Sequence[Column[F]]) -> None:
    meant: dict[tuple[frozenset[str], bool], str] = {}
    for column in columns:
        for spelling in (column.header, *column.synonyms):
            words = frozenset(words_of(spelling))
            assert words, spelling
            key = (words, spelling.startswith("… "))
            assert key not in meant, f"{spelling} says the same as {meant[key]}"
            meant[key] = spelling
    for other in OTHER_HEADERS:
        assert (frozenset(words_of(other)), False) not in meant, other


def test_no_two_spellings_of_the_claim_sheet_are_the_same_words() -> None:
    check_spellings((*COMPLAINT_FIELDS, *CLAIM_COLUMNS))


def test_no_two_spellings_of_the_registration_sheet_are_the_same_words() -> None:
    spellings = [
        frozenset(words_of(spelling))
        for column in REGISTRATION_COLUMNS
        for spelling in (column.header, *column.synonyms)
    ]
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize("column", [*COMPLAINT_FIELDS, *CLAIM_COLUMNS, *REGISTRATION_COLUMNS])
def test_every_column_can_be_shown(column: Column[Field]) -> None:
    assert column.header
    assert "*" not in column.header
    assert column.hint.endswith(".")
    assert 8 <= column.width <= 60


def test_every_choice_has_words() -> None:
    assert set(CATEGORY_WORDS) == set(CATEGORY_SYNONYMS) == set(Category)
    assert set(COVERAGE_WORDS) == set(COVERAGE_SYNONYMS) == set(Coverage)
    assert set(ROLE_WORDS) == set(Role)


def test_only_numbers_of_fixed_length_have_a_count_of_digits() -> None:
    assert {kind: kind.digits for kind in Kind if kind.digits} == {
        Kind.DIGITS9: 9,
        Kind.DIGITS10: 10,
        Kind.DIGITS12: 12,
    }
