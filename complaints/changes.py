"""What a complaint that goes on from an earlier one has put right: claims compared, whatever was moved or left out."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.identifiers import fold
from complaints.model import ClaimIssue, Complaint, Entry, Field, Source
from complaints.verdict import ClaimVerdict, ReasonCode, Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """From what was sent on the day `since` to now. A claim counts as wrong for what was found about itself.

    `put_right` are the fields of the whole complaint, and of a complaint in words all fields, that were wrong and are
    not any more.
    """

    since: date
    fixed: int = 0
    still_wrong: int = 0
    new: int = 0
    put_right: tuple[Field, ...] = ()


def change(earlier: Verdict, now: Verdict, *, same: bool = False) -> Change | None:
    """Compare two complaints of one thread; None when the second has no claim in common with the first.

    `same` says that the second was made from the first, so that equal row numbers are the same row.
    """
    pairs = {} if same else _pairs(earlier.claims, now.claims)
    if not pairs and not same:
        return None
    if earlier.complaint.source is now.complaint.source:
        pairs |= _by_row(earlier.claims, now.claims, pairs)
    fixed = sum(
        not is_wrong(claim) and at in pairs and is_wrong(earlier.claims[pairs[at]])
        for at, claim in enumerate(now.claims)
    )
    return Change(
        since=earlier.today,
        fixed=fixed,
        still_wrong=sum(map(is_wrong, now.claims)),
        new=sum(claim.accepted and at not in pairs for at, claim in enumerate(now.claims)),
        put_right=_put_right(earlier, now),
    )


def is_wrong(claim: ClaimVerdict) -> bool:
    """Whether something about this claim itself rejects it. Being on a ticket already is nothing wrong."""
    return any(finding.rejects and not finding.is_on_ticket for finding in claim.findings)


def _put_right(earlier: Verdict, now: Verdict) -> tuple[Field, ...]:
    in_words = earlier.complaint.source is not Source.SHEET
    wrong, still = (
        [found for found in verdict.findings if found.rejects and (in_words or found.row is None)]
        for verdict in (earlier, now)
    )
    fields = dict.fromkeys(found.field for found in wrong if found.field and found.code is not ReasonCode.DUPLICATE)
    still_wrong = {found.field for found in still}
    return tuple(
        field
        for field in fields
        if field not in still_wrong and _values(earlier.complaint, field) != _values(now.complaint, field)
    )


def _values(complaint: Complaint, field: Field) -> list[Any]:
    """Everything that the complaint and its claims say in this field. A date that only came due is no other value."""
    entries: list[Entry[Any]] = [
        getattr(part, field.value) for part in (complaint, *complaint.claims) if hasattr(part, field.value)
    ]
    return [entry.value for entry in entries if not entry.is_blank]


def _pairs(earlier: Sequence[ClaimVerdict], now: Sequence[ClaimVerdict]) -> dict[int, int]:
    """Which claim of now (by its position) is which of the earlier ones: by the surest sign first, in their order."""
    pairs: dict[int, int] = {}
    for sign in _SIGNS:
        taken = set(pairs.values())
        free: defaultdict[Hashable, list[int]] = defaultdict(list)
        for at, claim in reversed(list(enumerate(earlier))):
            if at not in taken and (known := sign(claim.claim)):
                free[known].append(at)
        for at, claim in enumerate(now):
            if at not in pairs and (known := sign(claim.claim)) and free[known]:
                pairs[at] = free[known].pop()
    return pairs


def _by_row(earlier: Sequence[ClaimVerdict], now: Sequence[ClaimVerdict], pairs: dict[int, int]) -> dict[int, int]:
    taken = set(pairs.values())
    free = {claim.claim.row: at for at, claim in enumerate(earlier) if at not in taken}
    return {at: free[claim.claim.row] for at, claim in enumerate(now) if at not in pairs and claim.claim.row in free}


def _row(claim: ClaimIssue) -> int:
    return claim.row


def _tracking(claim: ClaimIssue) -> str:
    return fold(claim.tracking_number.value or "")


def _number(claim: ClaimIssue) -> str:
    return fold(claim.claim_number.value or "")


def _service(claim: ClaimIssue) -> tuple[str, date] | None:
    rin, first = claim.rin.value, claim.service_from.value
    return (fold(rin), first) if rin and first else None


def _together(*signs: Callable[[ClaimIssue], Hashable]) -> Callable[[ClaimIssue], Hashable]:
    def both(claim: ClaimIssue) -> Hashable:
        seen = tuple(sign(claim) for sign in signs)
        return seen if all(seen) else None

    return both


_SIGNS: tuple[Callable[[ClaimIssue], Hashable], ...] = (
    _together(_tracking, _number),
    _together(_tracking, _service),
    _number,
    _together(_row, _tracking),
    _together(_row, _service),
    _tracking,
    _service,
)
"""From the surest on. One tracking number may stand for many claims, and one member may have many on one day."""
