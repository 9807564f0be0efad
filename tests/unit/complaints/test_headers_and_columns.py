"""Which column is taken for what, and what is told of it."""

from datetime import date

import pytest

from complaints.cells import CellValue, Merged
from complaints.claim_sheet import STATUS_HEADER
from complaints.how_read import ColumnRead, How, Note, NoteCode
from complaints.model import Field
from tests.unit.complaints.sheet_making import (
    SHORT,
    Row,
    claim,
    numbers,
    read,
    told,
)

SERVICE = Merged(0, 3, 0, 4)


@pytest.mark.parametrize(
    ("upper", "lower", "merged", "fields"),
    [
        (
            ["Tracking", "Dispute", "Member", "Member", "Service", "Billed"],
            ["Number", "Date", "Name", "ID", "From Date", "Amount"],
            (),
            {Field.TRACKING_NUMBER: "A", Field.DISPUTE_DATE: "B", Field.MEMBER_NAME: "C", Field.RIN: "D",
             Field.SERVICE_FROM: "E", Field.BILLED_AMOUNT: "F"},
        ),
        (
            ["Tracking #", "Dispute date", "RIN", "Date of service", None, "Patient name"],
            [None, None, None, "From", "To", None],
            (SERVICE, Merged(0, 0, 1, 0)),
            {Field.TRACKING_NUMBER: "A", Field.DISPUTE_DATE: "B", Field.RIN: "C", Field.SERVICE_FROM: "D",
             Field.SERVICE_TO: "E", Field.MEMBER_NAME: "F"},
        ),
        (
            ["Claim", None, "Dispute", None, "Member", None],
            ["Number", "Date submitted", "Number", "Date submitted", "Name", "ID"],
            (Merged(0, 0, 0, 1), Merged(0, 2, 0, 3), Merged(0, 4, 0, 5)),
            {Field.CLAIM_NUMBER: "A", Field.TRACKING_NUMBER: "C", Field.DISPUTE_DATE: "D", Field.MEMBER_NAME: "E",
             Field.RIN: "F"},
        ),
        (
            ["Claim information", None, None, "Dispute information", None],
            ["Patient", "RIN", "DOS", "Tracking number", "Date submitted"],
            (Merged(0, 0, 0, 2), Merged(0, 3, 0, 4)),
            {Field.MEMBER_NAME: "A", Field.RIN: "B", Field.SERVICE_FROM: "C", Field.TRACKING_NUMBER: "D",
             Field.DISPUTE_DATE: "E"},
        ),
        (
            ["Tracking #", "Dispute date", "Patient", "RIN", "DOS"],
            ["(from the plan)", "(mm/dd/yyyy)", "(last, first)", "(9 digits)", "(first day)"],
            (),
            {Field.TRACKING_NUMBER: "A", Field.DISPUTE_DATE: "B", Field.MEMBER_NAME: "C", Field.RIN: "D",
             Field.SERVICE_FROM: "E"},
        ),
    ],
)  # fmt: skip
def test_headers_in_two_lines(upper: Row, lower: Row, merged: tuple[Merged, ...], fields: dict[Field, str]) -> None:
    values: dict[str, CellValue] = {}
    for field, letter in fields.items():
        text = {Field.RIN: "100000001", Field.MEMBER_NAME: "Ada Sample", Field.TRACKING_NUMBER: "T-100"}.get(field)
        values[letter] = text or ("10/15/2026" if "date" in field or "service" in field else "77")
    row: Row = [values.get(letter) for letter in "ABCDEF"]
    complaint = read(upper, lower, row, merged=merged)
    assert complaint.columns == fields
    assert numbers(complaint) == [3]


def test_a_title_merged_over_the_table_is_no_header() -> None:
    complaint = read(["Aetna claims in dispute"], SHORT, claim(1), merged=(Merged(0, 0, 0, 4),))
    assert (told(complaint).header_row, told(complaint).columns[0].header) == (2, "Tracking #")


def test_every_column_is_told() -> None:
    complaint = read(
        ["Our acct", "Tracknig number", None, "Dispute date", "CPT", "RIN", STATUS_HEADER],
        ["12", "T-1", None, "10/15/2026", 99213.0, "100000001", "Row 2 is in order"],
    )
    assert told(complaint).columns == (
        ColumnRead("A", "Our acct"),
        ColumnRead("B", "Tracknig number", Field.TRACKING_NUMBER, How.SPELLING),
        ColumnRead("D", "Dispute date", Field.DISPUTE_DATE),
        ColumnRead("E", "CPT"),
        ColumnRead("F", "RIN", Field.RIN),
    )
    assert told(complaint).notes == (Note(NoteCode.COLUMNS_NOT_USED, columns=("A", "E")),)


