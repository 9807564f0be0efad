"""A claim sheet of any office becomes the same complaint."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.cells import CellValue, Grid, Workbook, column_letter
from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.model import NOWHERE, Category, ClaimIssue, Complaint, Coverage, Entry, Field, Flaw, Place, Source
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import ReasonCode

TODAY = date(2026, 11, 24)
HEADERS: list[CellValue] = [f"{column.header} *" if column.required else column.header for column in CLAIM_COLUMNS]
SHORT: list[CellValue] = ["Tracking #", "Dispute date", "Patient", "RIN", "DOS"]
CLAIM: list[CellValue] = [193450004656.0, date(2026, 10, 15), "Ada Sample", 12345678.0, "9/1/2026"]


def book(*rows: list[CellValue], name: str = "Claims") -> Workbook:
    return Workbook((Grid(name, tuple(map(tuple, rows))),))


def read(*rows: list[CellValue]) -> Complaint:
    complaint = read_claim_sheet(book(*rows), TODAY)
    assert isinstance(complaint, Complaint)
    return complaint


def test_our_own_sheet() -> None:
    complaint = read(
        ["Complaint about a health plan"],
        ["MCO *", "Meridian", None, "Provider name", "Lakeside Clinic"],
        ["NPI", 1234567893.0, None, "HFS provider ID", 36123456789.0],
        ["Contact name", "Pat Clerk", None, "Phone", "312-555-0100"],
        ["Issue category", "Claims and payment", None, "E-mail", "pat@clinic.example"],
        ["Coverage", None, None, "Description", "Denied as duplicate.\nIt is none."],
        ["Desired outcome", "Pay the claims"],
        [],
        HEADERS,
        [
            "193450004656", datetime(2026, 10, 15, 0, 0), "11/2/2026", "Ada Sample", "012345678", "9/1/2026",  # noqa: DTZ001
            None, "C-77", "n/a", 1234.5, "$0.00", "CO-16", "second\nline",
        ],
    )  # fmt: skip
    claim = complaint.claims[0]
    assert complaint.source is Source.SHEET
    assert complaint.mco == Entry("Meridian", "Meridian", Place(2, "B"))
    assert (complaint.npi.value, complaint.hfs_id.value) == ("1234567893", "036123456789")
    assert (complaint.contact_name.value, complaint.phone.value) == ("Pat Clerk", "312-555-0100")
    assert (complaint.category.value, complaint.coverage.is_blank) == (Category.CLAIMS_AND_PAYMENT, True)
    assert (complaint.provider_name.value, complaint.email.value) == ("Lakeside Clinic", "pat@clinic.example")
    assert (complaint.description.value, complaint.desired_outcome.value) == (
        "Denied as duplicate.\nIt is none.", "Pay the claims")  # fmt: skip
    assert claim.row == 10
    assert claim.tracking_number == Entry("193450004656", "193450004656", Place(10, "A"))
    assert claim.dispute_date == Entry(date(2026, 10, 15), "2026-10-15", Place(10, "B"))
    assert (claim.response_date.value, claim.member_name.value, claim.rin.value) == (
        date(2026, 11, 2), "Ada Sample", "012345678")  # fmt: skip
    assert (claim.service_from.value, claim.service_to.is_blank) == (date(2026, 9, 1), True)
    assert (claim.billed_amount.value, claim.paid_amount.value) == (123450, 0)
    assert (claim.denial_reason.value, claim.notes.value) == ("CO-16", "second\nline")
    assert complaint.columns == {column.field: column_letter(index) for index, column in enumerate(CLAIM_COLUMNS)}


@pytest.mark.parametrize(
    ("block", "mco"),
    [
        ([["MCO: Meridian"]], "Meridian"),
        ([["MCO:", "Meridian"]], "Meridian"),
        ([["Health plan*", None, None, "Meridian"]], "Meridian"),
        ([["MCO", "Provider", "NPI"], ["Meridian", "Lakeside", None]], "Meridian"),
        ([["MCO", "The health plan that denied the claims. One plan per sheet."]], None),
        ([["MCO", None, "Phone", "312-555-0100"]], None),
        ([["MCO"], ["Provider name"], ["NPI"]], None),
        ([["MCO", None, "Prepared on:", "Monday"]], None),
        ([["MCO"], ["MCO", "Meridian"]], "Meridian"),
        ([["MCO", None, None, None, None, None, "far away"]], None),
        ([["Provider", "Plan B Clinic"]], None),
    ],
)
def test_the_value_of_a_label(block: list[list[CellValue]], mco: str | None) -> None:
    assert read(*block, [], SHORT, CLAIM).mco.value == mco


def test_mco_and_category_in_every_row() -> None:
    complaint = read(["Plan", "Issue type", "Provider", *SHORT], ["Aetna", "PA", "Lakeside", *CLAIM])
    claim = complaint.claims[0]
    assert complaint.mco.is_blank
    assert claim.mco == Entry("Aetna", "Aetna", Place(2, "A"))
    assert claim.category.value is Category.PRIOR_AUTHORIZATION
    assert complaint.provider_name.value == "Lakeside"


def test_rows_of_two_providers_name_none() -> None:
    complaint = read(["Provider", *SHORT], ["Lakeside", *CLAIM], ["Hillside", *CLAIM])
    assert complaint.provider_name.is_blank


def test_one_row_of_another_coverage_is_noticed() -> None:
    complaint = read(["LOB", *SHORT], ["Medicaid", *CLAIM], ["Medicare", *CLAIM], ["PPO", *CLAIM])
    assert complaint.coverage == Entry(Coverage.MEDICARE, "Medicare", Place(3, "A"))


def test_rows_that_are_no_claims_are_left_out() -> None:
    total: list[CellValue] = ["Grand total", None, None, None, None, 1000]
    complaint = read(
        ["MCO", *SHORT],
        ["Aetna", *CLAIM],
        [],
        [None, " ", "\u00a0", "", None, "\u200b"],
        ["Aetna"],
        ["MCO", *SHORT],
        ["Aetna", *CLAIM],
        total,
        ["Total", "Total: 2"],
        [None, "T-9", None, "Total, Ann", None, None],
    )
    assert [claim.row for claim in complaint.claims] == [2, 7, 10]


def test_headers_in_two_lines() -> None:
    complaint = read(
        ["Tracking #", "Dispute date", "Patient", "Date of service", None, "Recipient"],
        [None, None, None, "From", "To", "RIN"],
        ["T-1", "10/15/2026", "Ada Sample", "9/1/2026", "9/3/2026", "012345678"],
    )
    claim = complaint.claims[0]
    assert (claim.row, claim.service_from.value, claim.service_to.value) == (3, date(2026, 9, 1), date(2026, 9, 3))


def test_a_range_in_one_cell_fills_both_days() -> None:
    claim = read(SHORT, [*CLAIM[:4], "9/1/26-9/5/26"]).claims[0]
    assert (claim.service_from.value, claim.service_to.value) == (date(2026, 9, 1), date(2026, 9, 5))
    assert (claim.service_from.place, claim.service_to.place) == (Place(2, "E"), Place(2, "E"))


def test_a_missing_column_is_a_blank_field() -> None:
    complaint = read(["Tracking #", "Patient"], ["T-1", "Ada Sample"])
    assert complaint.claims[0].dispute_date == Entry()
    assert Field.DISPUTE_DATE not in complaint.columns


def test_a_blank_cell_knows_its_place() -> None:
    assert read(SHORT, [None, *CLAIM[1:]]).claims[0].tracking_number == Entry(place=Place(2, "A"))


REQUIRED = tuple(column.field for column in CLAIM_COLUMNS if column.required)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], SheetFault(ReasonCode.UNREADABLE_FILE, REQUIRED)),
        ([["Dear Sir or Madam"], ["Tracking #", "nothing else"]], SheetFault(ReasonCode.UNREADABLE_FILE, REQUIRED)),
        ([["Dear Sir"]] * 61 + [SHORT, CLAIM], SheetFault(ReasonCode.UNREADABLE_FILE, REQUIRED)),
        ([SHORT], SheetFault(ReasonCode.NO_ROWS)),
        ([HEADERS, [None] * 13], SheetFault(ReasonCode.NO_ROWS)),
        (
            [["Tracking #", "Patient"]],
            SheetFault(ReasonCode.NO_ROWS, (Field.DISPUTE_DATE, Field.RIN, Field.SERVICE_FROM)),
        ),
    ],
)
def test_no_complaint_in_it(rows: list[list[CellValue]], fault: SheetFault) -> None:
    assert read_claim_sheet(book(*rows), TODAY) == fault


def test_the_headers_may_stand_far_down() -> None:
    letter: list[CellValue] = ["Dear Sir"]
    assert read(*[letter] * 59, *[[]] * 500, SHORT, CLAIM).claims[0].row == 561


def test_the_best_table_of_all_sheets() -> None:
    example = Grid("Example", (tuple(HEADERS), ("T-0", *CLAIM[1:])))
    other = Grid("Log", (("Tracking #", "Patient"), ("T-1", "Ada Sample")))
    empty = Grid("Claims", (tuple(HEADERS),))
    filled = Grid("Sheet2", (tuple(SHORT), tuple(CLAIM)))
    complaint = read_claim_sheet(Workbook((example, other, empty, filled)), TODAY)
    assert isinstance(complaint, Complaint)
    assert complaint.claims[0].tracking_number.value == "193450004656"
    assert read_claim_sheet(Workbook((example, empty)), TODAY) == SheetFault(ReasonCode.NO_ROWS)


def bare(complaint: Complaint) -> tuple[object, ...]:
    """What was read, without the places."""

    def without_place(entry: Entry[Any]) -> Entry[Any]:
        return replace(entry, place=NOWHERE)

    not_said = {"source", "claims", "columns", "how_read"}
    once = [getattr(complaint, name) for name in Complaint.__slots__ if name not in not_said]
    per_claim = [
        without_place(getattr(claim, name))
        for claim in complaint.claims
        for name in ClaimIssue.__slots__
        if name != "row"
    ]
    return (*map(without_place, once), *per_claim)


cells = st.one_of(st.none(), st.text(max_size=12), st.integers(0, 10**12), st.floats(), st.dates())
claims = st.lists(st.lists(cells, min_size=12, max_size=12).map(lambda rest: ["T-1", *rest]), min_size=1, max_size=4)


@given(
    claims,
    st.permutations(range(16)),
    st.integers(0, 5),
    st.integers(0, 4),
    st.lists(st.integers(1, 5), max_size=3),
)
def test_order_extra_columns_blank_rows_and_position_do_not_matter(
    rows: list[list[CellValue]], order: list[int], down: int, right: int, blanks: list[int]
) -> None:
    extras: list[CellValue] = ["Our account", "Biller's initials", "CPT"]
    table = [[*HEADERS, *extras], *([*row, "12", "PC", 99213] for row in rows)]
    for blank in blanks:
        table.insert(blank, [])
    moved: list[list[CellValue]] = [[None] * right + [row[index] for index in order if row] for row in table]
    block: list[list[CellValue]] = [["MCO: Aetna"]]
    assert bare(read(*block, *[[]] * down, *moved)) == bare(read(*block, HEADERS, *rows))


def test_values_with_flaws_keep_their_place() -> None:
    complaint = read(
        ["NPI", "12345"],
        ["Category", "Astrology"],
        SHORT,
        ["1.93450004656E+11", "2/30/2026", "#N/A", "12345", "13/4/2026"],
        [1234567890123456789.0, "soon", "#REF!", "ABC", "March 14"],
    )
    flaws = [
        (entry.flaw, entry.place.row, entry.place.column)
        for claim in complaint.claims
        for entry in (claim.tracking_number, claim.dispute_date, claim.member_name, claim.rin, claim.service_from)
    ]
    assert flaws == [
        (Flaw.SHORTENED_NUMBER, 4, "A"), (Flaw.NO_SUCH_DATE, 4, "B"), (Flaw.ERROR_CELL, 4, "C"),
        (Flaw.WRONG_LENGTH, 4, "D"), (Flaw.AMBIGUOUS_DATE, 4, "E"),
        (Flaw.LOST_DIGITS, 5, "A"), (Flaw.NOT_A_DATE, 5, "B"), (Flaw.ERROR_CELL, 5, "C"),
        (Flaw.NOT_DIGITS, 5, "D"), (Flaw.NO_YEAR, 5, "E"),
    ]  # fmt: skip
    assert (complaint.npi.flaw, complaint.npi.place) == (Flaw.WRONG_LENGTH, Place(1, "B"))
    assert (complaint.category.flaw, complaint.category.written) == (Flaw.NOT_A_CHOICE, "Astrology")
    assert complaint.claims[0].service_from.meant == ("2026-04-13",)
