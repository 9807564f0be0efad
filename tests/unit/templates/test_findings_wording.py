"""Every reason has good words of its own, whatever is known of it."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.model import MEMBER_FIELDS, ClaimIssue, Complaint, Field, Flaw, Place, Source
from complaints.verdict import Finding, ReasonCode
from sheets.kinds import FileKind
from templates.file_words import DAMAGED, HARMFUL, REASONS, REFUSED, SHORT
from templates.findings import in_short
from templates.reasons import MOST_LISTED, Reason, reasons
from templates.rendering import says
from templates.words import EXAMPLES, FIELD_NAMES, clean, counted, day, days_between, listed, numbered
from tests.unit.templates.samples import duplicate, no_number, shortened, too_early, too_late

LEFTOVER = re.compile(r"None|\{|\}|%|  |\.\.|“”|\(\)|_| ,| \.(?:\s|$)")


def assert_a_good_sentence(text: str) -> None:
    assert text[0].isupper() or text[0] == "“", text
    assert text.endswith((".", "?")), text
    assert not LEFTOVER.search(text), text


@pytest.mark.parametrize("field", [None, *Field])
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_sentence_even_when_little_is_known(code: ReasonCode, field: Field | None) -> None:
    assert_a_good_sentence(says(Finding(code, field=field)))
    assert re.fullmatch(r"[^\n.]+", in_short(Finding(code, field=field)))


@pytest.mark.parametrize("field", [None, *Field])
@pytest.mark.parametrize("flaw", [None, *Flaw])
def test_every_flaw_has_a_sentence_for_every_field(flaw: Flaw | None, field: Field | None) -> None:
    bare = says(Finding(ReasonCode.INVALID_FIELD, field=field, flaw=flaw))
    told = says(Finding(ReasonCode.INVALID_FIELD, field=field, flaw=flaw, read="abc"))
    assert_a_good_sentence(bare)
    assert_a_good_sentence(told)
    assert ("“abc”" in told) == (field not in MEMBER_FIELDS)
    assert FIELD_NAMES[field] in bare if field else "value" in bare


@pytest.mark.parametrize("code", ReasonCode)
def test_reasons_do_not_share_their_words(code: ReasonCode) -> None:
    others = {says(Finding(other)) for other in ReasonCode if other is not code}
    assert says(Finding(code)) not in others


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (too_early(1), ("day 30", "Thursday, November 12, 2026", "Saturday, December 12, 2026", "January 11, 2027")),
        (too_late(1), ("day 60", "Monday, August 3, 2026", "Friday, October 2, 2026", "Nothing more can be filed")),
        (no_number(1), ("no tracking number", "MCO must give you one", "193450004656", "Monday, December 14, 2026")),
        (shortened(1), ("1.93E+11", "shortened", "Format the cell as text", "193450004656")),
        (duplicate(1), ("already on ticket 2026-004101-6",)),
        (duplicate(1, None, 5), ("repeats row 5",)),
        (Finding(ReasonCode.FEE_FOR_SERVICE), ("877-782-5565",)),
        (Finding(ReasonCode.MISSING_TRACKING_NUMBER, field=Field.TRACKING_NUMBER, read="pending"), ("“pending”",)),
        (Finding(ReasonCode.SEVERAL_MCOS, choices=("Aetna", "Molina")), ("Aetna and Molina", "mail of its own")),
        (Finding(ReasonCode.UNKNOWN_MCO, read="Hilinois"), ("“Hilinois”", "plan’s letters")),
        (Finding(ReasonCode.UNKNOWN_MCO, read="Z", choices=tuple("ABCD")), ("Write one of these: A, B, C or D.",)),
        (Finding(ReasonCode.UNKNOWN_MCO, read="Illini", choices=("A", "B", "C")), ("Is it A, B or C?",)),
        (
            Finding(ReasonCode.MCO_NOT_ACTIVE, read="NextLevel Health", successor="Meridian",
                    dispute_date=date(2026, 10, 15)),
            ("“NextLevel Health”", "Thursday, October 15, 2026", "went to Meridian"),
        ),
        (
            Finding(ReasonCode.INVALID_FIELD, field=Field.DISPUTE_DATE, read="3/4/26", flaw=Flaw.AMBIGUOUS_DATE,
                    choices=("2026-03-04", "2026-04-03")),
            ("Wednesday, March 4, 2026 or Friday, April 3, 2026", "month first", "10/15/2026"),
        ),
        (Finding(ReasonCode.INVALID_FIELD, field=Field.RIN, flaw=Flaw.WRONG_LENGTH), ("9 digits", "012345678")),
        (Finding(ReasonCode.INVALID_FIELD, field=Field.CATEGORY, flaw=Flaw.NOT_A_CHOICE), ("Prior authorization",)),
        (Finding(ReasonCode.SEVERAL_SHEETS, read="3"), ("3 claim sheets", "at most 20")),
        (Finding(ReasonCode.UNREADABLE_FILE, read="old_workbook"), ("(.xls)", ".xlsx")),
        (Finding(ReasonCode.UNREADABLE_FILE, read="xlsx"), ("an Excel workbook", "damaged", "save it anew")),
        (Finding(ReasonCode.UNREADABLE_FILE, read="numbers"), ("Export To, Excel",)),
        (Finding(ReasonCode.UNREADABLE_FILE, read="truncated"), ("only the first part", "send it again")),
        (Finding(ReasonCode.UNREADABLE_FILE, read="cloud_link"), ("do not open links", "Download the file")),
        (Finding(ReasonCode.UNREADABLE_FILE, read="picture"), ("a picture or a scan",)),
        (Finding(ReasonCode.UNREADABLE_FILE, read="web_page"), ("a web page", "Open it in Excel")),
        (Finding(ReasonCode.UNREADABLE_FILE, read=REFUSED), ("that we do not open", "new claim sheet")),
        (Finding(ReasonCode.UNREADABLE_FILE, read=HARMFUL), ("known as harmful", "new claim sheet")),
        (Finding(ReasonCode.PASSWORD_PROTECTED, read="encrypted_workbook"), ("In Excel", "Do not send the password")),
        (Finding(ReasonCode.PASSWORD_PROTECTED, read="zip"), ("The zip archive has a password",)),
        (
            Finding(ReasonCode.INVALID_FIELD, field=Field.TRACKING_NUMBER, flaw=Flaw.NOT_CALCULATED),
            ("a formula whose result is not in the file", "let it calculate and save it", "193450004656"),
        ),
        (Finding(ReasonCode.UNREADABLE_FILE, choices=("rin", "dispute_date")), ("the date submitted to the MCO",)),
        (Finding(ReasonCode.MISSING_FIELD, field=Field.MCO, choices=("A", "B")), ("Write one of these: A or B.",)),
        (Finding(ReasonCode.MISSING_FIELD, field=Field.HFS_ID, choices=("A", "B")), ("You may file for A and B",)),
        (Finding(ReasonCode.NOT_REGISTERED, field=Field.HFS_ID, read="1", choices=("A",)), ("registered for A",)),
        (Finding(ReasonCode.INVALID_FIELD, field=Field.NPI, read="1234567893"), ("not the one registered",)),
        (Finding(ReasonCode.BEFORE_PROGRAM), ("Friday, February 28, 2020",)),
    ],
)  # fmt: skip
def test_what_was_read_the_rule_and_what_to_do(finding: Finding, words: tuple[str, ...]) -> None:
    said = says(finding)
    assert_a_good_sentence(said)
    assert [word for word in words if word not in said] == []


def test_every_kind_of_file_has_a_reason_of_its_own() -> None:
    told = [says(Finding(ReasonCode.UNREADABLE_FILE, read=kind)) for kind in REASONS]
    assert len(set(told)) == len(told)
    for said in told:
        assert_a_good_sentence(said)
    assert SHORT.keys() <= REASONS.keys()
    assert {*REASONS, *DAMAGED} == {*FileKind, REFUSED, HARMFUL}


def test_words_of_one_complaint_told_in_text_know_no_rows() -> None:
    assert "complaint 1" in says(duplicate(2, None, 1), Source.TEXT)
    one = Complaint(Source.TEXT, (ClaimIssue(1),))
    two = Complaint(Source.TEXT, (ClaimIssue(1), ClaimIssue(2)))
    assert [reason.place for reason in reasons([no_number(1)], one).listed] == [""]
    assert [reason.place for reason in reasons([no_number(2)], two).listed] == ["Complaint 2"]


@given(st.sampled_from(sorted(MEMBER_FIELDS)), st.sampled_from(ReasonCode), st.sampled_from([None, *Flaw]))
def test_what_a_member_field_holds_is_never_repeated(field: Field, code: ReasonCode, flaw: Flaw | None) -> None:
    said = says(
        Finding(code, field=field, row=3, read="Quimby", flaw=flaw, choices=("1999-05-04",) if flaw else (),
                dispute_date=date(1999, 5, 4) if code is ReasonCode.DATE_IN_FUTURE else None)
    )  # fmt: skip
    assert "Quimby" not in said
    if code in {ReasonCode.INVALID_FIELD, ReasonCode.DATE_IN_FUTURE} and flaw is not Flaw.NOT_A_CHOICE:
        assert "1999" not in said


def test_equal_reasons_of_many_rows_are_told_once() -> None:
    found = reasons([*(no_number(row) for row in (5, 6, 7, 9)), shortened(6), Finding(ReasonCode.SEVERAL_MCOS)])
    assert [reason.place for reason in found.listed] == ["", "Rows 5 to 7 and 9, column C", "Row 6, column C"]
    assert found.rest == ()


def test_past_the_most_that_is_listed_rows_are_still_named() -> None:
    findings = [duplicate(row, f"ticket-{row}") for row in range(1, 501)]
    found = reasons(findings)
    assert len(found.listed) == MOST_LISTED
    assert found.rest == (Reason(f"Rows {MOST_LISTED + 1} to 500", "Filed already."),)


def test_a_whole_complaint_reason_names_its_cell() -> None:
    found = reasons([Finding(ReasonCode.UNKNOWN_MCO, place=Place(3, "B"), read="X")])
    assert found.listed[0].place == "Cell B3"


def test_small_words() -> None:
    assert day(date(2026, 12, 12)) == "Saturday, December 12, 2026"
    assert days_between([]) == ""
    assert days_between([date(2026, 10, 2)] * 2) == "on Friday, October 2, 2026"
    assert [counted(1, "claim"), counted(1200, "claim")] == ["1 claim", "1,200 claims"]
    assert [listed(["a"]), listed(["a", "b", "c"], "or"), listed([])] == ["a", "a, b or c", ""]
    assert numbered("row", [20, 5, 6, 7]) == "rows 5 to 7 and 20"
    assert numbered("row", [5, 6]) == "rows 5 and 6"
    assert numbered("row", range(1, 100, 2), most=2) == "rows 1, 3 and 48 more"
    assert set(EXAMPLES) == set(FIELD_NAMES) == set(Field)


@given(st.text())
def test_cleaned_words_are_one_visible_line(text: str) -> None:
    line = clean(text)
    assert line.isprintable()
    assert len(line) <= 60
    assert clean(line) == line
