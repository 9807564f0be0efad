"""Rules 2, 3 and 10: what must be there is there, and what is there can be read."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from complaints.case import Case, about_plans, about_row, about_whole, with_time_left
from complaints.identifiers import check_hfs_id, check_npi, check_rin, fold, is_no_number
from complaints.model import MEMBER_FIELDS, ClaimIssue, Complaint, Entry, Field, Flaw
from complaints.verdict import Finding, ReasonCode, Severity
from complaints.who_is_meant import is_foreign, text_of, well_formed_hfs_id

_OF_CLAIM = tuple(Field(each.name) for each in fields(ClaimIssue) if each.name not in ("row", "mco"))
_NOT_OF_BLOCK = ("source", "claims", "mco", "columns", "how_read")
_OF_BLOCK = tuple(Field(each.name) for each in fields(Complaint) if each.name not in _NOT_OF_BLOCK)
_CHECKS = {Field.RIN: check_rin, Field.NPI: check_npi, Field.HFS_ID: check_hfs_id}
_NOT_OF_ITS_KIND = frozenset({Flaw.NOT_A_DATE, Flaw.NOT_DIGITS, Flaw.NOT_AN_AMOUNT, Flaw.NOT_A_CHOICE})
_HAVE_THEIR_OWN_RULE = frozenset({Field.DISPUTE_DATE, Field.TRACKING_NUMBER})


def missing_dispute_date(case: Case) -> Iterator[Finding]:
    """2: the dispute went to the MCO first, and the day on which it did is told."""
    for claim in case.claims:
        if _is_empty(Field.DISPUTE_DATE, claim.dispute_date):
            yield about_row(case, claim, Field.DISPUTE_DATE, ReasonCode.MISSING_DISPUTE_DATE)


def missing_tracking_number(case: Case) -> Iterator[Finding]:
    """3: the MCO's tracking number for the dispute; a word that says there is none is none."""
    for claim in case.claims:
        if claim.tracking_number.flaw is None and not text_of(claim.tracking_number):
            found = about_row(case, claim, Field.TRACKING_NUMBER, ReasonCode.MISSING_TRACKING_NUMBER)
            yield with_time_left(case, claim, found)


def missing_field(case: Case) -> Iterator[Finding]:
    """10: what the policy requires for this way of filing, the MCO, and of several providers the one meant."""
    names = case.facts.roster.names_on(case.today)
    for found, _ in about_plans(case, ReasonCode.MISSING_FIELD, lambda plan: not (plan.found or plan.entry.flaw)):
        yield replace(found, choices=names)
    providers = case.facts.providers or ()
    if len(providers) > 1 and case.provider is None and not is_foreign(well_formed_hfs_id(case.complaint), providers):
        which = about_whole(case, Field.HFS_ID, ReasonCode.MISSING_FIELD)
        yield replace(which, choices=tuple(provider.name for provider in providers))
    required = [name for name in case.policy.required[case.complaint.source] if name not in _HAVE_THEIR_OWN_RULE]
    for claim in case.claims:
        for name in required:
            if _is_empty(name, getattr(claim, name.value)):
                yield with_time_left(case, claim, about_row(case, claim, name, ReasonCode.MISSING_FIELD))


def _is_empty(name: Field, entry: Entry[Any]) -> bool:
    """Blank, or in a place for a date, number or choice a word that says there is none ("n/a", "pending")."""
    text = entry.written.strip() or str(entry.value or "").strip()
    if entry.flaw in _NOT_OF_ITS_KIND or (entry.flaw is None and name in _CHECKS):
        return is_no_number(text)
    return entry.flaw is None and not text


def invalid_field(case: Case) -> Iterator[Finding]:
    """10: what is there can be read. A flaw in a field that is not required is told, and we file without it."""
    for found, plan in about_plans(case, ReasonCode.INVALID_FIELD, lambda plan: plan.entry.flaw is not None):
        yield replace(found, flaw=plan.entry.flaw)
    for name in _OF_BLOCK:
        entry = getattr(case.complaint, name.value)
        flaw = _flaw(name, entry)
        if flaw:
            found = about_whole(case, name, ReasonCode.INVALID_FIELD)
            yield replace(found, severity=Severity.WARNS, flaw=flaw, choices=_meant(name, entry))
    if _npi_is_of_another(case):
        yield replace(about_whole(case, Field.NPI, ReasonCode.INVALID_FIELD), severity=Severity.WARNS)
    required = {*case.policy.required[case.complaint.source], *_HAVE_THEIR_OWN_RULE}
    for claim, plan in case.named():
        if claim.mco.flaw and plan.entry is not claim.mco:  # the block stands in for it
            yield _invalid(case, claim, Field.MCO, claim.mco.flaw, Severity.WARNS)
        for name in _OF_CLAIM:
            flaw = _flaw(name, getattr(claim, name.value))
            if flaw:
                yield _invalid(case, claim, name, flaw, Severity.REJECTS if name in required else Severity.WARNS)


def _invalid(case: Case, claim: ClaimIssue, name: Field, flaw: Flaw, severity: Severity) -> Finding:
    found = replace(
        about_row(case, claim, name, ReasonCode.INVALID_FIELD),
        severity=severity,
        flaw=flaw,
        choices=_meant(name, getattr(claim, name.value)),
    )
    return with_time_left(case, claim, found) if found.rejects else found


def _flaw(name: Field, entry: Entry[Any]) -> Flaw | None:
    """What the reader saw wrong, else what the identifier's own rule does; none in an empty field."""
    if _is_empty(name, entry):
        return None
    return entry.flaw or (_CHECKS[name](text_of(entry)) if name in _CHECKS else None)


def _meant(name: Field, entry: Entry[Any]) -> tuple[str, ...]:
    return () if name in MEMBER_FIELDS else entry.meant


def _npi_is_of_another(case: Case) -> bool:
    """A whole NPI that is not the one registered for the provider meant."""
    entry, provider = case.complaint.npi, case.provider
    if provider is None or provider.npi is None or _is_empty(Field.NPI, entry) or _flaw(Field.NPI, entry):
        return False
    return fold(text_of(entry)) != provider.npi
