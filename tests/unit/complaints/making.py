"""Complaints, rows and providers to judge, made up for the tests. All is well with them unless said otherwise."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from complaints.eligibility import Facts, OpenClaim
from complaints.mcos import load_roster
from complaints.model import ClaimIssue, Complaint, Entry, Field, Flaw, Place, Provider, Source
from complaints.policy import load_policy

TODAY = date(2026, 11, 24)
CLINIC = Provider(1, "Prairie Clinic", "000012345678", "1234567893")
HOSPITAL = Provider(2, "Lakeside Hospital", "000087654321", "1987654328")


def ago(days: int, today: date = TODAY) -> date:
    return today - timedelta(days=days)


FORTY_DAYS_AGO = ago(40)


def said(text: str, flaw: Flaw | None = None, **more: Any) -> Entry[Any]:
    return Entry(value=None if flaw else text, written=text, flaw=flaw, **more)


def day(value: date | None) -> Entry[date]:
    return Entry(value, value.isoformat()) if value else Entry()


def row(number: int = 14, filed: date | None = FORTY_DAYS_AGO, **fields: Any) -> ClaimIssue:
    """A claim that is in order: filed with the MCO 40 days ago, with numbers that no other row has."""
    made = ClaimIssue(
        row=number,
        tracking_number=said(f"TRK-{number:06}"),
        dispute_date=day(filed),
        member_name=said("Jane Example"),
        rin=said(f"{number:09}"),
        service_from=day(date(2026, 8, 3)),
        claim_number=said(f"CLM{number:06}"),
    )
    return replace(made, **fields)


def sheet(*rows: ClaimIssue, mco: str = "Meridian", **fields: Any) -> Complaint:
    columns = {Field.TRACKING_NUMBER: "C", Field.DISPUTE_DATE: "D", Field.RIN: "F", Field.MCO: "B"}
    block: Entry[str] = replace(said(mco), place=Place(2, "B")) if mco else Entry()
    return Complaint(Source.SHEET, rows, mco=block, columns=columns, **fields)


def facts(*providers: Provider, open_claims: tuple[OpenClaim, ...] = ()) -> Facts:
    return Facts(load_policy(), load_roster(), providers or (CLINIC,), open_claims)
