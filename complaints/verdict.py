"""What the rules found: findings, the verdict, and which rules were asked. Pure data; `eligibility.judge` makes it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from complaints.model import NOWHERE, ClaimIssue, Complaint, Field, Flaw, Place


class ReasonCode(StrEnum):
    """Why not, or what to look at. The values are part of the command line's stable output (domain.md)."""

    NOT_REGISTERED = "not_registered"
    MISSING_DISPUTE_DATE = "missing_dispute_date"
    MISSING_TRACKING_NUMBER = "missing_tracking_number"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    DATE_IN_FUTURE = "date_in_future"
    TEMPLATE_REQUIRED = "template_required"
    SEVERAL_MCOS = "several_mcos"
    UNKNOWN_MCO = "unknown_mco"
    MCO_NOT_ACTIVE = "mco_not_active"
    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    MEDICARE_ONLY = "medicare_only"
    FEE_FOR_SERVICE = "fee_for_service"
    DUPLICATE = "duplicate"
    BEFORE_PROGRAM = "before_program"
    # the file itself
    UNREADABLE_FILE = "unreadable_file"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105  a reason, not a password
    FILE_TOO_LARGE = "file_too_large"
    NO_ROWS = "no_rows"
    SEVERAL_SHEETS = "several_sheets"  # one mail with more than one claim sheet; `read` is how many
    # warnings: told, never a reason to reject
    ANSWERED_LONG_AGO = "answered_long_ago"
    LOOKS_LIKE_CLAIM_NUMBER = "looks_like_claim_number"
    TRACKING_DATE_DISAGREES = "tracking_date_disagrees"
    DIFFERENT_DENIAL_REASONS = "different_denial_reasons"


class Severity(StrEnum):
    REJECTS = "rejects"
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found. `row` None: it concerns the whole complaint.

    `read` is what was read, safe to repeat to the submitter: never what a member field holds. `choices` are names to
    choose from (MCOs, dates in ISO form); `successor` is who took an MCO's members over; `ticket` the open ticket a
    duplicate belongs to; `other_row` the row of the same sheet that it repeats.
    """

    code: ReasonCode
    severity: Severity = Severity.REJECTS
    field: Field | None = None
    row: int | None = None
    place: Place = NOWHERE
    read: str = ""
    flaw: Flaw | None = None
    dispute_date: date | None = None
    eligible_from: date | None = None
    eligible_until: date | None = None
    ticket: str | None = None
    other_row: int | None = None
    choices: tuple[str, ...] = ()
    successor: str | None = None

    @property
    def rejects(self) -> bool:
        return self.severity is Severity.REJECTS

    @property
    def is_on_ticket(self) -> bool:
        """A claim that is filed already, on a ticket that is open."""
        return self.code is ReasonCode.DUPLICATE and self.ticket is not None


@dataclass(frozen=True, slots=True)
class RuleAsked:
    """A rule that was asked, hit or miss, so that a verdict can be explained later."""

    rule: str
    findings: tuple[Finding, ...]

    @property
    def hit(self) -> bool:
        return bool(self.findings)


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    NO_COMPLAINT = "no_complaint"


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """One row with everything found about it. Accepted when neither it nor the whole complaint is rejected."""

    claim: ClaimIssue
    findings: tuple[Finding, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the rules to one complaint on one day (a date in America/Chicago)."""

    outcome: Outcome
    complaint: Complaint
    today: date
    mco: str | None
    """The canonical name, when exactly one MCO was meant."""
    asked: tuple[RuleAsked, ...]
    claims: tuple[ClaimVerdict, ...]
    provider_id: int | None = None
    """Whose complaint it is, when the registry was asked and exactly one provider was meant."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the rules."""
        return tuple(finding for rule in self.asked for finding in rule.findings)

    @property
    def whole_findings(self) -> tuple[Finding, ...]:
        """Those that concern the whole complaint and not one row."""
        return tuple(finding for finding in self.findings if finding.row is None)

    @property
    def accepted_claims(self) -> tuple[ClaimIssue, ...]:
        return tuple(claim.claim for claim in self.claims if claim.accepted)

    def has(self, code: ReasonCode) -> bool:
        return any(finding.code is code for finding in self.findings)
