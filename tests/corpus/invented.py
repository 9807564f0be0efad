"""Claims that we made up. Every one is in time on TODAY and right in all its fields."""

from datetime import date, timedelta

from complaints.model import Field

TODAY = date(2026, 11, 24)
MCO = "Molina Healthcare of Illinois"
OTHER_MCO = "Meridian Health Plan of Illinois"

Truth = dict[Field, str | int | date | None]
"""Field → the value as `ClaimIssue` has it; amounts in cents."""

TABLE = (
    Field.TRACKING_NUMBER, Field.DISPUTE_DATE, Field.RESPONSE_DATE, Field.MEMBER_NAME, Field.RIN, Field.SERVICE_FROM,
    Field.SERVICE_TO, Field.CLAIM_NUMBER, Field.AUTHORIZATION_NUMBER, Field.BILLED_AMOUNT, Field.PAID_AMOUNT,
    Field.DENIAL_REASON, Field.NOTES,
)  # fmt: skip
DATES = (Field.DISPUTE_DATE, Field.RESPONSE_DATE, Field.SERVICE_FROM, Field.SERVICE_TO)
AMOUNTS = (Field.BILLED_AMOUNT, Field.PAID_AMOUNT)
NUMBERS = (Field.TRACKING_NUMBER, Field.RIN, Field.CLAIM_NUMBER, Field.AUTHORIZATION_NUMBER)


def claim(number: int) -> Truth:
    """One of ten: letters and digits in the numbers, a leading zero in the RIN."""
    first_day = date(2026, 3, 2) + timedelta(days=number)
    return {
        Field.TRACKING_NUMBER: f"PDX-26-0041{number:02}" if number % 2 else f"260{number}00446{number:02}7",
        Field.DISPUTE_DATE: date(2026, 10, 2) + timedelta(days=number),
        Field.RESPONSE_DATE: None if number % 3 == 2 else date(2026, 10, 30),
        Field.MEMBER_NAME: f"Sample, Person {number}",
        Field.RIN: f"0{12345670 + number}",
        Field.SERVICE_FROM: first_day,
        Field.SERVICE_TO: first_day + timedelta(days=number % 3),
        Field.CLAIM_NUMBER: f"26A{number:03}00417C{number}",
        Field.AUTHORIZATION_NUMBER: f"A{number}7731",
        Field.BILLED_AMOUNT: 125_000 + 137 * number,
        Field.PAID_AMOUNT: 0,
        Field.DENIAL_REASON: "CO-16",
        Field.NOTES: f"Second request, call {number}",
    }


def claims(count: int = 4, first: int = 0) -> list[Truth]:
    return [claim(number) for number in range(first, first + count)]


def in_digits(number: int) -> Truth:
    """One whose numbers are digits only and begin with none that a number cell would lose."""
    return claim(number) | {
        Field.TRACKING_NUMBER: f"26{30 + number}00446{number:02}7",
        Field.RIN: f"{312345670 + number}",
        Field.CLAIM_NUMBER: f"88004170{number:03}",
        Field.AUTHORIZATION_NUMBER: f"7731{number}",
    }
