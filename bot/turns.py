"""One turn, in one transaction: what a letter is, what is filed or said, and that it was done.

This is the main path. Read it downwards: who wrote, is it a machine, is it the same mail again, is the sender known,
what does the conversation say, submit.
"""

from dataclasses import dataclass

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
)
from conversations.events import File, Keep, LetterRead, Say
from conversations.letter_turn import turn_of_letter
from mailin.letter import Letter
from storage import inbox, outbox
from storage.database import Session
from storage.inbox import StoredLetter
from storage.states import LetterOutcome
from tickets.ports import ReplyRoute
from tickets.submission import Books, Enclosures, Submission, Submitted, enclosed, submit

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
    match turn_of_letter(turn.event, local_date(stored.received, books.policy)):
        case File(complaint):
            submission = Submission(complaint, route, stored.received, _key(stored), turn.enclosures)
            return _settle(session, stored, submit(submission, books))
        case Say(notice):
            return _answer(session, turn, route, notice, books)
        case Keep():
            return _keep(session, turn, books)


def _settle(session: Session, stored: StoredLetter, submitted: Submitted) -> None:
    notice, ticket = submitted.notice, submitted.ticket
    if isinstance(notice, AlreadyFiled):
        ticket = notice.tickets[0]
    codes = dict.fromkeys(finding.code.value for finding in submitted.verdict.findings if finding.rejects)
    inbox.set_outcome(session, stored.id, outcome_of(notice), ", ".join(codes), ticket)


def _answer(session: Session, turn: MailTurn, route: ReplyRoute, notice: Notice, books: Books) -> None:
    books.notices.put(notice, route, _key(turn.stored), enclosed(notice, turn.enclosures))
    inbox.set_outcome(session, turn.stored.id, outcome_of(notice))


def _keep(session: Session, turn: MailTurn, books: Books) -> None:
    """A reply without a complaint goes to the ticket it answers, where staff see it; it is never answered.

    Only to a ticket of the sender's own provider: a Message-ID proves nothing, whoever has seen the mail knows it.
    """
    stored, letter = turn.stored, turn.letter
    number = outbox.ticket_of(session, answered_ids(letter))
    ticket = books.ledger.find(number) if number else None
    theirs = {provider.id for provider in books.registry.providers_of(letter.sender or "")}
    if ticket is None or ticket.provider_id not in theirs:
        return inbox.set_outcome(session, stored.id, LetterOutcome.NO_ANSWER, "reply_without_complaint")
    books.ledger.record(ticket.number, stored.received, "mail_added", CHANNEL, f"letter {stored.id}")
    return inbox.set_outcome(session, stored.id, LetterOutcome.ADDED_TO_TICKET, "", ticket.number)


def answered_ids(letter: Letter) -> tuple[str, ...]:
    """The Message-IDs that a letter says it answers, the nearest first."""
    nearest = (letter.in_reply_to,) if letter.in_reply_to else ()
    return tuple(dict.fromkeys((*nearest, *reversed(letter.references))))


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
}


def _key(stored: StoredLetter) -> str:
    return f"letter:{stored.id}"
