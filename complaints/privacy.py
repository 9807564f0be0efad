"""How much may be said where: a tier for each channel (domain.md, Privacy), and what may be asked on it."""

from enum import StrEnum

from complaints.model import Field


class Tier(StrEnum):
    """What a channel may carry. From the least to the most."""

    OPAQUE = "opaque"  # nothing that can point to a member, not even a number of the plan's
    REFERENCE = "reference"  # what the rule needs: MCO, tracking number, dates of the dispute, category, the provider
    PHI = "phi"  # everything: a contract (BAA) is on record
    OWN = "own"  # everything: our own pages


_OPAQUE = frozenset({Field.MCO, Field.DISPUTE_DATE, Field.COVERAGE, Field.CATEGORY})
_REFERENCE = _OPAQUE | {Field.TRACKING_NUMBER, Field.RESPONSE_DATE}

MAY_ASK: dict[Tier, frozenset[Field]] = {
    Tier.OPAQUE: _OPAQUE,
    Tier.REFERENCE: _REFERENCE,
    Tier.PHI: frozenset(Field),
    Tier.OWN: frozenset(Field),
}
"""The fields that may be asked and kept on each tier."""


def may_keep_files(tier: Tier) -> bool:
    """Whether a file that comes over a channel of this tier may be kept: it can hold anything."""
    return tier in (Tier.PHI, Tier.OWN)
