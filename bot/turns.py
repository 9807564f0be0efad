"""One turn, in one transaction: what a letter is, what is filed or said, and that it was done.

This is the main path. Read it downwards: who wrote, is it a machine, is it the same mail again, is the sender known,
did the thread go on meanwhile, what does the conversation say, submit.
"""

from dataclasses import dataclass

from bot.threads import Thread, answered_ids, last_letter
from complaints.deadlines import local_date
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
from conversations.events import File, Keep, LetterRead, Say, TellStatus
from conversations.letter_turn import turn_of_letter
from mailin.letter import Letter
from storage import inbox, outbox
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from storage.work import TryLater
from tickets.asking import own_ticket, status
from tickets.ports import ReplyRoute
from tickets.submission import Books, Earlier, Enclosures, Submission, Submitted, enclosed, submit

CHANNEL = "mail"


@dataclass(frozen=True, slots=True)
class MailTurn:
    """A letter as read outside any transaction, with the sheets that its answer may carry."""

    stored: StoredLetter
    letter: Letter
    event: LetterRead
    enclosures: Enclosures
    registers: bool = False
    """It carries a filled registration sheet."""
    thread: Thread | None = None
    """What it may go on from."""


def take_turn(session: Session, turn: MailTurn, books: Books) -> None:
    """Decide about one letter: exactly one outcome, at most one answer, in the caller's transaction."""
    stored, letter = turn.stored, turn.letter
    twin = inbox.record_reading(session, stored.id, letter.sender, letter.message_id, letter.body_digest)
    if letter.machine is not None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.NO_ANSWER, letter.machine.value)
    if letter.sender is None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.PARKED, "no one plain From address")
    if twin is not None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.DUPLICATE_LETTER, f"letter {twin.id}", twin.ticket)
    route = ReplyRoute(CHANNEL, letter.sender, letter.message_id, letter.references, stored.id)
    if turn.registers:
        return _answer(session, turn, route, RegistrationReceived(), books)
    if not books.registry.providers_of(letter.sender):
        return _answer(session, turn, route, NotRegistered(), books)
    if turn.thread is not None and not inbox.is_last_of_thread(session, turn.thread.letter_id):
        raise TryLater(0)  # another letter of the thread was first: read it all again
    today = local_date(stored.received, books.policy)
    match turn_of_letter(turn.event, today):
        case File(complaint, completes):
            earlier = Earlier(turn.thread.verdict, completes) if turn.thread else None
            key, enclosures = _key(stored), turn.enclosures
            submission = Submission(complaint, route, stored.received, key, enclosures, earlier=earlier)
            return _settle(session, turn, submit(submission, books))
        case TellStatus(number):
            ticket = number or _ticket_of_thread(session, letter, books)
            return _tell(session, turn, route, status(ticket, letter.sender, today, books), books)
        case Say(notice):
            return _answer(session, turn, route, notice, books)
        case Keep():
            return _keep(session, turn, books)


def _settle(session: Session, turn: MailTurn, submitted: Submitted) -> None:
    stored, notice, ticket = turn.stored, submitted.notice, submitted.ticket
    if turn.thread is not None and submitted.goes_on:
        inbox.set_completes(session, stored.id, turn.thread.letter_id)
    if isinstance(notice, AlreadyFiled):
        ticket = notice.tickets[0]
    codes = dict.fromkeys(finding.code.value for finding in submitted.verdict.findings if finding.rejects)
    inbox.set_outcome(session, stored.id, outcome_of(notice), ", ".join(codes), ticket)


def _answer(session: Session, turn: MailTurn, route: ReplyRoute, notice: Notice, books: Books) -> None:
    books.notices.put(notice, route, _key(turn.stored), enclosed(notice, turn.enclosures))
    inbox.set_outcome(session, turn.stored.id, outcome_of(notice))


def _tell(session: Session, turn: MailTurn, route: ReplyRoute, report: StatusReport, books: Books) -> None:
    """How tickets stand. A reply to a report about one ticket belongs to that ticket."""
    ticket = report.tickets[0].number if len(report.tickets) == 1 else None
    books.notices.put(report, route, _key(turn.stored), ticket=ticket)
    inbox.set_outcome(session, turn.stored.id, outcome_of(report), ticket=ticket)


def _keep(session: Session, turn: MailTurn, books: Books) -> None:
    """A reply without a complaint goes to the ticket it answers, where staff see it; it is never answered."""
    stored = turn.stored
    number = _ticket_of_thread(session, turn.letter, books)
    if number is None:
        return inbox.set_outcome(session, stored.id, LetterOutcome.NO_ANSWER, "reply_without_complaint")
    books.ledger.record(number, stored.received, "mail_added", CHANNEL, f"letter {stored.id}")
    return inbox.set_outcome(session, stored.id, LetterOutcome.ADDED_TO_TICKET, "", number)


def _ticket_of_thread(session: Session, letter: Letter, books: Books) -> str | None:
    """The ticket that the mail answered by this letter speaks of, or that came of the thread since.

    Only a ticket of the sender's own provider: a Message-ID proves nothing, whoever has seen the mail knows it.
    """
    answers = answered_ids(letter)
    last = last_letter(session, answers)
    number = outbox.ticket_of(session, answers) or (last.ticket if last else None)
    ticket = own_ticket(number, letter.sender or "", books) if number else None
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
