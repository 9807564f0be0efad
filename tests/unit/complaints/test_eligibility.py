"""The intake rules, one after the other, and what holds for all of them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.eligibility import RULES, Facts, judge
from complaints.model import ClaimIssue, Complaint, Coverage, Entry, Field, Flaw, Place, Source
from complaints.verdict import Finding, Outcome, ReasonCode, Severity, Verdict
from tests.unit.complaints.making import CLINIC, HOSPITAL, TODAY, ago, day, facts, row, said, sheet

MERIDIAN = "Meridian Health Plan of Illinois"
MOLINA = "Molina Healthcare of Illinois"
AETNA = "Aetna Better Health of Illinois"


def verdict_on(*rows: ClaimIssue, known: Facts | None = None, today: date = TODAY, **block: Any) -> Verdict:
    return judge(sheet(*rows, **block), known or facts(), today)


def codes(verdict: Verdict) -> list[tuple[str, int | None]]:
    return [(finding.code.value, finding.row) for finding in verdict.findings]


def only(verdict: Verdict) -> Finding:
    (finding,) = verdict.findings
    return finding


def accepted(verdict: Verdict) -> list[int]:
    return [claim.row for claim in verdict.accepted_claims]


# The verdict


def test_a_complaint_in_order_is_accepted_and_every_rule_was_asked() -> None:
    verdict = verdict_on(row(14), row(15))
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.findings == ()
    assert (verdict.mco, verdict.provider_id, verdict.today) == (MERIDIAN, CLINIC.id, TODAY)
    assert [asked.rule for asked in verdict.asked] == [rule.name for rule in RULES]
    assert not any(asked.hit for asked in verdict.asked)


def test_the_rules_stand_in_the_order_of_their_table() -> None:
    assert [rule.name for rule in RULES] == [
        "no_rows",
        "not_registered",
        "missing_dispute_date",
        "missing_tracking_number",
        "too_early",
        "too_late",
        "date_in_future",
        "template_required",
        "several_mcos",
        "unknown_mco",
        "mco_not_active",
        "missing_field",
        "invalid_field",
        "medicare_only",
        "fee_for_service",
        "duplicate",
        "before_program",
        "answered_long_ago",
        "looks_like_claim_number",
        "tracking_date_disagrees",
        "different_denial_reasons",
    ]


def test_a_faulty_row_leaves_the_others_accepted() -> None:
    verdict = verdict_on(row(14), row(15, filed=ago(12)), row(16))
    assert verdict.outcome is Outcome.PARTLY_ACCEPTED
    assert accepted(verdict) == [14, 16]
    assert [finding.code for finding in verdict.claims[1].findings] == [ReasonCode.TOO_EARLY]


def test_all_faults_are_named_at_once_in_the_order_of_the_rules() -> None:
    faulty = row(
        14, filed=ago(70), tracking_number=said("n/a"), rin=said("12345678", Flaw.WRONG_LENGTH), member_name=Entry()
    )
    verdict = verdict_on(faulty, coverage=Entry(Coverage.MEDICARE, "Medicare"))
    assert codes(verdict) == [
        ("missing_tracking_number", 14),
        ("too_late", 14),
        ("missing_field", 14),
        ("invalid_field", 14),
        ("medicare_only", None),
    ]
    assert verdict.outcome is Outcome.REJECTED


def test_no_rows_at_all() -> None:
    verdict = verdict_on()
    assert codes(verdict) == [("no_rows", None)]
    assert verdict.outcome is Outcome.REJECTED


# 1: who


def test_a_stranger_is_not_registered() -> None:
    finding = only(verdict_on(row(), known=replace(facts(), providers=())))
    assert (finding.code, finding.row, finding.field) == (ReasonCode.NOT_REGISTERED, None, None)


def test_without_the_registry_nobody_is_asked_who_they_are() -> None:
    verdict = verdict_on(row(), known=replace(facts(), providers=None))
    assert (verdict.outcome, verdict.provider_id) == (Outcome.ACCEPTED, None)


@pytest.mark.parametrize("providers", [(CLINIC,), (CLINIC, HOSPITAL)])
def test_the_hfs_id_of_somebody_else(providers: Any) -> None:
    verdict = verdict_on(row(), known=facts(*providers), hfs_id=said("999999999999"))
    finding = only(verdict)
    assert (finding.code, finding.field, finding.row) == (ReasonCode.NOT_REGISTERED, Field.HFS_ID, None)
    assert finding.choices == tuple(provider.name for provider in providers)
    assert verdict.provider_id is None


@pytest.mark.parametrize(
    "block",
    [
        {"hfs_id": said("0000 8765 4321")},
        {"npi": said("1987654328")},
        {"provider_name": said("LAKESIDE HOSPITAL")},
        {"hfs_id": said("000087654321"), "provider_name": said("Prairie Clinic")},
    ],
)
def test_a_billing_agent_says_which_provider(block: Any) -> None:
    verdict = verdict_on(row(), known=facts(CLINIC, HOSPITAL), **block)
    assert (verdict.outcome, verdict.provider_id) == (Outcome.ACCEPTED, HOSPITAL.id)


@pytest.mark.parametrize("block", [{}, {"provider_name": said("Somebody Else")}, {"hfs_id": said("n/a")}])
def test_a_billing_agent_who_does_not_say_which_is_asked(block: Any) -> None:
    finding = only(verdict_on(row(), known=facts(CLINIC, HOSPITAL), **block))
    assert (finding.code, finding.field, finding.row) == (ReasonCode.MISSING_FIELD, Field.HFS_ID, None)
    assert finding.choices == ("Prairie Clinic", "Lakeside Hospital")


@pytest.mark.parametrize(
    ("block", "name", "flaw"),
    [
        ({"npi": said("1987654328")}, Field.NPI, None),  # well-formed, another provider's
        ({"npi": said("1234567890")}, Field.NPI, Flaw.CHECK_DIGIT),
        ({"hfs_id": said("12345678")}, Field.HFS_ID, Flaw.WRONG_LENGTH),
        ({"category": said("moneys", Flaw.NOT_A_CHOICE)}, Field.CATEGORY, Flaw.NOT_A_CHOICE),
    ],
)
def test_a_flaw_in_the_block_is_told_and_we_file_without_it(block: Any, name: Field, flaw: Flaw | None) -> None:
    verdict = verdict_on(row(), **block)
    finding = only(verdict)
    assert (finding.code, finding.severity) == (ReasonCode.INVALID_FIELD, Severity.WARNS)
    assert (finding.field, finding.flaw, finding.row) == (name, flaw, None)
    assert (verdict.outcome, verdict.provider_id) == (Outcome.ACCEPTED, CLINIC.id)


# 2 and 3: dispute date and tracking number


@pytest.mark.parametrize("entry", [Entry(), said("n/a", Flaw.NOT_A_DATE), said("pending", Flaw.NOT_A_DATE)])
def test_a_missing_dispute_date(entry: Any) -> None:
    finding = only(verdict_on(row(14, dispute_date=entry)))
    assert (finding.code, finding.field, finding.row) == (ReasonCode.MISSING_DISPUTE_DATE, Field.DISPUTE_DATE, 14)
    assert finding.place == Place(14, "D")


def test_a_dispute_date_that_cannot_be_read_is_invalid_and_not_missing() -> None:
    entry = replace(said("13/4/2026", Flaw.AMBIGUOUS_DATE, meant=("2026-04-13",)), place=Place(14, "K"))
    finding = only(verdict_on(row(14, dispute_date=entry)))
    assert (finding.code, finding.field, finding.flaw) == (ReasonCode.INVALID_FIELD, Field.DISPUTE_DATE, entry.flaw)
    assert (finding.read, finding.choices, finding.place) == ("13/4/2026", ("2026-04-13",), Place(14, "K"))
    assert finding.rejects


@pytest.mark.parametrize("entry", [Entry(), said("n/a"), said(" None "), said("pending"), said("-")])
def test_a_missing_tracking_number_and_by_when_it_can_be_told(entry: Any) -> None:
    finding = only(verdict_on(row(14, filed=ago(40), tracking_number=entry)))
    assert (finding.code, finding.row, finding.place) == (ReasonCode.MISSING_TRACKING_NUMBER, 14, Place(14, "C"))
    assert (finding.eligible_from, finding.eligible_until) == (ago(10), ago(-20))


@pytest.mark.parametrize("flaw", [Flaw.SHORTENED_NUMBER, Flaw.LOST_DIGITS, Flaw.ERROR_CELL])
def test_a_tracking_number_that_was_spoilt(flaw: Flaw) -> None:
    finding = only(verdict_on(row(14, tracking_number=said("1.93E+11", flaw))))
    assert (finding.code, finding.flaw, finding.read) == (ReasonCode.INVALID_FIELD, flaw, "1.93E+11")
    assert finding.rejects


@pytest.mark.parametrize("number", ["1", "A", "PDXGR 0000001", "x/y*z", "0" * 60])
def test_a_tracking_number_is_never_rejected_for_its_shape(number: str) -> None:
    assert verdict_on(row(tracking_number=said(number))).outcome is Outcome.ACCEPTED


# 4, 5, 6, 14: days


@pytest.mark.parametrize(
    ("days", "found"),
    [(-1, "date_in_future"), (0, "too_early"), (29, "too_early"), (30, None), (60, None), (61, "too_late")],
)
def test_the_window(days: int, found: str | None) -> None:
    assert codes(verdict_on(row(14, filed=ago(days)))) == ([(found, 14)] if found else [])


def test_too_early_tells_the_first_and_last_day() -> None:
    filed = date(2026, 11, 12)
    finding = only(verdict_on(row(14, filed=filed)))
    assert (finding.dispute_date, finding.field) == (filed, Field.DISPUTE_DATE)
    assert (finding.eligible_from, finding.eligible_until) == (date(2026, 12, 12), date(2027, 1, 11))


def test_too_late_tells_the_last_day() -> None:
    finding = only(verdict_on(row(20, filed=date(2026, 8, 3))))
    assert (finding.dispute_date, finding.eligible_from) == (date(2026, 8, 3), None)
    assert finding.eligible_until == date(2026, 10, 2)


@given(st.dates(date(2020, 4, 28), date(2099, 1, 1)), st.integers(-5, 90))
def test_the_window_on_any_day_of_any_year(today: date, days: int) -> None:
    verdict = verdict_on(row(14, filed=today - timedelta(days=days)), today=today, mco="CountyCare")
    time_codes = {ReasonCode.TOO_EARLY, ReasonCode.TOO_LATE, ReasonCode.DATE_IN_FUTURE}
    found = [finding.code for finding in verdict.findings if finding.code in time_codes]
    expected = (
        [ReasonCode.DATE_IN_FUTURE]
        if days < 0
        else [ReasonCode.TOO_EARLY]
        if days < 30
        else [ReasonCode.TOO_LATE]
        if days > 60
        else []
    )
    assert found == expected


@pytest.mark.parametrize("filed", [date.min, date(9999, 12, 31)])
def test_a_date_at_the_end_of_time_is_only_a_fault(filed: date) -> None:
    assert verdict_on(row(14, filed=filed)).outcome is Outcome.REJECTED


def test_a_fault_that_can_no_longer_be_mended_has_no_deadline() -> None:
    verdict = verdict_on(row(14, filed=ago(61), tracking_number=Entry()))
    assert codes(verdict) == [("missing_tracking_number", 14), ("too_late", 14)]
    assert verdict.findings[0].eligible_until is None


def test_before_the_program_nothing_is_taken() -> None:
    assert codes(verdict_on(row(filed=date(2020, 1, 20)), today=date(2020, 2, 27))) == [("before_program", None)]
    assert verdict_on(row(filed=date(2020, 1, 20)), today=date(2020, 2, 28)).outcome is Outcome.ACCEPTED


def test_a_dispute_whose_last_day_lay_before_the_program() -> None:
    """2019-12-29 is 61 days before the program began, 2019-12-30 is 60."""
    verdict = verdict_on(row(14, filed=date(2019, 12, 29)), row(15, filed=date(2019, 12, 30)), today=date(2020, 2, 28))
    assert codes(verdict) == [("too_late", 14), ("before_program", 14)]
    assert accepted(verdict) == [15]


# 7: the sheet


@pytest.mark.parametrize(
    ("source", "rows", "found"),
    [(Source.TEXT, 1, False), (Source.TEXT, 2, True), (Source.CHAT, 2, True), (Source.SHEET, 2, False)],
)
def test_two_complaints_come_on_the_sheet(source: Source, rows: int, found: bool) -> None:
    complaint = replace(sheet(*(row(number) for number in range(1, rows + 1))), source=source)
    verdict = judge(complaint, facts(), TODAY)
    assert codes(verdict) == ([("template_required", None)] if found else [])


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("Meridian", "Molina"), ["several_mcos"]),
        (("Meridian", "Molina", "MHP"), ["template_required", "several_mcos"]),
        (("Meridian", "Meridian Health"), ["template_required"]),
        (("Meridian", "IlliniCare"), ["template_required", "unknown_mco"]),
    ],
)
def test_complaints_against_different_mcos_need_no_sheet(names: tuple[str, ...], code: list[str]) -> None:
    rows = [row(number, mco=said(name)) for number, name in enumerate(names, 1)]
    verdict = judge(replace(sheet(*rows, mco=""), source=Source.TEXT), facts(), TODAY)
    assert [found for found, _ in codes(verdict)] == code


def test_in_words_less_is_required() -> None:
    claim = ClaimIssue(1, tracking_number=said("TRK-1"), dispute_date=day(ago(40)))
    assert judge(Complaint(Source.TEXT, (claim,), mco=said("Meridian")), facts(), TODAY).outcome is Outcome.ACCEPTED
