"""Every reason as a sentence or two: what was read, the rule, what to do, by when.

A sentence never names its own row, so that equal reasons of many rows can be said once (`reasons`). It never repeats
what a member field holds, whatever the finding carries. What is said of each rule is in `rule_words` and `flaws`.
"""

from typing import assert_never

from complaints.model import Source
from complaints.policy import load_policy
from complaints.verdict import Finding, ReasonCode
from templates.file_words import about_file, file_in_short
from templates.flaws import about_flaw, field_name
from templates.rule_words import (
    about_blank,
    about_duplicate,
    about_mco,
    about_registration,
    about_time,
    about_warning,
)
from templates.words import day, day_without_year


def says(finding: Finding, source: Source = Source.SHEET) -> str:
    """The finding in plain words, without its place: for JSON, the terminal and the lists in mails."""
    return " ".join(sentence for sentence in (_says(finding, source), _deadline(finding)) if sentence)


def _says(finding: Finding, source: Source) -> str:
    match finding.code:
        case ReasonCode.TOO_EARLY | ReasonCode.TOO_LATE | ReasonCode.DATE_IN_FUTURE | ReasonCode.BEFORE_PROGRAM:
            return about_time(finding)
        case ReasonCode.MISSING_DISPUTE_DATE | ReasonCode.MISSING_TRACKING_NUMBER | ReasonCode.MISSING_FIELD:
            return about_blank(finding)
        case ReasonCode.INVALID_FIELD:
            return about_flaw(finding)
        case ReasonCode.SEVERAL_MCOS | ReasonCode.UNKNOWN_MCO | ReasonCode.MCO_NOT_ACTIVE:
            return about_mco(finding)
        case ReasonCode.NOT_REGISTERED:
            return about_registration(finding)
        case ReasonCode.TEMPLATE_REQUIRED:
            return (
                "Two or more complaints against the same MCO go on the claim sheet, one row for each claim. "
                "Fill in the sheet and send it."
            )
        case ReasonCode.MEDICARE_ONLY:
            return (
                "This is about a service that Medicare covers. The state takes the Medicaid part of a dispute only. "
                "Take the Medicare part to the appeal of the Medicare plan."
            )
        case ReasonCode.FEE_FOR_SERVICE:
            return (
                "This is about fee-for-service, and the state takes disputes with managed care plans here. "
                f"Call the HFS fee-for-service line instead: {load_policy().phone_line}."
            )
        case ReasonCode.DUPLICATE:
            return about_duplicate(finding, source)
        case (
            ReasonCode.UNREADABLE_FILE
            | ReasonCode.PASSWORD_PROTECTED
            | ReasonCode.FILE_TOO_LARGE
            | ReasonCode.NO_ROWS
            | ReasonCode.SEVERAL_SHEETS
        ):
            return about_file(finding)
        case (
            ReasonCode.ANSWERED_LONG_AGO
            | ReasonCode.LOOKS_LIKE_CLAIM_NUMBER
            | ReasonCode.TRACKING_DATE_DISAGREES
            | ReasonCode.DIFFERENT_DENIAL_REASONS
        ):
            return about_warning(finding)
        case _:
            assert_never(finding.code)


def in_short(finding: Finding) -> str:
    """The reason in a few words without a full stop, for a subject."""
    match finding.code:
        case ReasonCode.TOO_EARLY:
            first = finding.eligible_from
            return f"too early until {day_without_year(first)}" if first else "too early"
        case ReasonCode.NOT_REGISTERED if finding.field:
            return "not registered for this provider"
        case ReasonCode.UNREADABLE_FILE:
            return file_in_short(finding)
        case ReasonCode.MISSING_FIELD:
            return f"{field_name(finding)} is missing"
        case ReasonCode.INVALID_FIELD:
            return f"{field_name(finding)} cannot be right"
        case _:
            return _SHORT[finding.code]


_SHORT: dict[ReasonCode, str] = {
    ReasonCode.NOT_REGISTERED: "not registered",
    ReasonCode.MISSING_DISPUTE_DATE: "no date submitted to the MCO",
    ReasonCode.MISSING_TRACKING_NUMBER: "no tracking number",
    ReasonCode.TOO_LATE: "too late",
    ReasonCode.DATE_IN_FUTURE: "a date still to come",
    ReasonCode.TEMPLATE_REQUIRED: "the claim sheet is needed",
    ReasonCode.SEVERAL_MCOS: "more than one MCO",
    ReasonCode.UNKNOWN_MCO: "which MCO is not clear",
    ReasonCode.MCO_NOT_ACTIVE: "the MCO was not in the program",
    ReasonCode.MEDICARE_ONLY: "Medicare, not Medicaid",
    ReasonCode.FEE_FOR_SERVICE: "fee-for-service, not managed care",
    ReasonCode.DUPLICATE: "filed already",
    ReasonCode.BEFORE_PROGRAM: "before the program began",
    ReasonCode.PASSWORD_PROTECTED: "the file has a password",
    ReasonCode.FILE_TOO_LARGE: "the file is too large",
    ReasonCode.NO_ROWS: "no claims in the sheet",
    ReasonCode.SEVERAL_SHEETS: "too many sheets in one mail",
    ReasonCode.ANSWERED_LONG_AGO: "answered long ago",
    ReasonCode.LOOKS_LIKE_CLAIM_NUMBER: "is it a claim number",
    ReasonCode.TRACKING_DATE_DISAGREES: "two dates disagree",
    ReasonCode.DIFFERENT_DENIAL_REASONS: "different denial reasons",
}

_PAST_MENDING = frozenset({ReasonCode.TOO_LATE, ReasonCode.BEFORE_PROGRAM, ReasonCode.MEDICARE_ONLY,
                           ReasonCode.FEE_FOR_SERVICE, ReasonCode.DUPLICATE})  # fmt: skip


def can_be_mended(finding: Finding) -> bool:
    """Whether the submitter can correct it now: a date gone by cannot be, and too early only waits."""
    return finding.rejects and finding.code is not ReasonCode.TOO_EARLY and finding.code not in _PAST_MENDING


def is_final(finding: Finding) -> bool:
    """Whether nothing the submitter does gets it filed with us, or nothing needs doing."""
    return finding.rejects and finding.code in _PAST_MENDING


def _deadline(finding: Finding) -> str:
    """By when, for what can be corrected and whose window is known."""
    if not can_be_mended(finding) or finding.eligible_until is None:
        return ""
    return f"Send it by {day(finding.eligible_until)}, the last day for this dispute."
