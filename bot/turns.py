"""One turn, in one transaction: what a letter is, what is filed or said, and that it was done.

This is the main path. Read it downwards: who wrote, is it a machine, is it the same mail again, is the sender known,
did the thread go on meanwhile, what does the conversation say, submit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import registrations
from bot.answered import NOTHING, Answered
from bot.letters import NO_SHEETS, SheetsRead
from bot.own_sheets import SheetJudged
from bot.registrations import RegistrationRead
from bot.threads import Thread, last_letter, only_open
from complaints.deadlines import local_date
from complaints.model import Complaint
from complaints.notices import (
    AlreadyFiled,
    CouldNotRead,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    Receipt,
    RegistrationReceived,
    Rejection,
    SheetRequired,
    StatusReport,
)
from conversations.events import File, FileEach, Keep, LetterRead, Say, TellStatus
from conversations.letter_turn import turn_of_letter
from mailin.genuine.standing import Standing
from mailin.letter import Letter
from storage import inbox
from storage.answered import ticket_of
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from storage.work import TryLater
from tickets.asking import own_ticket, status
from tickets.ports import ReplyRoute
from tickets.submission import Books, Earlier, Enclosures, Submission, Submitted, enclosed, submit, submit_each

CHANNEL = "mail"


@dataclass(frozen=True, slots=True)
class MailTurn:
    """A letter as read outside any transaction, with the sheets that its answer may carry."""

    stored: StoredLetter
    letter: Letter
    event: LetterRead
    enclosures: Enclosures
    sheets: SheetsRead = NO_SHEETS
    answered: Answered = NOTHING
    """What of ours it answers."""
    thread: Thread | None = None
    """What it may go on from."""
    judged: tuple[SheetJudged, ...] = ()
    """The complaints of the sheets, in their order, as judged before the transaction."""
    registration: RegistrationRead | None = None
    """It carries a filled registration sheet."""
    may_change: bool = False
    """It was read again often enough: if something changed meanwhile, it is filed all the same."""


def take_turn(session: Session, turn: MailTurn, books: Books) -> None:
    """Decide about one letter: exactly one outcome, at most one answer, in the caller's transaction."""
    stored, letter = turn.stored, turn.letter
    twin = inbox.record_reading(session, stored.id, letter.sender, letter.message_id, letter.body_digest)
    if letter.losses:
        inbox.record_losses(session, stored.id, letter.losses)
    if letter.machine is not None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.NO_ANSWER, letter.machine.value)
    if letter.sender is None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.PARKED, "no one plain From address")
    if is_proved(stored) and stored.sender != letter.sender:
        return inbox.set_outcome(session, stored.id, LetterOutcome.PARKED, "another From address than was proved")
    if twin is not None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.DUPLICATE_LETTER, f"letter {twin.id}", twin.ticket)
    route = ReplyRoute(CHANNEL, letter.sender, letter.message_id, letter.references, stored.id)
    if turn.registration is not None:
        detail = registrations.take(session, turn.registration, route, stored, books)
        detail = ", ".join((detail, *_walls(turn.sheets)))
        return inbox.set_outcome(session, stored.id, LetterOutcome.REGISTRATION, detail)
    if not books.registry.providers_of(letter.sender):
        return _answer(session, turn, route, NotRegistered(), books)
    if turn.thread is not None and not inbox.is_last_of_thread(session, turn.thread.letter_id):
        raise TryLater(0)  # another letter of the thread was first: read it all again
    today = local_date(stored.received, books.policy)
    match turn_of_letter(turn.event, today):
        case File(complaint, completes):
            return _settle(session, turn, (submit(_submission(turn, route, complaint, completes), books),))
        case FileEach(complaints, unreadable):
            submissions = [_submission(turn, route, complaint) for complaint in complaints]
            return _settle(session, turn, submit_each(submissions, unreadable, books))
        case TellStatus(number):
            ticket = number or _ticket_of_thread(session, turn, books)
            return _tell(session, turn, route, status(ticket, letter.sender, today, books), books)
        case Say(notice):
            return _answer(session, turn, route, notice, books)
        case Keep():
            return _keep(session, turn, books)


def is_proved(stored: StoredLetter) -> bool:
    """Whether its sender was proved at the door, which read the From line by itself."""
    return (stored.standing or {}).get("standing") == Standing.GENUINE.value


def _submission(turn: MailTurn, route: ReplyRoute, complaint: Complaint, completes: bool = False) -> Submission:
    made = Submission(complaint, route, turn.stored.received, _key(turn.stored), turn.enclosures)
    if turn.thread is not None:
        told = only_open(turn.thread.verdicts) if completes else None
        made = replace(made, earlier=Earlier((told,) if told else turn.thread.verdicts, completes))
    mine = next((one for one in turn.judged if one.judged.verdict.complaint is complaint), None)
    return replace(made, judged=mine.judged, own_sheets=mine.own_sheets) if mine else made


