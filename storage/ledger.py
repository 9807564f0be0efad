"""The tickets: `tickets.ports.Ledger` in one unit of work, and what the desk and the command line show of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.eligibility import OpenClaim
from complaints.errors import Broken
from complaints.identifiers import fold
from complaints.lifecycle import ENDED, Disposition, State
from complaints.model import ClaimIssue, Complaint, Entry
from complaints.verdict import Verdict
from storage.statements import changed, insert
from storage.tables import claims as claim_rows
from storage.tables import counters, providers, ticket_events, tickets, verdicts
from tickets.ports import ReplyRoute, Ticket


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One line of a ticket's timeline."""

    moment: datetime
    event: str
    who: str
    detail: str


_LOCK_PROVIDER = (
    sa.select(providers.c.id).where(providers.c.id == sa.bindparam("provider")).with_for_update(key_share=True)
)
_OPEN_CLAIMS = (
    sa.select(claim_rows, tickets.c.mco.label("ticket_mco"))
    .join(tickets)
    .where(claim_rows.c.provider_id == sa.bindparam("provider"), tickets.c.state.not_in(ENDED))
    .where(claim_rows.c.tracking_folded.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(claim_rows.c.id)
)
_ADD_TICKET, _ADD_CLAIMS = sa.insert(tickets), sa.insert(claim_rows)
_ADD_VERDICT, _ADD_EVENT = sa.insert(verdicts), sa.insert(ticket_events)


class SqlLedger:
    """`tickets.ports.Ledger` in one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_claims(self, provider_id: int, tracking_numbers: Sequence[str]) -> Sequence[OpenClaim]:
        """As in the port. Until this transaction ends, other submissions of the provider wait here (PostgreSQL), so
        that two copies of one complaint cannot both find nothing."""
        self._session.execute(_LOCK_PROVIDER, {"provider": provider_id})
        return look_at_open_claims(self._session, provider_id, tracking_numbers)

    def next_sequence(self, year: int) -> int:
        statement = insert(self._session, counters).values(name=f"tickets-{year}", value=1)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        return int(self._session.execute(statement.returning(counters.c.value)).scalar_one())

    def add(self, ticket: Ticket, claims: Sequence[ClaimIssue], verdict: Verdict) -> None:
        self._session.execute(_ADD_TICKET, _ticket_row(ticket) | {"block": _block(verdict.complaint)})
        if claims:
            self._session.execute(_ADD_CLAIMS, [_claim_row(ticket, claim) for claim in claims])
        judged = {"judged_on": verdict.today, "outcome": verdict.outcome, "asked": _plain(verdict.asked)}
        self._session.execute(_ADD_VERDICT, {"ticket": ticket.number} | judged)

    def find(self, number: str) -> Ticket | None:
        return self._find(sa.select(tickets).where(tickets.c.number == number))

    def find_for_change(self, number: str) -> Ticket | None:
        return self._find(sa.select(tickets).where(tickets.c.number == number).with_for_update())

    def open_tickets(self, provider_ids: Sequence[int], limit: int) -> Sequence[Ticket]:
        theirs = sa.and_(tickets.c.provider_id.in_(provider_ids), tickets.c.state.not_in(ENDED))
        newest = (tickets.c.opened.desc(), tickets.c.number.desc())
        statement = sa.select(tickets).where(theirs).order_by(*newest).limit(limit)
        return [_ticket(row) for row in self._session.execute(statement).mappings()]

    def set_closed(self, number: str, closed: datetime, disposition: Disposition, note: str) -> None:
        """Close it. Broken: it has ended already, or there is no such ticket (the use case asks before)."""
        state = State.WITHDRAWN if disposition is Disposition.WITHDRAWN else State.CLOSED
        still_open = sa.and_(tickets.c.number == number, tickets.c.state.not_in(ENDED))
        values = {"state": state, "closed": closed, "disposition": disposition, "note": note}
        if changed(self._session, sa.update(tickets).where(still_open).values(**values)) != 1:
            raise Broken(f"ticket {number} has ended already, or does not exist")

    def record(self, number: str, moment: datetime, event: str, who: str, detail: str = "") -> None:
        line = {"ticket": number, "moment": moment, "event": event, "who": who, "detail": detail}
        self._session.execute(_ADD_EVENT, line)

    def _find(self, statement: sa.Select[Any]) -> Ticket | None:
        row = self._session.execute(statement).mappings().one_or_none()
        return None if row is None else _ticket(row)


def look_at_open_claims(session: Session, provider_id: int, tracking_numbers: Sequence[str]) -> Sequence[OpenClaim]:
    """As `SqlLedger.open_claims`, for whoever only looks: it waits for nobody, and nobody waits for it."""
    numbers = sorted(set(tracking_numbers))
    found = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = {"provider": provider_id, "numbers": numbers[start : start + _AT_ONCE]}
        found += [_open_claim(row) for row in session.execute(_OPEN_CLAIMS, some).mappings()]
    return found


def list_tickets(session: Session, state: State | None = None, limit: int = 200) -> Sequence[Ticket]:
    """The newest tickets first, all of them or those in one state."""
    statement = sa.select(tickets).order_by(tickets.c.opened.desc(), tickets.c.number.desc()).limit(limit)
    if state is not None:
        statement = statement.where(tickets.c.state == state)
    return [_ticket(row) for row in session.execute(statement).mappings()]


def timeline(session: Session, number: str) -> Sequence[TicketEvent]:
    """What happened to a ticket, oldest first."""
    line = (ticket_events.c.moment, ticket_events.c.event, ticket_events.c.who, ticket_events.c.detail)
    statement = sa.select(*line).where(ticket_events.c.ticket == number).order_by(ticket_events.c.id)
    return [TicketEvent(**row) for row in session.execute(statement).mappings()]


def claims_of(session: Session, number: str) -> Sequence[ClaimIssue]:
    """The claims of a ticket in the order of the sheet's rows. Holds member data."""
    statement = sa.select(claim_rows).where(claim_rows.c.ticket == number).order_by(claim_rows.c.row, claim_rows.c.id)
    return [
        ClaimIssue(row=row["row"], **{name: Entry(value=row[name]) for name in _CLAIM_FIELDS})
        for row in session.execute(statement).mappings()
    ]


_AT_ONCE = 5_000
"""Values in one IN list; both engines stop at about 32,000."""

_CLAIM_FIELDS = tuple(field.name for field in fields(ClaimIssue) if field.name != "row")


def _open_claim(row: sa.RowMapping) -> OpenClaim:
    return OpenClaim(
        ticket=row["ticket"],
        mco=row["ticket_mco"],
        tracking_number=row["tracking_folded"],
        claim_number=row["claim_folded"],
        rin=row["rin"] or "",
        service_from=row["service_from"],
    )


def _claim_row(ticket: Ticket, issue: ClaimIssue) -> dict[str, Any]:
    values = {name: getattr(issue, name).value for name in _CLAIM_FIELDS}
    return values | {
        "ticket": ticket.number,
        "provider_id": ticket.provider_id,
        "row": issue.row,
        "tracking_folded": fold(issue.tracking_number.value or ""),
        "claim_folded": fold(issue.claim_number.value or ""),
    }


def _ticket_row(ticket: Ticket) -> dict[str, Any]:
    own = {field.name: getattr(ticket, field.name) for field in fields(Ticket) if field.name != "filed_by"}
    way = ticket.filed_by
    return own | {
        "channel": way.channel,
        "address": way.address,
        "message_id": way.message_id,
        "thread": list(way.references),
        "letter_id": way.letter_id,
        "person": way.person,
    }


def _ticket(row: sa.RowMapping) -> Ticket:
    own = {field.name: row[field.name] for field in fields(Ticket) if field.name != "filed_by"}
    way = ReplyRoute(
        row["channel"], row["address"], row["message_id"], tuple(row["thread"]), row["letter_id"], row["person"]
    )
    return Ticket(**own, filed_by=way)


def _block(complaint: Complaint) -> dict[str, Any]:
    """What was said once for the whole complaint: the value, or the words where no value could be read."""
    entries = {field.name: getattr(complaint, field.name) for field in fields(Complaint)}
    return {
        name: _plain(entry.written if entry.value is None else entry.value)
        for name, entry in entries.items()
        if isinstance(entry, Entry) and not entry.is_blank
    }


def _plain(value: Any) -> Any:
    """As JSON has it: dates in ISO form, enums as their values, dataclasses as objects without what is empty."""
    if is_dataclass(value) and not isinstance(value, type):
        filled = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(item) for name, item in filled if item not in (None, "", ())}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
