"""Stored letters read and judged again by today's rules and in today's words, as of the time they arrived.

It is a rehearsal: the same code as for a letter that has just come (`bot.mailroom`), on a database in which every unit
of work is undone. A unit has no way out but to raise, so nothing of it is ever committed, whatever happens to this
process. In each unit the letter first gets back what it found then: the tickets, threads and copies that came later
are hidden (`storage.rehearsing`). The registry is the one of today: nobody keeps who was registered when.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeVar

from bot import mailroom
from bot.house import House, open_books
from bot.scanning import Scanner
from complaints.errors import Broken, Unavailable, UsageError
from mailin.limits import Unreadable
from storage import inbox, rehearsing
from storage.database import Database, Session
from storage.inbox import StoredLetter
from storage.rehearsing import Answer
from storage.states import LetterOutcome
from storage.work import Effect, Job, TryLater
from tickets.submission import Books

T = TypeVar("T")
log = logging.getLogger(__name__)

HARMFUL = "malware: "
"""How the detail of a letter begins that is never read, because something in it is known as harmful."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a letter, or would become of it. Numbers that it was or would be given itself are made equal."""

    outcome: str
    detail: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """`was_decided` is False for a letter that was never filed or answered (held, parked …): then `now` is what would
    become of it if it were read now. `now` is None when it could not be tried; `trouble` says why."""

    letter: int
    received: datetime
    was_decided: bool
    before: Became
    now: Became | None
    trouble: str = ""

    @property
    def differs(self) -> tuple[str, ...]:
        """In what: outcome, detail, subject, text, files."""
        if self.now is None:
            return ()
        old, new = _told(self.before), _told(self.now)
        return tuple(name for name in old if old[name] != new[name])


async def replay(house: House, letter_id: int) -> Replayed:
    """One letter in rehearsal. UsageError: there is none with this id. Unavailable: something needed is away."""
    stored, raw = await house.database.run(lambda session: _load(session, letter_id))
    before = await house.database.run(lambda session: _became(session, stored, (), ()))
    was_decided = stored.outcome not in rehearsing.NOT_DECIDED
    if stored.outcome_detail.startswith(HARMFUL):
        return Replayed(letter_id, stored.received, was_decided, before, None, "something in it is known as harmful")
    letter = await house.letters.read(raw, stored.mail_from, frozenset({house.settings.mail_address.lower()}))
    del raw
    known = (None, None) if isinstance(letter, Unreadable) else (letter.sender, letter.message_id)
    stage = _Stage(house.database, stored, *known)
    now = await _rehearsed(_on_stage(house, stage), stage, stored)
    return Replayed(letter_id, stored.received, was_decided, before, now)


async def _rehearsed(house: House, stage: "_Stage", stored: StoredLetter) -> Became:
    """As the worker does it, but what goes wrong is not tried again: it would be parked in the end."""
    attempt = 0
    while True:
        attempt += 1
        job = Job(0, inbox.KIND, f"letter:{stored.id}", {"letter": stored.id}, attempt, 1, is_old=False)
        try:
            effect = await mailroom.read(house, job)
            return await stage.run(_then_look(effect, stored))
        except TryLater:
            if attempt > mailroom.MOST_LOOKS + 1:
                raise
        except Broken as broken:
            return Became(LetterOutcome.PARKED.value, str(broken))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the letter would be parked for it
            log.warning("letter %d in rehearsal: %s", stored.id, type(error).__name__)
            return Became(LetterOutcome.PARKED.value, type(error).__name__)


class _Undone(Exception):
    """Carries a result out of a unit of work that must not be committed."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class _Stage:
    """`storage.database.Database`, on which nothing is kept and one letter is as it was before it was decided."""

    def __init__(self, database: Database, letter: StoredLetter, sender: str | None, message_id: str | None) -> None:
        self._database = database
        self._letter = letter
        self._sender = sender
        self._message_id = message_id
        self._units = 0

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        return self._database.dialect

    async def run(self, work: Callable[[Session], T]) -> T:
        self._units += 1
        unit = self._units

        def rehearse(session: Session) -> None:
            rehearsing.hide(session, self._letter, self._sender, self._message_id, unit)
            raise _Undone(work(session))

        try:
            await self._database.run(rehearse)
        except _Undone as undone:
            result: T = undone.result
            return result
        raise AssertionError("a unit of a rehearsal came to its end")

    def listening(self) -> AbstractAsyncContextManager[asyncio.Event]:
        return self._database.listening()


@dataclass(frozen=True, slots=True)
class _Rehearsal(House):
    """A house on a stage: no answer is over a budget, since none is sent, and clamd is not asked."""

    def books(self, session: Session) -> Books:
        return open_books(session, self.settings, self.policy, self.roster)


def _on_stage(house: House, stage: _Stage) -> House:
    parts = {field.name: getattr(house, field.name) for field in fields(House)}
    return _Rehearsal(**parts | {"database": stage, "scanner": Scanner(None)})


def _then_look(effect: Effect, stored: StoredLetter) -> Callable[[Session], Became]:
    def work(session: Session) -> Became:
        tickets = rehearsing.tickets_of(session, stored.id)
        requests = rehearsing.requests_of(session, stored.id)
        effect(session)
        decided = inbox.find(session, stored.id)
        assert decided is not None  # noqa: S101  it was read a moment ago
        return _became(session, decided, tickets, requests)

    return work


def _load(session: Session, letter_id: int) -> tuple[StoredLetter, bytes]:
    stored = inbox.find(session, letter_id) if 0 < letter_id < 2**63 else None
    if stored is None:
        raise UsageError(f"no letter {letter_id}. `recourse letters list` shows those there are.")
    return stored, inbox.raw(session, letter_id)


def _became(session: Session, letter: StoredLetter, old_tickets: Sequence[str], old_requests: Sequence[int]) -> Became:
    """What is written of a letter now. The tickets and registrations that were there before the rehearsal are not its
    own; those that are get names in the place of their numbers."""
    tickets = [number for number in rehearsing.tickets_of(session, letter.id) if number not in old_tickets]
    requests = [number for number in rehearsing.requests_of(session, letter.id) if number not in old_requests]
    names = {number: f"(ticket {at})" for at, number in enumerate(tickets, 1)}
    names |= {f"registration {number}": f"registration ({at})" for at, number in enumerate(requests, 1)}
    answer = rehearsing.answer_of(session, letter.id)
    if answer is not None:
        answer = Answer(_named(answer.subject, names), _named(answer.text, names), answer.files)
    return Became(letter.outcome.value if letter.outcome else "waiting", _named(letter.outcome_detail, names), answer)


def _named(text: str, names: dict[str, str]) -> str:
    for number, name in names.items():
        text = re.sub(rf"\b{re.escape(number)}(?!\d)", name, text)
    return text


def _told(became: Became) -> dict[str, Any]:
    answer = became.answer or Answer("", "", ())
    return {
        "outcome": became.outcome,
        "detail": became.detail,
        "subject": answer.subject,
        "text": answer.text,
        "files": answer.files,
    }
