"""The forms of a mail that are signed (RFC 6376, 3.4), each made in one pass."""

import hashlib
import re
from collections.abc import Sequence

Field = tuple[bytes, bytes]
"""A header field as it came: what stands before the colon, and all behind it with its line end."""

_BLANKS = re.compile(rb"[ \t]+")
_MAY_CUT = re.compile(rb"[^ \t\r]")
"""Behind it no blanks and no line end are torn apart."""
_PIECE = 128 * 1024
"""A whole body of 25 MB at once would hold up everybody else for a second, and take its size in memory again."""


def header_simple(field: Field) -> bytes:
    return field[0] + b":" + field[1]


def header_relaxed(field: Field) -> bytes:
    value = _BLANKS.sub(b" ", field[1].replace(b"\r\n", b"")).strip(b" ")
    return field[0].lower().rstrip(b" \t") + b":" + value + b"\r\n"


def body_digest(body: bytes, form: str, piece: int = _PIECE) -> bytes:
    """SHA-256 of a body in its `simple` or `relaxed` form, without making that form as a whole.

    Blanks behind a last line that has no line end are kept: mail has one, and signers do not agree about it.
    """
    digest = hashlib.sha256()
    at = held = 0  # `held`: line ends that count only if more than line ends follow
    empty = True
    while at < len(body):
        cut = _MAY_CUT.search(body, at + piece - 1)
        end = cut.end() if cut else len(body)
        part = body[at:end]
        if form == "relaxed":
            part = _BLANKS.sub(b" ", part).replace(b" \r\n", b"\r\n")
        kept = _without_line_ends(part)
        if kept:
            digest.update(b"\r\n" * held)
            digest.update(part[:kept])
            held, empty = 0, False
        held += (len(part) - kept) // 2
        at = end
    if not empty or form == "simple":
        digest.update(b"\r\n")
    return digest.digest()


def _without_line_ends(part: bytes) -> int:
    """How long it is without the line ends behind it."""
    end = len(part)
    while part[max(end - 2, 0) : end] == b"\r\n":
        end -= 2
    return end


def without_signature(field: Field) -> Field:
    """The signature's own field with nothing behind `b=`, and without its last line end (RFC 6376, 3.7)."""
    pieces = field[1].removesuffix(b"\r\n").split(b";")
    for place, piece in enumerate(pieces):
        name, equals, _ = piece.partition(b"=")
        if equals and name.strip(b" \t\r\n") == b"b":
            pieces[place] = name + equals
    return field[0], b";".join(pieces)


def chosen_fields(fields: Sequence[Field], names: Sequence[str]) -> list[Field]:
    """The fields that a signature names, each the lowest that was not taken yet; names without a field are passed."""
    left: dict[bytes, list[Field]] = {}
    for field in fields:
        left.setdefault(field[0].rstrip(b" \t").lower(), []).append(field)
    chosen: list[Field] = []
    for name in names:
        same = left.get(name.lower().encode())
        if same:
            chosen.append(same.pop())
    return chosen
