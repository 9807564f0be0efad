"""What a mail is as a turn: file, say, or keep."""

from datetime import date

import pytest

from complaints.model import ClaimIssue, Complaint, Entry, Source
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding, ReasonCode
from conversations.events import File, Keep, LetterRead, LetterTurn, Say
from conversations.labelled_text import read_text
from conversations.letter_turn import turn_of_letter

TODAY = date(2026, 11, 24)
SHEET = Complaint(Source.SHEET, (ClaimIssue(14, Entry("T-1", "T-1")),))
ANOTHER = Complaint(Source.SHEET, (ClaimIssue(14, Entry("T-2", "T-2")),))
PDF = Finding(ReasonCode.UNREADABLE_FILE, read="pdf")
BROKEN = Finding(ReasonCode.UNREADABLE_FILE, read="xlsx")
WHOLE = "MCO: Meridian\nTracking number: T-12\nDate submitted to MCO: 10/15/2026"
GAPS = "MCO: Meridian\nTracking number: T-12"
PROSE = "Hello, please see the attached sheet."


def told(text: str) -> File:
    complaint = read_text(text, TODAY)
    assert complaint is not None
    return File(complaint)


def several(count: str) -> Say:
    return Say(CouldNotRead((Finding(ReasonCode.SEVERAL_SHEETS, read=count),)))


@pytest.mark.parametrize(
    ("letter", "turn"),
    [
        (LetterRead(sheets=(SHEET,)), File(SHEET)),
        (LetterRead(sheets=(SHEET,), text=WHOLE), File(SHEET)),
        (LetterRead(sheets=(SHEET,), unreadable=(PDF,), text=PROSE), File(SHEET)),
        (LetterRead(sheets=(SHEET,), answers_us=True), File(SHEET)),
        (LetterRead(sheets=(SHEET, ANOTHER), text=WHOLE), several("2")),
        (LetterRead(text=WHOLE), told(WHOLE)),
        (LetterRead(text=GAPS), told(GAPS)),
        (LetterRead(text=WHOLE, answers_us=True), told(WHOLE)),
        (LetterRead(unreadable=(BROKEN,), text=WHOLE), told(WHOLE)),
        (LetterRead(unreadable=(BROKEN,), text=GAPS), Say(CouldNotRead((BROKEN,)))),
        (LetterRead(unreadable=(BROKEN,), text=PROSE), Say(CouldNotRead((BROKEN,)))),
        (LetterRead(unreadable=(BROKEN,), answers_us=True), Say(CouldNotRead((BROKEN,)))),
        (LetterRead(document=PDF, text=WHOLE), told(WHOLE)),
        (LetterRead(document=PDF, text=GAPS), told(GAPS)),
        (LetterRead(document=PDF, text=PROSE), Say(CouldNotRead((PDF,)))),
        (LetterRead(document=PDF, answers_us=True), Keep()),
        (LetterRead(text=PROSE), Say(NoComplaint())),
        (LetterRead(), Say(NoComplaint())),
        (LetterRead(text=PROSE, answers_us=True), Keep()),
        (LetterRead(answers_us=True), Keep()),
    ],
)
def test_one_step(letter: LetterRead, turn: LetterTurn) -> None:
    assert turn_of_letter(letter, TODAY) == turn
