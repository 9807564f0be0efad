"""The words that go into somebody's own workbook."""

import pytest

from complaints.verdict import Finding, ReasonCode
from templates.marked_words import cell_comment, row_status, summary
from tests.unit.templates.samples import (
    MEMBER_MARKS,
    claim,
    duplicate,
    no_number,
    shortened,
    too_early,
    too_late,
    verdict,
)
from tests.unit.templates.test_how_read_wording import NOTES, judged

TICKET = "2026-004190-7"


def test_a_comment_says_what_was_read_the_rule_and_an_example() -> None:
    said = cell_comment(shortened(4))
    for words in ("1.93E+11", "shortened", "Format the cell as text", "193450004656", "December 14, 2026"):
        assert words in said


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (None, f"Filed: ticket {TICKET}"),
        (duplicate(4), "Filed already: ticket 2026-004101-6"),
        (duplicate(4, None, 3), "Repeats row 3"),
        (no_number(4), "Needs you: no tracking number"),
        (too_late(4), "Cannot be filed: too late"),
        (too_early(4), "Not yet: send it from Saturday, December 12, 2026 until Monday, January 11, 2027"),
    ],
)
def test_the_status_of_a_row(finding: Finding | None, status: str) -> None:
    told = verdict([claim(4), claim(5)], [finding] if finding else [])
    assert row_status(told.claims[0], TICKET) == status


def test_a_row_with_two_faults_names_both_and_what_cannot_be_helped_first() -> None:
    both = verdict([claim(4)], [no_number(4), shortened(4)])
    assert row_status(both.claims[0], None) == "Needs you: no tracking number and tracking number cannot be right"
    late = verdict([claim(4)], [no_number(4), too_late(4)])
    assert row_status(late.claims[0], None) == "Cannot be filed: too late"


def test_a_row_in_order_of_a_sheet_that_is_not_filed() -> None:
    told = verdict([claim(4)], [Finding(ReasonCode.UNKNOWN_MCO)])
    assert row_status(told.claims[0], None).startswith("Nothing wrong in this row, but the sheet is not filed")
    assert row_status(verdict([claim(4)]).claims[0], None) == "Nothing wrong"


def test_the_first_sheet() -> None:
    partly = judged(*NOTES, findings=(no_number(5), too_late(6)))
    title, lines = summary([(partly, TICKET)])
    assert title == "7 of your 9 claims are filed, 1 needs you"
    assert f"Ticket {TICKET} is open for 7 of 9 claims against" in lines[0]
    assert any(line.startswith("Leave the grey rows") for line in lines)
    assert "column C (“Tracking #”)" in " ".join(lines)
    for mark in MEMBER_MARKS:
        assert mark not in title + " ".join(lines)


@pytest.mark.parametrize(
    ("findings", "ticket", "title"),
    [
        ([no_number(4), no_number(5)], None, "Not filed: your 2 claims need you"),
        ([Finding(ReasonCode.UNKNOWN_MCO)], None, "Not filed: your 2 claims need you"),
        ([too_late(4), too_late(5)], None, "None of your 2 claims is filed"),
        ([no_number(4)], None, "1 of your 2 claims is in order, 1 needs you"),
        ([no_number(4)], TICKET, "1 of your 2 claims is filed, 1 needs you"),
        ([], TICKET, "2 of your 2 claims are filed"),
    ],
)
def test_the_title_of_the_first_sheet(findings: list[Finding], ticket: str | None, title: str) -> None:
    assert summary([(verdict([claim(4), claim(5)], findings), ticket)])[0] == title


def test_what_was_filed_before_is_told_as_filed() -> None:
    title, lines = summary([(judged(findings=(duplicate(4), duplicate(5), no_number(6))), None)])
    assert title == "2 of your 9 claims are filed, 1 needs you"
    assert lines[0].endswith("are filed already: ticket 2026-004101-6.")
    assert any(line.startswith("Leave the grey rows") for line in lines)


def test_several_tabs_of_one_workbook_are_told_apart() -> None:
    one, two = judged(), judged(findings=(no_number(5),))
    title, lines = summary([(one, "2026-004187-3"), (two, TICKET)])
    assert title == "17 of your 18 claims are filed, 1 needs you"
    assert lines[1].startswith(f"Sheet “March”: Ticket {TICKET} is open for 8 of 9 claims")
