"""A short answer to what we wrote: what it gives to the earlier complaint, and when it gives nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.eligibility import judge
from complaints.mcos import load_roster
from complaints.model import Complaint, Entry, Field, Flaw, Source
from complaints.verdict import Verdict
from conversations.completing import Completed, complete
from conversations.labelled_text import read_text
from tests.unit.complaints.making import CLINIC, HOSPITAL, TODAY, ago, facts, row, said, sheet

NUMBER = "193450004656"
DATE = ago(40)
NO_NUMBER = f"MCO: Meridian\nTracking number:\nDate submitted to MCO: {DATE:%m/%d/%Y}"
NO_DATE = f"MCO: Meridian\nTracking number: {NUMBER}\nDate submitted to MCO:"
NO_PLAN = f"MCO: IlliniCare\nTracking number: {NUMBER}\nDate submitted to MCO: {DATE:%m/%d/%Y}"
NOTHING_BUT_THE_PLAN = "MCO: Meridian\nTracking number: pending"


def told(text: str) -> Verdict:
    complaint = read_text(text, TODAY)
    assert complaint is not None
    return judge(complaint, facts(CLINIC), TODAY)


def completed(earlier: Verdict, answer: str) -> Completed | None:
    return complete(earlier, answer, load_roster(), TODAY)


@pytest.mark.parametrize(
    ("first", "answer", "field", "value"),
    [
        (NO_NUMBER, "the tracking number is 193450004656", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "Tracking number: 193450004656", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "Tracking number:\n193450004656\n\nDana", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "Hi,\n\nSorry! The tracking number is 193450004656. Thanks, Dana", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "Thanks, the tracking number is 193450004656.", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "193450004656", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, f"Hello,\nit's {NUMBER}.\n\nDana Ortiz\n312-555-0142", Field.TRACKING_NUMBER, NUMBER),
        (NO_NUMBER, "The number is 19345-0004656", Field.TRACKING_NUMBER, "19345-0004656"),
        (NO_NUMBER, "Here it is: PDXGR 0000001\n-- \nDana", Field.TRACKING_NUMBER, "PDXGR 0000001"),
        (NO_NUMBER, f"{NUMBER}\n\n> Not filed: no tracking number\n> for example 4711", Field.TRACKING_NUMBER, NUMBER),
        (NO_DATE, f"Date submitted to MCO: {DATE:%m/%d/%Y}", Field.DISPUTE_DATE, DATE),
        (NO_DATE, f"The dispute was submitted on {DATE:%B %d, %Y}.", Field.DISPUTE_DATE, DATE),
        (NO_DATE, f"{DATE:%b. %d, %Y}", Field.DISPUTE_DATE, DATE),
        (NO_DATE, f"It was {DATE:%m/%d/%Y}", Field.DISPUTE_DATE, DATE),
        (NO_PLAN, "MCO: Aetna", Field.MCO, "Aetna"),
        (NO_PLAN, "Aetna", Field.MCO, "Aetna"),
        (NO_PLAN, "We meant YouthCare, thanks", Field.MCO, "YouthCare"),
    ],
)  # fmt: skip
def test_what_was_missing_is_told_in_a_few_words(first: str, answer: str, field: Field, value: object) -> None:
    found = completed(told(first), answer)
    assert found is not None
    (claim,) = found.complaint.claims
    part = found.complaint if field is Field.MCO else claim
    assert getattr(part, field.value).value == value
    assert found.filled == ((None if field is Field.MCO else 1, field),)
    assert judge(found.complaint, facts(CLINIC), TODAY).accepted_claims == (claim,)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Thanks!",
        "Thank you, we will ask Meridian for it.",
        "Is that the number on the remittance?",
        "Our phone is 312-555-0142",
        "Phone: 312-555-0142\nE-mail: billing@clinic.example",
        "I am out of the office until 11/30/2026. Call 312-555-0142.",
        "I am out of the office. Reference number for urgent requests: none",
        "Tracking number: pending",
        "Tracking number: we are still waiting for it",
        "the tracking number is not known yet",
        "2",
        "row 9: 193450004656",
        "> the tracking number is 193450004656\n\nok",
        "On Tuesday, Recourse wrote:\nTracking number: 193450004656",
        "MCO: Meridian",
        "ticket 2026-004187-9",
    ],
)
def test_what_gives_nothing_that_was_asked_for_completes_nothing(answer: str) -> None:
    assert completed(told(NO_NUMBER), answer) is None


def test_two_things_missing_are_told_by_their_labels() -> None:
    earlier = told(NOTHING_BUT_THE_PLAN)
    assert completed(earlier, NUMBER) is None
    found = completed(earlier, f"Tracking number: {NUMBER}\nDate submitted to MCO: {DATE:%m/%d/%Y}\nMember: Pat Sample")
    assert found is not None
    assert {field for _, field in found.filled} == {Field.TRACKING_NUMBER, Field.DISPUTE_DATE}
    (claim,) = found.complaint.claims
    assert (claim.tracking_number.value, claim.dispute_date.value) == (NUMBER, DATE)
    assert claim.member_name.value == "Pat Sample"
    assert found.complaint.source is Source.TEXT


def test_one_of_two_is_taken_and_the_other_stays_missing() -> None:
    found = completed(told(NOTHING_BUT_THE_PLAN), f"The tracking number is {NUMBER}")
    assert found is not None
    after = judge(found.complaint, facts(CLINIC), TODAY)
    assert [finding.field for finding in after.findings] == [Field.DISPUTE_DATE]
    rest = completed(after, f"{DATE:%m/%d/%Y}")
    assert rest is not None
    assert judge(rest.complaint, facts(CLINIC), TODAY).accepted_claims


def test_a_value_that_cannot_be_read_is_taken_so_that_it_can_be_told() -> None:
    found = completed(told(NO_DATE), "Date submitted to MCO: 13/4/2026")
    assert found is not None
    assert found.complaint.claims[0].dispute_date.flaw is Flaw.AMBIGUOUS_DATE


def test_a_date_read_well_but_too_late_is_corrected_by_its_label_only() -> None:
    late = told(f"MCO: Meridian\nTracking number: {NUMBER}\nDate submitted to MCO: {ago(80):%m/%d/%Y}")
    assert completed(late, f"{DATE:%m/%d/%Y}") is None
    found = completed(late, f"Date submitted to MCO: {DATE:%m/%d/%Y}")
    assert found is not None
    assert found.complaint.claims[0].dispute_date.value == DATE


FAULTY = sheet(
    row(8),
    row(9, tracking_number=Entry()),
    row(12, tracking_number=said("1.93E+11", Flaw.SHORTENED_NUMBER)),
    row(13, rin=Entry(), dispute_date=Entry()),
)


def faulty(complaint: Complaint = FAULTY) -> Verdict:
    return judge(complaint, facts(CLINIC), TODAY)


@pytest.mark.parametrize(
    ("answer", "filled"),
    [
        ("row 9: 193450004656", {9: NUMBER}),
        ("Row 9 - 193450004656", {9: NUMBER}),
        ("row 9 is 193450004656", {9: NUMBER}),
        ("Row 9, column C: 193450004656", {9: NUMBER}),
        ("for row 9 it is 193450004656", {9: NUMBER}),
        ("Row 9: the tracking number is 193450004656.", {9: NUMBER}),
        ("Row 9 tracking number 193450004656", {9: NUMBER}),
        ("The tracking number for row 9 is 193450004656", {9: NUMBER}),
        ("Row 9:\nTracking number: 193450004656", {9: NUMBER}),
        ("row 9: 193450004656; row 12: 193000000001", {9: NUMBER, 12: "193000000001"}),
        ("row 9: 193450004656 and row 12: 193000000001", {9: NUMBER, 12: "193000000001"}),
        ("Hi,\n\n- Row 9: 193450004656\n- Row 12: 193000000001\n\nThanks", {9: NUMBER, 12: "193000000001"}),
    ],
)
def test_rows_of_a_sheet_are_completed_by_their_numbers(answer: str, filled: dict[int, str]) -> None:
    found = completed(faulty(), answer)
    assert found is not None
    assert {claim.row: claim.tracking_number.value for claim in found.complaint.claims if claim.row in filled} == filled
    assert [claim.row for claim in found.complaint.claims] == [9, 12, 13]  # row 8 is on a ticket
    assert [claim.row for claim in judge(found.complaint, facts(CLINIC), TODAY).accepted_claims] == list(filled)


@pytest.mark.parametrize(
    "answer",
    [
        "193450004656",
        "the tracking number is 193450004656",  # of row 9 or of row 12?
        "row 8: 193450004656",  # nothing is wrong with it
        "row 99: 193450004656",
        "row 9: we do not have it",
        "row 9: no tracking number",
        "row 9: 10/15/2026 and 10/16/2026",
    ],
)
def test_what_belongs_to_no_row_for_sure_completes_nothing(answer: str) -> None:
    assert completed(faulty(), answer) is None


def test_two_things_missing_in_one_row_are_told_apart_by_their_kind_or_their_labels() -> None:
    by_kind = completed(faulty(), f"row 13: {DATE:%m/%d/%Y}")
    assert by_kind is not None
    assert by_kind.filled == ((13, Field.DISPUTE_DATE),)
    by_label = completed(faulty(), f"Row 13:\nRIN: 990771305\nDispute date: {DATE:%m/%d/%Y}")
    assert by_label is not None
    assert dict.fromkeys(by_label.filled).keys() == {(13, Field.RIN), (13, Field.DISPUTE_DATE)}


def test_a_plan_named_for_the_whole_sheet_stands_in_for_what_its_rows_say() -> None:
    rows = [replace(row(at), mco=said("Sunshine Mutual")) for at in (8, 9)]
    found = completed(faulty(sheet(*rows, mco="")), "The MCO is Meridian.")
    assert found is not None
    assert [claim.row for claim in judge(found.complaint, facts(CLINIC), TODAY).accepted_claims] == [8, 9]


def test_an_agent_says_for_which_provider() -> None:
    earlier = judge(sheet(row(8)), facts(CLINIC, HOSPITAL), TODAY)
    found = completed(earlier, f"HFS provider ID: {HOSPITAL.hfs_id}")
    assert found is not None
    assert judge(found.complaint, facts(CLINIC, HOSPITAL), TODAY).provider_id == HOSPITAL.id
    assert completed(earlier, HOSPITAL.hfs_id) == found


def test_an_accepted_complaint_cannot_be_completed() -> None:
    whole = told(NO_NUMBER.replace("number:", f"number: {NUMBER}"))
    assert whole.accepted_claims
    assert completed(whole, "Tracking number: 4711") is None


def test_several_plans_are_not_settled_by_naming_one() -> None:
    rows = [replace(row(8), mco=said("Aetna")), replace(row(9), mco=said("Molina"))]
    assert completed(faulty(sheet(*rows, mco="")), "MCO: Aetna") is None


def test_the_answer_is_read_as_of_the_day_it_came() -> None:
    found = complete(told(NO_DATE), "Date submitted to MCO: 1/5/27", load_roster(), date(2027, 2, 10))
    assert found is not None
    assert found.complaint.claims[0].dispute_date.value == date(2027, 1, 5)


fragments = st.sampled_from(
    ("row 9", "Row 12:", " ", "\n", "tracking number", " is ", ": ", NUMBER, "10/15/2026", "MCO", "Aetna", "RIN", ";",
     "Date submitted to MCO", "> ", "thanks", "Hi,", "990771305", "for row 13", "-", "#", "and", "2026-004187-9")
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(fragments | st.text(max_size=12), max_size=14).map("".join))
def test_whatever_is_written_only_gaps_are_filled(answer: str) -> None:
    earlier = faulty()
    found = completed(earlier, answer)
    if found is None:
        return
    gaps = {(finding.row, finding.field) for finding in earlier.findings}
    assert set(found.filled) <= gaps
    before = {claim.row: claim for claim in FAULTY.claims}
    for claim in found.complaint.claims:
        filled = {field.value: getattr(claim, field.value) for row_, field in found.filled if row_ == claim.row}
        assert claim == replace(before[claim.row], **filled)
