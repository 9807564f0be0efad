"""A mail in which something harmful was found: kept apart and not read; and who may be told of a mail that is not read.

Of such a mail only the header block is looked at.
"""

import logging

from bot.house import House
from bot.scanning import Harm
from complaints.deadlines import local_date
from complaints.notices import HarmFound, PersonWillLook
from mailin.genuine.standing import Standing
from mailin.limits import Unreadable
from mailin.reading import read_head
from storage import inbox
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from tickets.ports import ReplyRoute

log = logging.getLogger(__name__)

DETAIL = "malware: "
"""How the outcome's detail begins, for staff; the signature's name follows."""
_PROVED = frozenset({Standing.GENUINE.value, Standing.BELIEVED.value})


def put_apart(house: House, session: Session, *, stored: StoredLetter, harm: Harm) -> None:
    """Into quarantine, where staff see it. Its writer hears of it, when it is proved who that is.

    Where nothing is certain, they hear only that a person will look.
    """
    inbox.set_outcome(session, stored.id, LetterOutcome.QUARANTINE, DETAIL + harm.name)
    log.error("letter %d is in quarantine: %s", stored.id, harm.name)
    if stored.standing is None or stored.standing.get("standing") not in _PROVED:
        return
    day = local_date(stored.received, house.policy)
    tell_writer(house, session, stored, HarmFound(day) if harm.is_certain else PersonWillLook(day), f"harm:{stored.id}")


def tell_writer(
    house: House, session: Session, stored: StoredLetter, notice: HarmFound | PersonWillLook, key: str
) -> None:
    """Tell a registered person, and no machine; nobody who wrote to a bounce address."""
    if house.addresses.notice_of(stored.recipient) is not None:
        return
    ours = frozenset({house.settings.mail_address.lower()})
    letter = read_head(inbox.raw(session, stored.id), stored.mail_from, ours)
    if isinstance(letter, Unreadable) or letter.machine is not None or letter.sender is None:
        return
    books = house.books(session)
    if books.registry.providers_of(letter.sender):
        route = ReplyRoute("mail", letter.sender, letter.message_id, letter.references, stored.id)
        books.notices.put(notice, route, key)
