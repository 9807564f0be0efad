"""A mail at the door: who sent it, and so whether it is read, held, put into quarantine, deferred or refused."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.house import House
from bot.limits import Rate
from mailin.arriving import Kept, Received, Refused, Taken, TryAgain
from mailin.genuine.admission import Admission, Admit, Defer, Hold, Quarantine, Refuse, admission
from mailin.genuine.standing import SenderStanding, Standing
from mailin.sender import own_fields
from storage import deferrals, inbox, registry
from storage.database import Session
from storage.inbox import Arrived
from storage.states import LetterOutcome

TOO_MANY = "4.7.1 Too many mails of this provider at once, send it again later"


async def take_in(house: House, received: Received) -> Taken:
    """Make a mail durable, or say why not. Raises Unavailable when the database is away."""
    standing = await _standing(house, received)
    rate = house.bounds.receiving.letters_per_provider
    portal = house.settings.public_url.rstrip("/")
    return await house.database.run(partial(_decide, received=received, standing=standing, rate=rate, portal=portal))


async def _standing(house: House, received: Received) -> SenderStanding:
    """Mail to a bounce address of ours needs no proof of its sender: its own address is signed, and what comes there is
    never a complaint and never answered."""
    if house.addresses.notice_of(received.recipient) is not None:
        return SenderStanding(Standing.BELIEVED, None, "to a bounce address of ours")
    return await house.senders.check(received, partial(_listed, house))


async def _listed(house: House, address: str) -> frozenset[str]:
    return await house.database.run(lambda session: registry.listed_domains(session, address))


def _decide(session: Session, received: Received, standing: SenderStanding, rate: Rate, portal: str) -> Taken:
    key = _key(received, standing)
    now = datetime.now(UTC)
    decided = admission(
        standing,
        faces_client=received.faces_client,
        first_deferred=deferrals.first_deferred(session, key),
        now=now,
        portal=portal,
    )
    if isinstance(decided, Defer):
        deferrals.note(session, key, now)
        return TryAgain(decided.why)
    if isinstance(decided, Refuse):
        deferrals.forget(session, key)
        return Refused(decided.why)
    if isinstance(decided, Admit) and _is_too_much(session, standing.sender, rate, now):
        return TryAgain(TOO_MANY)
    deferrals.forget(session, key)
    outcome, why = _apart(decided)
    letter, _ = inbox.put(session, _arrived(received, standing), outcome, why)
    return Kept(letter)


def _is_too_much(session: Session, sender: str | None, rate: Rate, now: datetime) -> bool:
    return sender is not None and inbox.letters_of_provider(session, sender, now - rate.period) >= rate.count


def _apart(decided: Admission) -> tuple[LetterOutcome | None, str]:
    match decided:
        case Hold(why):
            return LetterOutcome.HELD, why
        case Quarantine(why):
            return LetterOutcome.QUARANTINE, why
        case Admit() | Defer() | Refuse():
            return None, ""


def _arrived(received: Received, standing: SenderStanding) -> Arrived:
    said: Mapping[str, Any] = {"standing": standing.standing.value, "why": standing.why} | dict(standing.details)
    return Arrived(
        received.raw,
        received.mail_from,
        received.recipient,
        received.peer,
        received.received,
        received.way.value,
        said,
        standing.sender,
    )


def _key(received: Received, standing: SenderStanding) -> str:
    """The same mail has the same key each time it comes, though the lines that servers put on top of it differ; two
    mails that say the same have not."""
    told = [str(standing.sender), received.mail_from, received.recipient, *own_fields(received.raw)]
    digest = hashlib.sha256("\n".join(told).encode("utf-8", "replace"))
    header_end = received.raw.find(b"\r\n\r\n")
    if header_end >= 0:
        digest.update(memoryview(received.raw)[header_end + 4 :])  # not a copy of it
    return digest.hexdigest()
