"""What the rules found, as something to say in a chat: the key of its sentence and what goes into it.

Nothing of a member field is ever among the words, whatever the finding carries.
"""

from datetime import date
from typing import assert_never

from complaints.model import MEMBER_FIELDS, Category, Coverage, Field, Flaw, Source
from complaints.verdict import Finding, ReasonCode
from conversations.turn import Say, Word
from templates.file_words import DAMAGED, REASONS
from templates.findings import can_be_mended
from templates.flaws import dates
from templates.words import DIGITS, EXAMPLES, clean

_OF_A_LIST: dict[Field, tuple[str, ...]] = {Field.CATEGORY: tuple(Category), Field.COVERAGE: tuple(Coverage)}
"""What is chosen from a list has its words in the catalogue, under field and value."""
_MOST_CHOICES = 3
"""More are no help to find out what was meant."""


def finding_says(finding: Finding, source: Source = Source.CHAT) -> tuple[Say, ...]:
    """What was read, the rule, what would help; then the last day, when something can be mended and it is known.

    In a chat the date submitted stands right above, and the question brings its own example: only for a sheet are
    they said here.
    """
    says = list(_says(finding, source))
    if source is Source.SHEET and _needs_example(finding):
        says.append(Say("finding.example", {"example": _example(finding)}))
    if finding.eligible_until and can_be_mended(finding):
        says.append(Say("finding.deadline", {"last": finding.eligible_until}))
    return tuple(says)


def _needs_example(finding: Finding) -> bool:
    match finding.code:
        case ReasonCode.MISSING_TRACKING_NUMBER:
            return True
        case ReasonCode.MISSING_FIELD:
            return not finding.choices
        case ReasonCode.INVALID_FIELD:
            return finding.flaw is not Flaw.NOT_A_CHOICE and not _is_unlike_registered(finding)
        case _:
            return False


def _is_unlike_registered(finding: Finding) -> bool:
    return finding.flaw is None and finding.field is Field.NPI


def _says(finding: Finding, source: Source) -> tuple[Say, ...]:
    match finding.code:
        case ReasonCode.TOO_EARLY | ReasonCode.TOO_LATE:
            return (_out_of_window(finding, source),)
        case ReasonCode.DATE_IN_FUTURE:
            return (_in_future(finding),)
        case ReasonCode.MISSING_DISPUTE_DATE | ReasonCode.MISSING_TRACKING_NUMBER | ReasonCode.MISSING_FIELD:
            return (_missing(finding),)
        case ReasonCode.INVALID_FIELD:
            return _invalid(finding)
        case ReasonCode.SEVERAL_MCOS | ReasonCode.UNKNOWN_MCO | ReasonCode.MCO_NOT_ACTIVE:
            return _about_plan(finding)
        case ReasonCode.NOT_REGISTERED:
            return _not_registered(finding)
        case ReasonCode.DUPLICATE:
            return (_duplicate(finding),)
        case (
            ReasonCode.UNREADABLE_FILE
            | ReasonCode.PASSWORD_PROTECTED
            | ReasonCode.FILE_TOO_LARGE
            | ReasonCode.NO_ROWS
            | ReasonCode.SEVERAL_SHEETS
        ):
            return (_about_file(finding),)
        case ReasonCode.LOOKS_LIKE_CLAIM_NUMBER | ReasonCode.TRACKING_DATE_DISAGREES:
            return (_about_number(finding),)
        case (
            ReasonCode.BEFORE_PROGRAM
            | ReasonCode.TEMPLATE_REQUIRED
            | ReasonCode.MEDICARE_ONLY
            | ReasonCode.FEE_FOR_SERVICE
            | ReasonCode.ANSWERED_LONG_AGO
            | ReasonCode.DIFFERENT_DENIAL_REASONS
        ):
            return (Say(f"finding.{finding.code}"),)
        case _:
            assert_never(finding.code)


def _out_of_window(finding: Finding, source: Source) -> Say:
    key = f"finding.{finding.code}"
    first, last = finding.eligible_from or finding.dispute_date, finding.eligible_until
    if first is None or last is None:
        return Say(f"{key}_undated")
    if source is Source.SHEET and finding.dispute_date:
        return Say(f"{key}_row", {"filed": finding.dispute_date, "first": first, "last": last})
    return Say(key, {"first": first, "last": last})


def _in_future(finding: Finding) -> Say:
    if finding.dispute_date is None or _is_private(finding):
        return Say("finding.date_in_future_unread", {"field": _field(finding)})
    return Say(
        "finding.date_in_future",
        {"field": _field(finding), "day": finding.dispute_date, "example": _example(finding)},
    )


def _missing(finding: Finding) -> Say:
    match finding.code:
        case ReasonCode.MISSING_DISPUTE_DATE:
            return Say("finding.missing_dispute_date", {"example": EXAMPLES[Field.DISPUTE_DATE]})
        case ReasonCode.MISSING_TRACKING_NUMBER:
            return _with_read(finding, "finding.missing_tracking_number", {})
        case _ if finding.field is Field.HFS_ID and finding.choices:
            return Say("finding.missing_field_choices", {"field": _field(finding), "choices": finding.choices})
        case _:
            return Say("finding.missing_field", {"field": _field(finding)})


