"""What is wrong with how a field was written, and how to write it right. Never what a member field holds."""

from datetime import date

from complaints.model import MEMBER_FIELDS, Field, Flaw
from complaints.verdict import Finding
from templates.words import CHOICES, DIGITS, EXAMPLES, FIELD_NAMES, clean, day, listed, quoted

_AS_TEXT = "Format the cell as text and type all digits"

_SAID: dict[Flaw | None, tuple[str, str]] = {
    Flaw.NO_SUCH_DATE: ("is a day that no calendar has", "Write the date"),
    Flaw.NO_YEAR: ("has no year", "Write the year too"),
    Flaw.NOT_A_DATE: ("is not a date that we can read", "Write month, day and year"),
    Flaw.SHORTENED_NUMBER: ("was shortened by the spreadsheet program", _AS_TEXT),
    Flaw.LOST_DIGITS: ("is too long for a number cell, so the spreadsheet program lost its last digits", _AS_TEXT),
    Flaw.WRONG_LENGTH: ("is too long or too short", "Write it in full"),
    Flaw.NOT_DIGITS: ("has something other than digits in it", "Write digits only"),
    Flaw.CHECK_DIGIT: ("has a last digit that does not fit the others, so one is mistyped", "Check each digit"),
    Flaw.NOT_AN_AMOUNT: ("is not an amount of money", "Write dollars and cents"),
    Flaw.ERROR_CELL: ("is an error of the spreadsheet program", "Type the value itself"),
    Flaw.NOT_CALCULATED: (
        "is a formula whose result is not in the file",
        "Open the file in Excel, let it calculate and save it, or type the value itself",
    ),
    None: ("cannot be right", "Check it and write it again"),
}
"""The flaw, and what to do about it; an example follows. The two flaws that need more words are told below."""


def about_flaw(finding: Finding) -> str:
    what = f"The {field_name(finding)}{in_brackets(finding)}"
    match finding.flaw:
        case Flaw.AMBIGUOUS_DATE:
            meant = [] if finding.field in MEMBER_FIELDS else [day(when) for when in dates(finding.choices)]
            ask = f" Is {listed(meant, 'or')} meant?" if meant else ""
            return (
                f"{what} does not show which is the month and which the day.{ask} "
                f"Write the month first, for example {example(finding)}."
            )
        case Flaw.NOT_A_CHOICE:
            choices = [clean(choice) for choice in finding.choices] or list(CHOICES.get(finding.field, ()))
            return f"{what} is none of the choices. Choose one: {listed(choices, 'or') or example(finding)}."
        case Flaw.WRONG_LENGTH if finding.field in DIGITS:
            return (
                f"{what} does not have exactly {DIGITS[finding.field]} digits. "
                f"Write all of them, zeros in front too, for example {example(finding)}."
            )
        case None if finding.field is Field.NPI:
            return f"{what} is not the one registered for this provider. Check which is right."
        case Flaw.SHORTENED_NUMBER if read(finding):
            _, remedy = _SAID[Flaw.SHORTENED_NUMBER]
            return (
                f"The {field_name(finding)} reads {read(finding)}. The spreadsheet program made a number of it and "
                f"shortened that, so its digits are not certain any more. {remedy}, for example {example(finding)}."
            )
        case flaw:
            wrong, remedy = _SAID[flaw]
            return f"{what} {wrong}. {remedy}, for example {example(finding)}."


def wrong_and_remedy(flaw: Flaw | None) -> tuple[str, str]:
    """What goes behind the name of a field, and what to do, both without a full stop."""
    return _SAID.get(flaw, _SAID[None])


def field_name(finding: Finding) -> str:
    return FIELD_NAMES[finding.field] if finding.field else "value"


def example(finding: Finding) -> str:
    return EXAMPLES[finding.field or Field.TRACKING_NUMBER]


def read(finding: Finding) -> str:
    """What was read, in quotes; empty when nothing was, or when it may point to a member."""
    return quoted(finding.read) if finding.field not in MEMBER_FIELDS and clean(finding.read) else ""


def in_brackets(finding: Finding) -> str:
    return f" ({read(finding)})" if read(finding) else ""


def dates(choices: tuple[str, ...]) -> list[date]:
    """Those choices that are ISO dates."""
    found = []
    for choice in choices:
        try:
            found.append(date.fromisoformat(choice))
        except ValueError:
            continue  # a name among the choices, which is no date
    return found
