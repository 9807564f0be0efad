"""Small words: dates, numbers, lists and names as a person says them. Everything here returns one line of text."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from complaints.claim_sheet import CATEGORY_WORDS, COVERAGE_WORDS
from complaints.model import Field, Source

LONGEST_QUOTE = 60
"""Characters of a submitter's own words that we repeat; more would carry text we did not mean to send."""

PROPOSAL_DAYS = 30
"""Calendar days in which the MCO makes its written proposal: 89 Ill. Adm. Code 140.75(d)."""

FIELD_NAMES: dict[Field, str] = {
    Field.MCO: "name of the MCO",
    Field.PROVIDER_NAME: "provider name",
    Field.NPI: "NPI",
    Field.HFS_ID: "HFS provider ID",
    Field.CONTACT_NAME: "contact name",
    Field.PHONE: "phone number",
    Field.EMAIL: "e-mail address",
    Field.CATEGORY: "issue category",
    Field.COVERAGE: "coverage",
    Field.DESCRIPTION: "description",
    Field.DESIRED_OUTCOME: "desired outcome",
    Field.TRACKING_NUMBER: "tracking number",
    Field.DISPUTE_DATE: "date submitted to the MCO",
    Field.RESPONSE_DATE: "date of the MCO’s answer",
    Field.MEMBER_NAME: "member’s name",
    Field.RIN: "member’s RIN",
    Field.SERVICE_FROM: "first date of service",
    Field.SERVICE_TO: "last date of service",
    Field.CLAIM_NUMBER: "MCO claim number",
    Field.AUTHORIZATION_NUMBER: "authorization number",
    Field.BILLED_AMOUNT: "billed amount",
    Field.PAID_AMOUNT: "paid amount",
    Field.DENIAL_REASON: "denial reason",
    Field.NOTES: "notes",
}

EXAMPLES: dict[Field, str] = {
    Field.MCO: "CountyCare",
    Field.PROVIDER_NAME: "Lakeside Family Clinic",
    Field.NPI: "1234567893",
    Field.HFS_ID: "036112345001",
    Field.CONTACT_NAME: "Dana Ortiz",
    Field.PHONE: "312-555-0142",
    Field.EMAIL: "billing@clinic.example",
    Field.CATEGORY: "Claims and payment",
    Field.COVERAGE: "Medicaid managed care",
    Field.DESCRIPTION: "Denied as not authorized, although the MCO had authorized it",
    Field.DESIRED_OUTCOME: "Payment of the claim",
    Field.TRACKING_NUMBER: "193450004656",
    Field.DISPUTE_DATE: "10/15/2026",
    Field.RESPONSE_DATE: "11/20/2026",
    Field.MEMBER_NAME: "Sample, Pat",
    Field.RIN: "012345678",
    Field.SERVICE_FROM: "09/01/2026",
    Field.SERVICE_TO: "09/03/2026",
    Field.CLAIM_NUMBER: "1913700CJT00",
    Field.AUTHORIZATION_NUMBER: "A1234567",
    Field.BILLED_AMOUNT: "1234.50",
    Field.PAID_AMOUNT: "800.00",
    Field.DENIAL_REASON: "CARC 197",
    Field.NOTES: "Second dispute",
}
"""One value per field that is right. All are made up, except BCBSIL's published sample numbers."""

DIGITS: dict[Field | None, int] = {Field.RIN: 9, Field.NPI: 10, Field.HFS_ID: 12}
"""Lengths of identifiers (domain.md, Identifiers)."""

CHOICES: dict[Field | None, tuple[str, ...]] = {
    Field.CATEGORY: tuple(CATEGORY_WORDS.values()),
    Field.COVERAGE: tuple(COVERAGE_WORDS.values()),
}


def clean(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Somebody else's words as one harmless line: no line breaks, no control or invisible characters, not too long."""
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    line = " ".join(visible.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quoted(text: str) -> str:
    return f"“{clean(text)}”"


def capital(sentence: str) -> str:
    """First letter upper case, the rest as it is (str.capitalize would spell NPI as Npi)."""
    return sentence[:1].upper() + sentence[1:]


def day(when: date) -> str:
    """Saturday, December 12, 2026. Not by strftime, whose words and blanks depend on the machine."""
    return f"{day_without_year(when)}, {when.year}"


def day_without_year(when: date) -> str:
    """Saturday, December 12: for a subject, where the year goes without saying."""
    return f"{_WEEKDAYS[when.weekday()]}, {_MONTHS[when.month - 1]} {when.day}"


def days_between(days: Iterable[date]) -> str:
    """“on Friday, …” or “between Friday, … and Thursday, …”; empty for no days."""
    known = sorted(days)
    if not known:
        return ""
    first, last = known[0], known[-1]
    return f"on {day(first)}" if first == last else f"between {day(first)} and {day(last)}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 claim, 20 claims, 1,200 claims."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Sequence[str], joint: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def unit(source: Source) -> str:
    """What one claim is called where the submitter wrote it."""
    return "row" if source is Source.SHEET else "complaint"


def numbered(word: str, numbers: Iterable[int], most: int = 20) -> str:
    """row 5; rows 5 and 6; rows 5 to 9, 12 and 20. At most `most` runs are named, and then how many more there are."""
    found = runs(sorted(set(numbers)))
    named = [str(first) if first == last else f"{first} to {last}" for first, last in found[:most]]
    unnamed = sum(last - first + 1 for first, last in found[most:])
    if unnamed:
        named.append(f"{unnamed:,} more")
    single = len(found) == 1 and found[0][0] == found[0][1]
    return f"{word if single else word + 's'} {listed(named)}"


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted numbers as runs without gaps, first and last of each: 5 6 7 9 → (5, 7), (9, 9). Two are no run."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    parts: list[tuple[int, int]] = []
    for first, last in found:
        parts += [(first, first), (last, last)] if last == first + 1 else [(first, last)]
    return parts


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip
