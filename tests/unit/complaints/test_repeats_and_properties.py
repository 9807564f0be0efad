"""Claims filed already, warnings, and what holds for all rules together."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.eligibility import OpenClaim, judge
from complaints.identifiers import BCBSIL
from complaints.model import ClaimIssue, Complaint, Entry, Flaw, Source
from complaints.verdict import Outcome, ReasonCode, Verdict
from tests.unit.complaints.making import TODAY, ago, day, facts, row, said
from tests.unit.complaints.test_eligibility import MERIDIAN, MOLINA, accepted, codes, only, verdict_on

# 13: duplicates

FILED = OpenClaim("2026-000001-1", MERIDIAN, "TRK000014", "CLM000014", "000000014", date(2026, 8, 3))


@pytest.mark.parametrize(
    ("claim", "known", "is_filed"),
    [
        ({}, {}, True),
        ({"tracking_number": said("trk 000014")}, {}, True),
        ({"tracking_number": said("TRK-15")}, {}, False),
        ({}, {"mco": MOLINA}, False),
        ({"claim_number": said("CLM-OTHER")}, {}, False),  # both have claim numbers: nothing else counts
        ({"claim_number": Entry()}, {}, True),  # RIN and service date say it
        ({"claim_number": said("n/a")}, {}, True),
        ({"claim_number": Entry(), "service_from": day(date(2026, 8, 4))}, {}, False),
        ({"claim_number": Entry()}, {"claim_number": "", "rin": "000000099"}, False),
        ({}, {"claim_number": "", "rin": "", "service_from": None}, True),  # nothing tells them apart
        ({"rin": Entry()}, {"claim_number": ""}, False),  # each says something, but not the same thing
    ],
)
def test_a_claim_that_is_on_an_open_ticket(claim: Any, known: Any, is_filed: bool) -> None:
    verdict = verdict_on(row(14, **claim), known=facts(open_claims=(replace(FILED, **known),)))
    tickets = [(finding.row, finding.ticket) for finding in verdict.findings if finding.code is ReasonCode.DUPLICATE]
    assert tickets == ([(14, FILED.ticket)] if is_filed else [])


def test_a_claim_told_in_words_with_nothing_but_its_tracking_number() -> None:
    claim = ClaimIssue(1, tracking_number=said("TRK-000014"), dispute_date=day(ago(40)))
    complaint = Complaint(Source.TEXT, (claim,), mco=said("Meridian"))
    assert only(judge(complaint, facts(open_claims=(FILED,)), TODAY)).ticket == FILED.ticket


def test_a_row_that_repeats_an_earlier_one() -> None:
    verdict = verdict_on(row(14), row(15), replace(row(14), row=16), replace(row(14), row=17))
    repeats = [(finding.row, finding.other_row, finding.ticket) for finding in verdict.findings]
    assert repeats == [(16, 14, None), (17, 14, None)]
    assert accepted(verdict) == [14, 15]


def test_the_corrected_copy_of_a_faulty_row_is_filed() -> None:
    verdict = verdict_on(row(14, filed=ago(400)), replace(row(14), row=15), replace(row(14), row=16))
    assert codes(verdict) == [("too_late", 14), ("duplicate", 16)]
    assert accepted(verdict) == [15]


def test_one_tracking_number_for_many_claims() -> None:
    shared = said("TRK-1")
    verdict = verdict_on(*(row(number, tracking_number=shared) for number in range(14, 60)))
    assert verdict.outcome is Outcome.ACCEPTED


# Warnings


def test_an_answer_long_ago() -> None:
    verdict = verdict_on(row(14, response_date=day(ago(31))), row(15, response_date=day(ago(30))))
    assert codes(verdict) == [("answered_long_ago", 14)]
    assert verdict.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("claim", "mco", "code"),
    [
        ({"tracking_number": said("1913700CJT00")}, "BCBSIL", "looks_like_claim_number"),
        ({"tracking_number": said("1913700CJT00")}, "Molina", None),
        ({"tracking_number": said("CLM 000014")}, "Molina", "looks_like_claim_number"),  # the row's own claim number
        ({"tracking_number": said("262880000001"), "dispute_date": day(date(2026, 10, 15))}, "BCBSIL", None),
        (
            {"tracking_number": said("262890000001"), "dispute_date": day(date(2026, 10, 15))},
            "BCBSIL",
            "tracking_date_disagrees",
        ),
    ],
)
def test_what_tracking_numbers_tell(claim: Any, mco: str, code: str | None) -> None:
    verdict = verdict_on(row(14, **claim), mco=mco)
    assert codes(verdict) == ([(code, 14)] if code else [])
    assert verdict.outcome is Outcome.ACCEPTED


def test_the_date_in_a_tracking_number_is_told() -> None:
    finding = only(verdict_on(row(14, filed=date(2026, 10, 15), tracking_number=said("262890000001")), mco=BCBSIL))
    assert (finding.choices, finding.dispute_date) == (("2026-10-16",), date(2026, 10, 15))


@pytest.mark.parametrize(
    ("reasons", "differ"),
    [
        (("CO-16", "16", "CARC 16", "16 - lacks information", "016"), False),
        (("CO-16", "CO-97"), True),
        (("CO-16", ""), False),
        (("CO-16", "n/a"), False),
        (("timely filing", "TIMELY-FILING"), False),
        (("timely filing", "lacks authorization"), True),
        (("A1", "1"), True),
    ],
)
def test_different_denial_reasons(reasons: tuple[str, ...], differ: bool) -> None:
    rows = (row(number, denial_reason=said(reason)) for number, reason in enumerate(reasons, 14))
    verdict = verdict_on(*rows)
    assert codes(verdict) == ([("different_denial_reasons", None)] if differ else [])
    assert verdict.outcome is Outcome.ACCEPTED


# What holds for all

FAULTS: list[dict[str, Any]] = [
    {},
    {"filed": ago(12)},
    {"filed": ago(61)},
    {"filed": ago(-1)},
    {"filed": None},
    {"tracking_number": Entry()},
    {"tracking_number": said("1.9E+11", Flaw.SHORTENED_NUMBER)},
    {"rin": said("1234")},
    {"member_name": Entry()},
    {"mco": said("Anthem")},
    {"mco": said("IlliniCare")},
    {"mco": said("Medicare")},
    {"denial_reason": said("CO-97")},
    {"billed_amount": said("much", Flaw.NOT_AN_AMOUNT)},
    {"response_date": day(ago(50))},
]
NUMBERED_ROWS = st.lists(st.sampled_from(FAULTS), min_size=1, max_size=8).map(
    lambda faults: [row(number, **fault) for number, fault in enumerate(faults, 14)]
)


@given(NUMBERED_ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_rows_verdict(rows: list[ClaimIssue], random: Any) -> None:
    def by_row(verdict: Verdict) -> dict[int, tuple[object, bool]]:
        return {claim.claim.row: (claim.findings, claim.accepted) for claim in verdict.claims}

    shuffled = random.sample(rows, len(rows))
    assert by_row(verdict_on(*shuffled)) == by_row(verdict_on(*rows))
    assert verdict_on(*rows) == verdict_on(*rows)


@given(NUMBERED_ROWS, st.sampled_from(FAULTS), st.booleans(), st.integers(0, 8))
def test_another_row_changes_no_other_rows_acceptance(
    rows: list[ClaimIssue], fault: dict[str, Any], is_copy: bool, position: int
) -> None:
    """Unless it is a sound row that another one repeats: then the earlier of the two is filed."""
    other = replace(row(99, **fault), tracking_number=rows[0].tracking_number) if is_copy else row(99, **fault)
    before, after = verdict_on(*rows), verdict_on(*rows[:position], other, *rows[position:])
    if is_copy and 99 in accepted(after):
        return
    assert [number for number in accepted(after) if number != 99] == accepted(before)


@given(NUMBERED_ROWS)
def test_a_row_is_accepted_exactly_when_nothing_rejects_it_or_the_whole(rows: list[ClaimIssue]) -> None:
    verdict = verdict_on(*rows)
    whole = any(finding.rejects for finding in verdict.whole_findings)
    for claim in verdict.claims:
        assert claim.accepted is not (whole or any(finding.rejects for finding in claim.findings))
        assert all(finding.row == claim.claim.row for finding in claim.findings)


def test_ten_thousand_rows_with_one_tracking_number_are_each_looked_up_once() -> None:
    """Every second row repeats the one before it. Comparing each with each would take minutes."""
    rows = [
        row(number, tracking_number=said("TRK-1"), rin=said(f"{number // 2:09}"), claim_number=Entry())
        for number in range(10_000)
    ]
    verdict = verdict_on(*rows)
    assert len(accepted(verdict)) == 5_000
    assert all(finding.other_row == (finding.row or 0) - 1 for finding in verdict.findings)
