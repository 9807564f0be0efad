"""Registry and ledger: the ports of `tickets`, kept in SQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.eligibility import OpenClaim
from complaints.errors import Broken
from complaints.lifecycle import Disposition, State
from complaints.model import Category, ClaimIssue, Complaint, Entry, Field, Flaw, Place, Provider, Role, Source
from complaints.verdict import ClaimVerdict, Finding, Outcome, ReasonCode, RuleAsked, Severity, Verdict
from storage.database import Database
from storage.ledger import SqlLedger, TicketEvent, claims_of, list_tickets, timeline
from storage.registry import SqlRegistry, add_person, add_provider, list_providers
from storage.tables import tickets, verdicts
from tickets.ports import Ledger, Registry, ReplyRoute, Ticket

NOON = datetime(2026, 11, 3, 18, 0, 0, 123456, tzinfo=UTC)
HFS_ID = "000000000001"


def register(session: Session) -> Provider:
    return add_provider(session, "Lakeside Clinic", HFS_ID, "1234567893")


async def test_a_provider_is_registered_once_per_hfs_id(database: Database) -> None:
    first = await database.run(register)
    assert await database.run(register) == first
    renamed = await database.run(lambda s: add_provider(s, "Lakeside Clinics", HFS_ID))
    assert renamed == replace(first, name="Lakeside Clinics")
    assert await database.run(list_providers) == [(renamed, ())]


async def test_people_speak_for_providers(database: Database) -> None:
    def fill(session: Session) -> tuple[Provider, Provider]:
        lakeside, other = register(session), add_provider(session, "Another", "000000000002")
        add_person(session, lakeside.id, "Billing@Agent.example", "B. Agent", Role.BILLING_AGENT)
        add_person(session, other.id, "billing@agent.example")
        add_person(session, lakeside.id, "boss@lakeside.example")
        add_person(session, lakeside.id, "BOSS@lakeside.example", "The boss", receives_notices=False)
        return lakeside, other

    lakeside, other = await database.run(fill)

    def speaks_for(registry: Registry, address: str) -> list[Provider]:
        return list(registry.providers_of(address))

    found = await database.run(lambda s: speaks_for(SqlRegistry(s), "BILLING@agent.example"))
    people = await database.run(lambda s: list(SqlRegistry(s).people_of(lakeside.id)))
    stranger = await database.run(lambda s: speaks_for(SqlRegistry(s), "x@agent.example"))
    assert (found, stranger) == ([lakeside, other], [])
    assert [(person.address, person.name, person.role, person.receives_notices) for person in people] == [
        ("billing@agent.example", "B. Agent", Role.BILLING_AGENT, True),
        ("boss@lakeside.example", "The boss", Role.PROVIDER, False),
    ]
    assert [provider.name for provider, _people in await database.run(list_providers)] == ["Another", "Lakeside Clinic"]


FULL = ClaimIssue(
    row=7,
    tracking_number=Entry("1934-5000 4656a", "1934-5000 4656a", Place(7, "A")),
    dispute_date=Entry(date(2026, 10, 1), "10/1/26"),
    response_date=Entry(date(2026, 10, 20)),
    member_name=Entry("Jane Roe"),
    rin=Entry("123456789"),
    service_from=Entry(date(2026, 8, 1)),
    service_to=Entry(date(2026, 8, 2)),
    claim_number=Entry("19-137 00cjt00"),
    authorization_number=Entry("A1"),
    billed_amount=Entry(12_345_678_901),
    paid_amount=Entry(0),
    denial_reason=Entry("CO-16"),
    notes=Entry("see\x00 note"),
    mco=Entry("Meridian"),
    category=Entry(Category.PRIOR_AUTHORIZATION),
)
BARE = ClaimIssue(row=8, tracking_number=Entry("B2"), dispute_date=Entry(date(2026, 10, 2)))
COMPLAINT = Complaint(
    Source.SHEET, (FULL, BARE), mco=Entry("Meridian", "meridian health"), category=Entry(Category.OTHER),
    npi=Entry(None, "12", Place(3, "B"), Flaw.WRONG_LENGTH),
)  # fmt: skip
EARLY = Finding(
    ReasonCode.TOO_EARLY, Severity.REJECTS, Field.DISPUTE_DATE, row=9, place=Place(9, "B"),
    dispute_date=date(2026, 10, 30), eligible_from=date(2026, 11, 29),
)  # fmt: skip
VERDICT = Verdict(
    Outcome.PARTLY_ACCEPTED, COMPLAINT, date(2026, 11, 3), "Meridian Health Plan of Illinois",
    (RuleAsked("registered", ()), RuleAsked("window", (EARLY,))), (ClaimVerdict(FULL, (), True),),
)  # fmt: skip
ROUTE = ReplyRoute("mail", "billing@lakeside.example", "<1@lakeside.example>", ("<0@lakeside.example>",))


def ticket(provider: Provider, number: str = "2026-000001-5") -> Ticket:
    mco = "Meridian Health Plan of Illinois"
    return Ticket(number, State.OPEN, provider.id, provider.name, mco, NOON, 2, ROUTE)


def open_one(session: Session) -> Ticket:
    opened = ticket(register(session))
    SqlLedger(session).add(opened, (FULL, BARE), VERDICT)
    return opened


async def test_a_ticket_comes_back_as_it_was(database: Database) -> None:
    opened = await database.run(open_one)

    def find(ledger: Ledger) -> Ticket | None:
        return ledger.find(opened.number)

    assert await database.run(lambda s: find(SqlLedger(s))) == opened
    assert await database.run(lambda s: SqlLedger(s).find_for_change(opened.number)) == opened
    assert await database.run(lambda s: SqlLedger(s).find("2026-000009-9")) is None
    claims = await database.run(lambda s: list(claims_of(s, opened.number)))
    assert [claim.row for claim in claims] == [7, 8]
    for field in Field:
        if hasattr(FULL, field):
            kept, given = getattr(claims[0], field).value, getattr(FULL, field).value
            assert kept == (given.replace("\x00", "") if isinstance(given, str) else given), field


async def test_who_filed_by_a_chat_is_known_with_the_ticket(database: Database) -> None:
    def file_by_chat(session: Session) -> Ticket:
        filed = replace(ticket(register(session)), filed_by=ReplyRoute("slack", "D04", person="agent@clinic.example"))
        SqlLedger(session).add(filed, (FULL, BARE), VERDICT)
        return filed

    filed = await database.run(file_by_chat)
    assert await database.run(lambda s: SqlLedger(s).find(filed.number)) == filed


async def test_the_verdict_is_kept_with_every_rule_that_was_asked(database: Database) -> None:
    await database.run(open_one)
    block = await database.run(lambda s: s.execute(sa.select(tickets.c.block)).scalar_one())
    asked = await database.run(lambda s: s.execute(sa.select(verdicts.c.asked)).scalar_one())
    assert block == {"mco": "Meridian", "category": "other", "npi": "12"}
    early = {
        "code": "too_early", "severity": "rejects", "field": "dispute_date", "row": 9,
        "place": {"row": 9, "column": "B"}, "dispute_date": "2026-10-30", "eligible_from": "2026-11-29",
    }  # fmt: skip
    assert asked == [{"rule": "registered"}, {"rule": "window", "findings": [early]}]


async def test_open_claims_are_found_by_folded_number_until_the_ticket_ends(database: Database) -> None:
    opened = await database.run(open_one)
    provider = opened.provider_id

    def look(session: Session, *numbers: str, of: int = provider) -> list[OpenClaim]:
        return list(SqlLedger(session).open_claims(of, numbers))

    folded = OpenClaim(opened.number, opened.mco, "193450004656A", "1913700CJT00", "123456789", date(2026, 8, 1))
    assert await database.run(lambda s: look(s, "193450004656A", "ZZ", "193450004656A")) == [folded]
    assert [claim.claim_number for claim in await database.run(lambda s: look(s, "B2"))] == [""]
    assert await database.run(look) == []
    assert await database.run(lambda s: look(s, "B2", of=provider + 1)) == []
    many = [f"X{number}" for number in range(12_000)]
    assert len(await database.run(lambda s: look(s, "B2", *many, "193450004656A"))) == 2
    await database.run(lambda s: SqlLedger(s).set_closed(opened.number, NOON, Disposition.PAID, ""))
    assert await database.run(lambda s: look(s, "B2")) == []


async def test_two_copies_of_a_complaint_do_not_both_find_nothing(database: Database) -> None:
    provider = await database.run(register)

    def submit(session: Session) -> bool:
        ledger = SqlLedger(session)
        if ledger.open_claims(provider.id, ["B2"]):
            return False
        ledger.add(ticket(provider, f"2026-{ledger.next_sequence(2026):06}-0"), (BARE,), VERDICT)
        return True

    results = await asyncio.gather(*(database.run(submit) for _ in range(8)))
    assert results.count(True) == 1


@pytest.mark.parametrize(
    ("disposition", "state"), [(Disposition.PAID, State.CLOSED), (Disposition.WITHDRAWN, State.WITHDRAWN)]
)
async def test_closing_is_done_once(database: Database, disposition: Disposition, state: State) -> None:
    opened = await database.run(open_one)
    await database.run(lambda s: SqlLedger(s).set_closed(opened.number, NOON, disposition, "thanks"))
    ended = replace(opened, state=state, closed=NOON, disposition=disposition, note="thanks")
    assert await database.run(lambda s: SqlLedger(s).find(opened.number)) == ended
    with pytest.raises(Broken):
        await database.run(lambda s: SqlLedger(s).set_closed(opened.number, NOON, disposition, "again"))


async def test_lists_and_the_timeline(database: Database) -> None:
    def fill(session: Session) -> None:
        provider = register(session)
        ledger = SqlLedger(session)
        for day, number in enumerate(("2026-000001-5", "2026-000002-3", "2026-000003-1"), start=1):
            ledger.add(replace(ticket(provider, number), opened=NOON.replace(day=day)), (), VERDICT)
        ledger.record("2026-000002-3", NOON, "opened", "recourse")
        ledger.record("2026-000002-3", NOON, "closed", "desk", "paid")
        ledger.set_closed("2026-000002-3", NOON, Disposition.PAID, "")

    await database.run(fill)
    listed = await database.run(lambda s: [found.number for found in list_tickets(s)])
    still_open = await database.run(lambda s: [found.number for found in list_tickets(s, State.OPEN, limit=1)])
    assert listed == ["2026-000003-1", "2026-000002-3", "2026-000001-5"]
    assert still_open == ["2026-000003-1"]
    assert await database.run(lambda s: list(timeline(s, "2026-000002-3"))) == [
        TicketEvent(NOON, "opened", "recourse", ""),
        TicketEvent(NOON, "closed", "desk", "paid"),
    ]
