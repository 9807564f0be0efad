"""The forms of a mail that are signed (RFC 6376, 3.4), each made in one pass."""

import re
from collections.abc import Sequence

Field = tuple[bytes, bytes]
"""A header field as it came: what stands before the colon, and all behind it with its line end."""

_BLANKS = re.compile(rb"[ \t]+")


def header_simple(field: Field) -> bytes:
    return field[0] + b":" + field[1]


def header_relaxed(field: Field) -> bytes:
    value = _BLANKS.sub(b" ", field[1].replace(b"\r\n", b"")).strip(b" ")
    return field[0].lower().rstrip(b" \t") + b":" + value + b"\r\n"


def body_simple(body: bytes) -> bytes:
    return _without_empty_lines_at_the_end(body) or b"\r\n"


def body_relaxed(body: bytes) -> bytes:
    """Blanks behind a last line that has no line end are kept: mail has one, and signers do not agree about it."""
    return _without_empty_lines_at_the_end(_BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n"))


def _without_empty_lines_at_the_end(body: bytes) -> bytes:
    """With exactly one line end behind the last line; b"" when there is none."""
    end = len(body)
    while body[max(end - 2, 0) : end] == b"\r\n":
        end -= 2
    return body[:end] + b"\r\n" if end else b""


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
