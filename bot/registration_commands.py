"""What `recourse registrations` has done in the database (see `commands`), and how requests are shown."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from complaints.errors import UsageError
from complaints.registration_sheet import RegistrationRow
from storage import registrations
from storage.database import Session
from storage.registrations import SqlRequests
from tickets import registering
from tickets.requests import Request, RequestState
from tickets.submission import Books

Json = Any


def list_registrations(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    state = RequestState(args["state"]) if args.get("state") else None
    return [request_view(request) for request in registrations.list_requests(session, state)]


def show_registration(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """A request with every row, and what the registry knows of its provider and person."""
    request = registrations.find(session, _number(args["id"]))
    if request is None:
        raise UsageError(f"no registration {args['id']}. `recourse registrations list` shows those there are.")
    return request_view(request) | {"registrations": [_row_view(session, row) for row in request.rows]}


def approve_registration(session: Session, args: dict[str, Any], books: Books) -> Json:
    number = _number(args["id"])
    people = registering.approve(number, args["who"], datetime.now(UTC), books, SqlRequests(session))
    registered = [{"email": one.address, "provider": one.provider} for one in people]
    return _now(session, number) | {"registered": registered}


def refuse_registration(session: Session, args: dict[str, Any], books: Books) -> Json:
    number = _number(args["id"])
    registering.refuse(number, args["reason"], args["who"], datetime.now(UTC), books, SqlRequests(session))
    return _now(session, number)


def request_view(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "state": request.state.value,
        "received": request.received.isoformat(),
        "from": request.route.address,
        "letter": request.route.letter_id,
        "rows": len(request.rows),
        "providers": list(dict.fromkeys(row.provider_name for row in request.rows)),
        "decided": request.decided.isoformat() if request.decided else None,
        "who": request.who,
        "reason": request.reason,
    }


def _row_view(session: Session, row: RegistrationRow) -> dict[str, Any]:
    known = registrations.known(session, row)
    return asdict(row) | {
        "role": row.role.value,
        "provider_registered": {"name": known.provider.name, "npi": known.provider.npi} if known.provider else None,
        "person_registered": {"name": known.person.name, "role": known.person.role.value} if known.person else None,
    }


def _now(session: Session, number: int) -> dict[str, Any]:
    request = registrations.find(session, number)
    assert request is not None  # noqa: S101  it was decided about right before
    return request_view(request)


def _number(number: int) -> int:
    """No database keeps an id of more than 63 bits, and to ask for one is an error there."""
    if not 0 < number < 2**63:
        raise UsageError(f"no registration {number}. `recourse registrations list` shows those there are.")
    return number


REGISTRATION_COMMANDS: dict[str, Callable[[Session, dict[str, Any], Books], Json]] = {
    "registrations.list": list_registrations,
    "registrations.show": show_registration,
    "registrations.approve": approve_registration,
    "registrations.refuse": refuse_registration,
}
