"""What was fetched from mailboxes elsewhere: by whom, up to which UID, and which mails were put off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.columns import from_now
from storage.statements import changed, insert
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


def hold(session: Session, mailbox: str, holder: str, seconds: float) -> bool:
    """Have the mailbox to oneself for so long from now, for the first time or for longer. False: another one has it.

    Replicas so do not fetch the same mails side by side. Should two of them do it all the same, one of which slept
    meanwhile, nothing is taken twice.
    """
    new = insert(session, pickups).values(mailbox=mailbox, uidvalidity=0, last_uid=0)
    session.execute(new.on_conflict_do_nothing(index_elements=["mailbox"]))
    is_free = sa.or_(pickups.c.holder == holder, pickups.c.held_until.is_(None), pickups.c.held_until < from_now(0))
    mine = sa.update(pickups).where(pickups.c.mailbox == mailbox, is_free)
    return changed(session, mine.values(holder=holder, held_until=from_now(seconds))) == 1


def let_go(session: Session, mailbox: str, holder: str) -> None:
    """Another one may have it at once."""
    mine = sa.and_(pickups.c.mailbox == mailbox, pickups.c.holder == holder)
    session.execute(sa.update(pickups).where(mine).values(holder=None, held_until=None))


def begin(session: Session, mailbox: str, uidvalidity: int) -> int:
    """The UID up to which this mailbox was gone through: 0 for a new one, and when its UIDs mean other mails now."""
    row = session.execute(sa.select(pickups).where(pickups.c.mailbox == mailbox)).mappings().one_or_none()
    if row is not None and row["uidvalidity"] == uidvalidity:
        return int(row["last_uid"])
    anew = {"uidvalidity": uidvalidity, "last_uid": 0}
    made = insert(session, pickups).values(mailbox=mailbox, **anew)
    session.execute(made.on_conflict_do_update(index_elements=["mailbox"], set_=anew))
    # Now only: who put off a mail of before meanwhile had the row above to itself, and has done with it.
    session.execute(sa.delete(put_off).where(put_off.c.mailbox == mailbox))
    return 0


def taken(session: Session, mailbox: str, uidvalidity: int, uid: int) -> bool:
    """This mail is stored, or gone: it is not asked for again. False: UIDs mean other mails now, nothing is noted."""
    if not _passed(session, mailbox, uidvalidity, uid):
        return False
    session.execute(sa.delete(put_off).where(put_off.c.mailbox == mailbox, put_off.c.uid == uid))
    return True


def note_put_off(session: Session, mailbox: str, uidvalidity: int, uid: int, why: str, now: datetime) -> int:
    """This mail could not be taken; the others go on. How often that was. `why` holds no member data.

    0: UIDs mean other mails now, and nothing is noted.
    """
    if not _passed(session, mailbox, uidvalidity, uid):
        return 0
    new = insert(session, put_off).values(mailbox=mailbox, uid=uid, first=now, times=1, why=why)
    again = {"times": put_off.c.times + 1, "why": why}
    careful = new.on_conflict_do_update(index_elements=["mailbox", "uid"], set_=again)
    return int(session.execute(careful.returning(put_off.c.times)).scalar_one())


def list_put_off(session: Session, mailbox: str | None = None) -> Sequence[PutOff]:
    """Those that wait, of one mailbox or of all, in the order of their UIDs."""
    wanted = [] if mailbox is None else [put_off.c.mailbox == mailbox]
    rows = session.execute(sa.select(put_off).where(*wanted).order_by(put_off.c.mailbox, put_off.c.uid)).mappings()
    return [PutOff(**row) for row in rows]


def _passed(session: Session, mailbox: str, uidvalidity: int, uid: int) -> bool:
    """A server that has lost the mailbox to another one may still speak of a folder that was made anew since."""
    this = sa.update(pickups).where(pickups.c.mailbox == mailbox, pickups.c.uidvalidity == uidvalidity)
    further = sa.case((pickups.c.last_uid < uid, uid), else_=pickups.c.last_uid)
    return changed(session, this.values(last_uid=further)) == 1
