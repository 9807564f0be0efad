"""A registration sheet that came by mail: right rows wait once, staff decide, and the sender is told every time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from complaints.errors import NotPossible, UsageError
from complaints.model import Person, Place, Provider, Role
from complaints.notices import Registered, RegistrationApproved, RegistrationReceived, RegistrationRefused
from complaints.registration_sheet import (
    Problem,
    RegistrationFault,
    RegistrationField,
    RegistrationRow,
    RegistrationSheet,
    Trouble,
)
from tests.unit.complaints.making import CLINIC
from tests.unit.tickets.books import NOON, OFFICE, Desk, Told
from tickets.ports import Attachment, ReplyRoute
from tickets.registering import Registering, approve, refuse, register
from tickets.requests import Request, RequestState

SENDER = "owner@riverside.example"
ROUTE = ReplyRoute("mail", SENDER, "<1@riverside.example>", (), 7)
KIM = RegistrationRow(5, "Riverside Imaging", "036999000001", None, "kim@riverside.example", "Kim Biller")
LEE = replace(KIM, row=6, email="lee@riverside.example", user_name="Lee Biller")
WRONG = RegistrationFault(7, (Problem(RegistrationField.HFS_ID, Trouble.MISSING, Place(7, "B")),))


@dataclass(slots=True)
class Book:
    """`tickets.requests.Requests` in memory."""

    requests: dict[int, Request] = field(default_factory=dict)
    enrolled: list[RegistrationRow] = field(default_factory=list)

    def standing(self, address: str, rows: Sequence[RegistrationRow]) -> Sequence[RequestState | None]:
        before = {
            replace(row, row=0): request.state
            for request in self.requests.values()
            if request.route.address == address and request.state is not RequestState.REFUSED
            for row in request.rows
        }
        return [before.get(replace(row, row=0)) for row in rows]

    def add(self, route: ReplyRoute, received: datetime, rows: Sequence[RegistrationRow]) -> int:
        number = len(self.requests) + 1
        self.requests[number] = Request(number, route, received, tuple(rows))
        return number

    def find_for_change(self, number: int) -> Request | None:
        return self.requests.get(number)

    def set_decided(self, number: int, state: RequestState, moment: datetime, who: str, reason: str = "") -> None:
        request = self.requests[number]
        self.requests[number] = replace(request, state=state, decided=moment, who=who, reason=reason)

    def enroll(self, row: RegistrationRow) -> Provider:
        self.enrolled.append(row)
        return Provider(77, "Riverside Imaging LLC", row.hfs_id)


@dataclass(slots=True)
class Office:
    """One desk at which sheets come in."""

    desk: Desk = field(default_factory=Desk)
    book: Book = field(default_factory=Book)

    def send(
        self,
        *results: RegistrationRow | RegistrationFault,
        route: ReplyRoute = ROUTE,
        marked: Sequence[Attachment] = (),
    ) -> Registering:
        key = f"letter:{len(self.desk.notices.told) + 1}"
        sheets = [RegistrationSheet("Registration", 4, results[:1]), RegistrationSheet("More", 4, results[1:])]
        return register(sheets, route, NOON, key, self.desk.books, self.book, marked)

    def approve(self, number: int) -> tuple[Registered, ...]:
        return approve(number, "desk", NOON + timedelta(days=2), self.desk.books, self.book)

    def refuse(self, number: int, reason: str) -> Request:
        return refuse(number, reason, "desk", NOON + timedelta(days=2), self.desk.books, self.book)

    @property
    def told(self) -> Told:
        """What was told last."""
        return self.desk.notices.told[-1]


@pytest.fixture
def office() -> Office:
    return Office()


def test_right_rows_wait_and_all_faults_are_told_at_once(office: Office) -> None:
    marked = Attachment("registration-sheet-marked.xlsx", "application/x", b"PK")
    became = office.send(KIM, WRONG, LEE, marked=(marked,))
    assert became == Registering(RegistrationReceived(2, (WRONG,), marked=True), 1)
    assert office.book.requests[1] == Request(1, ROUTE, NOON, (KIM, LEE))
    assert office.told == Told(became.notice, ROUTE, "letter:1", (marked.name,), None)


def test_a_sheet_with_no_right_row_makes_no_request(office: Office) -> None:
    assert office.send(WRONG) == Registering(RegistrationReceived(0, (WRONG,)), None)
    assert office.book.requests == {}
    assert len(office.desk.notices.told) == 1


def test_the_same_sheet_twice_makes_no_second_request(office: Office) -> None:
    office.send(KIM, LEE)
    again = office.send(replace(KIM, row=9), replace(LEE, row=10))
    assert again == Registering(RegistrationReceived(repeated=2), None)
    assert list(office.book.requests) == [1]


def test_a_corrected_sheet_asks_for_what_is_new_in_it_only(office: Office) -> None:
    office.send(KIM, WRONG)
    assert office.send(KIM, LEE) == Registering(RegistrationReceived(accepted=1, repeated=1), 2)
    assert [request.rows for request in office.book.requests.values()] == [(KIM,), (LEE,)]


def test_somebody_elses_sheet_is_their_own_request(office: Office) -> None:
    office.send(KIM)
    other = replace(ROUTE, address="other@riverside.example")
    assert office.send(KIM, route=other) == Registering(RegistrationReceived(1), 2)


def test_one_person_named_twice_is_registered_once(office: Office) -> None:
    as_agent = replace(KIM, row=8, role=Role.BILLING_AGENT)
    became = office.send(KIM, replace(KIM, row=6, user_name="K. Biller"), as_agent)
    assert became.notice == RegistrationReceived(2)
    assert office.book.requests[1].rows == (KIM, as_agent)


def test_approving_registers_and_tells_the_sender_in_the_thread(office: Office) -> None:
    office.send(KIM, LEE)
    people = office.approve(1)
    named = tuple(Registered(row.email, "Riverside Imaging LLC") for row in (KIM, LEE))
    assert people == named
    assert office.book.enrolled == [KIM, LEE]
    approved = RegistrationApproved(named, date(2026, 11, 24))
    assert office.told == Told(approved, ROUTE, "registration:1:approved", (), None)
    assert office.book.requests[1].state is RequestState.APPROVED
    assert office.send(KIM) == Registering(RegistrationReceived(registered=1), None)


def test_refusing_tells_the_reason_and_the_sheet_may_come_again(office: Office) -> None:
    office.send(KIM)
    office.refuse(1, "The HFS ID is not in IMPACT.")
    refused = RegistrationRefused(
        "The HFS ID is not in IMPACT.", date(2026, 11, 24), (Registered(KIM.email, KIM.provider_name),)
    )
    assert office.told == Told(refused, ROUTE, "registration:1:refused", (), None)
    assert office.book.enrolled == []
    assert office.send(KIM) == Registering(RegistrationReceived(1), 2)


def test_a_request_is_decided_once(office: Office) -> None:
    office.send(KIM)
    office.approve(1)
    told = len(office.desk.notices.told)
    with pytest.raises(NotPossible, match="registration 1 was approved on 2026-11-26"):
        office.approve(1)
    with pytest.raises(NotPossible, match="nothing was changed"):
        office.refuse(1, "Too late")
    with pytest.raises(UsageError, match="no registration 2"):
        office.approve(2)
    assert len(office.desk.notices.told) == told


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_refusal_needs_a_reason(office: Office, reason: str) -> None:
    office.send(KIM)
    with pytest.raises(UsageError, match="the reason is empty"):
        office.refuse(1, reason)
    assert office.book.requests[1].state is RequestState.WAITING


def test_only_people_of_the_provider_are_told_who_is_registered(office: Office) -> None:
    person = RegistrationRow(5, CLINIC.name, CLINIC.hfs_id, None, "desk@prairie.example")
    office.desk.registry.people.append(Person(CLINIC.id, person.email, "D. Esk"))
    assert office.send(person).notice == RegistrationReceived(1)
    inside = replace(ROUTE, address=OFFICE)
    assert office.send(person, route=inside) == Registering(RegistrationReceived(registered=1), None)
    for changed in (replace(person, role=Role.BILLING_AGENT), replace(person, user_name="Dana Esk")):
        assert office.send(changed, route=inside).notice == RegistrationReceived(1)
