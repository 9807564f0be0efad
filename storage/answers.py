"""How many answers went out lately, for their budgets; and the breaker that stops them all until staff say otherwise.

An answer counts when its notice has a `content`. Those that a budget kept back have none, so they use up nothing; those
that the breaker kept have it, since they go out when it is closed again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import outbox
from storage.columns import from_now
from storage.statements import changed, hold, insert, insert_unless
from storage.states import NoticeState
from storage.tables import notices, switches

BREAKER = "breaker"
"""Why a notice is kept while the breaker is open."""

_SWITCH = "answers"
_RESUMED = "answers_resumed"

_RECENT = sa.and_(notices.c.content.is_not(None), notices.c.created > from_now(sa.bindparam("before")))
_COUNT = sa.select(sa.func.count()).where(_RECENT)
_TO = _COUNT.where(notices.c.address == sa.bindparam("to"))
_OF_KIND = _TO.where(notices.c.to_claims == sa.bindparam("claims"))
_SAME = _TO.where(notices.c.content == sa.bindparam("digest"))
_TO_KNOWN = _COUNT.where(notices.c.to_stranger.is_(sa.false()))
_TO_STRANGERS = _COUNT.where(notices.c.to_stranger)
_TO_DOMAIN = _TO_KNOWN.where(notices.c.address.like(sa.bindparam("pattern"), escape="/"))
_RESUMED_AT = sa.select(switches.c.since).where(switches.c.name == _RESUMED).scalar_subquery()
_SINCE_RESUMED = _TO_KNOWN.where(sa.or_(_RESUMED_AT.is_(None), notices.c.created > _RESUMED_AT))
_OPEN = insert_unless(switches, ["name"], returning=switches.c.name, name=_SWITCH, since=from_now(0))
_KEPT = sa.and_(notices.c.state == NoticeState.SUPPRESSED, notices.c.error == BREAKER)
_FIND_SWITCH = sa.select(switches.c.since, switches.c.why).where(switches.c.name == _SWITCH)


@dataclass(frozen=True, slots=True)
class Paused:
    """Answers are kept back since then."""

    since: datetime
    why: str


def one_at_a_time(session: Session, address: str) -> None:
    """Until this transaction ends nobody else counts and answers this address, so that a budget is exact."""
    hold(session, f"answers to {address}")


def count_to(session: Session, address: str, period: timedelta, *, to_claims: bool) -> int:
    """Answers of this kind to one address."""
    return _count(session, _OF_KIND, period, to=address, claims=to_claims)


def count_same(session: Session, address: str, period: timedelta, content: str) -> int:
    """Answers to one address that said the same."""
    return _count(session, _SAME, period, to=address, digest=content)


def count_to_domain(session: Session, domain: str, period: timedelta) -> int:
    """Answers to all addresses of one domain, without those that anybody gets."""
    escaped = domain.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return _count(session, _TO_DOMAIN, period, pattern=f"%@{escaped}")


def count_to_strangers(session: Session, period: timedelta) -> int:
    """Answers that anybody gets who writes."""
    return _count(session, _TO_STRANGERS, period)


def count_all(session: Session, period: timedelta) -> int:
    """All answers but those that anybody gets, and those from before the breaker was closed for the last time."""
    return _count(session, _SINCE_RESUMED, period)


def paused(session: Session) -> Paused | None:
    """Since when and why answers are kept back; None while they go out."""
    row = session.execute(_FIND_SWITCH).one_or_none()
    return None if row is None else Paused(row.since, row.why)


def pause(session: Session, why: str) -> bool:
    """Keep all answers back from now on. False: they are kept back already."""
    return session.scalar(_OPEN(session), {"why": why}) is not None


def resume(session: Session) -> int | None:
    """Let answers go out again, those that were kept too: how many; None when nothing was paused.

    The rate is counted anew, or what made the breaker open would open it again.
    """
    if changed(session, sa.delete(switches).where(switches.c.name == _SWITCH)) == 0:
        return None
    now = {"since": from_now(0), "why": ""}
    closed = insert(session, switches).values(name=_RESUMED, **now)
    session.execute(closed.on_conflict_do_update(index_elements=["name"], set_=now))
    kept = session.scalars(sa.select(notices.c.id).where(_KEPT).order_by(notices.c.id)).all()
    return sum(outbox.send_suppressed(session, one) for one in kept)


def count_kept(session: Session) -> dict[str, int]:
    """Suppressed notices by what kept them."""
    kept = sa.select(notices.c.error, sa.func.count()).where(notices.c.state == NoticeState.SUPPRESSED)
    return {why or "": number for why, number in session.execute(kept.group_by(notices.c.error))}


def _count(session: Session, statement: sa.Select[int], period: timedelta, **values: object) -> int:
    return session.execute(statement, values | {"before": -period.total_seconds()}).scalar_one()
