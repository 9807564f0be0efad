"""Notices that did not get to their person: marked, told to staff, and sent once to the next person on file.

A letter to a bounce address is never answered and never read as a complaint, whoever wrote it.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bot.house import House
from mailin.bounces import Fate, Told, read_bounce
from mailin.letter import Letter
from mailin.limits import Unreadable
from storage import inbox, outbox
from storage.database import Session
from storage.inbox import StoredLetter
from storage.outbox import StoredNotice
from storage.passing_on import next_address
from storage.states import LetterOutcome
from storage.work import Effect
from templates.rendering import Rendered, in_place_of

log = logging.getLogger(__name__)

WHO = "mail"


async def read(house: House, stored: StoredLetter, raw: bytes, notice_id: int) -> Effect:
    """What became of a notice of ours, as a letter to its bounce address tells."""
    letter = await house.letters.read(raw, stored.mail_from, frozenset({house.settings.mail_address.lower()}))
    if isinstance(letter, Unreadable):
        reason = letter.reason.value
        return lambda session: inbox.set_outcome(session, stored.id, LetterOutcome.PARKED, reason)
    told = await asyncio.to_thread(read_bounce, raw, letter, stored.mail_from)
    return partial(_take, house=house, stored=stored, letter=letter, notice_id=notice_id, told=told)


def _take(session: Session, house: House, stored: StoredLetter, letter: Letter, notice_id: int, told: Told) -> None:
    twin = inbox.record_reading(session, stored.id, letter.sender, letter.message_id, letter.body_digest)
    if twin is not None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.DUPLICATE_LETTER, f"letter {twin.id}", twin.ticket)
    ticket = came_back(session, house, notice_id, told.status) if told.fate is Fate.FAILED else None
    what = f"{told.fate.value} {told.status}".strip() if told.fate is not Fate.UNCLEAR else _sign(letter)
    return inbox.set_outcome(session, stored.id, LetterOutcome.BOUNCE, f"notice {notice_id}: {what}", ticket)


def _sign(letter: Letter) -> str:
    """What wrote to a bounce address without telling what became of the notice."""
    return letter.machine.value if letter.machine is not None else "no_report"


def came_back(session: Session, house: House, notice_id: int, status: str) -> str | None:
    """The relay took it, and it came back: the ticket it speaks of. Told again, it changes nothing."""
    why = f"it came back with {status}" if status else "it came back"
    is_new = outbox.mark_undelivered(session, notice_id, why)
    if not is_new and not outbox.is_there(session, notice_id):
        return None  # a notice of another time of this database: its backup was restored
    stored = outbox.load(session, notice_id)
    if is_new:
        _tell(session, house, stored, "notice_undelivered", why)
    return stored.notice.ticket


def not_taken(session: Session, house: House, notice_id: int, why: str) -> None:
    """The relay does not take it, or nobody took it for days."""
    outbox.mark_undeliverable(session, notice_id, why)
    _tell(session, house, outbox.load(session, notice_id), "notice_undeliverable", why)


def _tell(session: Session, house: House, stored: StoredNotice, event: str, why: str) -> None:
    """Staff by the ticket's timeline and in the log, and the next person by mail."""
    instead = _pass_on(session, stored)
    then = f"sent to another person as notice {instead}" if instead is not None else "nobody else on file to send it to"
    log.warning("notice %d did not get to its person (%s); %s", stored.id, why, then)
    if stored.notice.ticket is not None:
        ledger = house.books(session).ledger
        ledger.record(stored.notice.ticket, datetime.now(UTC), event, WHO, f"notice {stored.id}: {why}; {then}")


def _pass_on(session: Session, stored: StoredNotice) -> int | None:
    """The same to the next person on file, once; its new notice, None when there is nobody."""
    address = next_address(session, stored)
    if address is None:
        return None
    notice = _first_of(session, stored).notice  # its words, without a line on top
    words = Rendered(notice.subject, notice.text, notice.html)
    words = in_place_of(words, notice.address.rpartition("@")[2])
    instead = replace(
        notice,
        key=f"instead:{stored.id}",
        address=address,
        text=words.text,
        html=words.html,
        in_reply_to=None,
        thread=(),
        instead_of=stored.id,
        content=None,  # it answers nothing that this person wrote, so it uses up no budget of theirs
    )
    return outbox.put(session, instead)


def _first_of(session: Session, stored: StoredNotice) -> StoredNotice:
    """The notice in whose place this one was sent, or that one in whose place …"""
    while stored.notice.instead_of is not None:
        stored = outbox.load(session, stored.notice.instead_of)
    return stored
