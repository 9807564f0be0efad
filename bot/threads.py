"""What a reply goes on from: the complaint that our mail was about, read again from the letters that told it.

No session is kept for a mail. The letters of a thread are stored, and each names the one that it completes; so the
complaint as it stands is read again from them, outside any transaction.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answered import NOTHING, Answered
from bot.house import House
from bot.letters import read_sheets
from bot.stamps import stamped_letter
from complaints.changes import change
from complaints.deadlines import local_date
from complaints.eligibility import Facts, judge
from complaints.mcos import Roster
from complaints.model import Complaint, Entry, Provider
from complaints.verdict import Outcome, Verdict
from conversations.completing import complete
from conversations.events import File, FileEach, LetterRead
from conversations.letter_turn import turn_of_letter
from mailin.letter import Letter
from mailin.limits import Unreadable
from storage import inbox
from storage.answered import letters_answered
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome

LONGEST_THREAD = 20
"""Letters that complete one another. A longer thread is no conversation any more."""

_OPEN = frozenset({LetterOutcome.REJECTED, LetterOutcome.PARTLY, LetterOutcome.SHEET_REQUIRED,
                   LetterOutcome.COULD_NOT_READ})  # fmt: skip
"""What became of a letter that a reply can still complete."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a thread of ours stands: its last letter, what our mail about that told, and for whom the next writer may
    speak."""

    letter_id: int
    verdicts: tuple[Verdict, ...]
    """One for each complaint that is told of."""
    providers: tuple[Provider, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A stored letter with its bytes and the providers that its writer may speak for."""

    stored: StoredLetter
    raw: bytes
    providers: tuple[Provider, ...]


async def open_thread(
    house: House, letter: Letter, answered: Answered = NOTHING, stamps: Sequence[str] = ()
) -> Thread | None:
    """The thread that this letter goes on from, when it can still be completed and its writer may do so.

    The stamp of a workbook that we had marked tells it, else the mail that this one answers, else the ticket that it
    names. None of them proves anything, whoever has seen the mail or the workbook knows them: only who may speak for
    the provider of the earlier complaint (for all of its writer's, when that is not clear) goes on from it.
    """
    sender = letter.sender
    if sender is None or not (answered.notices or stamps):
        return None
    told, theirs = await house.database.run(lambda session: _letters(session, house, answered, stamps, sender))
    if not told or told[-1].stored.outcome not in _OPEN:
        return None
    verdicts = await _as_it_stands(house, told)
    allowed = tuple(verdict for verdict in verdicts if _may_go_on(verdict, told[-1].providers, theirs))
    return Thread(told[-1].stored.id, allowed, theirs) if allowed else None


def completed(house: House, thread: Thread, text: str, today: date) -> Complaint | None:
    """The thread's complaint with what this text gives to it; None when that is nothing that was wrong or missing."""
    told = only_open(thread.verdicts)
    return _completed(told, text, thread.providers, house.roster, today) if told else None


def only_open(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The one complaint of a thread that is not filed whole; None for several: which is meant, words do not tell."""
    found = [verdict for verdict in verdicts if verdict.outcome is not Outcome.ACCEPTED]
    return found[0] if len(found) == 1 else None


def last_letter(session: Session, answered: Answered) -> StoredLetter | None:
    """The letter that our nearest mail answered, or the last of those that completed it since; None for neither."""
    letters = letters_answered(session, answered.notices)
    return inbox.last_of_thread(session, letters[0], LONGEST_THREAD) if letters else None


def _last_stamped(session: Session, stamps: Sequence[str]) -> StoredLetter | None:
    """The letter whose answer carried the marked workbook, or the last of those that completed it since."""
    stamped = next((letter for stamp in stamps if (letter := stamped_letter(session, stamp))), None)
    return inbox.last_of_thread(session, stamped.id, LONGEST_THREAD) if stamped else None


def _letters(
    session: Session, house: House, answered: Answered, stamps: Sequence[str], sender: str
) -> tuple[list[_Told], tuple[Provider, ...]]:
    """From the first letter of the thread to its last, and whom the sender may speak for. No letters: not theirs."""
    registry = house.books(session).registry
    theirs = tuple(registry.providers_of(sender))
    at = _last_stamped(session, stamps) or last_letter(session, answered)
    told: list[_Told] = []
    while at is not None and len(told) < LONGEST_THREAD:
        providers = tuple(registry.providers_of(at.sender or ""))
        if set(theirs).isdisjoint(providers):
            return [], theirs
        told.append(_Told(at, inbox.raw(session, at.id), providers))
        at = inbox.find(session, at.completes) if at.completes is not None else None
    return told[::-1], theirs


async def _as_it_stands(house: House, told: Sequence[_Told]) -> tuple[Verdict, ...]:
    """What was said of each complaint after the last of these letters; () when none of them holds one.

    Each is judged as on its day, and as if nothing were on a ticket: what was accepted then counts as accepted.
    """
    verdicts: tuple[Verdict, ...] = ()
    for one in told:
        today = local_date(one.stored.received, house.policy)
        facts = Facts(house.policy, house.roster, one.providers)
        complaints, completes = await _complaints_in(house, one, verdicts, today)
        new = tuple([await asyncio.to_thread(judge, complaint, facts, today) for complaint in complaints])
        if new:
            others = [old for old in verdicts if old is not completes and not _goes_on(old, new)]
            verdicts = (*new, *others)
    return verdicts


def _goes_on(earlier: Verdict, new: Sequence[Verdict]) -> bool:
    """Whether one of the new ones is what became of the earlier one."""
    return any(change(earlier, one) for one in new)


async def _complaints_in(
    house: House, told: _Told, earlier: Sequence[Verdict], today: date
) -> tuple[tuple[Complaint, ...], Verdict | None]:
    """As `bot.turns` took it: the letter's own complaints, or an earlier one with what the letter gives to it, and then
    also which one."""
    letter = await house.letters.read(told.raw, told.stored.mail_from)
    if isinstance(letter, Unreadable):
        return (), None
    sheets = await read_sheets(letter, house.reader, today)
    meant = only_open(earlier)
    made = _completed(meant, letter.text, told.providers, house.roster, today) if meant else None
    match turn_of_letter(LetterRead(sheets.complaints, text=letter.text, completed=made), today):
        case File(complaint, completes):
            return (complaint,), meant if completes else None
        case FileEach(complaints):
            return complaints, None
        case _:
            return (), None


def _completed(
    earlier: Verdict, text: str, providers: Sequence[Provider], roster: Roster, today: date
) -> Complaint | None:
    """With the provider that was meant, too: who writes now may speak for others than who wrote then."""
    made = complete(earlier, text, roster, today)
    if made is None:
        return None
    meant = next((one.hfs_id for one in providers if one.id == earlier.provider_id), None)
    if meant is None or not made.complaint.hfs_id.is_blank:
        return made.complaint
    return replace(made.complaint, hfs_id=Entry(meant, meant))


def _may_go_on(verdict: Verdict, writers: Sequence[Provider], theirs: Sequence[Provider]) -> bool:
    if verdict.provider_id is not None:
        return any(provider.id == verdict.provider_id for provider in theirs)
    return set(writers) <= set(theirs)
