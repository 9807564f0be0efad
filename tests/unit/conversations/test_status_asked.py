"""Which mails ask how a ticket stands, and which only speak of one."""

import pytest

from complaints.identifiers import MistypedNumber
from conversations.status_asked import StatusAsked, status_asked

NUMBER = "2026-004187-9"
MISTYPED = MistypedNumber("2026-004187-3", NUMBER)


@pytest.mark.parametrize(
    ("subject", "text", "number"),
    [
        ("STATUS", "", None),
        ("status?", "", None),
        ("Status please", "Thanks, Dana", None),
        ("Status", "Dear team,\nhow far is it? We have heard nothing.\nDana", None),
        ("Status update", "", None),
        ("Status of our tickets", "", None),
        ("What is the status?", "", None),
        ("Status 2026-004187-9", "", NUMBER),
        ("STATUS: 2026-004187-9", "", NUMBER),
        ("status of ticket #2026-004187-9?", "", NUMBER),
        ("Status for ticket 2026 004187 9", "", NUMBER),
        ("Status 2026-4187-9", "", NUMBER),
        ("Status 2026-004187-3", "", MISTYPED),
        ("2026-004187-9", "", NUMBER),
        ("Ticket 2026-004187-9", "Thank you", NUMBER),
        ("2026-004187-9?", "We have heard nothing since.", NUMBER),
        ("", "2026-004187-9", NUMBER),
        ("Hello", "Hi,\n\nstatus\n\nDana", None),
        ("Re: Not filed: no tracking number", "STATUS", None),
        ("Re: Ticket 2026-004187-9: your 20 claims against Aetna", "Any news on this ticket, please?", None),
        ("Re: Ticket 2026-004187-9: your 20 claims against Aetna", "Any news on ticket 2026-004187-9?", NUMBER),
        ("A question", "What's the status of 2026-004187-9?\n\nDana Ortiz\n312-555-0142", NUMBER),
        ("A question", "Could you tell us the status of our ticket 2026-004187-9 please?", NUMBER),
        ("A question", "Ticket 2026-004187-9?", NUMBER),
    ],
)
def test_asked(subject: str, text: str, number: str | MistypedNumber | None) -> None:
    assert status_asked(subject, text) == StatusAsked(number)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", ""),
        ("Unresolved disputes", "Please see the attached sheet."),
        ("Re: STATUS", "Thanks!"),
        ("RE: Status 2026-004187-9", "Got it, thank you."),
        ("Fwd: Status 2026-004187-9", "For you"),
        ("Re: Ticket 2026-004187-9 is closed: the plan paid", "Thanks."),
        ("Re: Ticket 2026-004187-9", ""),
        ("Automatic reply: STATUS", "I am out of the office."),
        ("Out of office: Status 2026-004187-9", ""),
        ("Ticket 2026-004187-9", "Please add the attached remittance to the ticket."),
        ("2026-004187-9", "The member was eligible all the time. Please look again."),
        ("Claim status", "MCO denied it."),
        ("Status of the claim with Aetna", ""),
        ("Legal status of the plan", ""),
        ("News", ""),
        ("Update on ticket 2026-004187-9", "The plan has paid two of the claims."),
        ("Status 4711", ""),
        ("Hello", "> STATUS"),
        ("Hello", "On Tuesday, Recourse wrote:\nSTATUS"),
        ("Hello", "The plan says that the status is denied."),
    ],
)
def test_not_asked(subject: str, text: str) -> None:
    assert status_asked(subject, text) is None
