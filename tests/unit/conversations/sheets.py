"""Claim sheets as they are read, for chats."""

from datetime import date

from complaints.model import ClaimIssue, Complaint, Entry, Source


def sheet_with(*tracking_numbers: str) -> Complaint:
    """A filled sheet against Meridian with one claim for each number, all eligible on November 24, 2026."""
    day = date(2026, 10, 15)
    claims = tuple(
        ClaimIssue(
            row,
            tracking_number=Entry(number, number),
            dispute_date=Entry(day, "10/15/2026"),
            member_name=Entry("Pat Sample", "Pat Sample"),
            rin=Entry("012345678", "012345678"),
            service_from=Entry(date(2026, 9, 1), "9/1/2026"),
        )
        for row, number in enumerate(tracking_numbers, 14)
    )
    return Complaint(Source.SHEET, claims, mco=Entry("Meridian", "Meridian"))
