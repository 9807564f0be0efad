"""How much may be said on which chat channel: decided by an administrator, each decision kept with who and when."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import NotPossible
from complaints.privacy import Tier
from storage.chat_tables import tier_decisions

DEFAULT = {"slack": Tier.REFERENCE, "telegram": Tier.REFERENCE, "web": Tier.OWN}
"""The chat channels, and their tiers as long as nothing was decided (domain.md, Privacy)."""


@dataclass(frozen=True, slots=True)
class TierDecision:
    """`who` decided it, and `note` says on what ground, for example which contract."""

    channel: str
    tier: Tier
    who: str
    note: str
    moment: datetime


_DECIDED = (
    sa.select(tier_decisions.c.tier)
    .where(tier_decisions.c.channel == sa.bindparam("channel"))
    .order_by(tier_decisions.c.id.desc())
    .limit(1)
)


def tier_of(session: Session, channel: str) -> Tier:
    """The tier of a chat channel as decided last. KeyError: there is no such channel."""
    decided: Tier | None = session.scalar(_DECIDED, {"channel": channel})
    return decided or DEFAULT[channel]


def decide(session: Session, channel: str, tier: Tier, who: str, note: str, moment: datetime) -> None:
    """From now on the channel has this tier. NotPossible: it cannot have it."""
    if channel not in DEFAULT:
        raise NotPossible(f"there is no chat channel {channel}; the channels are {', '.join(DEFAULT)}")
    if tier is Tier.OWN and channel != "web":
        raise NotPossible(f"the tier own is for our own pages (web) only; {channel} belongs to somebody else")
    if tier is Tier.PHI and channel == "telegram":
        raise NotPossible("telegram cannot have the tier phi: Telegram signs no business associate agreement")
    values = {"channel": channel, "tier": tier, "who": who, "note": note, "moment": moment}
    session.execute(sa.insert(tier_decisions), values)


def decisions(session: Session) -> list[TierDecision]:
    """Every decision, oldest first."""
    columns = [tier_decisions.c[name] for name in ("channel", "tier", "who", "note", "moment")]
    rows = session.execute(sa.select(*columns).order_by(tier_decisions.c.id)).mappings()
    return [TierDecision(**row) for row in rows]
