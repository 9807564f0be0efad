"""What was fetched from mailboxes elsewhere: up to which UID, and which mails were put off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.statements import insert
from storage.tables import pickups
from storage.tables import pickups_put_off as put_off


@dataclass(frozen=True, slots=True)
class PutOff:
    """A mail that could not be taken. `first` is when that was tried first."""

    mailbox: str
    uid: int
    first: datetime
    times: int
    why: str


def begin(session: Session, mailbox: str, uidvalidity: int) -> int:
    """The UID up to which this mailbox was gone through: 0 for a new one, and when its UIDs mean other mails now."""
    row = session.execute(sa.select(pickups).where(pickups.c.mailbox == mailbox)).mappings().one_or_none()
    if row is not None and row["uidvalidity"] == uidvalidity:
        return int(row["last_uid"])
    session.execute(sa.delete(put_off).where(put_off.c.mailbox == mailbox))
    anew = {"uidvalidity": uidvalidity, "last_uid": 0}
    made = insert(session, pickups).values(mailbox=mailbox, **anew)
    session.execute(made.on_conflict_do_update(index_elements=["mailbox"], set_=anew))
    return 0


def taken(session: Session, mailbox: str, uid: int) -> None:
    """This mail is stored, or gone: it is not asked for again."""
    _passed(session, mailbox, uid)
    session.execute(sa.delete(put_off).where(put_off.c.mailbox == mailbox, put_off.c.uid == uid))


def note_put_off(session: Session, mailbox: str, uid: int, why: str, now: datetime) -> None:
    """This mail could not be taken; the others go on. `why` holds no member data."""
    _passed(session, mailbox, uid)
    new = insert(session, put_off).values(mailbox=mailbox, uid=uid, first=now, times=1, why=why)
    again = {"times": put_off.c.times + 1, "why": why}
    session.execute(new.on_conflict_do_update(index_elements=["mailbox", "uid"], set_=again))


def list_put_off(session: Session, mailbox: str | None = None) -> Sequence[PutOff]:
    """Those that wait, of one mailbox or of all, in the order of their UIDs."""
    wanted = [] if mailbox is None else [put_off.c.mailbox == mailbox]
    rows = session.execute(sa.select(put_off).where(*wanted).order_by(put_off.c.mailbox, put_off.c.uid)).mappings()
    return [PutOff(**row) for row in rows]


def _passed(session: Session, mailbox: str, uid: int) -> None:
    this = sa.and_(pickups.c.mailbox == mailbox, pickups.c.last_uid < uid)
    session.execute(sa.update(pickups).where(this).values(last_uid=uid))
