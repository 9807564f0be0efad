"""Letters: kept as they came, once per digest and recipient, each with exactly one outcome in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken, NotPossible
from storage import files
from storage.statements import changed, hold, insert, insert_unless
from storage.states import LetterOutcome
from storage.tables import counters, letters, people
from storage.tables import files as bodies
from storage.work import enqueue, unpark

KIND = "letter"
"""The kind of the jobs that read letters; their payload is {"letter": id}."""


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter as stored. The reading's fields are None until it was read, `outcome` while it waits."""

    id: int
    digest: str
    recipient: str
    mail_from: str
    peer: str
    received: datetime
    sender: str | None
    message_id: str | None
    body_digest: str | None
    outcome: LetterOutcome | None
    outcome_detail: str
    ticket: str | None
    completes: int | None
    """The earlier letter whose complaint this one completes."""
    way: str = "smtp"
    standing: Mapping[str, Any] | None = None
    """How well its sender is proved, and by what, as JSON; None where it was not asked."""
    losses: Sequence[str] | None = None
    """What of it could not be read, in words; None for nothing."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail to store. `received` is in UTC; `sender` the one From address, as far as it was asked at the door."""

    raw: bytes
    mail_from: str
    recipient: str
    peer: str
    received: datetime
    way: str = "smtp"
    standing: Mapping[str, Any] | None = None
    sender: str | None = None


_AS_IT_ARRIVED = ("recipient", "mail_from", "peer", "received", "way", "standing", "sender")
_LETTER = letters.c.id == sa.bindparam("letter")
_PUT = insert_unless(letters, ["digest", "recipient"], returning=letters.c.id)
_FIND = sa.select(letters).where(_LETTER)
_RAW = sa.select(bodies.c.body).join(letters).where(_LETTER)
_SET_READING = sa.update(letters).where(_LETTER)
_SET_COMPLETES = sa.update(letters).where(_LETTER)
_SET_OUTCOME = sa.update(letters).where(_LETTER, letters.c.outcome.is_(None))
APART = (LetterOutcome.HELD, LetterOutcome.QUARANTINE)
_UNPROVED = (*APART, LetterOutcome.DISCARDED, LetterOutcome.BOUNCE)
"""What a letter may end in whose From line nobody has proved: it must not stand in the way of who is named there."""
_DECIDED = letters.c.outcome.not_in(
    (LetterOutcome.DUPLICATE_LETTER, *_UNPROVED)
)  # null, and so not true, while it waits
_FIND_TWIN = (
    sa.select(letters)
    .where(*(letters.c[name] == sa.bindparam(name) for name in ("message_id", "sender", "body_digest")))
    .where(letters.c.id != sa.bindparam("letter"))
    .where(sa.or_(_DECIDED, sa.and_(letters.c.outcome.is_(None), letters.c.id < sa.bindparam("letter"))))
    .order_by(letters.c.id)
    .limit(1)
)


def put(session: Session, mail: Arrived, apart: LetterOutcome | None = None, why: str = "") -> tuple[int, bool]:
    """Store a letter and queue it to be read: (its id, True), or (the id it has, False) when it came before.

    `apart` is what becomes of it without being read (held, quarantine), and `why`. A letter that was put apart is read
    when it comes again as one to be read.
    """
    digest = files.put(session, mail.raw)
    values = {
        name: getattr(mail, name)
        for name in ("recipient", "mail_from", "peer", "received", "way", "standing", "sender")
    } | {"digest": digest, "outcome": apart, "outcome_detail": why}
    new: int | None = session.scalar(_PUT(session), values)
    if new is None:
        same = sa.and_(letters.c.digest == digest, letters.c.recipient == mail.recipient)
        known: int = session.execute(sa.select(letters.c.id).where(same)).scalar_one()
        if apart is None:
            _read_after_all(session, known, mail.standing)
        return known, False
    count(session, mail.received, digest)
    if apart is None:
        enqueue(session, KIND, _key(new), {"letter": new})
    return new, True


def count(session: Session, received: datetime, digest: str) -> None:
    """One letter more was accepted that day (UTC): reconciliation holds the letters against it.

    In one of 16 rows by the digest, so that letters which come at the same time seldom wait for each other.
    """
    one = insert(session, counters).values(name=f"accepted:{received.date().isoformat()}:{digest[0]}", value=1)
    session.execute(one.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1}))


def _read_after_all(session: Session, letter_id: int, standing: Mapping[str, Any] | None) -> None:
    """It lies apart, and now its sender is proved."""
    apart = sa.and_(letters.c.id == letter_id, letters.c.outcome.in_(APART))
    values = {"outcome": None, "outcome_detail": "", "standing": standing}
    if changed(session, sa.update(letters).where(apart).values(**values)) == 1:
        enqueue(session, KIND, _key(letter_id), {"letter": letter_id})


def release(session: Session, letter_id: int) -> None:
    """Read a letter that was put apart, as of the time it arrived. NotPossible: it was not."""
    apart = sa.and_(letters.c.id == letter_id, letters.c.outcome.in_(APART))
    if changed(session, sa.update(letters).where(apart).values(outcome=None, outcome_detail="")) != 1:
        raise NotPossible(f"letter {letter_id} is neither held nor in quarantine; only such a letter can be released")
    enqueue(session, KIND, _key(letter_id), {"letter": letter_id})


