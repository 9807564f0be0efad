"""What we owe a submitter after a step. Pure data; `templates.render` puts it into words.

No field of a notice holds member data: what was read from a member field never gets here (see `Finding.read`).
"""

from dataclasses import dataclass
from datetime import date

from complaints.lifecycle import Disposition
from complaints.model import Field
from complaints.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every claim of the complaint is on the new ticket."""

    ticket: str
    provider: str
    verdict: Verdict
    present_by: date
    """The last business day on which the Department presents the dispute to the MCO."""


@dataclass(frozen=True, slots=True)
class PartlyAccepted:
    """A ticket for the eligible rows; each other row is named with its reason."""

    ticket: str
    provider: str
    verdict: Verdict
    present_by: date


@dataclass(frozen=True, slots=True)
class Rejection:
    """No ticket: all reasons at once."""

    verdict: Verdict


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
class RegistrationReceived:
    """A filled registration sheet came by mail: staff check it before anybody is registered."""


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


Notice = (
    Receipt
    | PartlyAccepted
    | Rejection
    | AlreadyFiled
    | SheetRequired
    | NotRegistered
    | CouldNotRead
    | NoComplaint
    | PersonWillLook
    | RegistrationReceived
    | ClosureNotice
)
