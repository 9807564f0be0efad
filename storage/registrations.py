"""Registrations that wait for staff: `tickets.requests.Requests` in one unit of work, and what staff are shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from complaints.model import Person, Provider, Role
from complaints.registration_sheet import RegistrationRow
from storage.registry import PERSON, find_provider
from storage.statements import changed, hold, insert
from storage.tables import people, providers, registration_requests, registration_rows
from tickets.ports import ReplyRoute
from tickets.requests import Request, RequestState

_AT_ONCE = 500
"""Digests that one statement asks for: SQLite takes 32,766 parameters."""
_TOLD = ("row", "provider_name", "hfs_id", "npi", "provider_type", "user_name", "email", "phone", "role")
_ADD, _ADD_ROWS = sa.insert(registration_requests), sa.insert(registration_rows)
_BEFORE = (
    sa.select(registration_rows.c.digest, registration_requests.c.state)
    .join(registration_requests)
    .where(registration_requests.c.address == sa.bindparam("sender"))
    .where(registration_requests.c.state != RequestState.REFUSED)
    .where(registration_rows.c.digest.in_(sa.bindparam("digests", expanding=True)))
    .order_by(registration_rows.c.id)
)


class SqlRequests:
    """`tickets.requests.Requests` in one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def standing(self, address: str, rows: Sequence[RegistrationRow]) -> Sequence[RequestState | None]:
        hold(self._session, f"registrations {address}")
        digests = [_digest(row) for row in rows]
        before: dict[str, RequestState] = {}
        for start in range(0, len(digests), _AT_ONCE):
            some = {"sender": address, "digests": digests[start : start + _AT_ONCE]}
            before |= {row.digest: row.state for row in self._session.execute(_BEFORE, some)}
        return [before.get(digest) for digest in digests]

    def add(self, route: ReplyRoute, received: datetime, rows: Sequence[RegistrationRow]) -> int:
        request = {
            "state": RequestState.WAITING,
            "received": received,
            "channel": route.channel,
            "address": route.address,
            "message_id": route.message_id,
            "thread": list(route.references),
            "letter_id": route.letter_id,
            "who": "",
            "reason": "",
        }
        number: int = self._session.execute(_ADD.returning(registration_requests.c.id), request).scalar_one()
        told = [{name: getattr(row, name) for name in _TOLD} | {"digest": _digest(row)} for row in rows]
        if told:
            self._session.execute(_ADD_ROWS, [{"request_id": number} | row for row in told])
        return number

    def find_for_change(self, number: int) -> Request | None:
        return _find(self._session, number, for_change=True)

    def set_decided(self, number: int, state: RequestState, moment: datetime, who: str, reason: str = "") -> None:
        """Broken: it is decided already, or there is none (the use case asks before)."""
        table = registration_requests
        this = sa.and_(table.c.id == number, table.c.state == RequestState.WAITING)
        values = {"state": state, "decided": moment, "who": who, "reason": reason}
        if changed(self._session, sa.update(table).where(this).values(**values)) != 1:
            raise Broken(f"registration {number} is decided already, or does not exist")

    def enroll(self, row: RegistrationRow) -> Provider:
        provider = _provider(self._session, row)
        statement = insert(self._session, people).values(
            provider_id=provider.id, address=row.email, name=row.user_name, role=row.role, receives_notices=True
        )
        new = {"role": row.role} | ({"name": row.user_name} if row.user_name else {})
        self._session.execute(statement.on_conflict_do_update(index_elements=["provider_id", "address"], set_=new))
        return provider


def find(session: Session, number: int) -> Request | None:
    return _find(session, number, for_change=False)


def list_requests(session: Session, state: RequestState | None = None, limit: int = 200) -> Sequence[Request]:
    """The newest first, all of them or those in one state."""
    statement = sa.select(registration_requests).order_by(registration_requests.c.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(registration_requests.c.state == state)
    return _with_rows(session, session.execute(statement).mappings().all())


def count_waiting(session: Session) -> int:
    waiting = registration_requests.c.state == RequestState.WAITING
    return session.execute(sa.select(sa.func.count()).where(waiting)).scalar_one()


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry says of the provider and the person of a row; None where it does not know them."""

    provider: Provider | None
    person: Person | None


def known(session: Session, row: RegistrationRow) -> Known:
    provider = find_provider(session, row.hfs_id)
    if provider is None:
        return Known(None, None)
    person = sa.select(*PERSON).where(people.c.provider_id == provider.id, people.c.address == row.email)
    found = session.execute(person).mappings().one_or_none()
    return Known(provider, Person(**found) if found else None)


def _provider(session: Session, row: RegistrationRow) -> Provider:
    """The provider with this HFS ID, registered now if need be."""
    new = insert(session, providers).values(name=row.provider_name, hfs_id=row.hfs_id, npi=row.npi)
    session.execute(new.on_conflict_do_nothing(index_elements=["hfs_id"]))
    if row.npi:
        nameless = sa.and_(providers.c.hfs_id == row.hfs_id, providers.c.npi.is_(None))
        session.execute(sa.update(providers).where(nameless).values(npi=row.npi))
    provider = find_provider(session, row.hfs_id)
    assert provider is not None  # noqa: S101  it was put in above
    return provider


def _find(session: Session, number: int, *, for_change: bool) -> Request | None:
    statement = sa.select(registration_requests).where(registration_requests.c.id == number)
    found = session.execute(statement.with_for_update() if for_change else statement).mappings().all()
    return next(iter(_with_rows(session, found)), None)


def _with_rows(session: Session, requests: Sequence[Any]) -> Sequence[Request]:
    theirs: dict[int, list[RegistrationRow]] = {}
    columns = [registration_rows.c[name] for name in ("request_id", *_TOLD)]
    mine = registration_rows.c.request_id.in_([request["id"] for request in requests])
    for row in session.execute(sa.select(*columns).where(mine).order_by(registration_rows.c.id)).mappings():
        told = {name: row[name] for name in _TOLD}
        theirs.setdefault(row["request_id"], []).append(RegistrationRow(**told))
    return [_request(request, tuple(theirs.get(request["id"], ()))) for request in requests]


def _request(row: Any, rows: tuple[RegistrationRow, ...]) -> Request:
    thread = tuple(row["thread"])
    return Request(
        id=row["id"],
        route=ReplyRoute(row["channel"], row["address"], row["message_id"], thread, row["letter_id"]),
        received=row["received"],
        rows=rows,
        state=row["state"],
        decided=row["decided"],
        who=row["who"],
        reason=row["reason"],
    )


def _digest(row: RegistrationRow) -> str:
    """Of all that a row says, wherever in a sheet it stands."""
    told = [row.provider_name.casefold(), row.hfs_id, row.npi or "", row.email, row.user_name.casefold(),
            row.provider_type.casefold(), row.phone, Role(row.role).value]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
