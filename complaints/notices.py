"""What we owe a submitter after a step. Pure data; `templates.render` puts it into words.

No field of a notice holds member data: what was read from a member field never gets here (see `Finding.read`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from complaints.changes import Change
from complaints.lifecycle import Disposition, State
from complaints.model import Field
from complaints.registration_sheet import RegistrationFault
from complaints.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every claim of the complaint is on the new ticket."""

    ticket: str
    provider: str
    verdict: Verdict
    present_by: date
    """The last business day on which the Department presents the dispute to the MCO."""
    changed: Change | None = None
    """What is otherwise than in the mail that this complaint goes on from; None when it goes on from none."""
    marked: bool = False
    """Their own workbook goes back with the answer, and what is to be corrected is marked in it."""
    current_sheet: bool = False
    """The current claim sheet goes with the answer, filled with their data: theirs is older, or laid out otherwise."""


@dataclass(frozen=True, slots=True)
class PartlyAccepted:
    """A ticket for the eligible rows; each other row is named with its reason."""

    ticket: str
    provider: str
    verdict: Verdict
    present_by: date
    changed: Change | None = None
    marked: bool = False
    current_sheet: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """No ticket: all reasons at once."""

    verdict: Verdict
    changed: Change | None = None
    marked: bool = False
    current_sheet: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyFiled:
    """Every claim is on an open ticket of this provider already: the answer is that ticket."""

    tickets: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SheetRequired:
    """Two or more complaints in words: they go on the claim sheet, which is attached, filled with what was read."""

    verdict: Verdict
    missing_cells: int
    """Required cells of the attached sheet that are empty or cannot be used as they are."""


@dataclass(frozen=True, slots=True)
class NotRegistered:
    """The address is nobody's that we know. The registration sheet is attached."""


@dataclass(frozen=True, slots=True)
class CouldNotRead:
    """A file came that could not be read as a claim sheet. The blank claim sheet is attached."""

    findings: tuple[Finding, ...]


SheetAnswer = Receipt | PartlyAccepted | Rejection | AlreadyFiled | CouldNotRead


@dataclass(frozen=True, slots=True)
class SeveralSheets:
    """One mail brought several workbooks, or one with several filled tabs: an answer to each, in the order they came.

    No names of files or tabs, which are anybody's words: sheet 1 of 3 is told by its MCO and its number of claims.
    """

    answers: tuple[SheetAnswer, ...]


EXAMPLE_IN_WORDS = (
    (Field.MCO, "CountyCare"),
    (Field.TRACKING_NUMBER, "193450004656"),
    (Field.DISPUTE_DATE, "10/15/2026"),
)
"""How to file one claim without a sheet, as our mails show it. Quoted back to us it is nobody's complaint."""


@dataclass(frozen=True, slots=True)
class NoComplaint:
    """A registered person wrote, and neither a sheet nor labelled lines were found. The blank sheet is attached."""


@dataclass(frozen=True, slots=True)
class PersonWillLook:
    """Something surprised us: the mail is kept, staff were told, and its time of arrival counts."""

    received: date


@dataclass(frozen=True, slots=True)
class HarmFound:
    """Something in the mail is known as harmful: it was not read, and a clean file is wanted. No name of any file."""

    received: date


@dataclass(frozen=True, slots=True)
class RegistrationReceived:
    """A filled registration sheet came by mail: staff check it before anybody is registered.

    `faults` are the rows that cannot be registered, each with all that is wrong in it; a single one without a row says
    that there is no table of registrations.
    """

    accepted: int = 0
    """Rows that wait for staff now."""
    faults: tuple[RegistrationFault, ...] = ()
    repeated: int = 0
    """Rows that waited already, from an earlier mail: no second request was made."""
    registered: int = 0
    """Rows of people who are registered for that provider already."""
    marked: bool = False
    """Their own workbook goes back with the answer, and what is to be corrected is marked in it."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One mail address that may file for one provider from now on."""

    address: str
    provider: str


@dataclass(frozen=True, slots=True)
class RegistrationApproved:
    """Staff approved what came on the day `sent_on` on a registration sheet."""

    people: tuple[Registered, ...]
    sent_on: date


@dataclass(frozen=True, slots=True)
class RegistrationRefused:
    """Staff refused it. `reason` is in their own words; `people` says which rows, when it was not the whole sheet."""

    reason: str
    sent_on: date
    people: tuple[Registered, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosureNotice:
    """The ticket is closed."""

    ticket: str
    provider: str
    mco: str
    claims: int
    disposition: Disposition
    note: str
    closed_on: date


@dataclass(frozen=True, slots=True)
class TicketNow:
    """How a ticket stands, for somebody of its provider. `present_by` is as in a receipt."""

    number: str
    provider: str
    state: State
    mco: str
    claims: int
    opened: date
    present_by: date
    closed: date | None = None
    disposition: Disposition | None = None


MOST_TOLD_OF = 20
"""Tickets in one status report."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How tickets stand, newest first: the one asked for, or the open ones of whoever asks, at most MOST_TOLD_OF.

    Without `tickets` there is none to tell of; `asked` is the number that was asked for, in our own form, "" for none.
    What is not there and what is somebody else's are told apart by nothing.
    """

    today: date
    tickets: tuple[TicketNow, ...] = ()
    asked: str = ""
    is_mistyped: bool = False
    """The check digit of `asked` does not fit."""
    meant: str = ""
    """Then a ticket of the asker's that has this number but for the check digit."""


CODE_MINUTES = 10
"""How long a sign-in code is good."""


@dataclass(frozen=True, slots=True)
class SignInCode:
    """The code that shows a chat who somebody is, and a one-time link that does the same, "" for none. By mail only."""

    code: str
    link: str
    language: str


class Waiting(StrEnum):
    """What is told of a conversation in which nothing happens. The values are words of the chats' catalogue."""

    IDLE = "remind.idle"
    ELIGIBLE = "remind.eligible"
    ENDED = "ended.idle"


@dataclass(frozen=True, slots=True)
class ChatWaits:
    """A conversation on our own page lies idle, may be filed at last, or ended: a page calls nobody, so a mail does.

    `days` goes with IDLE and ENDED, `today` with ELIGIBLE. `link` is our page.
    """

    what: Waiting
    days: int
    today: date
    link: str
    language: str


Notice = (
    Receipt
    | PartlyAccepted
    | Rejection
    | AlreadyFiled
    | SheetRequired
    | NotRegistered
    | CouldNotRead
    | SeveralSheets
    | NoComplaint
    | PersonWillLook
    | HarmFound
    | RegistrationReceived
    | RegistrationApproved
    | RegistrationRefused
    | ClosureNotice
    | StatusReport
    | SignInCode
    | ChatWaits
)
