"""Several sheets in one workbook, and whose layout they have."""

import pytest

from complaints.cells import FileRemark, Workbook
from complaints.claim_sheet import CLAIM_COLUMNS, SHEET_VERSION, STATUS_HEADER, SUMMARY_SHEET_NAME
from complaints.how_read import Layout, Note, NoteCode
from complaints.model import NOWHERE, Entry, Place
from complaints.sheet_reading import SheetFault, read_claim_sheets
from complaints.verdict import ReasonCode
from sheets import marks
from tests.unit.complaints.sheet_making import OURS, SHORT, TODAY, Row, claim, grid, read_all, told, tracking


def test_every_filled_tab_is_a_complaint() -> None:
    found = read_all(
        grid(["Read me"], name="Cover"),
        grid(SHORT, claim(1), name="Aetna"),
        grid(SHORT, name="CountyCare"),
        grid(["MCO: Molina"], SHORT, claim(2), claim(3), name="Meridian"),
        grid(name="Sheet5"),
        grid(["Ticket", "Row"], [1, 2], name=SUMMARY_SHEET_NAME),
        grid(SHORT, claim(4), name="Example"),
        remarks=frozenset({FileRemark.MACROS, FileRemark.HIDDEN_SHEETS, FileRemark.EXTERNAL_LINKS}),
    )
    assert [told(complaint).sheet for complaint in found] == ["Aetna", "Meridian"]
    assert [tracking(complaint) for complaint in found] == [["TRK-00001"], ["TRK-00002", "TRK-00003"]]
    assert [complaint.mco for complaint in found] == [Entry("Aetna", "Aetna"), Entry("Molina", "Molina", Place(1, "A"))]
    assert found[0].mco.place == NOWHERE
    assert told(found[0]).notes == (
        Note(NoteCode.OTHER_SHEETS, count=3),
        Note(NoteCode.HIDDEN_SHEETS),
        Note(NoteCode.MACROS),
        Note(NoteCode.EXTERNAL_LINKS),
    )
    assert told(found[1]).notes == ()


def test_a_tab_that_repeats_another_is_left_out() -> None:
    found = read_all(
        grid(SHORT, claim(1), name="Week 1"),
        grid(SHORT, claim(1), claim(2), name="October"),
        grid(SHORT, claim(2), claim(1), name="Copy of October"),
    )
    assert [told(complaint).sheet for complaint in found] == ["October"]
    assert told(found[0]).notes == (Note(NoteCode.REPEATED_SHEETS, count=2),)


def test_a_list_of_all_beside_a_tab_for_each_plan() -> None:
    everything = grid(["Plan", *SHORT], ["Aetna", *claim(1)], ["Meridian", *claim(2)], name="All")
    found = read_all(everything, grid(SHORT, claim(1), name="Aetna"), grid(SHORT, claim(2), name="Meridian"))
    assert [told(complaint).sheet for complaint in found] == ["Aetna", "Meridian"]


def test_a_list_of_all_that_names_no_plan_gives_way_to_the_tabs_that_do() -> None:
    found = read_all(
        grid(SHORT, claim(1), claim(2), name="All claims"),
        grid(SHORT, claim(1), name="Aetna"),
        grid(SHORT, claim(2), name="Meridian"),
    )
    assert [told(complaint).sheet for complaint in found] == ["Aetna", "Meridian"]


def test_tabs_that_hold_no_claims() -> None:
    log = grid(["Dispute date", "Clerk", "Notes"], ["10/15/2026", "Pat", "called"], name="Log")
    assert len(read_all(grid(SHORT, claim(1)), log)) == 1
    nothing = Workbook((grid(OURS), grid(SHORT)))
    assert read_claim_sheets(nothing, TODAY) == SheetFault(ReasonCode.NO_ROWS)
    missing = tuple(column.field for column in CLAIM_COLUMNS if column.required)
    assert read_claim_sheets(Workbook((grid(["Hello"]),)), TODAY) == SheetFault(ReasonCode.UNREADABLE_FILE, missing)
    only_totals = Workbook((grid(SHORT, ["Total", None, None, None, 5.0]),))
    assert read_claim_sheets(only_totals, TODAY) == SheetFault(ReasonCode.NO_ROWS)


FULL: Row = ["T-1", "10/15/2026", None, "Ada Sample", "100000001", "9/1/2026", *[None] * 7]


@pytest.mark.parametrize(
    ("headers", "stamp", "layout"),
    [
        (OURS, SHEET_VERSION, Layout.CURRENT),
        (OURS, None, Layout.CURRENT),
        ([*OURS, "Our account"], None, Layout.CURRENT),
        ([*OURS[::-1]], SHEET_VERSION, Layout.CURRENT),
        ([*OURS[::-1]], None, Layout.FOREIGN),
        (SHORT, None, Layout.FOREIGN),
        (SHORT, SHEET_VERSION, Layout.FOREIGN),
        (OURS, "2025.1", Layout.OLDER),
        (OURS[:6], "2025.1", Layout.OLDER),
    ],
)
def test_whose_layout_it_is(headers: Row, stamp: str | None, layout: Layout) -> None:
    row: Row = FULL if headers[0] == OURS[0] else FULL[::-1]
    (complaint,) = read_all(grid(headers, row if len(headers) > 5 else claim(1)), version_stamp=stamp)
    assert told(complaint).layout is layout


def test_our_own_words_are_called_the_same_everywhere() -> None:
    assert (marks.STATUS_HEADER, marks.SUMMARY_SHEET) == (STATUS_HEADER, SUMMARY_SHEET_NAME)
