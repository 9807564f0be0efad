"""Which rows are claims, and what is told of the others."""

from datetime import date, datetime

import pytest

from complaints.cells import Merged, Uncalculated
from complaints.how_read import Note, NoteCode
from complaints.model import Entry, Field, Flaw, Place
from tests.unit.complaints.sheet_making import (
    SHORT,
    Row,
    claim,
    numbers,
    read,
    told,
    tracking,
)

NOTHING: Row = []


@pytest.mark.parametrize(
    "row",
    [
        ["Total", None, None, None, None],
        ["Grand Total:", None, "20 claims", None, None],
        [None, None, "Total", None, None],
        ["Total claims: 20"],
        ["* Required fields"],
        ["Please call us with any questions about these claims"],
        ["Call Jane at 312-555-0100 about these"],
        ["Prepared by:", "Jane Clerk"],
        ["Date:", date(2026, 11, 24)],
        ["Prepared by", "Jane Clerk"],
        ["Aetna"],
        [None, None, "These claims were all denied as duplicates by the plan"],
        [None, None, None, None, datetime(1899, 12, 31)],  # noqa: DTZ001
        [None, 0.0, None, 0.0, 0.0],
        ["n/a", "-", None, None, None],
        ["-----", "-----", "-----", "-----", "-----"],
    ],
)
def test_what_is_no_claim(row: Row) -> None:
    complaint = read(SHORT, claim(1), row, claim(2), NOTHING, row)
    assert numbers(complaint) == [2, 4]
    assert told(complaint).notes == (Note(NoteCode.NOT_CLAIMS, rows=(3, 6)),)


@pytest.mark.parametrize(
    "row",
    [
        claim(3),
        claim(3, tracking=None),
        claim(3, filed=None),
        claim(3, tracking="pending"),
        claim(3, member="Total, Ann"),
        claim(3, member="Sum, Example"),
        ["T-9"],
        ["PDXGR 1234567"],
        [None, None, "Ada Sample"],
        [None, "10/15/2026"],
        [None, None, None, "100000003"],
        [None, None, None, None, "9/1/2026"],
        ["pending", "last week", "Ada Sample"],
        ["XXXXXXX", "10/15/2026", "Ada Sample", "100000003"],
        ["not yet", "mm/dd/yyyy", "Ada Sample", "100000003"],
        [Uncalculated.FORMULA, None, None, None, None],
    ],
)
def test_what_is_a_claim_after_all(row: Row) -> None:
    assert numbers(read(SHORT, claim(1), row, claim(2))) == [2, 3, 4]


@pytest.mark.parametrize(
    "row",
    [
        ["Example: 193450004656", "10/15/2026", "Sample, Ada", "123456789", "9/1/2026"],
        ["193450004656", "10/15/2026", "Sample, Ada", "123456789", "9/1/2026", "EXAMPLE"],
        ["193450004656", "10/15/2026", "Example row - do not delete", "123456789", "9/1/2026"],
        ["12 digits", "MM/DD/YYYY", "Last, First", "9 digits", "MM/DD/YYYY"],
        ["XXXXXXXXXXXX", "10/15/2026", "Last, First", "XXXXXXXXX", "9/1/2026"],
    ],
)
def test_samples_are_no_claims(row: Row) -> None:
    complaint = read([*SHORT, "Our remark"], row, claim(1))
    assert numbers(complaint) == [3]
    assert Note(NoteCode.NOT_CLAIMS, rows=(2,)) in told(complaint).notes


def test_formulas_copied_down_into_nothing_are_no_claims() -> None:
    formula = Uncalculated.FORMULA
    formulas: Row = [formula] * 5
    complaint = read(SHORT, claim(1), formulas, claim(2), *[formulas] * 3, ["#N/A", None, None, "#N/A"])
    assert numbers(complaint) == [2, 3, 4]
    assert told(complaint).notes == (Note(NoteCode.NOT_CLAIMS, rows=(5, 6, 7, 8)),)
    assert complaint.claims[1].dispute_date == Entry(place=Place(3, "B"), flaw=Flaw.NOT_CALCULATED)
    assert complaint.claims[1].rin.flaw is Flaw.NOT_CALCULATED


def test_a_sheet_of_formulas_alone_is_told_in_every_row() -> None:
    complaint = read(SHORT, [Uncalculated.FORMULA] * 5, [Uncalculated.FORMULA] * 5)
    assert [claim.tracking_number.flaw for claim in complaint.claims] == [Flaw.NOT_CALCULATED] * 2


def test_a_note_merged_across_the_table() -> None:
    complaint = read(SHORT, claim(1), ["Batch 7"], ["T-9"], merged=(Merged(2, 0, 2, 4), Merged(3, 0, 3, 4)))
    assert numbers(complaint) == [2, 3, 4]  # in doubt a claim
    complaint = read(SHORT, claim(1), ["All from Lakeside"], merged=(Merged(2, 0, 2, 4),))
    assert numbers(complaint) == [2]


def test_a_number_merged_over_its_claims() -> None:
    rows: list[Row] = [claim(1), [None, None, *claim(2)[2:]], claim(3)]
    complaint = read(SHORT, *rows, merged=(Merged(1, 0, 2, 0), Merged(1, 1, 2, 1)))
    assert tracking(complaint) == ["TRK-00001", "TRK-00001", "TRK-00003"]
    assert complaint.claims[1].dispute_date.value == date(2026, 10, 15)


def test_merges_over_one_another_do_no_harm() -> None:
    merged = tuple(Merged(row, 0, 10**6, 0) for row in range(1, 2000))
    assert numbers(read(SHORT, claim(1), claim(2), merged=merged)) == [2, 3]


def test_hidden_rows_are_read_and_told() -> None:
    hidden = frozenset({1, 3, 9})
    complaint = read(SHORT, claim(1), claim(2), hidden_rows=hidden)
    assert (numbers(complaint), told(complaint).notes) == ([2, 3], (Note(NoteCode.HIDDEN_ROWS, rows=(3,)),))
    complaint = read(SHORT, claim(1), claim(2), hidden_rows=hidden, is_filtered=True)
    assert told(complaint).notes == (Note(NoteCode.FILTERED_ROWS, rows=(3,)),)


def test_restored_zeros_are_told() -> None:
    complaint = read(
        ["NPI", 1234567893.0], [], SHORT, claim(1, rin=12345678.0), claim(2, rin=123456789.0), claim(3, rin="012345678")
    )
    assert [claim.rin.value for claim in complaint.claims] == ["012345678", "123456789", "012345678"]
    assert told(complaint).notes == (Note(NoteCode.ZEROS_RESTORED, Field.RIN, rows=(4,)),)
