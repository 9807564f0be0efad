"""How much of a mail is read, and what is said when one is beyond that."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Checked on bytes, before anything is interpreted. Sizes are bytes. Honest mail stays far below each of them."""

    size: int = 25 * 1024 * 1024
    header_block: int = 256 * 1024
    header_lines: int = 1_000
    header_field: int = 32 * 1024
    boundary_lines: int = 500
    """Lines that begin with two hyphens."""
    nesting: int = 20
    opened: int = 50 * 1024 * 1024
    """Of all that came encoded in something else of the mail, decoded: one in the other it costs its size each time."""
    parts: int = 100


class UnreadableReason(StrEnum):
    TOO_LARGE = "too_large"
    HEADER_BLOCK_TOO_LARGE = "header_block_too_large"
    TOO_MANY_HEADER_LINES = "too_many_header_lines"
    HEADER_FIELD_TOO_LARGE = "header_field_too_large"
    TOO_MANY_BOUNDARY_LINES = "too_many_boundary_lines"
    NESTED_TOO_DEEP = "nested_too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    BROKEN = "broken"
    """Reading it surprised us; `Unreadable.surprise` names the exception."""
    READER_DIED = "reader_died"
    """Reading it used up what one mail may use of time or memory, or killed its reader, twice."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that is kept and shown to staff, but not read. `size` is the whole mail's in bytes."""

    reason: UnreadableReason
    size: int
    found: int | None = None
    """How much there was of what was too much, as far as it was counted; None when nothing was counted."""
    allowed: int | None = None
    surprise: str = ""


class BeyondLimit(Exception):
    """Raised and caught inside this room."""

    def __init__(self, reason: UnreadableReason, found: int, allowed: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.found = found
        self.allowed = allowed
