"""What people write instead of filling a sheet."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.model import Complaint, Field, Flaw, Source
from conversations.labelled_text import LABELS, read_text

TODAY = date(2026, 11, 24)
OCTOBER_15 = date(2026, 10, 15)
Row = tuple[str | None, date | None]


def read(text: str) -> Complaint:
    complaint = read_text(text, TODAY)
    assert complaint is not None
    return complaint


def rows(complaint: Complaint) -> list[Row]:
    return [(claim.tracking_number.value, claim.dispute_date.value) for claim in complaint.claims]


ONE_COMPLAINT = [
    "MCO: Meridian\nTracking number: T-12\nDate submitted to MCO: 10/15/2026",
    "Plan - Meridian\nTracking # T-12\nDispute date = Oct 15, 2026",
    "Health plan = Meridian\nRef #: T-12\nDate we submitted the dispute to the MCO: October 15, 2026",
    "- MCO: Meridian\n- Tracking #: T-12\n- Date filed with the plan: 10/15/26",
    "1. MCO: Meridian\n2. Tracking no. T-12\n3. Dispute date: 2026-10-15",
    "* MCO: *Meridian*\n* Tracking number: T-12.\n* Date of dispute: 10/15/2026.",
    "*MCO:* Meridian\n*Tracking number:* T-12\n*Dispute date:* 10/15/2026",
    "MCO\tMeridian\nTracking number\tT-12\nDispute date\t10/15/2026",
    "The MCO is Meridian.\nThe tracking number is T-12.\nThe dispute was submitted on October 15, 2026.",
    "MCO: Meridian; Tracking #: T-12; Dispute date: 10/15/2026",
    "MCO: Meridian, Tracking #: T-12, Dispute date: 10/15/2026",
    "MCO: Meridian Tracking #: T-12 Dispute date: 10/15/2026",
    "MCO: Meridian | Tracking number: T-12 | Date sent to plan: 10/15/2026",
    "MCO:\nMeridian\nTracking number:\nT-12\nDispute date:\n10/15/2026",
    "MCO\n\nMeridian\n\nTracking number\n\nT-12\n\nDispute date\n\n10/15/2026",
    "Hello,\n\nplease help us.\n\nMCO : Meridian\nTRACKING NUMBER : T-12\nDISPUTE DATE : 10/15/2026\n\nThanks,\nPat",
    "Complaint 1: MCO: Meridian\nTracking number: T-12\nDispute date: 10/15/2026",
    "Tracking number\tDispute date\tMCO\nT-12\t10/15/2026\tMeridian",
    "MCO: Meridian\r\nTracking\u00a0number:\u00a0T-12\r\nDispute date: 10/15/2026\r\n",
    "MCO: Meridian\nTracking number: T-12\nTracking number: T-12\nDispute date: 10/15/2026",
]


@pytest.mark.parametrize("text", ONE_COMPLAINT)
def test_one_complaint_in_many_spellings(text: str) -> None:
    complaint = read(text)
    assert complaint.source is Source.TEXT
    assert complaint.mco.value == "Meridian"
    assert rows(complaint) == [("T-12", OCTOBER_15)]
    assert complaint.claims[0].row == 1


def test_every_other_field_has_its_label_too() -> None:
    complaint = read(
        """MCO: Aetna
        Provider: Lakeside Clinic
        NPI 1234567893
        HFS provider ID: 036123456789
        Contact: Pat Clerk
        Phone: 312-555-0100
        E-mail: pat@clinic.example
        Issue category: claims
        Tracking number: T-12
        Dispute date: Thursday, October 15, 2026
        MCO response date: 11/2/2026
        Patient: Ada Sample
        RIN: 012345678
        DOS: 9/1/2026 - 9/5/2026
        Claim #: C-77
        Auth #: A-5
        Billed amount: $1,234.50
        Paid: $0.00
        Denial reason: CO-16: lacks information
        Notes: first line
        and the second

        Description: they deny
        every claim."""
    )
    claim = complaint.claims[0]
    assert complaint.provider_name.value == "Lakeside Clinic"
    assert (complaint.npi.value, complaint.hfs_id.value) == ("1234567893", "036123456789")
    assert (complaint.contact_name.value, complaint.phone.value) == ("Pat Clerk", "312-555-0100")
    assert (complaint.email.value, complaint.category.value) == ("pat@clinic.example", "claims_and_payment")
    assert (claim.dispute_date.value, claim.response_date.value) == (OCTOBER_15, date(2026, 11, 2))
    assert (claim.member_name.value, claim.rin.value) == ("Ada Sample", "012345678")
    assert (claim.service_from.value, claim.service_to.value) == (date(2026, 9, 1), date(2026, 9, 5))
    assert (claim.claim_number.value, claim.authorization_number.value) == ("C-77", "A-5")
    assert (claim.billed_amount.value, claim.paid_amount.value) == (123450, 0)
    assert (claim.denial_reason.value, claim.notes.value) == ("CO-16: lacks information", "first line\nand the second")
    assert complaint.description.value == "they deny\nevery claim."


D1, D2 = date(2026, 10, 1), date(2026, 10, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MCO: Aetna\nTracking number: A1\nDate submitted: 10/1/2026\n\nTracking number: B2\nDate submitted: 10/2/2026",
         [("A1", D1), ("B2", D2)]),
        ("MCO: Aetna\nDate submitted: 10/1/2026\nTracking #: A1\nDate submitted: 10/2/2026\nTracking #: B2",
         [("A1", D1), ("B2", D2)]),
        ("MCO: Aetna\nDate submitted: 10/1/2026\nTracking #: A1\nTracking #: B2\nDate submitted: 10/2/2026",
         [("A1", D1), ("B2", D2)]),
        ("MCO: Aetna\nDispute date: 10/1/2026\nTracking numbers: A1, B2 and C3",
         [("A1", D1), ("B2", D1), ("C3", D1)]),
        ("MCO: Aetna\nDispute date: 10/1/2026\nTracking numbers:\n- A1\n- B2\n", [("A1", D1), ("B2", D1)]),
        ("MCO: Aetna\nTracking number: A1\nDate submitted: 10/1/2026\n\nTracking number:\nDate submitted:\n",
         [("A1", D1), (None, None)]),
        ("MCO: Aetna\nDispute date: 10/1/2026\nPatient: Ada\n\nDispute date: 10/2/2026\nPatient: Bob",
         [(None, D1), (None, D2)]),
        ("MCO: Aetna\nDate submitted | Tracking number\n10/1/2026 | A1\n10/2/2026 | B2\n", [("A1", D1), ("B2", D2)]),
        ("MCO: Aetna\n1) Tracking #: A1, Dispute date: 10/1/2026\n2) Tracking #: B2, Dispute date: 10/2/2026",
         [("A1", D1), ("B2", D2)]),
        ("MCO: Aetna\nTracking number: 1934 5000 4656, and more\nDispute date: 10/1/2026",
         [("1934 5000 4656, and more", D1)]),
    ],
)  # fmt: skip
def test_several_complaints_in_their_order(text: str, expected: list[Row]) -> None:
    complaint = read(text)
    assert rows(complaint) == expected
    assert [claim.row for claim in complaint.claims] == list(range(1, len(expected) + 1))
    assert complaint.mco.value == "Aetna"


def test_several_mcos_stay_with_their_claims() -> None:
    complaint = read("MCO: Aetna\nTracking #: A1\nTracking #: A2\nMCO: Molina\nTracking #: B1\nDispute date: 10/1/2026")
    assert complaint.mco.is_blank
    below = read("Tracking #: A1\nMCO: Aetna\nTracking #: B1\nMCO: Molina")
    assert [(claim.mco.value, claim.tracking_number.value) for claim in below.claims] == [
        ("Aetna", "A1"), ("Molina", "B1")]  # fmt: skip
    assert [(claim.mco.value, claim.tracking_number.value) for claim in complaint.claims] == [
        ("Aetna", "A1"), ("Aetna", "A2"), ("Molina", "B1")]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "MCO: Aetna\nTracking number:\nDispute date:\n",
        "MCO: Aetna\nTracking number: ____\nDispute date: [date]\n\nThanks,\nPat",
        "MCO: Aetna\n\nTracking number:\n\nDispute date:\n\nThank you 2 all",
    ],
)
def test_a_blank_form_is_a_complaint_with_missing_fields(text: str) -> None:
    complaint = read(text)
    assert complaint.mco.value == "Aetna"
    assert complaint.claims[0].tracking_number.is_blank
    assert complaint.claims[0].dispute_date.is_blank


def test_a_plain_date_is_not_taken_for_the_dispute_date() -> None:
    assert rows(read("MCO: Aetna\nTracking number: A1\nDate: 10/15/2026")) == [("A1", None)]


def test_flaws_are_kept() -> None:
    claim = read("MCO: Aetna\nTracking number: 1.93E+11\nDispute date: 13/4/2026\nRIN: 1234").claims[0]
    assert (claim.tracking_number.flaw, claim.dispute_date.flaw, claim.rin.flaw) == (
        Flaw.SHORTENED_NUMBER, Flaw.AMBIGUOUS_DATE, Flaw.WRONG_LENGTH)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello,\ncan you tell me what became of my complaint against Meridian?\nThanks, Pat",
        "The MCO is refusing to pay us, and our provider is upset. The claim was denied on 10/15/2026.",
        "We got tracking number T-12 from them and the RIN is on file.",
        "Regards\nPat Clerk\nPhone: 312-555-0100\nE-mail: pat@clinic.example\nContact: Pat",
        "Provider: Lakeside Clinic\nNPI: 1234567893\nPhone: 312-555-0100",
        "From: pat@clinic.example\nTo: intake@state.example\nDate: Oct 15, 2026\nSubject: MCO",
        "Tracking number: T-12",
        "> MCO: Meridian\n> Tracking number: T-12\n> Dispute date: 10/15/2026",
        "Please see below.\n\nOn Tue, Nov 3, 2026 at 9:00 AM Pat wrote:\n\nMCO: Meridian\nTracking number: T-12",
        "See below.\n\nOn Tue, Nov 3, 2026 at 9:00 AM Pat\n<pat@clinic.example> wrote:\nMCO: Aetna\nTracking #: 1",
        "See below.\n-----Original Message-----\nMCO: Meridian\nTracking number: T-12",
        "See below.\nFrom: Pat\nSent: Tuesday\nTo: us\nMCO: Meridian\nTracking number: T-12",
        "Hello\n-- \nMCO: Meridian\nTracking number: T-12",
    ],
)
def test_no_complaint(text: str) -> None:
    assert read_text(text, TODAY) is None


def test_an_answer_under_a_quote_is_read() -> None:
    text = "On Tuesday, Nov 3, 2026, the desk wrote:\n> MCO: Aetna\n> Tracking number: X-9\n\n" + ONE_COMPLAINT[0]
    assert rows(read(text)) == [("T-12", OCTOBER_15)]


@pytest.mark.parametrize("name", ["From", "To"])
def test_labels_of_a_letter_are_none_of_ours(name: str) -> None:
    assert LABELS.match(name) is None


labels = st.sampled_from(["MCO", "Tracking number", "Tracking #", "Dispute date", "Notes", "NPI", "Date", "On x", "Hi"])
separators = st.sampled_from([":", " = ", " - ", "\t", " is ", " ", "|", "\n", ": \n\n"])
values = st.text(max_size=20) | st.sampled_from(["T-1", "10/15/2026", "A1, B2", "MCO: x"])
lines = st.lists(st.tuples(labels, separators, values).map("".join), max_size=12)


@given(st.text() | lines.map("\n".join))
def test_any_text_is_read_without_surprise(text: str) -> None:
    complaint = read_text(text, TODAY)
    assert complaint is None or [claim.row for claim in complaint.claims] == list(range(1, len(complaint.claims) + 1))


@given(
    st.from_regex(r"[A-Z]{1,4}-?[0-9]{2,9}", fullmatch=True),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.permutations([0, 1, 2]),
    st.sampled_from([": ", " = ", "\t", " - ", ":\n", " :  "]),
)
def test_what_is_written_is_read_in_any_order(number: str, day: date, order: list[int], separator: str) -> None:
    said = ("MCO", "Molina"), ("MCO tracking number", number), ("Date filed with MCO", f"{day:%m/%d/%Y}")
    written = [label + separator + value for label, value in said]
    complaint = read("\n".join(written[index] for index in order))
    assert (complaint.mco.value, rows(complaint)) == ("Molina", [(number, day)])
    assert Field.MCO not in complaint.columns
