"""Registrations that wait for staff: the port of `tickets.registering`, kept in SQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from complaints.errors import Broken
from complaints.model import Person, Provider, Role
from complaints.registration_sheet import RegistrationRow
from storage import inbox
from storage.database import Database
from storage.inbox import Arrived
from storage.registrations import Known, SqlRequests, count_waiting, find, known, list_requests
from storage.registry import add_person, add_provider, list_providers
from tickets.ports import ReplyRoute
from tickets.requests import Request, Requests, RequestState

NOON = datetime(2026, 11, 3, 18, 0, 0, 123456, tzinfo=UTC)
OFFICE = "billing@lakeside.example"
ROUTE = ReplyRoute("mail", OFFICE, "<1@lakeside.example>", ("<0@lakeside.example>",))
FULL = RegistrationRow(
    5, "Lakeside Clinic", "036000000001", "1234567893", OFFICE, "Pat Clerk", "Clinic", "312-555-0100",
    Role.BILLING_AGENT,
)  # fmt: skip
BARE = RegistrationRow(7, "Quick Transport", "036000000002", None, "desk@transport.example")
WAITING, APPROVED, REFUSED = RequestState.WAITING, RequestState.APPROVED, RequestState.REFUSED


def ask(session: Session, *rows: RegistrationRow, route: ReplyRoute = ROUTE) -> int:
    requests: Requests = SqlRequests(session)
    return requests.add(route, NOON, rows)


async def test_a_request_comes_back_as_it_was(database: Database) -> None:
    def add(session: Session) -> Request:
        letter, _ = inbox.put(session, Arrived(b"From: x", OFFICE, "portal@example.org", "127.0.0.1", NOON))
        route = replace(ROUTE, letter_id=letter)
        return Request(ask(session, FULL, BARE, route=route), route, NOON, (FULL, BARE))

    added = await database.run(add)
    assert await database.run(lambda s: find(s, added.id)) == added
    assert await database.run(lambda s: SqlRequests(s).find_for_change(added.id)) == added
    assert await database.run(lambda s: find(s, added.id + 1)) is None


async def test_texts_are_kept_clean(database: Database) -> None:
    number = await database.run(lambda s: ask(s, replace(BARE, provider_name="Qu\x00ick", user_name="診療所 \udc80")))
    found = await database.run(lambda s: find(s, number))
    assert found is not None
    assert (found.rows[0].provider_name, found.rows[0].user_name) == ("Quick", "診療所 ?")


async def test_it_is_decided_once(database: Database) -> None:
    number = await database.run(lambda s: ask(s, BARE))
    later = NOON + timedelta(days=1)
    await database.run(lambda s: SqlRequests(s).set_decided(number, REFUSED, later, "desk", "Not in IMPACT."))
    decided = Request(number, ROUTE, NOON, (BARE,), REFUSED, later, "desk", "Not in IMPACT.")
    assert await database.run(lambda s: find(s, number)) == decided
    with pytest.raises(Broken):
        await database.run(lambda s: SqlRequests(s).set_decided(number, APPROVED, later, "desk"))
    with pytest.raises(Broken):
        await database.run(lambda s: SqlRequests(s).set_decided(number + 1, APPROVED, later, "desk"))


async def test_lists_and_the_count_of_those_that_wait(database: Database) -> None:
    numbers = [await database.run(lambda s: ask(s, FULL, BARE)) for _ in range(3)]
    await database.run(lambda s: SqlRequests(s).set_decided(numbers[1], APPROVED, NOON, "desk"))
    listed = await database.run(list_requests)
    assert [request.id for request in listed] == numbers[::-1]
    assert all(request.rows == (FULL, BARE) for request in listed)
    waiting = await database.run(lambda s: list_requests(s, WAITING, limit=1))
    assert [request.id for request in waiting] == numbers[2:]
    assert await database.run(count_waiting) == 2


async def test_what_was_sent_before_is_known_wherever_it_stood(database: Database) -> None:
    third = replace(BARE, hfs_id="036000000003")
    moved = replace(FULL, row=9, provider_name="LAKESIDE CLINIC")
    other = replace(BARE, phone="312-555-0199")

    def fill(session: Session) -> None:
        requests = SqlRequests(session)
        requests.set_decided(ask(session, FULL), APPROVED, NOON, "desk")
        requests.set_decided(ask(session, third), REFUSED, NOON, "desk", "No.")
        ask(session, BARE)

    def standing(session: Session, sender: str) -> list[RequestState | None]:
        return list(SqlRequests(session).standing(sender, (moved, third, BARE, other)))

    await database.run(fill)
    assert await database.run(lambda s: standing(s, OFFICE)) == [APPROVED, None, WAITING, None]
    assert await database.run(lambda s: standing(s, "somebody@else.example")) == [None] * 4
    many = [replace(BARE, hfs_id=f"{number:012}") for number in range(2_000)]
    found = await database.run(lambda s: SqlRequests(s).standing(OFFICE, (*many, BARE)))
    assert (len(found), found[-1], set(found[:-1])) == (2_001, WAITING, {None})


async def test_two_copies_of_a_sheet_make_one_request(database: Database) -> None:
    def register(session: Session) -> bool:
        if SqlRequests(session).standing(OFFICE, (FULL,)) != [None]:
            return False
        ask(session, FULL)
        return True

    results = await asyncio.gather(*(database.run(register) for _ in range(8)))
    assert results.count(True) == 1


async def test_enrolling_registers_the_provider_and_the_person(database: Database) -> None:
    provider = await database.run(lambda s: SqlRequests(s).enroll(FULL))
    assert await database.run(lambda s: SqlRequests(s).enroll(FULL)) == provider
    assert (provider.name, provider.hfs_id, provider.npi) == ("Lakeside Clinic", FULL.hfs_id, FULL.npi)
    person = Person(provider.id, OFFICE, "Pat Clerk", Role.BILLING_AGENT)
    assert await database.run(list_providers) == [(provider, (person,))]
    assert await database.run(lambda s: known(s, FULL)) == Known(provider, person)
    assert await database.run(lambda s: known(s, replace(FULL, email="new@x.example"))) == Known(provider, None)
    assert await database.run(lambda s: known(s, BARE)) == Known(None, None)


async def test_enrolling_renames_nobody(database: Database) -> None:
    """What is registered stays, what was not known is added, and who wants no notices still gets none."""

    def fill(session: Session) -> Provider:
        provider = add_provider(session, "Lakeside Clinic", FULL.hfs_id)
        add_person(session, provider.id, OFFICE, "Pat", receives_notices=False)
        return provider

    provider = await database.run(fill)
    sheet = replace(FULL, provider_name="Lakeside Clinics Inc", user_name="")
    enrolled = await database.run(lambda s: SqlRequests(s).enroll(sheet))
    assert enrolled == replace(provider, npi=FULL.npi)
    again = await database.run(lambda s: SqlRequests(s).enroll(replace(sheet, npi="1999999984")))
    assert again == enrolled
    person = Person(provider.id, OFFICE, "Pat", Role.BILLING_AGENT, receives_notices=False)
    assert await database.run(list_providers) == [(enrolled, (person,))]