def _settle(session: Session, turn: MailTurn, submitted: Sequence[Submitted]) -> None:
    if not turn.may_change and not all(one.as_judged for one in submitted):
        raise TryLater(0)  # a claim was filed or a person registered since: judge and mark it all again
    stored = turn.stored
    if turn.thread is not None and any(one.goes_on for one in submitted):
        inbox.set_completes(session, stored.id, turn.thread.letter_id)
    tickets = list(dict.fromkeys(number for one in submitted if (number := one.ticket or _ticket_before(one.notice))))
    codes = dict.fromkeys(found.code.value for one in submitted for found in one.verdict.findings if found.rejects)
    codes |= dict.fromkeys(found.code.value for found in turn.event.unreadable)
    outcome = outcome_of(submitted[0].notice) if len(submitted) == 1 else outcome_of_several(submitted, turn.event)
    more = [f"tickets {', '.join(tickets)}"] if len(tickets) > 1 else []
    detail = ", ".join((*more, *codes, *_walls(turn.sheets)))
    inbox.set_outcome(session, stored.id, outcome, detail, next(iter(tickets), None))


def _ticket_before(notice: Notice) -> str | None:
    return notice.tickets[0] if isinstance(notice, AlreadyFiled) else None


def _walls(sheets: SheetsRead) -> list[str]:
    """For staff: which walls stopped files of this letter."""
    return list(dict.fromkeys(f"refused file: {refusal.value}" for refusal in sheets.refused))


def outcome_of_several(submitted: Sequence[Submitted], event: LetterRead) -> LetterOutcome:
    """What became of a letter with several sheets: a ticket only when nothing is left to mend."""
    kinds = {outcome_of(one.notice) for one in submitted}
    if len(kinds) == 1 and not event.unreadable:
        return kinds.pop()
    if kinds <= {LetterOutcome.TICKET, LetterOutcome.ALREADY_FILED} and not event.unreadable:
        return LetterOutcome.TICKET
    filed = kinds & {LetterOutcome.TICKET, LetterOutcome.PARTLY, LetterOutcome.ALREADY_FILED}
    return LetterOutcome.PARTLY if filed else LetterOutcome.REJECTED


def _answer(session: Session, turn: MailTurn, route: ReplyRoute, notice: Notice, books: Books) -> None:
    books.notices.put(notice, route, _key(turn.stored), enclosed(notice, turn.enclosures))
    inbox.set_outcome(session, turn.stored.id, outcome_of(notice), ", ".join(_walls(turn.sheets)))


def _tell(session: Session, turn: MailTurn, route: ReplyRoute, report: StatusReport, books: Books) -> None:
    """How tickets stand. A reply to a report about one ticket belongs to that ticket."""
    ticket = report.tickets[0].number if len(report.tickets) == 1 else None
    books.notices.put(report, route, _key(turn.stored), ticket=ticket)
    inbox.set_outcome(session, turn.stored.id, outcome_of(report), ticket=ticket)


def _keep(session: Session, turn: MailTurn, books: Books) -> None:
    """A reply without a complaint goes to the ticket it answers, where staff see it; it is never answered."""
    stored = turn.stored
    number = _ticket_of_thread(session, turn, books)
    if number is None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.NO_ANSWER, "reply_without_complaint")
    books.ledger.record(number, stored.received, "mail_added", CHANNEL, f"letter {stored.id}")
    return inbox.set_outcome(session, stored.id, LetterOutcome.ADDED_TO_TICKET, "", number)


def _ticket_of_thread(session: Session, turn: MailTurn, books: Books) -> str | None:
    """The ticket that this letter names, or that the mail answered by it speaks of, or that came of the thread since.

    Only a ticket of the sender's own provider: neither a number nor a Message-ID proves anything.
    """
    answered = turn.answered
    last = last_letter(session, answered)
    number = answered.ticket or ticket_of(session, answered.notices) or (last.ticket if last else None)
    ticket = own_ticket(number, turn.letter.sender or "", books) if number else None
    return ticket.number if ticket else None


def outcome_of(notice: Notice) -> LetterOutcome:
    """What became of a letter that was answered so."""
    return _OUTCOMES[type(notice)]


_OUTCOMES: dict[type, LetterOutcome] = {
    Receipt: LetterOutcome.TICKET,
    PartlyAccepted: LetterOutcome.PARTLY,
    Rejection: LetterOutcome.REJECTED,
    AlreadyFiled: LetterOutcome.ALREADY_FILED,
    SheetRequired: LetterOutcome.SHEET_REQUIRED,
    NotRegistered: LetterOutcome.NOT_REGISTERED,
    CouldNotRead: LetterOutcome.COULD_NOT_READ,
    NoComplaint: LetterOutcome.NO_COMPLAINT,
    RegistrationReceived: LetterOutcome.REGISTRATION,
    StatusReport: LetterOutcome.STATUS,
}


def _key(stored: StoredLetter) -> str:
    return f"letter:{stored.id}"
