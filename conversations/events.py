"""What any channel can tell us, and what one turn answers. No channel, no I/O."""

from dataclasses import dataclass

from complaints.identifiers import MistypedNumber
from complaints.model import Complaint
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding
from conversations.session import Offer


@dataclass(frozen=True, slots=True)
class LetterRead:
    """A mail as a first turn: the claim sheets in it, the files meant as sheets that could not be read, the words.

    `document` is another kind of file, the only kind that came: with a complaint or a reply it belongs to that, alone
    it is what the sender took for a sheet. `answers_us` is true when the mail replies to one of ours. `completed` is
    the complaint that our mail was about, with what these words give to it.
    """

    sheets: tuple[Complaint, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    document: Finding | None = None
    text: str = ""
    answers_us: bool = False
    subject: str = ""
    completed: Complaint | None = None


@dataclass(frozen=True, slots=True)
class File:
    """The turn holds a whole complaint: submit it. `completes` says that it was made from the earlier one in words."""

    complaint: Complaint
    completes: bool = False


@dataclass(frozen=True, slots=True)
class FileEach:
    """The turn holds several sheets: submit each complaint, and say in the same answer why files hold none."""

    complaints: tuple[Complaint, ...]
    unreadable: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """The turn holds none: this is the answer."""

    notice: CouldNotRead | NoComplaint


@dataclass(frozen=True, slots=True)
class Keep:
    """A reply without a new complaint: it is kept with what it answers, and not answered, so that no loop can start."""


@dataclass(frozen=True, slots=True)
class TellStatus:
    """How a ticket stands is asked: of this number, or (None) of the thread's own."""

    number: str | MistypedNumber | None = None


LetterTurn = File | FileEach | Say | Keep | TellStatus


# What a chat can tell us. The person's own events:


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened the chat and has said nothing yet."""


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, by the turn that showed it and its position there, 0 for the first.

    `meant` and `asking` are what it did, and for which question, when it was taken first: gone through again, it means
    the same.
    """

    turn: int
    choice: int
    meant: Offer | None = None
    asking: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """Words that were typed before, now otherwise. `event` is the external id of what was said first."""

    event: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetCame:
    """A file in which a claim sheet was read. `file` is its digest."""

    complaint: Complaint
    file: str


@dataclass(frozen=True, slots=True)
class FileCame:
    """Another file. `file` is its digest, None where the tier keeps no files; `trouble` says that it was meant as a
    sheet and could not be read."""

    file: str | None
    trouble: Finding | None = None


# What came of an effect that a turn asked for, and of time:


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """The code was wrong, too old or used. `tries_left` 0: a new one is needed."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class Linked:
    """The person is known from now on; the context holds who that is."""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The person is not known any more."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The complaint was judged for good. `ticket` None: it was not accepted. The answer itself was given already."""

    ticket: str | None


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The conversation lies idle: a reminder is due, or (`ends`) it ends now."""

    ends: bool


PersonEvent = Opened | Said | Pressed | Edited | SheetCame | FileCame
OutcomeEvent = CodeRefused | Linked | Unlinked | Submitted | TimePassed
ChatEvent = PersonEvent | OutcomeEvent
