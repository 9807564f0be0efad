"""What a mail means as a turn: a first turn that may already answer everything."""

from datetime import date

from complaints.model import Complaint
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding, ReasonCode
from conversations.events import File, FileEach, Keep, LetterRead, LetterTurn, Say, TellStatus
from conversations.labelled_text import read_text
from conversations.status_asked import status_asked

MOST_SHEETS = 20
"""Complaints in the sheets of one mail. An answer about more could not be read any more."""


def turn_of_letter(letter: LetterRead, today: date) -> LetterTurn:
    """What to do about a mail: file the one complaint in it, tell how a ticket stands, or say why there is none.

    Readable sheets decide, each for itself. Without one, the labelled lines of the text do, unless a sheet came that
    could not be read and the text alone would not be enough: then the sender meant the sheet, and is told what is wrong
    with it. A text that is not enough alone may be what completes an earlier complaint.
    """
    if len(letter.sheets) == 1 and not letter.unreadable:
        return File(letter.sheets[0])
    if len(letter.sheets) > MOST_SHEETS:
        return Say(CouldNotRead((Finding(ReasonCode.SEVERAL_SHEETS, read=str(len(letter.sheets))),)))
    if letter.sheets:
        return FileEach(letter.sheets, letter.unreadable)
    told = read_text(letter.text, today)
    if letter.unreadable:
        return File(told) if told and _stands_alone(told) else Say(CouldNotRead(letter.unreadable))
    if told is not None and _stands_alone(told) and _names_plan(told):
        return File(told)
    if letter.completed is not None:
        return File(letter.completed, completes=True)
    if told is not None:
        return File(told)
    if asked := status_asked(letter.subject, letter.text):
        return TellStatus(asked.number)
    if letter.answers_us:
        return Keep()
    return Say(CouldNotRead((letter.document,)) if letter.document else NoComplaint())


def _stands_alone(complaint: Complaint) -> bool:
    """Whether every claim told in words has what the rules need."""
    return all(claim.tracking_number.value and claim.dispute_date.value for claim in complaint.claims)


def _names_plan(complaint: Complaint) -> bool:
    return not complaint.mco.is_blank or all(not claim.mco.is_blank for claim in complaint.claims)
