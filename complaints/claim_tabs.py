"""Several tables of claims in one workbook: which of them are complaints of their own."""

from collections.abc import Sequence
from dataclasses import replace

from complaints.cells import CellValue
from complaints.identifiers import fold
from complaints.model import ClaimIssue, Complaint, Field
from complaints.tables import Table, explains
from complaints.values import is_blank

_CORE = frozenset({Field.TRACKING_NUMBER, Field.DISPUTE_DATE})

Key = tuple[str, str, str, str, str]


def is_like(table: Table[Field], best: Table[Field]) -> bool:
    """Whether another sheet's table is certain enough to be a complaint beside the best one."""
    if explains(table.grid) and not explains(best.grid):
        return False
    fields = table.columns.keys()
    return (fields >= _CORE and len(fields) > len(_CORE)) or fields >= best.columns.keys()


def without_repeats(complaints: Sequence[Complaint]) -> list[Complaint]:
    """Those that say something of their own, in their order.

    A list of all claims beside a tab for each plan goes, not the tabs; else of two that say the same the first stays,
    and of two of which one says more the one that says more.
    """
    keys = [{_key(claim) for claim in complaint.claims} for complaint in complaints]
    kept = set(range(len(complaints)))
    for index, complaint in enumerate(complaints):
        others = [keys[other] for other in kept if other != index]
        names = len(_plans(complaint))
        tabs_name_it = (
            names == 0 and complaint.mco.is_blank and all(_names_a_plan(complaints[o]) for o in kept - {index})
        )
        if len(others) > 1 and (names > 1 or tabs_name_it) and _repeats(keys[index], set[Key]().union(*others)):
            kept.discard(index)
    for index in range(len(complaints)):
        for other in kept - {index}:
            if _repeats(keys[index], keys[other]) and (len(keys[index]) < len(keys[other]) or other < index):
                kept.discard(index)
                break
    return [complaints[index] for index in sorted(kept)]


def _repeats(some: set[Key], others: set[Key]) -> bool:
    return all(any(key) for key in some) and some <= others


def _key(claim: ClaimIssue) -> Key:
    return (
        fold(claim.tracking_number.value or claim.tracking_number.written),
        str(claim.dispute_date.value or claim.dispute_date.written),
        fold(claim.claim_number.value or claim.claim_number.written),
        fold(claim.rin.value or claim.rin.written),
        str(claim.service_from.value or claim.service_from.written),
    )


def _plans(complaint: Complaint) -> set[str]:
    return {claim.mco.written.casefold() for claim in complaint.claims if claim.mco.written}


def _names_a_plan(complaint: Complaint) -> bool:
    return not complaint.mco.is_blank or len(_plans(complaint)) == 1


def spread_down(table: Table[Field]) -> Table[Field]:
    """Cells that are merged over several rows say the same for each of them."""
    ours = set(table.columns.values())
    down = [
        merged
        for merged in table.grid.merged
        if merged.top >= table.first and merged.top < merged.bottom and merged.left in ours
    ]
    if not down:
        return table
    rows: dict[int, list[CellValue]] = {}
    last_of: dict[int, int] = {}
    for merged in sorted(down, key=lambda merged: merged.top):
        top = table.grid.rows[merged.top] if merged.top < len(table.grid.rows) else ()
        value = top[merged.left] if merged.left < len(top) else None
        if is_blank(value) or merged.top < last_of.get(merged.left, 0):
            continue  # nothing to say, or one over another: a file made to trouble us
        last_of[merged.left] = merged.bottom
        for index in range(merged.top + 1, min(merged.bottom + 1, len(table.grid.rows))):
            cells = rows.setdefault(index, list(table.grid.rows[index]))
            cells.extend([None] * (merged.left + 1 - len(cells)))
            cells[merged.left] = value if is_blank(cells[merged.left]) else cells[merged.left]
    changed = tuple(tuple(rows.get(index, row)) for index, row in enumerate(table.grid.rows))
    return replace(table, grid=replace(table.grid, rows=changed))
