"""The intake rules, each as a small function of the case. Numbers are those of the table of rules: who may file, when,
against whom. What must be filled in is `field_rules`, what was filed before `repeats`, what is only told
`warning_rules`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from complaints.case import Case, about_plans, about_row, about_whole, safe_to_repeat
from complaints.mcos import Ambiguous, Unknown
from complaints.model import ClaimIssue, Coverage, Field, Source
from complaints.verdict import Finding, ReasonCode
from complaints.who_is_meant import PlanNamed, is_foreign, well_formed_hfs_id


def no_rows(case: Case) -> Iterator[Finding]:
    """A complaint is about at least one claim."""
    if not case.claims:
        yield Finding(ReasonCode.NO_ROWS)


def not_registered(case: Case) -> Iterator[Finding]:
    """1: only registered users, and only for providers they are registered for. A miss when the registry was not
    asked."""
    providers = case.facts.providers
    if providers is None:
        return
    if not providers:
        yield Finding(ReasonCode.NOT_REGISTERED)
    elif is_foreign(well_formed_hfs_id(case.complaint), providers):
        foreign = about_whole(case, Field.HFS_ID, ReasonCode.NOT_REGISTERED)
        yield replace(foreign, choices=tuple(provider.name for provider in providers))


def too_early(case: Case) -> Iterator[Finding]:
    """4: not sooner than 30 calendar days after the dispute was filed; day 30 is in."""
    for claim in case.claims:
        days = case.window(claim)
        if days and case.today < days.first:
            found = _about_date(case, claim, ReasonCode.TOO_EARLY)
            yield replace(found, eligible_from=days.first, eligible_until=days.last)


def too_late(case: Case) -> Iterator[Finding]:
    """5: not later than 60 calendar days after the dispute was filed; day 60 is in."""
    for claim in case.claims:
        days = case.window(claim)
        if days and case.today > days.last:
            yield replace(_about_date(case, claim, ReasonCode.TOO_LATE), eligible_until=days.last)


def date_in_future(case: Case) -> Iterator[Finding]:
    """6: a dispute cannot have been filed after today."""
    for claim in case.claims:
        filed = claim.dispute_date.value
        if filed and filed > case.today:
            yield _about_date(case, claim, ReasonCode.DATE_IN_FUTURE)


def template_required(case: Case) -> Iterator[Finding]:
    """7: two or more complaints against the same MCO come on the claim sheet. Where an MCO is not clear it may be the
    same one, so that nobody is asked for the sheet only after mending that."""
    clearly_different = {plan.mco.name for plan in case.plans if plan.mco}
    if case.complaint.source is not Source.SHEET and len(clearly_different) < len(case.claims) >= 2:
        yield Finding(ReasonCode.TEMPLATE_REQUIRED)


def several_mcos(case: Case) -> Iterator[Finding]:
    """8: one MCO per complaint."""
    if len(case.mcos) > 1:
        yield Finding(ReasonCode.SEVERAL_MCOS, field=Field.MCO, choices=case.mcos)


def unknown_mco(case: Case) -> Iterator[Finding]:
    """9: the MCO is one of ours. A name with several meanings is asked about, never guessed."""
    for found, plan in about_plans(case, ReasonCode.UNKNOWN_MCO, lambda plan: _choices(plan) is not None):
        yield replace(found, choices=_choices(plan) or ())


def _choices(plan: PlanNamed) -> tuple[str, ...] | None:
    match plan.found:
        case Ambiguous(choices) | Unknown(choices):
            return choices
        case _:
            return None


def mco_not_active(case: Case) -> Iterator[Finding]:
    """9: the MCO was an Illinois Medicaid plan on the day the dispute was filed."""
    for claim, plan in case.named():
        filed = claim.dispute_date.value
        if plan.mco and filed and not case.facts.roster.active(plan.mco, filed):
            found = about_row(case, claim, Field.MCO, ReasonCode.MCO_NOT_ACTIVE)
            read = safe_to_repeat(Field.MCO, plan.entry)
            yield replace(found, read=read, dispute_date=filed, successor=plan.mco.successor)


def medicare_only(case: Case) -> Iterator[Finding]:
    """11: Medicare's part of a dispute is not the state's."""
    return _other_payer(case, Coverage.MEDICARE, ReasonCode.MEDICARE_ONLY)


def fee_for_service(case: Case) -> Iterator[Finding]:
    """12: fee-for-service goes to the phone line."""
    return _other_payer(case, Coverage.FEE_FOR_SERVICE, ReasonCode.FEE_FOR_SERVICE)


def _other_payer(case: Case, payer: Coverage, code: ReasonCode) -> Iterator[Finding]:
    if case.complaint.coverage.value is payer:
        yield about_whole(case, Field.COVERAGE, code)
    for found, _ in about_plans(case, code, lambda plan: plan.found is payer):
        yield found


def before_program(case: Case) -> Iterator[Finding]:
    """14: nothing was in force before the program began, and no dispute whose last day lay before it."""
    start = case.policy.program_start
    if case.today < start:
        yield Finding(ReasonCode.BEFORE_PROGRAM)
        return
    for claim in case.claims:
        days = case.window(claim)
        if days and days.last < start:
            yield replace(_about_date(case, claim, ReasonCode.BEFORE_PROGRAM), eligible_until=days.last)


def _about_date(case: Case, claim: ClaimIssue, code: ReasonCode) -> Finding:
    filed: date | None = claim.dispute_date.value
    return replace(about_row(case, claim, Field.DISPUTE_DATE, code), dispute_date=filed)
