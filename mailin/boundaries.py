"""Where the parts of a multipart begin and end, also when that is not marked as it should be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FIELD_BELOW = re.compile(rb"[ \t]*Content-[A-Za-z-]{1,40}[ \t]*:", re.IGNORECASE)
_NOTICE = re.compile(rb"multi-?part message|MIME[- ]format|MIME[- ]encapsulated", re.IGNORECASE)
_LONGEST_NOTICE = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A line that begins with two hyphens: its range with the line break before it, and what follows the hyphens."""

    start: int
    stop: int
    text: bytes


def parts_between(mark: bytes, lines: Sequence[Line], end: int) -> list[tuple[int, int]]:
    """The ranges between the lines of this boundary. Without an end line the last part goes to the end; what follows an
    end line is no part, unless the boundary comes again: two multiparts, one in the other, may have the same."""
    parts: list[tuple[int, int]] = []
    if not mark:
        return parts
    begun: int | None = None
    for line in lines:
        if line.text not in {mark, mark + b"--"}:
            continue
        if begun is not None:
            parts.append((begun, max(begun, line.start)))
        begun = min(line.stop, end) if line.text == mark else None
    if begun is not None:
        parts.append((begun, end))
    return parts


def guessed_boundary(raw: bytes, lines: Sequence[Line]) -> bytes:
    """What stands on the first of these lines with fields of a part below it; empty when there is none."""
    return next((line.text for line in lines if line.text and _FIELD_BELOW.match(raw, line.stop)), b"")


def preamble(raw: bytes, start: int, end: int) -> bytes:
    """What stands before the first part, when it is more than the notice for readers of a time long ago."""
    said = raw[start:end].strip()
    is_notice = len(said) <= _LONGEST_NOTICE and _NOTICE.search(said) is not None
    return b"" if is_notice else said
