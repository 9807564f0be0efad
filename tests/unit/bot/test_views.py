"""What `--json` prints: the shapes that scripts rely on."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.judging import Judged
from bot.verdict_json import judged_json
from bot.views import letter_view, provider_view, ticket_page, ticket_view
from complaints.eligibility import Facts, judge
from complaints.lifecycle import Disposition, State
from complaints.mcos import load_roster
from complaints.model import ClaimIssue, Complaint, Entry, Field, Person, Place, Provider, Role, Source
from complaints.policy import load_policy
from complaints.verdict import Finding, ReasonCode
from storage.chat_lines import StoredLine
from storage.details import Details
from storage.inbox import StoredLetter
from storage.ledger import TicketEvent
from storage.outbox import NewNotice, StoredNotice
from storage.states import LetterOutcome, NoticeState
from tickets.ports import ReplyRoute, Ticket

MOMENT = datetime(2026, 11, 24, 22, 55, tzinfo=UTC)
TICKET = Ticket(
    number="2026-000001-5",
    state=State.CLOSED,
    mco="CountyCare",
    provider_id=1,
    provider_name="Lakeside Family Clinic",
    opened=MOMENT,
    filed_by=ReplyRoute("mail", "billing@lakeside.example", "<1@lakeside.example>", (), 7),
    claims=1,
    closed=MOMENT,
    disposition=Disposition.PAID,
    note="Paid.",
)
CLAIM = ClaimIssue(
    row=14,
    tracking_number=Entry("CC-1", "CC-1"),
    dispute_date=Entry(date(2026, 11, 12), place=Place(14, "B")),
    member_name=Entry("Sample, Pat"),
    rin=Entry("012345678"),
    service_from=Entry(date(2026, 7, 1)),
    billed_amount=Entry(18_450),
)


def test_a_verdict_says_the_sheets_own_rows_and_iso_dates() -> None:
    complaint = Complaint(source=Source.SHEET, claims=(CLAIM,), mco=Entry("county care"))
    verdict = judge(complaint, Facts(load_policy(), load_roster()), date(2026, 11, 24))
    found = judged_json(Judged(MOMENT, (verdict,)))
    finding = {
        "code": "too_early",
        "severity": "rejects",
        "field": "dispute_date",
        "row": 14,
        "column": "B",
        "eligible_from": "2026-12-12",
        "eligible_until": "2027-01-11",
        "ticket": None,
    }
    says = found["findings"][0].pop("says")
    assert "Saturday, December 12, 2026" in says
    row = {"row": 14, "verdict": "rejected", "tracking_number": "CC-1", "dispute_date": "2026-11-12"}
    assert found == {
        "verdict": "rejected",
        "received": "2026-11-24T22:55:00+00:00",
        "mco": "CountyCare",
        "findings": [finding],
        "rows": [row | {"findings": [finding | {"says": says}]}],
        "sheets": [{"sheet": 1, "verdict": "rejected", "mco": "CountyCare", "read": None}],
    }
    assert "Sample" not in json.dumps(found)


def test_several_sheets_say_which_one_a_row_is_of() -> None:
    facts, today = Facts(load_policy(), load_roster()), date(2026, 11, 24)
    good = replace(CLAIM, dispute_date=Entry(date(2026, 10, 12)))
    verdicts = [judge(Complaint(Source.SHEET, (one,), Entry(mco)), facts, today)
                for one, mco in ((good, "CountyCare"), (CLAIM, "Molina"))]  # fmt: skip
    found = judged_json(Judged(MOMENT, tuple(verdicts)))
    assert (found["verdict"], found["mco"]) == ("partly_accepted", None)
    assert [(one["sheet"], one["verdict"]) for one in found["rows"]] == [(1, "accepted"), (2, "rejected")]
    assert [one["sheet"] for one in found["findings"]] == [2]
    assert [one["verdict"] for one in found["sheets"]] == ["accepted", "rejected"]


def test_no_complaint_has_the_same_keys() -> None:
    found = judged_json(Judged(MOMENT, findings=(Finding(ReasonCode.NO_ROWS),)))
    assert (found["verdict"], found["mco"], found["rows"], found["sheets"]) == ("no_complaint", None, [], [])
    assert [(f["code"], f["field"], f["row"], f["eligible_from"]) for f in found["findings"]] == [
        ("no_rows", None, None, None)
    ]


def test_a_ticket_in_a_list_has_no_member_data() -> None:
    assert ticket_view(TICKET) == {
        "number": "2026-000001-5",
        "state": "closed",
        "mco": "CountyCare",
        "provider": "Lakeside Family Clinic",
        "opened": "2026-11-24T22:55:00+00:00",
        "claims": 1,
        "closed": "2026-11-24T22:55:00+00:00",
        "disposition": "paid",
        "note": "Paid.",
    }


def test_a_tickets_page_is_json_with_its_claims_timeline_and_notices() -> None:
    event = TicketEvent(MOMENT, "opened", "mail", "letter 7")
    notice = NewNotice("letter:7", "mail", "billing@lakeside.example", "Ticket", "text", "<p>html</p>")
    stored = StoredNotice(3, notice, NoticeState.UNDELIVERABLE, MOMENT, None, "refused with 550", None)
    page = json.loads(json.dumps(ticket_page(TICKET, [event], [CLAIM], [stored])))
    assert page.items() >= {"filed_by": "billing@lakeside.example", "letter": 7, "claims": 1}.items()
    assert page["timeline"] == [
        {"moment": "2026-11-24T22:55:00+00:00", "event": "opened", "who": "mail", "detail": "letter 7"}
    ]
    (claim,) = page["rows"]
    assert (claim["row"], claim["dispute_date"], claim["billed_amount"]) == (14, "2026-11-12", 18_450)
    assert (claim["rin"], claim["claim_number"]) == ("012345678", None)
    assert page["notices"] == [
        {
            "subject": "Ticket",
            "to": "billing@lakeside.example",
            "state": "undeliverable",
            "sent": None,
            "error": "refused with 550",
        }
    ]


def test_a_tickets_page_shows_what_was_added_to_it_and_said_of_it_in_chats() -> None:
    added = Details("2026-004187-3", MOMENT, "billing@lakeside.example", {"member_name": "Sample, Pat"}, ("f" * 64,))
    line = StoredLine(1, 1, 1, True, "Ticket 2026-004187-3 is closed. " * 9, (), 0, "", None, "2026-004187-3",
                      NoticeState.UNDELIVERABLE, None, MOMENT, "blocked")  # fmt: skip
    page = json.loads(json.dumps(ticket_page(TICKET, [], [], [], [added], [("telegram", line)])))
    assert page["details"] == [
        {
            "moment": "2026-11-24T22:55:00+00:00",
            "who": "billing@lakeside.example",
            "fields": {"member_name": "Sample, Pat"},
            "files": ["f" * 64],
        }
    ]
    assert page["notices"] == [
        {
            "subject": "Ticket 2026-004187-3 is closed. Ticket 2026-004187-3 is…",
            "to": "telegram",
            "state": "undeliverable",
            "sent": None,
            "error": "blocked",
        }
    ]


def test_letters_and_providers() -> None:
    letter = StoredLetter(
        id=7, digest="d", recipient="portal@example.org", mail_from="bounce@lakeside.example", peer="127.0.0.1",
        received=MOMENT, sender=None, message_id=None, body_digest=None, outcome=LetterOutcome.PARKED,
        outcome_detail="no one plain From address", ticket=None, completes=None,
    )  # fmt: skip
    assert letter_view(letter) == {
        "id": 7,
        "received": "2026-11-24T22:55:00+00:00",
        "from": "bounce@lakeside.example",
        "names_registered": None,
        "outcome": "parked",
        "detail": "no one plain From address",
        "ticket": None,
    }
    provider = Provider(1, "Lakeside", "036112345001", None)
    person = Person(1, "billing@lakeside.example", "Dana Ortiz", Role.BILLING_AGENT)
    assert provider_view(provider, [person]) == {
        "name": "Lakeside",
        "hfs_id": "036112345001",
        "npi": None,
        "signing_domains": [],
        "people": [
            {
                "email": "billing@lakeside.example",
                "name": "Dana Ortiz",
                "role": "billing_agent",
                "answered_anyway": False,
            }
        ],
    }


def test_every_field_of_a_claim_is_shown() -> None:
    (claim,) = ticket_page(TICKET, [], [CLAIM], [])["rows"]
    assert {Field.TRACKING_NUMBER.value, Field.DENIAL_REASON.value, Field.NOTES.value} <= set(claim)
