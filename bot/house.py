"""The composition root: everything one running program works with, opened together and closed together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.enclosures import Cabinet
from bot.letter_reader import FileReader, LetterReader
from bot.limits import AnswerLimits, Bounds, load_limits
from bot.outgoing import SqlNotices
from bot.scanning import Scanner, open_scanner
from bot.sender_check import open_sender_check
from bot.settings import Settings
from complaints.mcos import Roster, load_roster
from complaints.policy import Policy, load_policy
from mailin.genuine.standing import SenderCheck
from mailin.return_address import ReturnAddresses
from storage import keys
from storage.database import Database, Session, open_database
from storage.ledger import SqlLedger
from storage.registry import SqlRegistry
from tickets.submission import Books


@dataclass(frozen=True, slots=True)
class House:
    """What `serve` works with."""

    settings: Settings
    database: Database
    reader: FileReader
    cabinet: Cabinet
    policy: Policy
    roster: Roster
    bounds: Bounds
    senders: SenderCheck
    scanner: Scanner
    addresses: ReturnAddresses
    """What our mails are signed with, so that what comes back is known."""

    @property
    def letters(self) -> LetterReader:
        """The one way to read a stored mail."""
        return self.reader.letters

    def books(self, session: Session) -> Books:
        """The use cases' ports, open in this unit of work."""
        return open_books(session, self.settings, self.policy, self.roster, self.bounds.answers)


def open_books(
    session: Session, settings: Settings, policy: Policy, roster: Roster, answers: AnswerLimits | None = None
) -> Books:
    """The ports on the real registry, ledger and outbox. Without limits of `answers` none is kept back."""
    return Books(
        ledger=SqlLedger(session),
        registry=SqlRegistry(session),
        notices=SqlNotices(session, settings.mail_address, answers),
        policy=policy,
        roster=roster,
    )


@asynccontextmanager
async def open_house(settings: Settings, who: str = "recourse serve") -> AsyncIterator[House]:
    """Open the database and the sheet readers; `who` is told to another process that wants the same SQLite file."""
    roster = load_roster()
    async with open_database(settings.database_url, who) as database, FileReader() as reader:
        yield House(
            settings,
            database,
            reader,
            Cabinet(roster),
            load_policy(),
            roster,
            load_limits(settings.limits),
            open_sender_check(settings),
            open_scanner(settings),
            ReturnAddresses(settings.mail_address, await database.run(_return_key)),
        )


def _return_key(session: Session) -> bytes:
    return keys.key(session, keys.RETURN_ADDRESSES)
