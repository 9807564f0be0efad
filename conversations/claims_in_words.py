"""Which of the labelled values belong to which claim, when a letter tells of several."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from complaints.assembling import Cell, claim_of, complaint_of
from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.model import Complaint, Field, Source

Said = tuple[Field, str]
"""A field and what was written behind its label; "" when nothing was."""

CLAIM_FIELDS = frozenset(column.field for column in CLAIM_COLUMNS)
_BETWEEN_NUMBERS = re.compile(r"\s*[,;]\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*", re.IGNORECASE)


def complaint_in(said: Sequence[Said], today: date) -> Complaint:
    """The complaint with its claims in the order of the text, numbered from 1.

    What is said before the first claim holds for all claims that do not say otherwise. Several MCOs stay with their
    claims; one MCO, and everything else that is said once for all, is the complaint's.
    """
    mcos = {value.casefold() for field, value in said if field is Field.MCO and value}
    of_claims = CLAIM_FIELDS | {Field.MCO} if len(mcos) > 1 else CLAIM_FIELDS
    groups = _groups([one for one in said if one[0] in of_claims])
    told = [of_one for group in groups for of_one in _one_for_each_number(group)]
    claims = tuple(claim_of(row, _cells(of_one), today) for row, of_one in enumerate(told, 1))
    return complaint_of(Source.TEXT, claims, _cells(_first_of_each(one for one in said if one[0] not in of_claims)))


def _cells(told: dict[Field, str]) -> dict[Field, Cell]:
    return {field: Cell(value) for field, value in told.items()}


def _groups(said: Sequence[Said]) -> list[dict[Field, str]]:
    """One group of values for each claim. A group that says no more than another is left out."""
    leader = _leader(said)
    said = _with_plan_at_each(leader, said)
    starts = [index for index, (field, _) in enumerate(said) if field is leader] or [0]
    shared = _first_of_each(said[: starts[0]])
    ends = (*starts[1:], len(said))
    groups = [_first_of_each((*said[start:end], *shared.items())) for start, end in zip(starts, ends, strict=True)]
    return [
        group
        for index, group in enumerate(groups)
        if group not in groups[:index] and not any(group.items() < other.items() for other in groups)
    ]


def _leader(said: Sequence[Said]) -> Field | None:
    """The label whose every occurrence begins a claim; None when nothing is repeated.

    With several tracking numbers it is that label, or the first label in the text that takes turns with it. Else
    several dispute dates or MCOs tell claims apart.
    """
    fields = [field for field, _ in said]
    if fields.count(Field.TRACKING_NUMBER) > 1:
        return next(
            field
            for field in fields
            if field is Field.TRACKING_NUMBER or (field is not Field.MCO and _takes_turns(field, fields))
        )
    for repeated in (Field.DISPUTE_DATE, Field.MCO):
        if len({value for field, value in said if field is repeated and value}) > 1:
            return repeated
    return None


def _takes_turns(field: Field, fields: Sequence[Field]) -> bool:
    turns = [each for each in fields if each in (field, Field.TRACKING_NUMBER)]
    return turns == [field, Field.TRACKING_NUMBER] * fields.count(Field.TRACKING_NUMBER)


def _with_plan_at_each(leader: Field | None, said: Sequence[Said]) -> Sequence[Said]:
    """Where plans stand above their claims like headings, the plan is put into each claim."""
    fields = [field for field, _ in said]
    if Field.MCO not in fields or leader in (None, Field.MCO) or fields.index(Field.MCO) > fields.index(leader):
        return said
    placed: list[Said] = []
    plan = ""
    for field, value in said:
        if field is Field.MCO:
            plan = value or plan
            continue
        placed.append((field, value))
        if field is leader:
            placed.append((Field.MCO, plan))
    return placed


def _first_of_each(said: Iterable[Said]) -> dict[Field, str]:
    """Each field's first value that is not blank."""
    told: dict[Field, str] = {}
    for field, value in said:
        if not told.get(field):
            told[field] = value
    return told


def _one_for_each_number(group: dict[Field, str]) -> list[dict[Field, str]]:
    """ "A12, B34 and C56" behind one label: a claim each. A number with blanks in it is one number."""
    numbers = _BETWEEN_NUMBERS.split(group.get(Field.TRACKING_NUMBER, ""))
    if any(" " in number or not any(letter.isdigit() for letter in number) for number in numbers):
        return [group]
    return [group | {Field.TRACKING_NUMBER: number} for number in dict.fromkeys(numbers)]
