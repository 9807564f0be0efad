"""Several sheets of one letter, and sheets that were judged before they are filed."""

from collections.abc import Sequence
from dataclasses import replace

from complaints.eligibility import judge
from complaints.identifiers import ticket_number
from complaints.model import Complaint
from complaints.notices import AlreadyFiled, CouldNotRead, PartlyAccepted, Receipt, Rejection, SeveralSheets
from complaints.verdict import Finding, ReasonCode
from tests.unit.complaints.making import TODAY, ago, row, sheet
from tests.unit.tickets.books import NOON, OFFICE, Desk
from tests.unit.tickets.test_submission import ENCLOSURES, file, the_answer
from tickets.ports import Attachment, ReplyRoute
from tickets.submission import Earlier, Judged, OwnSheets, Submission, facts_about, submit, submit_each

MARKED, CURRENT = Attachment("marked", "", b"m"), Attachment("current", "", b"c")
NONE = OwnSheets()
PARTLY = sheet(row(14), row(15, filed=ago(61)))


def submission(complaint: Complaint, judged: Judged | None = None, sheets: OwnSheets = NONE) -> Submission:
    route = ReplyRoute("mail", OFFICE, "<1@prairie.example>", letter_id=7)
    return Submission(complaint, route, NOON, "letter:7", ENCLOSURES, judged=judged, own_sheets=sheets)


def judged_now(desk: Desk, complaint: Complaint, number: str | None = None) -> Judged:
    books = desk.books
    providers = books.registry.providers_of(OFFICE)
    facts = facts_about(complaint, providers, books.ledger.open_claims, books.policy, books.roster)
    return Judged(facts, judge(complaint, facts, TODAY), number)


def tell(desk: Desk, submissions: Sequence[Submission], unreadable: Sequence[Finding] = ()) -> SeveralSheets:
    submit_each(submissions, unreadable, desk.books)
    notice = the_answer(desk).notice
    assert isinstance(notice, SeveralSheets)
    return notice


def test_what_was_judged_before_stands_with_the_number_that_was_taken_for_it() -> None:
    desk = Desk()
    number = ticket_number(2026, 41)
    judged = judged_now(desk, PARTLY, number)
    done = submit(submission(PARTLY, judged, OwnSheets(MARKED, CURRENT)), desk.books)
    assert (done.as_judged, done.ticket, done.verdict) == (True, number, judged.verdict)
    assert isinstance(done.notice, PartlyAccepted)
    assert (done.notice.marked, done.notice.current_sheet) == (True, True)
    assert the_answer(desk).files == ("marked", "current")


def test_what_changed_since_is_judged_anew_and_the_marked_workbook_stays_here() -> None:
    desk = Desk()
    judged = judged_now(desk, PARTLY)
    file(desk, sheet(row(14)))  # one of its claims is filed meanwhile
    done = submit(replace(submission(PARTLY, judged, OwnSheets(MARKED, CURRENT)), key="letter:8"), desk.books)
    assert not done.as_judged
    assert isinstance(done.notice, Rejection)
    assert not done.notice.marked
    assert desk.notices.told[-1].files == ("current",)


def test_what_is_filed_whole_has_nothing_marked() -> None:
    desk = Desk()
    done = submit(submission(sheet(row(14)), sheets=OwnSheets(MARKED, CURRENT)), desk.books)
    assert isinstance(done.notice, Receipt)
    assert the_answer(desk).files == ("current",)


def test_each_sheet_is_a_complaint_of_its_own_and_one_answer_covers_all() -> None:
    desk = Desk()
    bad = Finding(ReasonCode.PASSWORD_PROTECTED, read="encrypted_workbook")
    sheets = OwnSheets(MARKED)
    notice = tell(desk, [submission(sheet(row(14))), submission(sheet(row(4, filed=ago(12))), sheets=sheets)], [bad])
    first, second, third = notice.answers
    assert isinstance(first, Receipt)
    assert isinstance(second, Rejection)
    assert third == CouldNotRead((bad,))
    assert the_answer(desk).files == ("marked", "blank")
    assert the_answer(desk).ticket == first.ticket
    assert list(desk.ledger.tickets) == [first.ticket]


def test_a_workbook_with_several_tabs_goes_back_once() -> None:
    desk = Desk()
    sheets = OwnSheets(MARKED)
    tell(desk, [submission(sheet(row(14, filed=ago(12))), sheets=sheets) for _ in range(2)])
    assert the_answer(desk).files == ("marked",)


def test_the_same_rows_in_two_sheets_of_one_letter_are_filed_once() -> None:
    desk = Desk()
    first, second = tell(desk, [submission(sheet(row(14))), submission(sheet(row(14)))]).answers
    assert isinstance(first, Receipt)
    assert isinstance(second, AlreadyFiled)
    assert second.tickets == (first.ticket,)


def test_if_one_of_several_was_judged_too_early_none_is_marked() -> None:
    desk = Desk()
    stale, fresh = sheet(row(14), row(15, filed=ago(61))), sheet(row(30, filed=ago(12)))
    judged = [judged_now(desk, stale), judged_now(desk, fresh)]
    file(desk, sheet(row(14)))
    submissions = [submission(one, known, OwnSheets(MARKED)) for one, known in zip((stale, fresh), judged, strict=True)]
    done = submit_each([replace(one, key="letter:8") for one in submissions], (), desk.books)
    assert not any(one.as_judged for one in done)
    assert desk.notices.told[-1].files == ()


def test_a_corrected_sheet_is_compared_with_the_one_it_came_of() -> None:
    desk = Desk()
    other, mine = sheet(row(40, filed=ago(12))), sheet(row(14, filed=ago(12)), row(15, filed=ago(12)))
    told = Earlier(tuple(judged_now(desk, one).verdict for one in (other, mine)))
    corrected = replace(submission(sheet(row(14), row(15, filed=ago(12)))), earlier=told)
    notice = submit(corrected, desk.books).notice
    assert isinstance(notice, PartlyAccepted)
    assert notice.changed is not None
    assert (notice.changed.fixed, notice.changed.still_wrong, notice.changed.new) == (1, 1, 0)
