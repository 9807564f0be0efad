"""What a corrected complaint put right: the rows found again, wherever they went."""

from dataclasses import replace
from typing import Any

import pytest

from complaints.changes import Change, change
from complaints.eligibility import OpenClaim, judge
from complaints.model import ClaimIssue, Complaint, Entry, Field, Flaw, Source
from complaints.verdict import Verdict
from tests.unit.complaints.making import CLINIC, TODAY, ago, facts, row, said, sheet

MERIDIAN = "Meridian Health Plan of Illinois"


def judged(*rows: ClaimIssue, filed: tuple[ClaimIssue, ...] = (), **more: Any) -> Verdict:
    """`filed` are on a ticket already."""
    known = tuple(
        OpenClaim("2026-000001-5", MERIDIAN, str(one.tracking_number.value), str(one.claim_number.value))
        for one in filed
    )
    return judge(sheet(*rows, **more), facts(CLINIC, open_claims=known), TODAY)


def no_number(at: int) -> ClaimIssue:
    return row(at, tracking_number=Entry())


FIRST = judged(row(8), no_number(9), row(12, tracking_number=said("1.93E+11", Flaw.SHORTENED_NUMBER)), no_number(20))


def test_two_rows_fixed_and_one_still_wrong() -> None:
    now = judged(row(8), row(9), row(12), no_number(20), filed=(row(8),))
    assert change(FIRST, now) == Change(TODAY, fixed=2, still_wrong=1)


def test_rows_are_found_again_when_they_move_or_the_good_ones_are_left_out() -> None:
    now = judged(replace(row(9), row=4), replace(row(12), row=5), replace(no_number(20), row=6))
    assert change(FIRST, now) == Change(TODAY, fixed=2, still_wrong=1)


def test_a_row_that_was_not_there_is_new() -> None:
    now = judged(row(8), row(9), row(33), filed=(row(8),))
    assert change(FIRST, now) == Change(TODAY, fixed=1, new=1)


def test_a_new_row_that_is_wrong_is_wrong() -> None:
    assert change(FIRST, judged(row(9), no_number(33))) == Change(TODAY, fixed=1, still_wrong=1)


def test_another_sheet_in_the_same_thread_has_nothing_to_do_with_the_first() -> None:
    assert change(FIRST, judged(row(101), row(102))) is None


def test_one_dispute_of_many_claims_is_told_apart_by_its_claims() -> None:
    same = said("T-1")
    rows = [row(at, tracking_number=same) for at in (4, 5, 6)]
    first = judged(rows[0], replace(rows[1], rin=Entry()), rows[2])
    now = judged(replace(rows[1], row=4), replace(rows[0], row=5), replace(rows[2], row=6), filed=(rows[0], rows[2]))
    assert change(first, now) == Change(TODAY, fixed=1)


def test_a_plan_made_clear_is_put_right() -> None:
    first = judged(row(8), no_number(9), mco="IlliniCare")
    now = judged(row(8), no_number(9), mco="Aetna")
    assert change(first, now) == Change(TODAY, still_wrong=1, put_right=(Field.MCO,))


def test_a_date_that_only_came_due_is_not_put_right() -> None:
    early = Complaint(Source.TEXT, (row(1, filed=ago(20)),), mco=said("Meridian"))
    first, now = (judge(early, facts(), day) for day in (TODAY, ago(-15)))
    assert now.accepted_claims
    assert change(first, now, same=True) == Change(TODAY, fixed=1)


@pytest.mark.parametrize("same", [True, False])
def test_in_words_the_fields_are_told(same: bool) -> None:
    first, now = (
        judge(Complaint(Source.TEXT, (row(1, tracking_number=number),), mco=said("Meridian")), facts(), TODAY)
        for number in (said(""), said("T-1"))
    )
    assert change(first, now, same=same) == Change(TODAY, fixed=1, put_right=(Field.TRACKING_NUMBER,))


def test_rows_that_differ_in_nothing_but_their_number_are_told_apart_by_it() -> None:
    """One member, one day, several claims: only the row says which one was completed."""
    alike: dict[str, Any] = {"rin": said("990771305"), "claim_number": Entry()}
    first = judged(row(4, **alike), *(row(at, tracking_number=Entry(), **alike) for at in (5, 6)))
    made = judged(row(5, **alike), row(6, tracking_number=Entry(), **alike))
    assert change(first, made, same=True) == Change(TODAY, fixed=1, still_wrong=1)
    assert change(first, made) == Change(TODAY, fixed=1, still_wrong=1)
