"""Stored things as JSON, for `--json` and for the terminal's tables. Times are UTC, money is cents."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from textwrap import shorten
from typing import Any

from complaints.model import ClaimIssue, Entry, Person, Provider
from storage.chat_lines import StoredLine
from storage.chat_overview import ChatOverview
from storage.details import Details
from storage.inbox import APART, StoredLetter
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
    ticket: Ticket,
    timeline: Sequence[TicketEvent],
    claims: Sequence[ClaimIssue],
    notices: Sequence[StoredNotice],
    added: Sequence[Details] = (),
    lines: Sequence[tuple[str, StoredLine]] = (),
) -> dict[str, Any]:
    """A ticket with all that belongs to it; of chats, the channel and the line. Its claims and what was added to it
    hold member data: staff only."""
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
        ]
        + [_line_view(channel, line) for channel, line in lines],
        "details": [
            {"moment": d.moment.isoformat(), "who": d.who, "fields": d.fields, "files": list(d.files)} for d in added
        ],
    }


def _line_view(channel: str, line: StoredLine) -> dict[str, Any]:
    """A line of a chat as one of the ticket's notices."""
    return {
        "subject": shorten(line.text, 60, placeholder="…"),
        "to": channel,
        "state": line.state.value,
        "sent": None,
        "error": line.error,
    }


def chat_view(chat: ChatOverview) -> dict[str, Any]:
    """A conversation without a word of what was said in it."""
    return {
        "id": chat.id,
        "channel": chat.channel,
        "person": chat.person,
        "gone": chat.gone,
        "created": chat.created.isoformat(),
        "touched": chat.touched.isoformat(),
        "undeliverable": [
            {"created": line.created.isoformat(), "ticket": line.ticket, "error": line.error} for line in chat.lost
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


def letter_view(letter: StoredLetter, registered: Collection[str] = ()) -> dict[str, Any]:
    """`registered` are the addresses that somebody is registered with. Whether a letter names one of them is told where
    staff are to decide about it, and else null: its sender is not proved, or was asked of the registry when it was
    read."""
    return {
        "id": letter.id,
        "received": letter.received.isoformat(),
        "from": letter.sender or letter.mail_from,
        "names_registered": letter.sender in registered if letter.outcome in APART else None,
        "outcome": letter.outcome.value if letter.outcome else None,
        "detail": letter.outcome_detail,
        "ticket": letter.ticket,
    }


def letter_page(
    letter: StoredLetter, answers: Sequence[StoredNotice], trouble: str | None, registered: Collection[str] = ()
) -> dict[str, Any]:
    """A letter with how it came, how well its sender is proved, and its answers; `trouble` is why it still waits."""
    return letter_view(letter, registered) | {
        "way": letter.way,
        "peer": letter.peer,
        "mail_from": letter.mail_from,
        "recipient": letter.recipient,
        "standing": dict(letter.standing) if letter.standing is not None else None,
        "completes": letter.completes,
        "losses": list(letter.losses or ()),
        "trouble": trouble,
        "answers": [
            {"id": a.id, "subject": a.notice.subject, "state": a.state.value, "error": a.error} for a in answers
        ],
    }


def notice_view(notice: StoredNotice) -> dict[str, Any]:
    """A notice without its words. `error` says why it did not get there, or what kept it back."""
    return {
        "id": notice.id,
        "created": notice.created.isoformat(),
        "channel": notice.notice.channel,
        "to": notice.notice.address,
        "subject": notice.notice.subject,
        "state": notice.state.value,
        "sent": notice.sent.isoformat() if notice.sent else None,
        "error": notice.error,
        "letter": notice.notice.letter_id,
        "ticket": notice.notice.ticket,
    }


def provider_view(
    provider: Provider, people: Sequence[Person], domains: Sequence[str] = (), anyway: Collection[str] = ()
) -> dict[str, Any]:
    """`domains` are those whose signatures count for it, `anyway` the addresses that are answered whatever they look
    like."""
    return {
        "name": provider.name,
        "hfs_id": provider.hfs_id,
        "npi": provider.npi,
        "signing_domains": list(domains),
        "people": [
            {"email": p.address, "name": p.name, "role": p.role.value, "answered_anyway": p.address in anyway}
            for p in people
        ],
    }
