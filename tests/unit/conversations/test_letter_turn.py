"""What a mail is as a turn: file, say, or keep."""

from datetime import date

import pytest

from complaints.identifiers import MistypedNumber
from complaints.model import ClaimIssue, Complaint, Entry, Source
from complaints.notices import CouldNotRead, NoComplaint
from complaints.verdict import Finding, ReasonCode
from conversations.events import File, FileEach, Keep, LetterRead, LetterTurn, Say, TellStatus
from conversations.labelled_text import read_text
from conversations.letter_turn import turn_of_letter

TODAY = date(2026, 11, 24)
SHEET = Complaint(Source.SHEET, (ClaimIssue(14, Entry("T-1", "T-1")),))
ANOTHER = Complaint(Source.SHEET, (ClaimIssue(14, Entry("T-2", "T-2")),))
PDF = Finding(ReasonCode.UNREADABLE_FILE, read="pdf")
BROKEN = Finding(ReasonCode.UNREADABLE_FILE, read="xlsx")
WHOLE = "MCO: Meridian\nTracking number: T-12\nDate submitted to MCO: 10/15/2026"
NO_PLAN = "Tracking number: T-12\nDate submitted to MCO: 10/15/2026"
GAPS = "MCO: Meridian\nTracking number: T-12"
RETOLD = Complaint(Source.TEXT, (ClaimIssue(1, Entry("T-9", "T-9")),))
MISTYPED = MistypedNumber("2026-004187-3", "2026-004187-9")
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
        (LetterRead(sheets=(SHEET,), unreadable=(PDF,), text=PROSE), FileEach((SHEET,), (PDF,))),
        (LetterRead(sheets=(SHEET,), answers_us=True), File(SHEET)),
        (LetterRead(sheets=(SHEET, ANOTHER), text=WHOLE), FileEach((SHEET, ANOTHER))),
        (LetterRead(sheets=(SHEET,) * 21), several("21")),
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
        (LetterRead(text="T-9", answers_us=True, completed=RETOLD), File(RETOLD, completes=True)),
        (LetterRead(text=GAPS, answers_us=True, completed=RETOLD), File(RETOLD, completes=True)),
        (LetterRead(text=WHOLE, answers_us=True, completed=RETOLD), told(WHOLE)),
        (LetterRead(text=NO_PLAN, answers_us=True, completed=RETOLD), File(RETOLD, completes=True)),
        (LetterRead(text=NO_PLAN), told(NO_PLAN)),
        (LetterRead(sheets=(SHEET,), answers_us=True, completed=RETOLD), File(SHEET)),
        (LetterRead(unreadable=(BROKEN,), answers_us=True, completed=RETOLD), Say(CouldNotRead((BROKEN,)))),
        (LetterRead(document=PDF, answers_us=True, completed=RETOLD), File(RETOLD, completes=True)),
        (LetterRead(subject="STATUS"), TellStatus()),
        (LetterRead(subject="Re: Not filed", text="status?", answers_us=True), TellStatus()),
        (LetterRead(subject="Status 2026-004187-9", text=PROSE), TellStatus("2026-004187-9")),
        (LetterRead(subject="Status 2026-004187-3"), TellStatus(MISTYPED)),
        (LetterRead(subject="STATUS", text=WHOLE), told(WHOLE)),
        (LetterRead(subject="STATUS", sheets=(SHEET,)), File(SHEET)),
        (LetterRead(subject="STATUS", text="T-9", answers_us=True, completed=RETOLD), File(RETOLD, completes=True)),
    ],
)
def test_one_step(letter: LetterRead, turn: LetterTurn) -> None:
    assert turn_of_letter(letter, TODAY) == turn
