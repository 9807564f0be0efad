"""Sheets judged before the transaction that files them: many rows take time, and a transaction must not.

What is decided here stands only if the facts are still the same inside the transaction (`tickets.submission`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.house import House
from complaints.eligibility import Facts, OpenClaim, judge
from complaints.identifiers import fold
from complaints.model import Complaint, Provider
from complaints.verdict import Outcome, Verdict
from complaints.who_is_meant import meant_provider
from storage.database import Session
from storage.ledger import SqlLedger, look_at_open_claims
from tickets.submission import Judged, facts_about, next_number


async def prejudge(house: House, sender: str, complaints: Sequence[Complaint], today: date) -> tuple[Judged, ...]:
    """Each complaint judged as if those before it were filed; () for somebody who is not registered.

    Where a workbook will go back with rows marked as accepted, their ticket number is taken now. A number that is not
    used after all is missing from the row of numbers, which does no harm.
    """
    providers, known = await house.database.run(lambda session: _facts(session, house, sender, complaints))
    if not providers:
        return ()
    several = len(complaints) > 1
    judged: list[Judged] = []
    filed: defaultdict[int | None, list[OpenClaim]] = defaultdict(list)
    for complaint, facts in zip(complaints, known, strict=True):
        provider = meant_provider(complaint, providers)
        facts = _with_filed(facts, complaint, filed[provider.id]) if provider else facts
        verdict = await asyncio.to_thread(judge, complaint, facts, today)
        number = None
        if verdict.accepted_claims and (several or verdict.outcome is Outcome.PARTLY_ACCEPTED):
            number = await house.database.run(lambda session: next_number(SqlLedger(session), today))
            filed[verdict.provider_id] += _as_open_claims(verdict, number)
        judged.append(Judged(facts, verdict, number))
    return tuple(judged)


def _facts(
    session: Session, house: House, sender: str, complaints: Sequence[Complaint]
) -> tuple[tuple[Provider, ...], list[Facts]]:
    providers = tuple(house.books(session).registry.providers_of(sender))

    def open_claims(provider_id: int, numbers: Sequence[str]) -> Sequence[OpenClaim]:
        return look_at_open_claims(session, provider_id, numbers)

    return providers, [facts_about(one, providers, open_claims, house.policy, house.roster) for one in complaints]


def _with_filed(facts: Facts, complaint: Complaint, filed: Sequence[OpenClaim]) -> Facts:
    """With the claims of the sheets before it, as they will be found once those are filed."""
    numbers = {fold(claim.tracking_number.value) for claim in complaint.claims if claim.tracking_number.value}
    more = [claim for claim in filed if claim.tracking_number in numbers]
    return replace(facts, open_claims=tuple(sorted((*facts.open_claims, *more), key=repr))) if more else facts


def _as_open_claims(verdict: Verdict, number: str) -> list[OpenClaim]:
    return [
        OpenClaim(
            number,
            verdict.mco or "",
            fold(claim.tracking_number.value or ""),
            fold(claim.claim_number.value or ""),
            claim.rin.value or "",
            claim.service_from.value,
        )
        for claim in verdict.accepted_claims
    ]