def letters_of_provider(session: Session, address: str, since: datetime) -> int:
    """How many letters came since then from those who may write for the provider that this address writes for most.

    Not those whose sender nobody proved: whoever forges a provider's mail must not close the door to its own.
    """
    mine = sa.select(people.c.provider_id).where(people.c.address == address.lower())
    theirs = sa.select(people.c.provider_id, people.c.address).where(people.c.provider_id.in_(mine)).subquery()
    counted = (
        sa.select(sa.func.count().label("letters"))
        .join_from(theirs, letters, letters.c.sender == theirs.c.address)
        .where(letters.c.received >= since, sa.or_(letters.c.outcome.is_(None), letters.c.outcome.not_in(_UNPROVED)))
        .group_by(theirs.c.provider_id)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.max(counted.c.letters))) or 0


def find(session: Session, letter_id: int) -> StoredLetter | None:
    return _one(session, _FIND, {"letter": letter_id})


def raw(session: Session, letter_id: int) -> bytes:
    """The letter's bytes as they came. Broken: there is no such letter, or its bytes are lost."""
    body = session.scalar(_RAW, {"letter": letter_id})
    if body is None:
        raise Broken(f"the bytes of letter {letter_id} are missing")
    return bytes(body)


def record_reading(
    session: Session, letter_id: int, sender: str | None, message_id: str | None, body_digest: str
) -> StoredLetter | None:
    """Keep what was read in a letter, and find its twin: the same mail that came before by another way.

    The same mail has the same sender, Message-ID and bytes after the header. A letter that was itself a duplicate is
    nobody's twin, so of several copies exactly one is answered; nor is one that was put apart: a forged copy must not
    stop the genuine one. Call it in the transaction that decides about the letter: of two copies that are read at once,
    the second waits here until the first is decided.
    """
    if message_id is not None:
        hold(session, message_id)
    read = {"sender": sender, "message_id": message_id, "body_digest": body_digest}
    session.execute(_SET_READING, {"letter": letter_id} | read)
    if sender is None or message_id is None:
        return None
    return _one(session, _FIND_TWIN, {"letter": letter_id} | read)


def record_losses(session: Session, letter_id: int, losses: Sequence[str]) -> None:
    """Keep what was lost in reading a letter: for staff, who may ask its sender."""
    session.execute(_SET_READING, {"letter": letter_id, "losses": list(losses)})


def set_outcome(
    session: Session, letter_id: int, outcome: LetterOutcome, detail: str = "", ticket: str | None = None
) -> None:
    """Say what became of a letter, once. Broken: it has an outcome already, or there is no such letter."""
    decision = {"outcome": outcome, "outcome_detail": detail, "ticket": ticket}
    if changed(session, _SET_OUTCOME, {"letter": letter_id} | decision) != 1:
        raise Broken(f"letter {letter_id} has an outcome already, or does not exist")


def set_completes(session: Session, letter_id: int, earlier_id: int) -> None:
    """Say which earlier letter's complaint this one completes. Broken: there is no such letter."""
    if changed(session, _SET_COMPLETES, {"letter": letter_id, "completes": earlier_id}) != 1:
        raise Broken(f"letter {letter_id} does not exist")


def last_of_thread(session: Session, letter_id: int, most: int) -> StoredLetter | None:
    """This letter, or the last of those that completed it since; None when they are more than `most`."""
    at = letter_id
    for _ in range(most):
        later = _completed_by(session, at)
        if later is None:
            return find(session, at)
        at = later
    return None


def is_last_of_thread(session: Session, letter_id: int) -> bool:
    """Whether no letter completes this one. Until this transaction ends no other may decide to (PostgreSQL)."""
    session.execute(sa.select(letters.c.id).where(letters.c.id == letter_id).with_for_update())
    return _completed_by(session, letter_id) is None


def _completed_by(session: Session, letter_id: int) -> int | None:
    later = sa.select(letters.c.id).where(letters.c.completes == letter_id)
    found: int | None = session.scalar(later.order_by(letters.c.id.desc()).limit(1))
    return found


def list_letters(session: Session, outcome: LetterOutcome | None = None, limit: int = 200) -> Sequence[StoredLetter]:
    """The newest letters first, all of them or those with one outcome."""
    wanted = [] if outcome is None else [letters.c.outcome == outcome]
    statement = sa.select(letters).where(*wanted).order_by(letters.c.id.desc()).limit(limit)
    return [StoredLetter(**row) for row in session.execute(statement).mappings()]


def retry(session: Session, letter_id: int) -> None:
    """Read a parked letter again. NotPossible: it is not parked."""
    parked = sa.and_(letters.c.id == letter_id, letters.c.outcome == LetterOutcome.PARKED)
    nothing = {"outcome": None, "outcome_detail": "", "ticket": None}
    if changed(session, sa.update(letters).where(parked).values(**nothing)) != 1:
        raise NotPossible(f"letter {letter_id} is not parked; only a parked letter can be tried again")
    if not unpark(session, _key(letter_id)):  # its reader itself decided to park it, and its job is gone
        enqueue(session, KIND, _key(letter_id), {"letter": letter_id})


def _key(letter_id: int) -> str:
    return f"letter:{letter_id}"


def _one(session: Session, statement: sa.Select[Any], values: dict[str, Any]) -> StoredLetter | None:
    row = session.execute(statement, values).mappings().one_or_none()
    return None if row is None else StoredLetter(**row)
