"""The program's parts opened by hand, for tests that work inside the process."""

from bot.enclosures import Cabinet
from bot.house import House
from bot.letter_reader import FileReader
from bot.limits import Bounds, load_limits
from bot.scanning import open_scanner
from bot.settings import Settings
from complaints.mcos import load_roster
from complaints.policy import load_policy
from mailin.genuine.believing import Believing
from mailin.genuine.standing import SenderCheck
from mailin.return_address import ReturnAddresses
from storage.database import Database


def house_of(
    database: Database,
    settings: Settings | None = None,
    senders: SenderCheck | None = None,
    bounds: Bounds | None = None,
) -> House:
    """A house on this database. Its sheet reader is not started: who reads sheets enters it."""
    roster = load_roster()
    settings = settings or Settings()
    return House(
        settings=settings,
        database=database,
        reader=FileReader(),
        cabinet=Cabinet(roster),
        policy=load_policy(),
        roster=roster,
        bounds=bounds or load_limits(),
        senders=senders or Believing(),
        scanner=open_scanner(settings or Settings()),
        addresses=ReturnAddresses(settings.mail_address, b"of a test" * 4),
    )
