"""Filing a complaint: which notice, which ticket, and what goes with the answer."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from complaints.changes import Change
from complaints.errors import Broken
from complaints.model import ClaimIssue, Complaint, Source
from complaints.notices import (
    AlreadyFiled,
    CouldNotRead,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    Receipt,
    RegistrationReceived,
    Rejection,
    SheetRequired,
)
from tests.unit.complaints.making import CLINIC, HOSPITAL, ago, day, row, said, sheet
from tests.unit.tickets.books import AGENT, NOON, OFFICE, Desk, Told
from tickets.ports import Attachment, ReplyRoute
from tickets.submission import Earlier, Enclosures, FilledSheet, Submission, Submitted, enclosed, submit

BLANK, REGISTRATION, FILLED = (Attachment(name, "", b"") for name in ("blank", "registration", "filled"))
ENCLOSURES = Enclosures(BLANK, REGISTRATION, FilledSheet(FILLED, cells_to_fill=6))


def file(desk: Desk, complaint: Complaint, sender: str = OFFICE, received: datetime = NOON) -> Submitted:
    route = ReplyRoute("mail", sender, "<1@prairie.example>", letter_id=7)
    return submit(Submission(complaint, route, received, "letter:7", ENCLOSURES), desk.books)


def the_answer(desk: Desk) -> Told:
    (told,) = desk.notices.told
    return told


def test_an_accepted_complaint_opens_a_ticket_and_queues_its_receipt() -> None:
    desk = Desk()
    done = file(desk, sheet(row(14), row(15)))
    (ticket,) = desk.ledger.tickets.values()
    assert done.ticket == ticket.number == "2026-000001-5"
    assert (ticket.provider_name, ticket.mco, ticket.claims) == (CLINIC.name, "Meridian Health Plan of Illinois", 2)
    assert (ticket.opened, ticket.filed_by.letter_id) == (NOON, 7)
    assert desk.ledger.timeline == [(ticket.number, "opened", "mail", "2 claims")]
    receipt = Receipt(ticket.number, CLINIC.name, done.verdict, present_by=date(2026, 12, 10))
    assert the_answer(desk) == Told(receipt, ticket.filed_by, "letter:7", (), ticket.number)


def test_only_the_eligible_rows_are_on_the_ticket() -> None:
    desk = Desk()
    done = file(desk, sheet(row(14), row(15, filed=ago(61)), row(16)))
    assert isinstance(done.notice, PartlyAccepted)
    assert [claim.row for claim in desk.ledger.claims[str(done.ticket)]] == [14, 16]


def test_a_rejected_complaint_takes_no_number() -> None:
    desk = Desk()
    done = file(desk, sheet(row(filed=ago(29))))
    assert (done.notice, done.ticket) == (Rejection(done.verdict), None)
    assert not desk.ledger.tickets
    assert not desk.ledger.taken
    assert the_answer(desk).ticket is None


def test_the_number_has_the_year_and_the_verdict_the_day_of_chicago() -> None:
    """At 3:00 UTC on January 1 it is still 2026 there, and day 60 of a dispute of November 1."""
    desk = Desk()
    done = file(desk, sheet(row(filed=date(2026, 11, 1))), received=datetime(2027, 1, 1, 3, tzinfo=UTC))
    assert str(done.ticket).startswith("2026-")
    assert done.verdict.today == date(2026, 12, 31)


def test_a_complaint_that_goes_on_from_an_earlier_one_says_what_changed() -> None:
    desk = Desk()
    first = file(desk, sheet(row(14), row(15, filed=None), row(16, filed=None)))
    route = ReplyRoute("mail", OFFICE, "<2@prairie.example>", letter_id=8)
    corrected = sheet(row(14), row(15), row(16, filed=None))
    again = Submission(corrected, route, NOON, "letter:8", ENCLOSURES, earlier=Earlier((first.verdict,)))
    done = submit(again, desk.books)
    assert isinstance(done.notice, PartlyAccepted)
    assert done.notice.changed == Change(first.verdict.today, fixed=1, still_wrong=1)
    assert done.goes_on
    assert [claim.row for claim in desk.ledger.claims[str(done.ticket)]] == [15]


def test_a_complaint_that_has_nothing_to_do_with_the_earlier_one_is_one_of_its_own() -> None:
    desk = Desk()
    first = file(desk, sheet(row(14, filed=ago(29))))
    route = ReplyRoute("mail", OFFICE, "<2@prairie.example>", letter_id=8)
    other = Submission(sheet(row(30)), route, NOON, "letter:8", ENCLOSURES, earlier=Earlier((first.verdict,)))
    done = submit(other, desk.books)
    assert isinstance(done.notice, Receipt)
    assert (done.notice.changed, done.goes_on) == (None, False)


def in_words(*numbers: str) -> Complaint:
    claims = [ClaimIssue(at, said(number), day(ago(40))) for at, number in enumerate(numbers, 1)]
    return Complaint(Source.TEXT, tuple(claims), mco=said("Meridian"))


@pytest.mark.parametrize(
    ("complaint", "sender", "notice", "files"),
    [
        (sheet(row()), "stranger@x.example", NotRegistered, ("registration",)),
        (in_words("T-1"), OFFICE, Receipt, ()),
        (in_words("T-1", "T-2"), OFFICE, SheetRequired, ("filled",)),
        (sheet(row(), hfs_id=said(HOSPITAL.hfs_id)), OFFICE, Rejection, ()),
        (sheet(row()), AGENT, Rejection, ()),
        (sheet(row(), hfs_id=said(HOSPITAL.hfs_id)), AGENT, Receipt, ()),
        (sheet(), OFFICE, Rejection, ()),
    ],
    ids=["stranger", "words", "two in words", "foreign provider", "which provider", "named provider", "no rows"],
)
def test_who_files_what_gets_which_answer(
    complaint: Complaint, sender: str, notice: type[Notice], files: tuple[str, ...]
) -> None:
    desk = Desk()
    done = file(desk, complaint, sender)
    assert type(done.notice) is notice
    assert the_answer(desk).files == files
    assert bool(done.ticket) is (notice is Receipt)


def test_the_answer_says_how_many_cells_of_the_filled_sheet_are_to_be_filled() -> None:
    notice = file(Desk(), in_words("T-1", "T-2")).notice
    assert isinstance(notice, SheetRequired)
    assert notice.missing_cells == 6


def test_what_is_filed_already_is_answered_with_its_tickets() -> None:
    desk = Desk()
    first, second = file(desk, sheet(row(14))).ticket, file(desk, sheet(row(15))).ticket
    again = file(desk, sheet(row(14), row(15)))
    assert again.notice == AlreadyFiled((str(first), str(second)), again.verdict)
    assert again.ticket is None
    assert len(desk.ledger.tickets) == 2


def test_a_new_row_beside_filed_ones_gets_its_own_ticket() -> None:
    desk = Desk()
    first = file(desk, sheet(row(14))).ticket
    again = file(desk, sheet(row(14), row(15)))
    assert isinstance(again.notice, PartlyAccepted)
    assert [found.ticket for found in again.verdict.findings] == [first]
    assert [claim.row for claim in desk.ledger.claims[str(again.ticket)]] == [15]


def test_a_filed_row_beside_a_faulty_one_is_told_with_the_fault() -> None:
    desk = Desk()
    file(desk, sheet(row(14)))
    assert isinstance(file(desk, sheet(row(14), row(15, filed=ago(12)))).notice, Rejection)


def test_another_providers_ticket_is_no_duplicate() -> None:
    desk = Desk()
    file(desk, sheet(row(14)))
    other = file(desk, sheet(row(14), hfs_id=said(HOSPITAL.hfs_id)), AGENT)
    assert isinstance(other.notice, Receipt)


@pytest.mark.parametrize(
    ("notice", "files"),
    [(NotRegistered(), ["registration"]), (NoComplaint(), ["blank"]), (CouldNotRead(()), ["blank"]),
     (RegistrationReceived(), [])],
)  # fmt: skip
def test_the_sheet_for_the_next_step_goes_with_the_answer(notice: Notice, files: list[str]) -> None:
    assert [file.name for file in enclosed(notice, ENCLOSURES)] == files


def test_a_sheet_that_was_not_filled_is_a_surprise_and_not_a_wrong_answer() -> None:
    route = ReplyRoute("mail", OFFICE)
    unprepared = Submission(in_words("T-1", "T-2"), route, NOON, "letter:7", replace(ENCLOSURES, filled_sheet=None))
    with pytest.raises(Broken, match="no sheet was filled"):
        submit(unprepared, Desk().books)
