"""No damage to a letter surprises what reads it. `tests/fuzz` does the same for hours."""

import random

import pytest
from hypothesis import given, settings

from mailin.letter import Letter
from mailin.limits import UnreadableReason
from mailin.reading import read_letter as read
from tests.fuzz import bounces, decoding, envelope, headers, read_letter, tnef
from tests.fuzz.hostile import hostile
from tests.fuzz.mutations import SEEDS, drawn, mutated_letters
from tests.fuzz.rules import check_reading


@settings(max_examples=400, deadline=None)
@given(mutated_letters)
def test_every_rule_of_reading_holds_for_damaged_letters(raw: bytes) -> None:
    check_reading(raw)


@pytest.mark.parametrize("harness", [bounces, decoding, envelope, headers, read_letter, tnef], ids=lambda m: m.__name__)
def test_what_is_fuzzed_for_hours_holds_for_its_seeds(harness: object) -> None:
    source = random.Random(1)
    for seed in (*harness.SEEDS, *(drawn(source) for _ in range(100))):  # type: ignore[attr-defined]
        harness.one(seed)  # type: ignore[attr-defined]


def test_the_letters_themselves_keep_the_rules() -> None:
    for raw in SEEDS:
        check_reading(raw)


def test_letters_made_to_cost_much_are_read_within_the_time_of_a_test() -> None:
    """What is not linear in the size of one of these takes hours; `python -m tests.fuzz.hostile` tells the times."""
    for name, raw in hostile(1_000_000):
        found = read(raw, "a@b.example", frozenset())
        assert isinstance(found, Letter) or found.reason is not UnreadableReason.BROKEN, name
