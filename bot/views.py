"""Stored things as JSON, for `--json` and for the terminal's tables. Times are UTC, money is cents."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from complaints.model import ClaimIssue, Entry, Person, Provider
from storage.inbox import StoredLetter
from storage.ledger import TicketEvent
from storage.outbox import StoredNotice
from tickets.ports import Ticket


def ticket_view(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "mco": ticket.mco,
        "provider": ticket.provider_name,
        "opened": ticket.opened.isoformat(),
        "claims": ticket.claims,
        "closed": ticket.closed.isoformat() if ticket.closed else None,
        "disposition": ticket.disposition.value if ticket.disposition else None,
        "note": ticket.note,
    }


def ticket_page(
    ticket: Ticket, timeline: Sequence[TicketEvent], claims: Sequence[ClaimIssue], notices: Sequence[StoredNotice]
) -> dict[str, Any]:
    """A ticket with all that belongs to it. Its claims hold member data: staff only."""
    return ticket_view(ticket) | {
        "filed_by": ticket.filed_by.address,
        "letter": ticket.filed_by.letter_id,
        "timeline": [
            {"moment": e.moment.isoformat(), "event": e.event, "who": e.who, "detail": e.detail} for e in timeline
        ],
        "rows": [_claim(claim) for claim in claims],
        "notices": [
            {
                "subject": n.notice.subject,
                "to": n.notice.address,
                "state": n.state.value,
                "sent": n.sent.isoformat() if n.sent else None,
                "error": n.error,
            }
            for n in notices
        ],
    }


def _claim(claim: ClaimIssue) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(claim, field.name).value)
        if isinstance(getattr(claim, field.name), Entry)
        else getattr(claim, field.name)
        for field in fields(ClaimIssue)
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def letter_view(letter: StoredLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "received": letter.received.isoformat(),
        "from": letter.sender or letter.mail_from,
        "outcome": letter.outcome.value if letter.outcome else None,
        "detail": letter.outcome_detail,
        "ticket": letter.ticket,
    }


def provider_view(provider: Provider, people: Sequence[Person]) -> dict[str, Any]:
    return {
        "name": provider.name,
        "hfs_id": provider.hfs_id,
        "npi": provider.npi,
        "people": [{"email": p.address, "name": p.name, "role": p.role.value} for p in people],
    }
