"""What a mail means as a turn: a first turn that may already answer everything."""

from datetime import date

from complaints.model import Complaint
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding, ReasonCode
from conversations.events import File, Keep, LetterRead, LetterTurn, Say
from conversations.labelled_text import read_text


def turn_of_letter(letter: LetterRead, today: date) -> LetterTurn:
    """What to do about a mail: file the one complaint in it, or say why there is none.

    A readable sheet decides. Without one, the labelled lines of the text do, unless a sheet came that could not be
    read and the text alone would not be enough: then the sender meant the sheet, and is told what is wrong with it.
    """
    if len(letter.sheets) == 1:
        return File(letter.sheets[0])
    if letter.sheets:
        return Say(CouldNotRead((Finding(ReasonCode.SEVERAL_SHEETS, read=str(len(letter.sheets))),)))
    told = read_text(letter.text, today)
    if told is not None and (not letter.unreadable or _stands_alone(told)):
        return File(told)
    if letter.unreadable:
        return Say(CouldNotRead(letter.unreadable))
    if letter.answers_us:
        return Keep()
    return Say(CouldNotRead((letter.document,)) if letter.document else NoComplaint())


def _stands_alone(complaint: Complaint) -> bool:
    """Whether every claim told in words has what the rules need."""
    return all(claim.tracking_number.value and claim.dispute_date.value for claim in complaint.claims)
