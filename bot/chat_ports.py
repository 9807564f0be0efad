"""What a chat channel is to the rest: it stores what came, and carries what is said. Two translations, nothing else."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from complaints.errors import RecourseError


class EventKind(StrEnum):
    """What came. The words of `Incoming.payload` are in brackets."""

    OPENED = "opened"  # {}
    SAID = "said"  # {"text"}
    PRESSED = "pressed"  # {"turn", "choice"}: numbers
    EDITED = "edited"  # {"event", "text"}: the external id of what was said first
    FILE = "file"  # {"file": digest} or {"reference": what `fetch` takes, "size": bytes}; names are not kept
    GONE = "gone"  # {}: the person blocked us or left
    # our own, put between those of the platform:
    LINKED = "linked"  # {}: the person pressed the link of the sign-in mail
    TIME = "time"  # {"ends"}: the conversation lies idle


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event of a platform, to be stored before it is acknowledged.

    `address` is where answers go (a chat's id); `account` who it is on that platform. `external_id` is unique in the
    channel for ever: a repetition has the same. `position` sorts as text in the platform's own order within the chat.
    """

    channel: str
    address: str
    account: str
    external_id: str
    position: str
    kind: EventKind
    received: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    """The person's language as the platform tells it, "es" for example; only for a conversation that is new."""


Store = Callable[[Incoming], Awaitable[bool]]
"""Make an event durable; False: it was there already. Only after it returned is the platform told that we have it.
Raises Unavailable when it cannot be stored: the platform must then not be acked."""


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """One line to say. `turn` and the position of a label in `choices` are what a press brings back."""

    id: int
    text: str
    choices: Sequence[str] = ()
    turn: int = 0
    file_name: str = ""
    file: bytes | None = None


class Gone(RecourseError):
    """The chat takes nothing from us any more: blocked, deleted, not a member."""


class ChatCarrier(Protocol):
    """The outward half of a chat channel. Raises Unavailable or `storage.work.TryLater` (try again; a 429 says when) or
    Gone (never)."""

    async def send(self, address: str, line: OutgoingLine) -> str:
        """Say it; what the platform calls the message, to recognise it by."""
        ...

    async def delete(self, address: str, external_id: str) -> bool:
        """Delete what the person wrote under this external id, where the platform lets us; whether it did."""
        ...

    async def fetch(self, reference: str, limit: int) -> bytes:
        """A file that came, at most `limit` bytes. RecourseError.Broken: it is larger, or not there."""
        ...
