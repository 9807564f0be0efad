"""Registrations that wait for staff, and the port through which `tickets.registering` keeps them (see `ports`).

A request is what one registration sheet brought that is right and new. It is never changed afterwards, so that staff
approve exactly what they looked at: what a corrected sheet brings besides is a request of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from complaints.model import Provider
from complaints.registration_sheet import RegistrationRow
from tickets.ports import ReplyRoute


class RequestState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """`route` leads to who sent the sheet. `decided` is None while it waits; `reason` goes with a refusal."""

    id: int
    route: ReplyRoute
    received: datetime
    rows: tuple[RegistrationRow, ...]
    state: RequestState = RequestState.WAITING
    decided: datetime | None = None
    who: str = ""
    reason: str = ""


class Requests(Protocol):
    """The requests, and the way from an approved one into the registry."""

    def standing(self, address: str, rows: Sequence[RegistrationRow]) -> Sequence[RequestState | None]:
        """For each row: whether this address sent it before, in any row of a sheet, and what became of it. None: it
        did not, or staff refused it. Until this transaction ends, nobody else asks for the same address."""

    def add(self, route: ReplyRoute, received: datetime, rows: Sequence[RegistrationRow]) -> int:
        """A new request that waits; its number."""

    def find_for_change(self, number: int) -> Request | None:
        """Nobody else can decide about it before this transaction ends."""

    def set_decided(self, number: int, state: RequestState, moment: datetime, who: str, reason: str = "") -> None: ...

    def enroll(self, row: RegistrationRow) -> Provider:
        """Register the person for the provider; the provider as it is registered. One that is known by its HFS ID keeps
        its name, and its NPI if it has one: a sheet that came by mail renames nobody."""
