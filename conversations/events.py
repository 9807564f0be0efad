"""What any channel can tell us, and what one turn answers. No channel, no I/O."""

from dataclasses import dataclass

from complaints.model import Complaint
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding


@dataclass(frozen=True, slots=True)
class LetterRead:
    """A mail as a first turn: the claim sheets in it, the files meant as sheets that could not be read, the words.

    `document` is another kind of file, the only kind that came: with a complaint or a reply it belongs to that, alone
    it is what the sender took for a sheet. `answers_us` is true when the mail replies to one of ours.
    """

    sheets: tuple[Complaint, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    document: Finding | None = None
    text: str = ""
    answers_us: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """The turn holds a whole complaint: submit it."""

    complaint: Complaint


@dataclass(frozen=True, slots=True)
class Say:
    """The turn holds none: this is the answer."""

    notice: CouldNotRead | NoComplaint


@dataclass(frozen=True, slots=True)
class Keep:
    """A reply without a new complaint: it is kept with what it answers, and not answered, so that no loop can start."""


Turn = File | Say | Keep
