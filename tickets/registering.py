"""Registration sheets that came by mail: the right rows wait for staff, who approve or refuse them.

Each use case runs inside one unit of work. Who sent the sheet is told every time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.deadlines import local_date
from complaints.errors import NotPossible, UsageError
from complaints.model import Role
from complaints.notices import Registered, RegistrationApproved, RegistrationReceived, RegistrationRefused
from complaints.registration_sheet import RegistrationRow, RegistrationSheet
from tickets.ports import Attachment, Registry, ReplyRoute
from tickets.requests import Request, Requests, RequestState
from tickets.submission import Books


@dataclass(frozen=True, slots=True)
class Registering:
    """What became of a registration sheet. `request` None: it brought nothing that is right and new."""

    notice: RegistrationReceived
    request: int | None


def register(
    sheets: Sequence[RegistrationSheet],
    route: ReplyRoute,
    received: datetime,
    key: str,
    books: Books,
    requests: Requests,
    marked: Sequence[Attachment] = (),
) -> Registering:
    """Keep the right rows for staff, and queue the one answer, which names all faults at once.

    `received` and `key` are as in `tickets.submission.Submission`. `marked` is the sender's own workbook with the wrong
    cells marked. Rows that this sender sent before make no second request, unless staff refused them.
    """
    rows = _each_once(row for sheet in sheets for row in sheet.rows)
    before = requests.standing(route.address, rows)
    known = [state is RequestState.APPROVED for state in before]
    known = [was or _is_registered(row, route.address, books.registry) for was, row in zip(known, rows, strict=True)]
    new = [row for row, state, is_known in zip(rows, before, known, strict=True) if state is None and not is_known]
    request = requests.add(route, received, new) if new else None
    notice = RegistrationReceived(
        accepted=len(new),
        faults=tuple(fault for sheet in sheets for fault in sheet.faults),
        repeated=len(rows) - len(new) - sum(known),
        registered=sum(known),
        marked=bool(marked),
    )
    books.notices.put(notice, route, key, tuple(marked))
    return Registering(notice, request)


def approve(number: int, who: str, moment: datetime, books: Books, requests: Requests) -> tuple[Registered, ...]:
    """Register everybody of a request and tell who sent it; whoever may file from now on.

    UsageError: there is no such request. NotPossible: it was decided before.
    """
    request = _waiting(number, requests, books)
    people = dict.fromkeys(Registered(row.email, requests.enroll(row).name) for row in request.rows)
    requests.set_decided(number, RequestState.APPROVED, moment, who)
    notice = RegistrationApproved(tuple(people), local_date(request.received, books.policy))
    books.notices.put(notice, request.route, f"registration:{number}:approved")
    return tuple(people)


def refuse(number: int, reason: str, who: str, moment: datetime, books: Books, requests: Requests) -> Request:
    """Refuse a request as a whole, and tell who sent it why. Errors as in `approve`; an empty reason is one too."""
    if not reason.strip():
        raise UsageError("the reason is empty. It goes to who sent the sheet: say what is to be put right.")
    request = _waiting(number, requests, books)
    requests.set_decided(number, RequestState.REFUSED, moment, who, reason)
    people = dict.fromkeys(Registered(row.email, row.provider_name) for row in request.rows)
    notice = RegistrationRefused(reason, local_date(request.received, books.policy), tuple(people))
    books.notices.put(notice, request.route, f"registration:{number}:refused")
    return request


def _waiting(number: int, requests: Requests, books: Books) -> Request:
    request = requests.find_for_change(number)
    if request is None:
        raise UsageError(f"no registration {number}. `recourse registrations list` shows those there are.")
    if request.state is not RequestState.WAITING:
        on = f" on {local_date(request.decided, books.policy)}" if request.decided else ""
        raise NotPossible(f"registration {number} was {request.state.value}{on}; nothing was changed.")
    return request


def _each_once(rows: Iterable[RegistrationRow]) -> tuple[RegistrationRow, ...]:
    """Who for which provider, as what: said twice it is one registration, as it was said first."""
    once: dict[tuple[str, str, Role], RegistrationRow] = {}
    for row in rows:
        once.setdefault((row.hfs_id, row.email, row.role), row)
    return tuple(once.values())


def _is_registered(row: RegistrationRow, sender: str, registry: Registry) -> bool:
    """Whether this changes nothing. Only people of the same provider are told so: it is nobody else's business who is
    registered."""
    mine = [provider for provider in registry.providers_of(sender) if provider.hfs_id == row.hfs_id]
    return any(
        person.address == row.email and person.role is row.role and row.user_name in ("", person.name)
        for provider in mine
        for person in registry.people_of(provider.id)
    )
