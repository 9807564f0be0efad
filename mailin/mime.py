"""A mail taken apart into its leaf parts, on bytes and within limits.

The standard library's parser asks every open boundary about every line and recurses as deep as the sender likes: that
is minutes of CPU for a mail of legal size. Here the lines that may be boundaries are found once, their number is
limited, and parts are ranges of the mail's bytes. How the library reads well-formed mail is the oracle of a test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailin.armour import ENCRYPTED
from mailin.boundaries import Line, guessed_boundary, parts_between, preamble
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits, UnreadableReason
from mailin.signed_content import Sealed, content_of_signed
from mailin.transfer import begins_as_file, decode_transfer

_ATTACHED_MAIL = frozenset({"message/rfc822", "message/global", "message/news"})
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "application/xhtml+xml"})
_NAMES_OF_TEXTS = (".txt", ".text", ".htm", ".html")
_LONGEST_BOUNDARY_LINE = 300

GUESSED = "the parts of the mail are not marked as it says; they were told by what they look like"
_PARTIAL = "this is one piece of a mail that was sent in several (message/partial)"
_EXTERNAL = "a file was not sent along, only where it lies (message/external-body); nothing is fetched"
_BINHEX = "a file is packed as BinHex, which nobody here unpacks"
_SEALED_ENCRYPTED = "it is encrypted (S/MIME), and nobody here can read it"
_SEALED_UNKNOWN = "a part is signed or packed (S/MIME) in a way that is not understood"
_TOLD_AS_LOST = {
    "message/partial": _PARTIAL,
    "message/external-body": _EXTERNAL,
    "application/mac-binhex40": _BINHEX,
    "application/pgp-encrypted": ENCRYPTED,
}


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
    may_be_text: bool
    """It has the name of a text, and is one when the mail has no other."""
    body: bytes
    inside: int
    """In how many attached mails it lies; 0 for a part of the mail itself."""
    alternative: int | None
    """Which multipart/alternative chooses it, when one does: its siblings have the same number."""
    within: str
    """The type of the multipart that it is a part of; "" for none."""
    losses: tuple[str, ...]
    """What was lost on the way to it."""

    def decoded(self) -> tuple[bytes, str | None]:
        """The body's bytes as the sender had them, and what was lost."""
        return decode_transfer(self.body, self.headers.first("Content-Transfer-Encoding"))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part lies."""

    depth: int
    inside: int
    alternative: int | None = None
    within: str = ""


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
        self._opened_bytes = 0
        self._alternatives = 0
        self._lost: list[str] = []
        """What the next leaf tells."""

    def mail(self, raw: bytes, depth: int, inside: int) -> tuple[Headers, int]:
        """A mail with its own bytes: the one we were given, or an encoded one attached to it."""
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
        return self._entity(raw, (0, len(raw)), self._find_lines(raw), _Place(depth, inside), of_mail=True)

    def _opened(self, body: bytes, encoding: str) -> bytes:
        """What came encoded, within a bound for all of it together."""
        inner = decode_transfer(body, encoding)[0]
        self._opened_bytes += len(inner)
        if self._opened_bytes > self._limits.opened:
            raise BeyondLimit(UnreadableReason.NESTED_TOO_DEEP, self._opened_bytes, self._limits.opened)
        return inner

    def _find_lines(self, raw: bytes) -> list[Line]:
        lines: list[Line] = []
        at = 0 if raw.startswith(b"--") else raw.find(b"\n--")
        while at >= 0:
            self._boundary_lines += 1
            if self._boundary_lines > self._limits.boundary_lines:
                allowed = self._limits.boundary_lines
                raise BeyondLimit(UnreadableReason.TOO_MANY_BOUNDARY_LINES, self._boundary_lines, allowed)
            text = raw.find(b"--", at) + 2
            stop = raw.find(b"\n", text) + 1 or len(raw)
            start = at - 1 if at and raw[at - 1 : at] == b"\r" else at
            lines.append(Line(start, stop, raw[text : min(stop, text + _LONGEST_BOUNDARY_LINE)].rstrip(b" \t\r\n")))
            at = raw.find(b"\n--", stop - 1)
        return lines

    def _entity(
        self, raw: bytes, where: tuple[int, int], lines: Sequence[Line], place: _Place, *, of_mail: bool = False
    ) -> tuple[Headers, int]:
        if place.depth > self._limits.nesting:
            raise BeyondLimit(UnreadableReason.NESTED_TOO_DEEP, place.depth, self._limits.nesting)
        headers, body = read_headers(raw, *where, self._limits, of_mail=of_mail)
        default = "message/rfc822" if place.within == "multipart/digest" else "text/plain"
        media_type, parameters = headers.media_type(default)
        bounds = body, where[1]
        if media_type.startswith("multipart/"):
            if self._parts(raw, bounds, lines, place, media_type, parameters.get("boundary", "")):
                return headers, body
            encoding = headers.first("Content-Transfer-Encoding").strip().lower()
            if encoding in {"base64", "quoted-printable"}:  # not allowed, and met with
                inner = self._opened(raw[body : where[1]], encoding)
                found = self._find_lines(inner)
                if self._parts(inner, (0, len(inner)), found, place, media_type, parameters.get("boundary", "")):
                    return headers, body
            media_type = "text/plain"  # no boundary that fits: what is there can still be read
        elif media_type in _ATTACHED_MAIL or _is_first_piece(media_type, parameters):
            self._tell(_TOLD_AS_LOST.get(media_type))
            self._attached(raw, bounds, lines, place, headers)
            return headers, body
        elif (
            of_mail
            and not headers.all("Content-Type")
            and self._parts(raw, bounds, lines, place, "multipart/mixed", "")
        ):
            return headers, body
        self._leaf(headers, media_type, raw[body : where[1]], place)
        return headers, body

    def _parts(
        self, raw: bytes, bounds: tuple[int, int], lines: Sequence[Line], place: _Place, media_type: str, boundary: str
    ) -> bool:
        """Whether there are any. Without a boundary that fits it is told from what stands below it."""
        within = [line for line in lines if bounds[0] - 2 <= line.start < bounds[1]]
        parts = parts_between(boundary.encode("utf-8", "replace").rstrip(), within, bounds[1])
        place = replace(place, depth=place.depth + 1, within=media_type)
        if not parts:
            mark = guessed_boundary(raw, within)
            parts = parts_between(mark, within, bounds[1])
            if not parts:
                return False
            self._tell(GUESSED)
            before = preamble(raw, bounds[0], next(line.start for line in within if line.text == mark))
            if before:
                self._leaf(Headers((), whole=True), "text/plain", before, place)
        if media_type == "multipart/alternative":
            self._alternatives += 1
            place = replace(place, alternative=self._alternatives)
        for part in parts:
            self._entity(raw, part, within, place)
        return True

    def _attached(
        self, raw: bytes, bounds: tuple[int, int], lines: Sequence[Line], place: _Place, headers: Headers
    ) -> None:
        encoding = headers.first("Content-Transfer-Encoding").strip().lower()
        if encoding in {"base64", "quoted-printable"}:
            self.mail(self._opened(raw[slice(*bounds)], encoding), place.depth + 1, place.inside + 1)
        else:
            self._entity(raw, bounds, lines, _Place(place.depth + 1, place.inside + 1), of_mail=True)

    def _leaf(self, headers: Headers, media_type: str, content: bytes, place: _Place) -> None:
        disposition, its_parameters = headers.disposition()
        parameters = headers.media_type()[1]
        name = its_parameters.get("filename", "") or parameters.get("name", "") or _described(headers)
        encoding = headers.first("Content-Transfer-Encoding")
        if media_type in _SEALED or name.lower().endswith(".p7m"):
            inner = content_of_signed(self._opened(content, encoding))
            if isinstance(inner, bytes):
                self.mail(inner, place.depth + 1, place.inside)
                return
            self._tell(_SEALED_ENCRYPTED if inner is Sealed.ENCRYPTED else _SEALED_UNKNOWN)
        self._tell(_TOLD_AS_LOST.get(media_type))
        can_be_text = media_type in _TEXTS and disposition != "attachment" and not begins_as_file(content, encoding)
        self.leaves.append(
            Leaf(
                headers=headers,
                media_type=media_type,
                parameters=parameters,
                name=name,
                is_text=can_be_text and not name,
                may_be_text=can_be_text and name.lower().endswith(_NAMES_OF_TEXTS),
                body=content,
                inside=place.inside,
                alternative=place.alternative,
                within=place.within,
                losses=tuple(self._lost),
            )
        )
        self._lost = []
        if len(self.leaves) > self._limits.parts:
            raise BeyondLimit(UnreadableReason.TOO_MANY_PARTS, len(self.leaves), self._limits.parts)

    def _tell(self, loss: str | None) -> None:
        if loss:
            self._lost.append(loss)


def _is_first_piece(media_type: str, parameters: Mapping[str, str]) -> bool:
    return media_type == "message/partial" and parameters.get("number", "").strip() == "1"


def _described(headers: Headers) -> str:
    """A Content-Description that is a file's name."""
    said = headers.text("Content-Description")
    return said if said.lower().endswith((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv")) else ""
