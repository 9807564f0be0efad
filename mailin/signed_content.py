"""What lies inside a mail that is signed as a whole (S/MIME, application/pkcs7-mime): a part in a shell of ASN.1.

Only the way to the content is read (RFC 5652): nothing is verified here, since who sent a mail is told by its domain.
"""

from enum import Enum, auto

_CONSTRUCTED = 0x20
_OCTETS, _OID, _SEQUENCE, _CONTENT = 0x04, 0x06, 0x30, 0xA0
_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_AUTH_ENVELOPED = bytes.fromhex("2a864886f70d0109100117")
_DEEPEST = 8
_MOST_PIECES = 100_000
"""Programs write a thousand bytes or more as one."""


class Sealed(Enum):
    """Why there is nothing to read."""

    ENCRYPTED = auto()
    NOT_UNDERSTOOD = auto()


def content_of_signed(data: bytes) -> bytes | Sealed:
    """The part inside, with its header block."""
    try:
        return _content(data)
    except (IndexError, ValueError):
        return Sealed.NOT_UNDERSTOOD


def _content(data: bytes) -> bytes | Sealed:
    at, _ = _enter(data, 0, _SEQUENCE)
    oid, at = _value(data, at, _OID)
    if oid in {_ENVELOPED, _AUTH_ENVELOPED}:
        return Sealed.ENCRYPTED
    if oid != _SIGNED:
        return Sealed.NOT_UNDERSTOOD
    at, _ = _enter(data, at, _CONTENT)
    at, _ = _enter(data, at, _SEQUENCE)
    at = _after(data, _after(data, at), 0)  # the version, and which digests were made
    at, end = _enter(data, at, _SEQUENCE)
    _, at = _value(data, at, _OID)
    if end is not None and at >= end:
        return Sealed.NOT_UNDERSTOOD  # the content lies elsewhere: the signature stands beside it
    at, _ = _enter(data, at, _CONTENT)
    pieces: list[bytes] = []
    _octets(data, at, pieces, 0)
    return b"".join(pieces)


def _head(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Tag, where the value begins, and where it ends: None when that is told by two zeros behind it."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length < 0x80:
        return tag, at, _within(data, at + length)
    if length == 0x80:
        return tag, at, None
    size = length & 0x7F
    if size > 4:
        raise ValueError(size)
    return tag, at + size, _within(data, at + size + int.from_bytes(data[at : at + size], "big"))


def _within(data: bytes, end: int) -> int:
    if end > len(data):
        raise ValueError(end)
    return end


def _enter(data: bytes, at: int, tag: int) -> tuple[int, int | None]:
    found, start, end = _head(data, at)
    if found != tag:
        raise ValueError(found)
    return start, end


def _value(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    start, end = _enter(data, at, tag)
    if end is None:
        raise ValueError(tag)
    return data[start:end], end


def _after(data: bytes, at: int, depth: int = 0) -> int:
    """Where the next one begins."""
    tag, start, end = _head(data, at)
    if end is not None:
        return end
    if not tag & _CONSTRUCTED or depth > _DEEPEST:
        raise ValueError(tag)
    at = start
    while data[at : at + 2] != b"\0\0":
        at = _after(data, at, depth + 1)
    return at + 2


def _octets(data: bytes, at: int, pieces: list[bytes], depth: int) -> int:
    """Collect an OCTET STRING, which large mails have in pieces. Where the next one begins."""
    tag, start, end = _head(data, at)
    if tag == _OCTETS and end is not None:
        if len(pieces) >= _MOST_PIECES:
            raise ValueError(len(pieces))
        pieces.append(data[start:end])
        return end
    if tag != _OCTETS | _CONSTRUCTED or depth > _DEEPEST:
        raise ValueError(tag)
    at = start
    while at < end if end is not None else data[at : at + 2] != b"\0\0":
        at = _octets(data, at, pieces, depth + 1)
    return at if end is not None else at + 2
