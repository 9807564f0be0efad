"""What is told to staff and submitter, and never rejects."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from complaints.case import Case, about_row
from complaints.identifiers import BCBSIL, bcbsil_received, fold, looks_like_claim_number
from complaints.model import Field
from complaints.verdict import Finding, ReasonCode, Severity
from complaints.who_is_meant import text_of


def answered_long_ago(case: Case) -> Iterator[Finding]:
    """The other limb of 140.75(b)(2): 30 days after the MCO's answer. HFS notices do not apply it."""
    oldest = case.today - timedelta(days=case.policy.response_limb_days)
    for claim in case.claims:
        if claim.response_date.value and claim.response_date.value < oldest:
            yield _warns(about_row(case, claim, Field.RESPONSE_DATE, ReasonCode.ANSWERED_LONG_AGO))


def claim_number_for_tracking_number(case: Case) -> Iterator[Finding]:
    """The tracking number has the shape of that MCO's claim numbers, or is the row's own claim number."""
    for claim, plan in case.named():
        tracking = text_of(claim.tracking_number)
        if not tracking or claim.tracking_number.flaw:
            continue
        same = fold(tracking) == fold(text_of(claim.claim_number))
        if same or (plan.mco and looks_like_claim_number(plan.mco.name, tracking)):
            yield _warns(about_row(case, claim, Field.TRACKING_NUMBER, ReasonCode.LOOKS_LIKE_CLAIM_NUMBER))


def tracking_date_disagrees(case: Case) -> Iterator[Finding]:
    """A BCBSIL tracking number tells the day on which the dispute was received there."""
    for claim, plan in case.named():
        filed = claim.dispute_date.value
        if plan.mco is None or plan.mco.name != BCBSIL or filed is None:
            continue
        received = bcbsil_received(text_of(claim.tracking_number))
        if received and received != filed:
            found = about_row(case, claim, Field.TRACKING_NUMBER, ReasonCode.TRACKING_DATE_DISAGREES)
            yield replace(_warns(found), dispute_date=filed, choices=(received.isoformat(),))


def different_denial_reasons(case: Case) -> Iterator[Finding]:
    """Several claims in one complaint need a common question of fact or policy: 140.75(b)."""
    written = [text_of(claim.denial_reason) for claim in case.claims if not claim.denial_reason.flaw]
    if len({fold_denial_reason(reason) for reason in written if reason}) > 1:
        yield _warns(Finding(ReasonCode.DIFFERENT_DENIAL_REASONS, field=Field.DENIAL_REASON))


_CARC = re.compile(r"\W*(?:CARC\W*)?(?:(?:CO|PR|OA|PI|CR)\W*)?0*([ABDPWY]?\d{1,3})\b", re.IGNORECASE | re.ASCII)


def fold_denial_reason(written: str) -> str:
    """The CARC alone: "CO-16", "CARC 16", "16 - lacks information" and "016" are one. Other text: folded as it is."""
    match = _CARC.match(written)
    return match[1].upper() if match else fold(written)


def _warns(found: Finding) -> Finding:
    return replace(found, severity=Severity.WARNS)
