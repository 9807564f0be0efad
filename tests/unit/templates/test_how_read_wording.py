"""How a sheet was read, as mails, terminals and marked workbooks tell it."""

import re
from dataclasses import replace

import pytest

from complaints.how_read import ColumnRead, How, HowRead, Layout, Note, NoteCode
from complaints.model import Field, Source
from complaints.notices import PartlyAccepted, Receipt, Rejection, SeveralSheets
from complaints.verdict import Finding, Verdict
from templates.how_read import MOST_COLUMNS, mapping, to_tell, told
from templates.rendering import render
from tests.unit.templates.samples import MAIL_ADDRESS, claim, no_number, receipt, verdict
from tests.unit.templates.test_findings_wording import assert_a_good_sentence

COLUMNS = (
    ColumnRead("C", "Tracking #", Field.TRACKING_NUMBER, How.VALUES),
    ColumnRead("D", "Date submited", Field.DISPUTE_DATE, How.SPELLING),
    ColumnRead("F", "Reference", None),
    ColumnRead("H", "Acct\nno.", None),
)
NOTES = (
    Note(NoteCode.COLUMN_CHOSEN, Field.TRACKING_NUMBER, columns=("C", "F")),
    Note(NoteCode.COLUMNS_NOT_USED, columns=("F", "H")),
    Note(NoteCode.HIDDEN_ROWS, rows=(7, 8, 9)),
    Note(NoteCode.FILTERED_ROWS, rows=(12,)),
    Note(NoteCode.ZEROS_RESTORED, Field.RIN, rows=(5, 6)),
    Note(NoteCode.NOT_CLAIMS, rows=(35,)),
    Note(NoteCode.OTHER_SHEETS, count=2),
    Note(NoteCode.REPEATED_SHEETS, count=1),
    Note(NoteCode.HIDDEN_SHEETS),
    Note(NoteCode.MACROS),
    Note(NoteCode.EXTERNAL_LINKS),
)


def read_so(*notes: Note) -> HowRead:
    return HowRead("March", 3, COLUMNS, Layout.FOREIGN, notes)


def judged(*notes: Note, findings: tuple[Finding, ...] = (), rows: int = 9) -> Verdict:
    plain = verdict([claim(row) for row in range(4, 4 + rows)], findings)
    return replace(plain, complaint=replace(plain.complaint, how_read=read_so(*notes)))


@pytest.mark.parametrize("code", NoteCode)
def test_every_note_has_a_sentence_even_when_little_is_known(code: NoteCode) -> None:
    (said,) = told(read_so(Note(code)))
    assert_a_good_sentence(said)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (NOTES[0], "Several columns could be the tracking number. By what stands in them we took column C, and not "
                   "column F."),
        (NOTES[1], "Columns F and H are not part of the claim sheet. We did not use them."),
        (NOTES[2], "Rows 7 to 9 are hidden. We read them like all others."),
        (NOTES[3], "A filter hides row 12. We read it like all others."),
        (NOTES[4], "The member’s RIN is kept as a number, which loses zeros in front. We put them back in rows 5 and "
                   "6."),
        (NOTES[5], "We took row 35 for totals, notes or samples, and not for claims."),
        (NOTES[6], "The file has 2 more tabs in which we found no claims."),
        (NOTES[7], "The file has 1 more tab with the same claims. We counted them once."),
        (NOTES[9], "The file has macros. We did not run them."),
    ],
)  # fmt: skip
def test_notes(note: Note, words: str) -> None:
    assert told(read_so(note)) == [words]


def test_headers_stand_beside_letters_only_where_they_may() -> None:
    with_headers = told(read_so(*NOTES[:2]), headers=True)
    assert "column C (“Tracking #”), and not column F (“Reference”)" in with_headers[0]
    assert "Columns F (“Reference”) and H (“Acct no.”)" in with_headers[1]
    assert not re.search(r"Tracking #|Reference|Acct", " ".join(told(read_so(*NOTES))))


def test_very_many_columns_are_counted() -> None:
    (said,) = told(read_so(Note(NoteCode.COLUMNS_NOT_USED, columns=tuple(f"A{n}" for n in range(40)))))
    assert f"and {40 - MOST_COLUMNS} more are not part" in said


def test_the_mapping_is_told_column_by_column() -> None:
    assert mapping(read_so()) == [
        ("C", "Tracking #", "tracking number", "by what stands in it"),
        ("D", "Date submited", "date submitted to the MCO", "by a header that is spelled nearly so"),
        ("F", "Reference", "", "not part of the claim sheet, not used"),
        ("H", "Acct no.", "", "not part of the claim sheet, not used"),
    ]


def test_columns_that_are_not_used_are_told_when_something_is_missing() -> None:
    assert to_tell(judged(NOTES[1])) == []
    assert to_tell(judged(NOTES[1], findings=(no_number(5),))) == told(read_so(NOTES[1]))
    assert to_tell(verdict([claim(1)], source=Source.TEXT)) == []


def test_answers_tell_how_the_sheet_was_read() -> None:
    by = receipt().present_by
    whole, partly = judged(*NOTES), judged(*NOTES, findings=(no_number(5),))
    none = judged(*NOTES, findings=tuple(no_number(row) for row in range(4, 13)))
    several = SeveralSheets((Receipt("1", "P", whole, by), Rejection(none)))
    for notice in (Receipt("1", "P", whole, by), PartlyAccepted("1", "P", partly, by), Rejection(none), several):
        text = render(notice, mail_address=MAIL_ADDRESS).text
        assert "How we read" in text
        assert "Rows 7 to 9 are hidden." in text
    plain = render(Receipt("1", "P", judged(), by), mail_address=MAIL_ADDRESS).text
    assert "How we read" not in plain
