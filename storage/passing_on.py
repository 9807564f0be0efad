"""Who may have a notice that did not get to its person: the next one on file for the same provider."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import inbox
from storage.outbox import StoredNotice
from storage.states import LetterOutcome, NoticeState
from storage.tables import notices, people, tickets

_LOST = (NoticeState.UNDELIVERABLE, NoticeState.UNDELIVERED)


def next_address(session: Session, stored: StoredNotice) -> str | None:
    """The next registered address that receives notices, may speak for whom the notice is about, and has not had it."""
    theirs = _about(session, stored)
    if not theirs:
        return None
    had = {address.lower() for address in _had(session, stored)}
    speaks = sa.select(people.c.address).where(people.c.provider_id.in_(theirs), people.c.receives_notices)
    speaks = speaks.group_by(people.c.address).having(sa.func.count(people.c.provider_id) == len(theirs))
    found = session.scalars(speaks.order_by(sa.func.min(people.c.id)))
    return next((address for address in found if address.lower() not in had), None)


def count_lost(session: Session) -> int:
    """Notices that did not get to their person and were sent to nobody else."""
    instead = notices.alias()
    passed_on = sa.exists().where(instead.c.instead_of == notices.c.id)
    lost = sa.select(sa.func.count()).select_from(notices).where(notices.c.state.in_(_LOST), ~passed_on)
    return session.execute(lost).scalar_one()


def _about(session: Session, stored: StoredNotice) -> Collection[int]:
    """The providers that a notice tells of; empty for one that is for its person alone, such as a code.

    The words of a notice are not read. It tells of the provider of its one ticket or, where it may tell of more than
    that, of any provider that its person may speak for.
    """
    notice = stored.notice
    if notice.ticket is None and notice.letter_id is None:
        return ()
    if notice.ticket is not None and _tells_of_one(session, stored):
        return set(session.scalars(sa.select(tickets.c.provider_id).where(tickets.c.number == notice.ticket)))
    return set(session.scalars(sa.select(people.c.provider_id).where(people.c.address == notice.address.lower())))


def _tells_of_one(session: Session, stored: StoredNotice) -> bool:
    """Not the answer to a letter with several complaints. (Without a letter it is about the closing of its ticket.)"""
    if stored.notice.key.startswith("closed:") or stored.notice.letter_id is None:
        return True
    letter = inbox.find(session, stored.notice.letter_id)
    if letter is None or letter.outcome not in {LetterOutcome.TICKET, LetterOutcome.STATUS}:
        return False
    return not letter.outcome_detail.startswith("tickets ")


def _had(session: Session, stored: StoredNotice) -> Collection[str]:
    """The addresses that the same was sent to, in this one's place or beside it."""
    notice = stored.notice
    had = {notice.address}
    before: int | None = notice.instead_of
    while before is not None:
        row = session.execute(sa.select(notices.c.address, notices.c.instead_of).where(notices.c.id == before)).one()
        had.add(row.address)
        before = row.instead_of
    if notice.ticket is not None:
        same = sa.and_(notices.c.ticket == notice.ticket, notices.c.text == notice.text)
        had |= set(session.scalars(sa.select(notices.c.address).where(same, notices.c.channel == notice.channel)))
    return had
