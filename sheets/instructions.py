"""The words on the instructions pages. Rules come from the policy, columns from the sheet's own definition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from complaints.claim_sheet import CLAIM_COLUMNS, COMPLAINT_FIELDS, Column
from complaints.deadlines import window
from complaints.policy import load_policy
from complaints.registration_sheet import REGISTRATION_COLUMNS

_EXAMPLE = date(2026, 11, 2)


@dataclass(frozen=True, slots=True)
class Line:
    """A short term on the left and what there is to say about it."""

    term: str
    text: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: Sequence[Line]
    on_a_new_page: bool = False


def claim_instructions() -> tuple[Section, ...]:
    return (
        Section(
            "What this sheet is for",
            (
                Line(
                    "In short",
                    "A Medicaid health plan (MCO) denied claims, you disputed that with the plan, and the dispute is "
                    "not settled. With this sheet you ask the state to step in.",
                ),
                Line("One plan", "One sheet is for one plan. For a second plan, use a second sheet."),
                Line("One claim, one row", "Put as many claims into the table as you have. Empty rows do no harm."),
                Line("Fields with *", "These are needed. Everything else helps, and may stay empty."),
            ),
        ),
        Section("When you can file", _when()),
        Section(
            "The tracking number",
            (
                Line("What it is", "The number that the plan gave to your dispute. It is not the claim number."),
                Line(
                    "None yet?",
                    "Ask the plan: its provider services line, or your provider representative there. The "
                    "plan can give you one for the dispute that you already filed.",
                ),
                Line("Several?", "Take the one that belongs to the dispute of this claim, not one of a phone call."),
            ),
        ),
        Section(
            "Typing numbers and dates",
            (
                Line(
                    "Numbers",
                    "Type or paste all digits, leading zeros too. If a number turns into something like "
                    "1.93E+11, format the cell as text and type it again.",
                ),
                Line("Dates", "Month/day/year, for example 10/15/2026. 3/4/2026 is read as March 4."),
                Line("Amounts", "Dollars and cents, for example 1250.00."),
            ),
        ),
        Section("What cannot be filed here", _elsewhere()),
        Section(
            "How to send it",
            (
                Line("Save it", "As an Excel workbook (.xlsx), without a password. A .csv file works too."),
                Line(
                    "Mail it",
                    "Attach it to a mail to the address that the agency gave you, from the mail address that "
                    "you registered. It holds members' data: send it the way your office sends such data.",
                ),
                Line(
                    "The answer",
                    "You get one by mail at once: a ticket number, or every reason why not and what to do. "
                    "If only some rows can be filed, they get a ticket and the others are named.",
                ),
            ),
        ),
        Section("Above the table, once for all claims", _meaning(COMPLAINT_FIELDS), on_a_new_page=True),
        Section("The columns of the table", _meaning(CLAIM_COLUMNS)),
    )


def registration_instructions() -> tuple[Section, ...]:
    return (
        Section(
            "What this sheet is for",
            (
                Line(
                    "In short",
                    "Only registered people can file a complaint. With this sheet you register providers or "
                    "facilities, and the people who file for them.",
                ),
                Line(
                    "One row", "One person and one provider. Somebody who files for three facilities takes three rows."
                ),
                Line("Fields with *", "These are needed. Everything else helps, and may stay empty."),
            ),
        ),
        Section("The columns", _meaning(REGISTRATION_COLUMNS)),
        Section(
            "How to send it",
            (
                Line("Save it", "As an Excel workbook (.xlsx), without a password."),
                Line(
                    "Mail it",
                    "Attach it to a mail to the address that the agency gave you. You are told when the "
                    "registration is done. Then send the claim sheet from the registered address.",
                ),
            ),
        ),
    )


def _when() -> tuple[Line, ...]:
    policy = load_policy()
    days = window(_EXAMPLE, policy)
    one = timedelta(days=1)
    return (
        Line(
            "The rule",
            f"From day {policy.first_day} to day {policy.last_day} after you submitted the dispute to the "
            "plan. Both days are in. Count calendar days, weekends and holidays too.",
        ),
        Line(
            "Day 0",
            "The day you submitted the dispute to the plan: not the date of service, not the denial, not the "
            "plan's answer. An early answer from the plan does not make the wait shorter.",
        ),
        Line("Example", f"You submitted the dispute to the plan on {_spoken(_EXAMPLE)}. That is day 0."),
        Line("Too early", f"Until {_spoken(days.first - one)}. Keep the sheet."),
        Line(
            "File it",
            f"From {_spoken(days.first)} (day {policy.first_day}) until {_spoken(days.last)} (day {policy.last_day}).",
        ),
        Line("Too late", f"From {_spoken(days.last + one)}. The state can no longer take it."),
        Line(
            "A slow plan",
            f"Some plans take longer than {policy.first_day} days to answer. Do not wait for the answer "
            f"beyond day {policy.last_day}.",
        ),
    )


def _elsewhere() -> tuple[Line, ...]:
    return (
        Line("Fee-for-service", f"Call {load_policy().phone_line}."),
        Line(
            "Medicare",
            "Only the Medicaid part of a claim can be disputed here. Take a Medicare-covered service up with "
            "the Medicare plan.",
        ),
        Line("No dispute yet", "Dispute it with the plan first. The state takes only what the plan did not settle."),
    )


def _meaning(columns: Iterable[Column[Any]]) -> tuple[Line, ...]:
    return tuple(
        Line(column.header + " *" * column.required, column.hint, required=column.required) for column in columns
    )


def _spoken(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"
