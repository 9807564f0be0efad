"""Letters on their way in: stored when they arrive, then each read outside any transaction and decided inside one."""

import logging
from dataclasses import replace
from functools import partial

from bot import bounced, registrations
from bot.admitting import take_in
from bot.answered import find_answered
from bot.harm import put_apart, tell_writer
from bot.house import House
from bot.letters import SheetsRead, read_sheets
from bot.machine_mail import as_answered
from bot.own_sheets import SheetJudged, with_own_sheets
from bot.prejudging import prejudge
from bot.registrations import RegistrationRead
from bot.threads import completed, open_thread
from bot.turns import MailTurn, take_turn
from complaints.deadlines import local_date
from complaints.errors import Broken
from complaints.notices import PersonWillLook
from conversations.events import File, FileEach, LetterRead, LetterTurn
from conversations.letter_turn import turn_of_letter
from mailin.arriving import Received, Taken
from mailin.letter import Letter
from mailin.limits import Unreadable
from storage import inbox
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from storage.work import Effect, Job

log = logging.getLogger(__name__)

MOST_LOOKS = 3
"""So often a letter is read again because something changed between judging its sheets and filing them."""


async def store(house: House, received: Received) -> Taken:
    """Find out who sent a mail, then make it durable, or say why not. Nobody is told 250 before this returns."""
    return await take_in(house, received)


async def read(house: House, job: Job) -> Effect:
    """Read one stored letter, then hand back what is to be done about it in one transaction."""
    letter_id = job.payload["letter"]
    stored, raw = await house.database.run(lambda session: _load(session, letter_id))
    if harm := await house.scanner.harm_in([raw], job.attempts):
        return partial(put_apart, house, stored=stored, harm=harm)
    if (notice := house.addresses.notice_of(stored.recipient)) is not None:
        return await bounced.read(house, stored, raw, notice)
    letter = await house.letters.read(raw, stored.mail_from, _our_addresses(house))
    del raw  # up to 25 MB, which the sheets of the letter need not wait beside
    if isinstance(letter, Unreadable):
        reason = letter.reason.value
        return lambda session: inbox.set_outcome(session, letter_id, LetterOutcome.PARKED, reason)
    # clamd takes a mail apart otherwise than we do, so what we found in it is shown to it once more
    if harm := await house.scanner.harm_in((part.body for part in letter.attachments), job.attempts):
        return partial(put_apart, house, stored=stored, harm=harm)
    letter = await as_answered(house, stored, letter)
    turn = await _prepare(house, stored, letter, job.attempts)
    return lambda session: take_turn(session, turn, house.books(session))


def park(house: House, session: Session, job: Job, error: str) -> None:
    """A letter that kept surprising us: staff see it parked, and a person who wrote it is told that they will look."""
    stored = inbox.find(session, job.payload["letter"])
    if stored is None or stored.outcome is not None:
        return
    inbox.set_outcome(session, stored.id, LetterOutcome.PARKED, error)
    try:
        with session.begin_nested():
            notice = PersonWillLook(local_date(stored.received, house.policy))
            tell_writer(house, session, stored, notice, f"parked:{stored.id}")
    except Exception as trouble:  # noqa: BLE001  what parked the letter may hinder this too, and parked it must be
        log.error("letter %d: its sender could not be told: %s", stored.id, type(trouble).__name__)  # noqa: TRY400


def _our_addresses(house: House) -> frozenset[str]:
    return frozenset({house.settings.mail_address.lower()})


def _load(session: Session, letter_id: int) -> tuple[StoredLetter, bytes]:
    stored = inbox.find(session, letter_id)
    if stored is None:
        raise Broken(f"letter {letter_id} is missing")
    return stored, inbox.raw(session, letter_id)


async def _prepare(house: House, stored: StoredLetter, letter: Letter, attempts: int) -> MailTurn:
    """All that takes time: the sheets of a person's mail, the thread it goes on from, what its answer may carry."""
    today = local_date(stored.received, house.policy)
    if letter.machine is not None:
        return MailTurn(stored, letter, LetterRead(), await house.cabinet.enclosures(today))
    sheets = await read_sheets(letter, house.reader, today)
    if sheets.registrations and letter.sender is not None:
        is_known = await _is_known(house, letter.sender)
        if not (sheets.complaints and is_known):  # a stranger has to register before anything can be filed
            registration = await _registration(house, stored, sheets, is_known=is_known)
            enclosures = await house.cabinet.enclosures(today)
            return MailTurn(stored, letter, LetterRead(), enclosures, sheets, registration=registration)
    answered = await find_answered(house, letter)
    event = LetterRead(
        sheets.complaints,
        sheets.unreadable,
        sheets.document,
        letter.text,
        answers_us=bool(answered),
        subject=letter.subject,
    )
    thread = await open_thread(house, letter, answered, sheets.stamps)
    if thread is not None:
        event = replace(event, completed=completed(house, thread, letter.text, today))
    planned = turn_of_letter(event, today)
    complaint = planned.complaint if isinstance(planned, File) else None
    return MailTurn(
        stored,
        letter,
        event,
        await house.cabinet.enclosures(today, complaint),
        sheets,
        answered,
        thread,
        await _own_sheets(house, stored, letter, sheets, planned),
        may_change=attempts >= MOST_LOOKS,
    )


async def _is_known(house: House, sender: str) -> bool:
    return bool(await house.database.run(lambda session: house.books(session).registry.providers_of(sender)))


async def _registration(house: House, stored: StoredLetter, sheets: SheetsRead, *, is_known: bool) -> RegistrationRead:
    """All registration sheets of a letter as one."""
    read = [
        await registrations.prepare(house.reader, stored, file.part, file.book, is_known=is_known)
        for file in sheets.registrations
        if file.book is not None
    ]
    return RegistrationRead(
        tuple(sheet for one in read for sheet in one.sheets), tuple(marked for one in read for marked in one.marked)
    )


async def _own_sheets(
    house: House, stored: StoredLetter, letter: Letter, sheets: SheetsRead, planned: LetterTurn
) -> tuple[SheetJudged, ...]:
    """The complaints that stand in sheets, judged, with the workbooks that go back."""
    if not isinstance(planned, File | FileEach) or not sheets.complaints or letter.sender is None:
        return ()
    today = local_date(stored.received, house.policy)
    judged = await prejudge(house, letter.sender, sheets.complaints, today)
    return await with_own_sheets(house, stored, sheets, judged) if judged else ()
