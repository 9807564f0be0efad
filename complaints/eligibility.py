"""The intake rules in their order, and `judge`, which asks all of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from complaints import field_rules, repeats, rules, warning_rules
from complaints.case import Case, Facts, OpenClaim, open_case
from complaints.model import Complaint
from complaints.verdict import ClaimVerdict, Finding, Outcome, RuleAsked, Verdict
from complaints.who_is_meant import meant_provider

__all__ = ["RULES", "Facts", "OpenClaim", "Rule", "judge", "meant_provider"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name. It finds things; it does not decide."""

    name: str
    find: Callable[[Case], Iterable[Finding]]


RULES = (
    Rule("no_rows", rules.no_rows),
    Rule("not_registered", rules.not_registered),
    Rule("missing_dispute_date", field_rules.missing_dispute_date),
    Rule("missing_tracking_number", field_rules.missing_tracking_number),
    Rule("too_early", rules.too_early),
    Rule("too_late", rules.too_late),
    Rule("date_in_future", rules.date_in_future),
    Rule("template_required", rules.template_required),
    Rule("several_mcos", rules.several_mcos),
    Rule("unknown_mco", rules.unknown_mco),
    Rule("mco_not_active", rules.mco_not_active),
    Rule("missing_field", field_rules.missing_field),
    Rule("invalid_field", field_rules.invalid_field),
    Rule("medicare_only", rules.medicare_only),
    Rule("fee_for_service", rules.fee_for_service),
    Rule("duplicate", repeats.duplicates),
    Rule("before_program", rules.before_program),
    Rule("answered_long_ago", warning_rules.answered_long_ago),
    Rule("looks_like_claim_number", warning_rules.claim_number_for_tracking_number),
    Rule("tracking_date_disagrees", warning_rules.tracking_date_disagrees),
    Rule("different_denial_reasons", warning_rules.different_denial_reasons),
)
"""In the order of the table of rules, then the warnings. All are asked; only `duplicate` looks at what those before it
found."""


def judge(complaint: Complaint, facts: Facts, today: date) -> Verdict:
    """Ask every rule about a complaint filed on `today` (a day in America/Chicago). Pure, raises nothing.

    A row is accepted when nothing rejects it or the whole complaint.
    """
    case = open_case(complaint, facts, today)
    asked = []
    of_row: defaultdict[int, list[Finding]] = defaultdict(list)
    whole_is_faulty = False
    for rule in RULES:
        findings = tuple(rule.find(case))
        asked.append(RuleAsked(rule.name, findings))
        for finding in findings:
            if finding.row is None:
                whole_is_faulty |= finding.rejects
            else:
                of_row[finding.row].append(finding)
        case.faulty.update(finding.row for finding in findings if finding.rejects and finding.row is not None)
    claims = tuple(
        ClaimVerdict(claim, tuple(of_row[claim.row]), accepted=not whole_is_faulty and claim.row not in case.faulty)
        for claim in complaint.claims
    )
    return Verdict(
        outcome=_outcome(claims),
        complaint=complaint,
        today=today,
        mco=case.mcos[0] if len(case.mcos) == 1 else None,
        asked=tuple(asked),
        claims=claims,
        provider_id=case.provider.id if case.provider else None,
    )


def _outcome(claims: tuple[ClaimVerdict, ...]) -> Outcome:
    accepted = sum(claim.accepted for claim in claims)
    if not accepted:
        return Outcome.REJECTED
    return Outcome.ACCEPTED if accepted == len(claims) else Outcome.PARTLY_ACCEPTED