def _invalid(finding: Finding) -> tuple[Say, ...]:
    frame = "finding.invalid_field" if _read(finding) else "finding.invalid_field_unread"
    return Say(frame, {"field": _field(finding), "read": _read(finding)}), _flaw(finding)


def _flaw(finding: Finding) -> Say:
    match finding.flaw:
        case Flaw.AMBIGUOUS_DATE if not _is_private(finding) and (meant := _days(finding)):
            return Say("flaw.ambiguous_date_choices", {"choices": meant})
        case Flaw.NOT_A_CHOICE if choices := _choices(finding):
            return Say("flaw.not_a_choice_choices", {"choices": choices})
        case Flaw.WRONG_LENGTH if finding.field in DIGITS:
            return Say("flaw.wrong_length_digits", {"digits": DIGITS[finding.field]})
        case None:
            return Say("flaw.unlike_registered" if _is_unlike_registered(finding) else "flaw.unclear")
        case flaw:
            return Say(f"flaw.{flaw}")


def _about_plan(finding: Finding) -> tuple[Say, ...]:
    names = finding.choices
    match finding.code:
        case ReasonCode.SEVERAL_MCOS:
            return (Say("finding.several_mcos_named", {"names": names}) if names else Say("finding.several_mcos"),)
        case ReasonCode.UNKNOWN_MCO if 0 < len(names) <= _MOST_CHOICES:
            return (_with_read(finding, "finding.which_mco", {"choices": names}),)
        case ReasonCode.UNKNOWN_MCO:
            return (_with_read(finding, "finding.unknown_mco", {"example": EXAMPLES[Field.MCO]}),)
        case _:
            return _not_active(finding), _instead(finding)


def _not_active(finding: Finding) -> Say:
    if finding.dispute_date and _read(finding):
        return Say("finding.mco_not_active_on", {"read": _read(finding), "filed": finding.dispute_date})
    return Say("finding.mco_not_active")


def _instead(finding: Finding) -> Say:
    heir = finding.successor
    return Say("finding.successor", {"successor": heir}) if heir else Say("finding.check_plan_and_date")


def _not_registered(finding: Finding) -> tuple[Say, ...]:
    if finding.field is None:
        return (Say("finding.not_registered"),)
    also = (Say("finding.registered_for", {"names": finding.choices}),) if finding.choices else ()
    return (Say("finding.not_registered_for", {"field": _field(finding)}), *also)


def _duplicate(finding: Finding) -> Say:
    if finding.ticket:
        return Say("finding.duplicate_ticket", {"ticket": finding.ticket})
    if finding.other_row is not None:
        return Say("finding.duplicate_row", {"row": str(finding.other_row)})
    return Say("finding.duplicate")


def _about_file(finding: Finding) -> Say:
    if finding.code in (ReasonCode.PASSWORD_PROTECTED, ReasonCode.FILE_TOO_LARGE, ReasonCode.SEVERAL_SHEETS):
        return Say(f"finding.{finding.code}")
    if finding.choices:
        return Say("finding.no_columns", {"choices": tuple(map(_column, finding.choices))})
    if finding.code is ReasonCode.NO_ROWS:
        return Say("finding.no_rows")
    if finding.read in DAMAGED:
        return Say("finding.damaged_file", {"kind": f"~file_kind.{finding.read}"})
    if finding.read in REASONS:
        return Say(f"no_sheet.{finding.read}")
    return Say("finding.unreadable_file")


def _about_number(finding: Finding) -> Say:
    if finding.code is ReasonCode.LOOKS_LIKE_CLAIM_NUMBER:
        return _with_read(finding, "finding.looks_like_claim_number", {})
    if finding.dispute_date and (received := _days(finding)):
        words: dict[str, Word] = {"received": received, "filed": finding.dispute_date}
        return Say("finding.tracking_date_disagrees_on", words)
    return Say("finding.tracking_date_disagrees")


def _with_read(finding: Finding, key: str, words: dict[str, Word]) -> Say:
    """The sentence that repeats what was read, or the one that does not."""
    read = _read(finding)
    return Say(f"{key}_read", words | {"read": read}) if read else Say(key, words)


def _is_private(finding: Finding) -> bool:
    return finding.field in MEMBER_FIELDS


def _read(finding: Finding) -> str:
    return "" if _is_private(finding) else clean(finding.read)


def _field(finding: Finding) -> Word:
    return f"~field.{finding.field or Field.DISPUTE_DATE}"


def _column(choice: str) -> Word:
    """A field by its name in the chat's language; a header as it is."""
    return f"~field.{choice}" if choice in set(Field) else choice


def _example(finding: Finding) -> Word:
    field = finding.field or Field.TRACKING_NUMBER
    return f"~{field}.{_OF_A_LIST[field][0]}" if field in _OF_A_LIST else EXAMPLES[field]


def _choices(finding: Finding) -> tuple[Word, ...]:
    if finding.field in _OF_A_LIST:
        return tuple(f"~{finding.field}.{value}" for value in _OF_A_LIST[finding.field])
    return () if _is_private(finding) else finding.choices


def _days(finding: Finding) -> tuple[date, ...]:
    return tuple(dates(finding.choices))