RINS: Row = ["100000001", "100000002", "100000003"]
T12: Row = [262450004656.0, 262460004657.0, 262470004658.0]
LETTERS: Row = ["PDX-1", "PDX-2", "PDX-3"]
DATES: Row = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)]


@pytest.mark.parametrize(
    ("headers", "columns", "taken", "how"),
    [
        (("Reference #", "Case number"), (DATES, T12), "B", How.VALUES),
        (("Tracking #", "Tracking #"), ([None, None, None], LETTERS), "B", How.VALUES),
        (("Tracking #", "Reference #"), (["n/a", "pending", None], LETTERS), "B", How.VALUES),
        (("Tracking #", "Dispute #"), ([12.5, 99.99, 100.25], LETTERS), "B", How.VALUES),
        (("Tracking #", "Dispute #"), (["$12.50", "$1,000.00", "3.10"], LETTERS), "B", How.VALUES),
        (("Tracking #", "Case #"), (["10/1/2026", "10/2/2026", "10/3/2026"], LETTERS), "B", How.VALUES),
        (("Tracking #", "Reference number"), (RINS, LETTERS), "B", How.VALUES),
        (("Case number", "Tracking #"), (LETTERS, T12), "B", How.HEADER),
        (("Tracking #", "Case number"), (LETTERS, T12), "A", How.HEADER),
        (("Case number", "Tracking #"), (LETTERS, LETTERS), "B", How.HEADER),
        (("Reference #", "Case #"), (T12, ["see note", "call", "mail"]), "A", How.HEADER),
    ],
)  # fmt: skip
def test_the_values_decide_which_is_the_tracking_number(
    headers: tuple[str, str], columns: tuple[Row, Row], taken: str, how: How
) -> None:
    rows = [
        [first, second, f"10/{day}/2026", "Ada Sample", rin, "9/1/2026"]
        for first, second, day, rin in zip(*columns, (13, 14, 15), RINS, strict=True)
    ]
    complaint = read([*headers, "Dispute date", "Patient", "RIN", "DOS"], *rows)
    assert complaint.columns[Field.TRACKING_NUMBER] == taken
    column = next(column for column in told(complaint).columns if column.field is Field.TRACKING_NUMBER)
    other = "B" if taken == "A" else "A"
    assert (column.letter, column.how) == (taken, how)
    assert Note(NoteCode.COLUMN_CHOSEN, Field.TRACKING_NUMBER, (taken, other)) in told(complaint).notes


def test_numbers_of_claims_are_no_tracking_numbers() -> None:
    header: Row = ["Tracking #", "Case #", "Claim #", "Dispute date", "RIN"]
    rows: list[Row] = [[f"C-{n}", f"D-{n}", f"c {n}", "10/15/2026", f"10000000{n}"] for n in range(1, 5)]
    assert read(header, *rows).columns[Field.TRACKING_NUMBER] == "B"


@pytest.mark.parametrize(
    ("header", "values", "taken"),
    [
        ("MCO #", ["PDX1", "PDX2", "PDX3"], True),
        ("Inquiry ID", T12, True),
        ("Our account no.", ["PDX1", "PDX2", "PDX3"], False),
        ("Inquiry ID", DATES, False),
        ("Issue #", ["late", "late", "late"], False),
    ],
)
def test_a_vague_header_over_tracking_numbers(header: str, values: Row, taken: bool) -> None:
    rows: list[Row] = [[value, *claim(n)[1:]] for n, value in enumerate(values)]
    complaint = read([header, *SHORT[1:]], *rows)
    assert (Field.TRACKING_NUMBER in complaint.columns) is taken
    assert (Note(NoteCode.COLUMN_CHOSEN, Field.TRACKING_NUMBER, ("A",)) in told(complaint).notes) is taken


def test_the_values_decide_which_is_the_rin() -> None:
    rows: list[Row] = [[*claim(n)[:3], "XYZ-77", f"10000000{n}"] for n in range(3)]
    complaint = read([*SHORT[:3], "Medicaid ID", "Member ID"], *rows)
    assert [claim.rin.value for claim in complaint.claims] == ["100000000", "100000001", "100000002"]
    assert Note(NoteCode.COLUMN_CHOSEN, Field.RIN, ("E", "D")) in told(complaint).notes
