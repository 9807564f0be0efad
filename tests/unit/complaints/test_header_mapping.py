"""What billing offices write above their columns."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.model import Field
from complaints.sheet_reading import HEADERS

MEANT = {
    Field.TRACKING_NUMBER: (
        "Tracking #", "MCO Tracking No.", "Dispute Tracking Number", "Reference #", "Ref No", "TRACKING_NUMBER",
        "trackingNumber", "Meridian Tracking #", "Tracknig Number", "MCO tracking number *", "Case Number",
        "  tracking   number  ", "Tracking Number\n(from the plan)", "Dispute ID", "Appeal #",
    ),
    Field.DISPUTE_DATE: (
        "Dispute date", "Date submitted to plan", "Date Filed with MCO", "Date dispute\nsubmitted to MCO*",
        "Date dispute was sent to the plan", "Date filed with MCO's internal process", "Dispute submission date",
        "Date of dispute submission to health plan", "Date we submitted the dispute to the MCO", "DisputeDate",
        "Date sent", "dispute dt (mm/dd/yyyy)",
    ),
    Field.RESPONSE_DATE: ("MCO Response Dt", "Date of response from MCO", "Decision Date", "Date response received"),
    Field.MEMBER_NAME: ("Patient", "Patient Name (Last, First)", "Member's Name", "Recipient name", "Enrollee"),
    Field.RIN: ("RIN", "Member ID", "Recipient ID", "Medicaid ID", "Recipent ID", "RIN (9 digits)", "Medicaid #"),
    Field.SERVICE_FROM: ("DOS", "DOS From", "From DOS", "Service From Date", "From Date", "DOS (from - to)",
                         "Dates of Service"),
    Field.SERVICE_TO: ("DOS To", "To DOS", "Service Thru Date", "Thru Date", "Date of service (through)"),
    Field.CLAIM_NUMBER: ("ICN", "Claim #", "Claim No.", "MCO Claim ID", "claim number"),
    Field.AUTHORIZATION_NUMBER: ("Auth #", "Prior Auth #", "PA Number", "Authorization"),
    Field.BILLED_AMOUNT: ("Billed", "Charges", "Total Charge", "Billed Amt ($)", "Amount billed"),
    Field.PAID_AMOUNT: ("Amt Paid", "Paid", "Payment Amount"),
    Field.DENIAL_REASON: ("CARC", "Denial code", "Denial Reason/CARC", "Reason for denial"),
    Field.NOTES: ("Comments", "Provider Comments", "Remarks"),
    Field.MCO: ("Plan", "Health Plan", "Payer", "MCO Name", "Managed Care Organization"),
    Field.PROVIDER_NAME: ("Provider", "Billing Provider Name", "Facility"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "field"), [(header, field) for field, said in MEANT.items() for header in said])
def test_a_header_means_its_field(header: str, field: Field) -> None:
    match = HEADERS.match(header)
    assert match is not None
    assert match.field is field


@pytest.mark.parametrize(
    "header",
    [
        "", "  ", "#", "No.", "Date", "Name", "Date of Denial", "DOB", "Member Date of Birth", "Paid Date", "CPT",
        "Status", "Date resubmitted", "Dispute Status", "Claim Submitted Date", "Ticket number", "12345", "10/15/2026",
        "Response due date", "MCO Response Due Date", "State tracking number", "Date authorization submitted",
        "Sincerely yours " * 10,
    ],
)  # fmt: skip
def test_a_header_of_something_else_means_nothing(header: str) -> None:
    assert HEADERS.match(header) is None


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Case Number", "Tracking #"], {Field.TRACKING_NUMBER: 1}),
        (["Member ID", "Medicaid ID"], {Field.RIN: 1}),
        (["Date sent", "Dispute Date"], {Field.DISPUTE_DATE: 1}),
        (["Tracking #", "Tracking #"], {Field.TRACKING_NUMBER: 0}),
        (["Tracknig #", "Tracking Number"], {Field.TRACKING_NUMBER: 1}),
        ([None, 5.0, "RIN", True], {Field.RIN: 2}),
    ],
)
def test_each_field_takes_its_best_column(headers: list[str | float | None], columns: dict[Field, int]) -> None:
    assert HEADERS.map_row(headers) == columns


SPELLINGS = [
    (column.field, spelling.removeprefix("… "))
    for column in CLAIM_COLUMNS
    for spelling in (column.header, *column.synonyms)
]


@given(
    st.sampled_from(SPELLINGS),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["{}", "{}*", " {} ", "{} (required)", "{}:", "* {}", "{}\n", "\u00a0{}", "{} (MM/DD/YYYY)"]),
)
def test_case_and_marks_do_not_matter(known: tuple[Field, str], case: Callable[[str], str], frame: str) -> None:
    field, spelling = known
    match = HEADERS.match(frame.format(case(spelling)))
    assert match is not None
    assert match.field is field


@given(st.text())
def test_any_text_may_be_a_header(text: str) -> None:
    match = HEADERS.match(text)
    assert match is None or match.field in Field
