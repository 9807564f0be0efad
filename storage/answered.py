"""Which of our notices a mail answers, and what they were about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.tables import notices

_MOST = 50
"""The newest so many notices about a ticket are enough to find its thread."""


def sent_under(session: Session, message_ids: Collection[str]) -> Mapping[str, int]:
    """The notices that were sent under these Message-IDs, for those there are."""
    rows = session.execute(sa.select(notices.c.message_id, notices.c.id).where(notices.c.message_id.in_(message_ids)))
    return {row.message_id: row.id for row in rows}


def created_when(session: Session, notice_ids: Collection[int]) -> Mapping[int, datetime]:
    """When these notices were made, for those there are."""
    rows = session.execute(sa.select(notices.c.id, notices.c.created).where(notices.c.id.in_(notice_ids)))
    return {row.id: row.created for row in rows}


def about_ticket(session: Session, ticket: str) -> Sequence[int]:
    """Our notices that speak of this ticket, the newest first."""
    mine = sa.select(notices.c.id).where(notices.c.ticket == ticket).order_by(notices.c.id.desc()).limit(_MOST)
    return list(session.scalars(mine))


def letters_answered(session: Session, notice_ids: Sequence[int]) -> Sequence[int]:
    """The letters that these notices answered, in the order of the notices."""
    mine = sa.select(notices.c.id, notices.c.letter_id)
    mine = mine.where(notices.c.id.in_(notice_ids), notices.c.letter_id.is_not(None))
    letter_of: dict[int, int] = {row.id: row.letter_id for row in session.execute(mine)}
    return list(dict.fromkeys(letter_of[notice] for notice in notice_ids if notice in letter_of))


def ticket_of(session: Session, notice_ids: Sequence[int]) -> str | None:
    """The ticket that these notices speak of; of the newest where they speak of several."""
    mine = sa.select(notices.c.ticket).where(notices.c.id.in_(notice_ids), notices.c.ticket.is_not(None))
    ticket: str | None = session.scalar(mine.order_by(notices.c.id.desc()).limit(1))
    return ticket
