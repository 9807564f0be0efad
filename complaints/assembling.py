"""From cells whose fields are known to a claim and a complaint: the same for a sheet and for labelled lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from complaints.cells import CellValue
from complaints.claim_sheet import CATEGORY_SYNONYMS, CATEGORY_WORDS, COVERAGE_SYNONYMS, COVERAGE_WORDS
from complaints.dates import read_date, read_date_range
from complaints.model import NOWHERE, ClaimIssue, Complaint, Entry, Field, Flaw, Place, Source
from complaints.values import (
    choice_reader,
    clean,
    read_amount,
    read_hfs_id,
    read_npi,
    read_number,
    read_rin,
    read_text,
    says_nothing,
    spoilt,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with the place it was read from."""

    value: CellValue
    place: Place = NOWHERE


Cells = Mapping[Field, Cell]

NOTHING = Cell(None)
read_category = choice_reader(CATEGORY_WORDS, CATEGORY_SYNONYMS)
read_coverage = choice_reader(COVERAGE_WORDS, COVERAGE_SYNONYMS)


def claim_of(row: int, cells: Cells, today: date) -> ClaimIssue:
    """One claim. A range of dates in the cell for the first day of service fills the last day too."""
    service_from, service_to = _service_days(cells, today)
    return ClaimIssue(
        row=row,
        tracking_number=_at(cells, Field.TRACKING_NUMBER, read_number),
        dispute_date=_day(cells, Field.DISPUTE_DATE, today),
        response_date=_day(cells, Field.RESPONSE_DATE, today),
        member_name=_at(cells, Field.MEMBER_NAME, read_text),
        rin=_at(cells, Field.RIN, read_rin),
        service_from=service_from,
        service_to=service_to,
        claim_number=_at(cells, Field.CLAIM_NUMBER, read_number),
        authorization_number=_at(cells, Field.AUTHORIZATION_NUMBER, read_number),
        billed_amount=_at(cells, Field.BILLED_AMOUNT, read_amount),
        paid_amount=_at(cells, Field.PAID_AMOUNT, read_amount),
        denial_reason=_at(cells, Field.DENIAL_REASON, read_text),
        notes=_at(cells, Field.NOTES, _read_lines),
        mco=_at(cells, Field.MCO, read_text),
        category=_at(cells, Field.CATEGORY, read_category),
    )


def complaint_of(
    source: Source, claims: tuple[ClaimIssue, ...], cells: Cells, columns: Mapping[Field, str] | None = None
) -> Complaint:
    """The complaint from what is said once for all its claims."""
    return Complaint(
        source=source,
        claims=claims,
        mco=_at(cells, Field.MCO, read_text),
        coverage=_at(cells, Field.COVERAGE, read_coverage),
        category=_at(cells, Field.CATEGORY, read_category),
        provider_name=_at(cells, Field.PROVIDER_NAME, read_text),
        npi=_at(cells, Field.NPI, read_npi),
        hfs_id=_at(cells, Field.HFS_ID, read_hfs_id),
        contact_name=_at(cells, Field.CONTACT_NAME, read_text),
        phone=_at(cells, Field.PHONE, read_number),
        email=_at(cells, Field.EMAIL, read_text),
        description=_at(cells, Field.DESCRIPTION, _read_lines),
        desired_outcome=_at(cells, Field.DESIRED_OUTCOME, _read_lines),
        columns=dict(columns or {}),
    )


def _at(cells: Cells, field: Field, read: Callable[[CellValue], Entry[T]]) -> Entry[T]:
    cell = cells.get(field, NOTHING)
    return _placed(read(cell.value), cell.place)


def _placed(entry: Entry[T], place: Place) -> Entry[T]:
    return Entry(entry.value, entry.written, place, entry.flaw, entry.meant)


def _day(cells: Cells, field: Field, today: date) -> Entry[date]:
    cell = cells.get(field, NOTHING)
    return _placed(_read_day(cell.value, today), cell.place)


def _read_day(value: CellValue, today: date) -> Entry[date]:
    if says_nothing(value):
        return Entry()
    if flaw := spoilt(value):
        return Entry(written=clean(value), flaw=flaw)
    return read_date(clean(value) if isinstance(value, str) else value, today)


def _service_days(cells: Cells, today: date) -> tuple[Entry[date], Entry[date]]:
    first, last = _day(cells, Field.SERVICE_FROM, today), _day(cells, Field.SERVICE_TO, today)
    if first.flaw is Flaw.NOT_A_DATE and (ends := read_date_range(first.written, today)):
        place = first.place
        first = _placed(ends[0], place)
        if last.is_blank:
            last = _placed(ends[1], place)
    return first, last


def _read_lines(value: CellValue) -> Entry[str]:
    return read_text(value, lines=True)
