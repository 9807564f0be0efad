"""Which provider and which MCO a complaint is about. What cannot be told for sure is left to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from complaints.identifiers import check_hfs_id, fold, is_no_number
from complaints.mcos import Close, Found, Known, Mco, Roster
from complaints.model import Complaint, Coverage, Entry, Provider


def text_of(entry: Entry[str]) -> str:
    """What an entry says, trimmed; empty when it is blank or says that there is nothing ("n/a")."""
    text = (entry.value or entry.written).strip()
    return "" if is_no_number(text) else text


def well_formed_hfs_id(complaint: Complaint) -> str:
    """The HFS provider ID that the complaint gives, folded; empty when it gives none or not a whole one."""
    entry = complaint.hfs_id
    return fold(text_of(entry)) if entry.flaw is None and check_hfs_id(text_of(entry)) is None else ""


def is_foreign(hfs_id: str, providers: Sequence[Provider]) -> bool:
    """Whether this is the HFS ID of a provider that the submitter may not speak for."""
    return bool(hfs_id) and all(provider.hfs_id != hfs_id for provider in providers)


def meant_provider(complaint: Complaint, providers: Sequence[Provider]) -> Provider | None:
    """Whose complaint it is, of those that the submitter may speak for: by HFS ID, else NPI, else name.

    With only one provider that one is meant, unless an HFS ID of somebody else is given. None when nobody or nobody
    for sure is meant.
    """
    hfs_id = well_formed_hfs_id(complaint)
    meant = [provider for provider in providers if hfs_id in ("", provider.hfs_id)]
    if len(meant) == 1:
        return meant[0]
    npi, name = fold(text_of(complaint.npi)), _fold_name(text_of(complaint.provider_name))
    return _only([provider for provider in meant if npi and provider.npi == npi]) or _only(
        [provider for provider in meant if name and _fold_name(provider.name) == name]
    )


def _only(providers: list[Provider]) -> Provider | None:
    return providers[0] if len(providers) == 1 else None


def _fold_name(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


@dataclass(frozen=True, slots=True)
class PlanNamed:
    """The MCO as one claim names it: in its own row, else in the block above the table."""

    entry: Entry[str]
    in_block: bool
    found: Found | Coverage | None
    """Coverage: a payer that is no MCO was named. None: nothing was, or it could not be read (`entry.flaw`)."""

    @property
    def mco(self) -> Mco | None:
        return self.found.mco if isinstance(self.found, Known | Close) else None


def plans_named(complaint: Complaint, roster: Roster, today: date) -> tuple[PlanNamed, ...]:
    """For each claim, in their order, the MCO that it names, as of the day its dispute was filed."""
    memo: dict[tuple[str, date], Found | Coverage] = {}
    plans = []
    for claim in complaint.claims:
        in_block = not _is_readable(claim.mco)
        entry = complaint.mco if in_block else claim.mco
        if not _is_readable(entry):
            # An unreadable name in a row matters only where no block stands in for it; a blank block is nobody's name.
            unread = claim.mco if claim.mco.flaw else complaint.mco
            plans.append(PlanNamed(unread, claim.mco.flaw is None and unread.flaw is not None, None))
            continue
        said, on = text_of(entry), claim.dispute_date.value or today
        if (said, on) not in memo:
            memo[said, on] = roster.other_payer(said) or roster.find(said, on)
        plans.append(PlanNamed(entry, in_block, memo[said, on]))
    return tuple(plans)


def mcos_named(complaint: Complaint, plans: Sequence[PlanNamed], roster: Roster, today: date) -> tuple[str, ...]:
    """Canonical names of all MCOs that the complaint names, in the order of the roster; the block's too when every
    row names its own."""
    named = {plan.mco.name for plan in plans if plan.mco}
    if _is_readable(complaint.mco) and not any(plan.in_block for plan in plans):
        found = roster.find(text_of(complaint.mco), today)
        named |= {found.mco.name} if isinstance(found, Known | Close) else set()
    return tuple(mco.name for mco in roster.mcos if mco.name in named)


def _is_readable(entry: Entry[str]) -> bool:
    return entry.flaw is None and bool(text_of(entry))
