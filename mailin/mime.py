"""A mail taken apart into its leaf parts, on bytes and within limits.

The standard library's parser asks every open boundary about every line and recurses as deep as the sender likes: that
is minutes of CPU for a mail of legal size. Here the lines that may be boundaries are found once, their number is
limited, and parts are ranges of the mail's bytes. How the library reads well-formed mail is the oracle of a test.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailin.decoding import decode_transfer
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits, UnreadableReason

_ATTACHED_MAIL = frozenset({"message/rfc822", "message/global"})
_LONGEST_BOUNDARY_LINE = 300


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A part that holds no parts; equal only to itself. `body` is still in its transfer encoding."""

    headers: Headers
    media_type: str
    parameters: Mapping[str, str]
    name: str
    """The file name it came with, or ""."""
    is_text: bool
    """It is meant to be read in place."""
    body: bytes
    inside: int
    """In how many attached mails it lies; 0 for a part of the mail itself."""
    alternative: int | None
    """Which multipart/alternative chooses it, when one does: its siblings have the same number."""

    def decoded(self) -> tuple[bytes, str | None]:
        """The body's bytes as the sender had them, and what was lost."""
        return decode_transfer(self.body, self.headers.first("Content-Transfer-Encoding"))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that begins with two hyphens: its range with the line break before it, and what follows the hyphens."""

    start: int
    stop: int
    text: bytes


def take_apart(raw: bytes, limits: ReadingLimits) -> tuple[Headers, int, tuple[Leaf, ...]]:
    """The mail's own headers, where its body begins, and its leaf parts in order. Raises BeyondLimit."""
    if len(raw) > limits.size:
        raise BeyondLimit(UnreadableReason.TOO_LARGE, len(raw), limits.size)
    walk = _Walk(limits)
    headers, body = walk.mail(raw, depth=0, inside=0)
    return headers, body, tuple(walk.leaves)


class _Walk:
    def __init__(self, limits: ReadingLimits) -> None:
        self.leaves: list[Leaf] = []
        self._limits = limits
        self._boundary_lines = 0
        self._alternatives = 0

    def mail(self, raw: bytes, depth: int, inside: int) -> tuple[Headers, int]:
        """A mail with its own bytes: the one we were given, or an encoded one attached to it."""
        return self._entity(raw, (0, len(raw)), self._find_lines(raw), depth, inside, None)

    def _find_lines(self, raw: bytes) -> list[_Line]:
        lines: list[_Line] = []
        at = 0 if raw.startswith(b"--") else raw.find(b"\n--")
        while at >= 0:
            self._boundary_lines += 1
            if self._boundary_lines > self._limits.boundary_lines:
                allowed = self._limits.boundary_lines
                raise BeyondLimit(UnreadableReason.TOO_MANY_BOUNDARY_LINES, self._boundary_lines, allowed)
            text = raw.find(b"--", at) + 2
            stop = raw.find(b"\n", text) + 1 or len(raw)
            start = at - 1 if at and raw[at - 1 : at] == b"\r" else at
            lines.append(_Line(start, stop, raw[text : min(stop, text + _LONGEST_BOUNDARY_LINE)].rstrip(b" \t\r\n")))
            at = raw.find(b"\n--", stop - 1)
        return lines

    def _entity(
        self, raw: bytes, where: tuple[int, int], lines: list[_Line], depth: int, inside: int, alternative: int | None
    ) -> tuple[Headers, int]:
        if depth > self._limits.nesting:
            raise BeyondLimit(UnreadableReason.NESTED_TOO_DEEP, depth, self._limits.nesting)
        headers, body = read_headers(raw, *where, self._limits)
        media_type, parameters = headers.media_type()
        if media_type.startswith("multipart/"):
            within = [line for line in lines if body - 2 <= line.start < where[1]]
            parts = list(_parts(parameters.get("boundary", ""), within, where[1]))
            if media_type == "multipart/alternative":
                self._alternatives += 1
                alternative = self._alternatives
            for part in parts:
                self._entity(raw, part, within, depth + 1, inside, alternative)
            if parts:
                return headers, body
            media_type = "text/plain"  # no boundary that fits: what is there can still be read
        elif media_type in _ATTACHED_MAIL:
            encoding = headers.first("Content-Transfer-Encoding").lower()
            if encoding in {"base64", "quoted-printable"}:
                self.mail(decode_transfer(raw[body : where[1]], encoding)[0], depth + 1, inside + 1)
            else:
                self._entity(raw, (body, where[1]), lines, depth + 1, inside + 1, None)
            return headers, body
        disposition, its_parameters = headers.disposition()
        name = its_parameters.get("filename", "") or parameters.get("name", "")
        is_text = media_type in {"text/plain", "text/html"} and not name and disposition != "attachment"
        content = raw[body : where[1]]
        self.leaves.append(Leaf(headers, media_type, parameters, name, is_text, content, inside, alternative))
        if len(self.leaves) > self._limits.parts:
            raise BeyondLimit(UnreadableReason.TOO_MANY_PARTS, len(self.leaves), self._limits.parts)
        return headers, body


def _parts(boundary: str, lines: list[_Line], end: int) -> Iterator[tuple[int, int]]:
    """The ranges between the lines of this boundary. Without an end line the last part goes to the end."""
    mark = boundary.encode("utf-8", "replace").rstrip()
    if not mark:
        return
    begun: int | None = None
    for line in lines:
        if line.text not in {mark, mark + b"--"}:
            continue
        if begun is not None:
            yield begun, max(begun, line.start)
        begun = min(line.stop, end)
        if line.text != mark:
            return
    if begun is not None:
        yield begun, end
