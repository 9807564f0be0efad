"""The words of the house as types: what a complaint is, and what each of its fields was read from.

Nothing here judges. A field that could not be read keeps the words as written and a Flaw that names what is wrong, so
that the rules (`eligibility`) can name all faults at once.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from complaints.fields import Field as Field
from complaints.how_read import HowRead

T = TypeVar("T")


MEMBER_FIELDS = frozenset({Field.MEMBER_NAME, Field.RIN, Field.SERVICE_FROM, Field.SERVICE_TO, Field.NOTES,
                           Field.DESCRIPTION, Field.DESIRED_OUTCOME})  # fmt: skip
"""What these cells hold can point to a member (domain.md, Privacy): it is never repeated in an answer, log or error."""


class Flaw(StrEnum):
    """What is wrong with how a field was written."""

    NO_SUCH_DATE = "no_such_date"  # February 30
    AMBIGUOUS_DATE = "ambiguous_date"  # 13/4/2026: day first, or a slip?
    NO_YEAR = "no_year"  # March 14
    NOT_A_DATE = "not_a_date"  # "last week", "see note"
    SHORTENED_NUMBER = "shortened_number"  # 1.93E+11
    LOST_DIGITS = "lost_digits"  # a number cell of more than 15 digits
    WRONG_LENGTH = "wrong_length"  # a RIN of 8 digits
    NOT_DIGITS = "not_digits"  # a RIN with letters
    CHECK_DIGIT = "check_digit"  # an NPI whose last digit does not fit
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_A_CHOICE = "not_a_choice"  # a category that is none of ours
    ERROR_CELL = "error_cell"  # #N/A, #REF!
    NOT_CALCULATED = "not_calculated"  # a formula whose result the file does not hold


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the submitter's own file: 1-based row and column letter, as they see it."""

    row: int | None = None
    column: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One field: as written, and the value when it could be read. Blank: value None and written empty."""

    value: T | None = None
    written: str = ""
    place: Place = NOWHERE
    flaw: Flaw | None = None
    meant: tuple[str, ...] = ()
    """With AMBIGUOUS_DATE: the dates (ISO) it could mean."""

    @property
    def is_blank(self) -> bool:
        return self.value is None and not self.written and self.flaw is None


class Source(StrEnum):
    """How a complaint was filed: what is required depends on it (policy)."""

    SHEET = "sheet"
    TEXT = "text"
    CHAT = "chat"


class Category(StrEnum):
    """Issue categories (ISMS 12/01/2023, see domain.md)."""

    CLAIMS_AND_PAYMENT = "claims_and_payment"
    CONTRACTING = "contracting"
    COVERAGE_AND_SERVICE_DENIAL = "coverage_and_service_denial"
    ELIGIBILITY = "eligibility"
    PRIOR_AUTHORIZATION = "prior_authorization"
    OTHER = "other"


class Coverage(StrEnum):
    """Which payer the dispute is about. Only Medicaid managed care is ours (rules 11 and 12)."""

    MEDICAID_MANAGED_CARE = "medicaid_managed_care"
    MEDICARE = "medicare"
    FEE_FOR_SERVICE = "fee_for_service"


@dataclass(frozen=True, slots=True)
class ClaimIssue:
    """One claim in trouble: one row of the claim sheet, or one dispute told in words.

    `row` is the sheet's own row number; for text the first claim is 1. Amounts are integers of cents. Tracking, claim
    and authorization numbers are verbatim. `mco` and `category` are what the row itself says, blank when only the
    block above the table says it.
    """

    row: int
    tracking_number: Entry[str] = Entry()
    dispute_date: Entry[date] = Entry()
    response_date: Entry[date] = Entry()
    member_name: Entry[str] = Entry()
    rin: Entry[str] = Entry()
    service_from: Entry[date] = Entry()
    service_to: Entry[date] = Entry()
    claim_number: Entry[str] = Entry()
    authorization_number: Entry[str] = Entry()
    billed_amount: Entry[int] = Entry()
    paid_amount: Entry[int] = Entry()
    denial_reason: Entry[str] = Entry()
    notes: Entry[str] = Entry()
    mco: Entry[str] = Entry()
    category: Entry[Category] = Entry()


@dataclass(frozen=True, slots=True)
class Complaint:
    """One submitter's unresolved disputes with one MCO, as handed to us."""

    source: Source
    claims: tuple[ClaimIssue, ...]
    mco: Entry[str] = Entry()
    coverage: Entry[Coverage] = Entry()
    category: Entry[Category] = Entry()
    provider_name: Entry[str] = Entry()
    npi: Entry[str] = Entry()
    hfs_id: Entry[str] = Entry()
    contact_name: Entry[str] = Entry()
    phone: Entry[str] = Entry()
    email: Entry[str] = Entry()
    description: Entry[str] = Entry()
    desired_outcome: Entry[str] = Entry()
    columns: dict[Field, str] = field(default_factory=dict)
    """For a sheet: the letter of the column each field of the table was read from."""
    how_read: HowRead | None = None
    """For a sheet: what was taken for what. It judges nothing."""


class Role(StrEnum):
    """Who may speak for a provider."""

    PROVIDER = "provider"
    BILLING_AGENT = "billing_agent"


@dataclass(frozen=True, slots=True)
class Provider:
    """A registered provider. `hfs_id` is 12 digits; `npi` 10 digits or None (transport providers have none)."""

    id: int
    name: str
    hfs_id: str
    npi: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A registered user: a mail address (lower case) that may file for a provider and is told what becomes of it."""

    provider_id: int
    address: str
    name: str = ""
    role: Role = Role.PROVIDER
    receives_notices: bool = True
