"""Which MCO a complaint names, and its other fields, before the rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from complaints.model import Coverage, Entry, Field, Flaw, Place
from complaints.verdict import Outcome, ReasonCode, Severity
from tests.unit.complaints.making import ago, row, said
from tests.unit.complaints.test_eligibility import AETNA, MERIDIAN, MOLINA, accepted, codes, only, verdict_on

# 8 and 9: the MCO


@pytest.mark.parametrize("block", ["MERIDIAN", "Merdian", ""])
def test_rows_that_name_the_same_mco_otherwise(block: str) -> None:
    verdict = verdict_on(row(14, mco=said("Meridian Health")), row(15, mco=said("MHP")), mco=block)
    assert (verdict.outcome, verdict.mco) == (Outcome.ACCEPTED, MERIDIAN)


@pytest.mark.parametrize(
    ("block", "names"), [("Meridian", ("", "Molina")), ("", ("Molina", "Meridian")), ("Meridian", ("Molina", "Molina"))]
)
def test_two_mcos_in_one_complaint(block: str, names: tuple[str, ...]) -> None:
    rows = [row(number, mco=said(name) if name else Entry()) for number, name in enumerate(names, 14)]
    verdict = verdict_on(*rows, mco=block)
    finding = only(verdict)
    assert (finding.code, finding.row, finding.choices) == (ReasonCode.SEVERAL_MCOS, None, (MERIDIAN, MOLINA))
    assert verdict.mco is None


def test_an_unknown_mco_in_the_block_concerns_the_whole_complaint_once() -> None:
    verdict = verdict_on(row(14), row(15), mco="Anthem")
    finding = only(verdict)
    assert (finding.code, finding.row, finding.read) == (ReasonCode.UNKNOWN_MCO, None, "Anthem")
    assert (finding.field, finding.place) == (Field.MCO, Place(2, "B"))
    assert MERIDIAN in finding.choices


def test_an_unknown_mco_in_the_block_does_not_matter_when_no_row_relies_on_it() -> None:
    assert verdict_on(row(14, mco=said("Meridian")), mco="Anthem").outcome is Outcome.ACCEPTED


def test_an_unknown_mco_in_one_row_concerns_that_row() -> None:
    verdict = verdict_on(row(14), row(15, mco=said("Anthem")))
    finding = only(verdict)
    assert (finding.code, finding.row, finding.eligible_until) == (ReasonCode.UNKNOWN_MCO, 15, ago(-20))
    assert (accepted(verdict), verdict.mco) == ([14], MERIDIAN)


def test_the_same_unknown_mco_in_every_row_is_told_once() -> None:
    assert codes(verdict_on(row(14, mco=said("Anthem")), row(15, mco=said("Anthem")), mco="")) == [
        ("unknown_mco", None)
    ]


def test_an_ambiguous_mco_is_asked_about() -> None:
    finding = only(verdict_on(row(), mco="IlliniCare"))
    assert finding.code is ReasonCode.UNKNOWN_MCO
    assert finding.choices == (AETNA, "YouthCare HealthChoice Illinois")


def test_no_mco_anywhere() -> None:
    finding = only(verdict_on(row(14), row(15), mco=""))
    assert (finding.code, finding.field, finding.row) == (ReasonCode.MISSING_FIELD, Field.MCO, None)
    assert MERIDIAN in finding.choices


def test_no_mco_in_one_row_without_a_block() -> None:
    finding = only(verdict_on(row(14, mco=said("Meridian")), row(15), mco=""))
    assert (finding.code, finding.field, finding.row) == (ReasonCode.MISSING_FIELD, Field.MCO, 15)
    assert finding.place == Place(15, "B")


def test_an_error_cell_for_the_mco_of_a_row() -> None:
    error = said("#N/A", Flaw.ERROR_CELL)
    with_block = only(verdict_on(row(14), row(15, mco=error)))
    assert (with_block.code, with_block.severity, with_block.row) == (ReasonCode.INVALID_FIELD, Severity.WARNS, 15)
    without = only(verdict_on(row(14, mco=said("Meridian")), row(15, mco=error), mco=""))
    assert (without.code, without.severity, without.row) == (ReasonCode.INVALID_FIELD, Severity.REJECTS, 15)
    assert (without.field, without.flaw) == (Field.MCO, Flaw.ERROR_CELL)


def test_an_mco_that_was_gone_on_the_day_of_the_dispute() -> None:
    rows = row(14, filed=date(2020, 6, 30)), row(15, filed=date(2020, 7, 1))
    verdict = verdict_on(*rows, mco="NextLevel", today=date(2020, 8, 10))
    finding = only(verdict)
    assert (finding.code, finding.row, finding.dispute_date) == (ReasonCode.MCO_NOT_ACTIVE, 15, date(2020, 7, 1))
    assert (finding.read, finding.successor) == ("NextLevel", MERIDIAN)
    assert accepted(verdict) == [14]


# 10: fields


@pytest.mark.parametrize("name", ["member_name", "rin", "service_from"])
def test_a_required_field_that_is_missing(name: str) -> None:
    missing: dict[str, Any] = {name: Entry()}
    finding = only(verdict_on(row(14, **missing)))
    assert (finding.code, finding.field, finding.row) == (ReasonCode.MISSING_FIELD, Field(name), 14)
    assert finding.eligible_until == ago(-20)


@pytest.mark.parametrize("entry", [said("n/a", Flaw.NOT_DIGITS), said("n/a")])
def test_a_rin_that_says_there_is_none_is_missing(entry: Any) -> None:
    assert codes(verdict_on(row(14, rin=entry))) == [("missing_field", 14)]


@pytest.mark.parametrize(
    ("entry", "flaw", "read"),
    [
        (said("12345678"), Flaw.WRONG_LENGTH, "8 digits"),
        (said("12345678", Flaw.WRONG_LENGTH), Flaw.WRONG_LENGTH, "8 digits"),
        (said("12345678A", Flaw.NOT_DIGITS), Flaw.NOT_DIGITS, ""),
    ],
)
def test_a_rin_that_cannot_be_right_is_not_repeated(entry: Any, flaw: Flaw, read: str) -> None:
    finding = only(verdict_on(row(14, rin=entry)))
    assert (finding.code, finding.flaw, finding.read) == (ReasonCode.INVALID_FIELD, flaw, read)
    assert finding.rejects


def test_member_fields_are_never_repeated() -> None:
    secret: dict[str, Any] = {
        "member_name": said("Jane Secret", Flaw.ERROR_CELL),
        "rin": said("98765432X", Flaw.NOT_DIGITS),
        "service_from": replace(said("13/4/2026", Flaw.AMBIGUOUS_DATE), meant=("2026-04-13",)),
        "service_to": said("Feb 30", Flaw.NO_SUCH_DATE),
        "notes": said("Jane fell", Flaw.ERROR_CELL),
    }
    verdict = verdict_on(row(14, **secret))
    assert len(verdict.findings) == len(secret)
    assert all(finding.read == "" and finding.choices == () for finding in verdict.findings)


def test_prose_in_a_cell_is_not_repeated() -> None:
    prose = said("we called about Jane Secret on Monday and were told to wait for the letter", Flaw.NOT_A_DATE)
    assert only(verdict_on(row(14, dispute_date=prose))).read == ""


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("billed_amount", Flaw.NOT_AN_AMOUNT),
        ("response_date", Flaw.NOT_A_DATE),
        ("claim_number", Flaw.SHORTENED_NUMBER),
    ],
)
def test_a_flaw_in_an_optional_field_only_warns(name: str, flaw: Flaw) -> None:
    flawed: dict[str, Any] = {name: said("x1y", flaw)}
    verdict = verdict_on(row(14, **flawed))
    finding = only(verdict)
    assert (finding.code, finding.severity, finding.field) == (ReasonCode.INVALID_FIELD, Severity.WARNS, Field(name))
    assert (finding.read, finding.row, verdict.outcome) == ("x1y", 14, Outcome.ACCEPTED)


# 11 and 12: other payers


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ({"mco": "Medicare"}, "medicare_only"),
        ({"mco": "Original Medicare"}, "medicare_only"),
        ({"coverage": Entry(Coverage.MEDICARE, "Medicare")}, "medicare_only"),
        ({"mco": "HFS"}, "fee_for_service"),
        ({"mco": "Fee for Service"}, "fee_for_service"),
        ({"coverage": Entry(Coverage.FEE_FOR_SERVICE, "FFS")}, "fee_for_service"),
    ],
)
def test_another_payers_dispute(block: Any, code: str) -> None:
    assert codes(verdict_on(row(14), row(15), **block)) == [(code, None)]
