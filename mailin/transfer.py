"""Undoing a Content-Transfer-Encoding as far as it goes, and saying what was lost. Nothing here raises.

Base64 is met with words in it: a scanner or a mailing list has put its lines behind it, or it is no base64 at all. It
is met in several pieces that each end in "=", too, of which the standard library reads the first only.
"""

import binascii
import re
import string

_LETTERS = (string.ascii_letters + string.digits + "+/").encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_LETTERS))
_BETWEEN_WORDS = re.compile(rb"(?<=[A-Za-z0-9,.:]) +[A-Za-z0-9]")
_MOST_LINES_OF_WORDS = 2_000
_LONG_LINES = 20
"""Bytes a line has on average at least: millions of tiny ones are an attack."""
_SHORTEST_PIECE = 8
_ENCODED_FILES = (b"UEsDB", b"0M8R4KGx", b"JVBERi", b"eJ8+I")
FILE_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x78\x9f\x3e\x22")
"""How a zip (and so a workbook), an old Office file, a PDF and a winmail.dat begin, in base64 and as they are."""

CUT_OFF = "a part in base64 is cut off or damaged; kept as far as it goes"
_WORDS_INSIDE = "words stood in a part in base64; they were left out"
_NO_BASE64 = "a part is not base64 as it says; kept as it came"
_BAD_ESCAPES = "a part in quoted-printable is damaged; kept as it came in those places"

_BLANKS_BEHIND = re.compile(rb"=[ \t]+(\r?\n)")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes as the sender had them, and what was lost (or None)."""
    name = encoding.strip().lower()
    try:
        match name:
            case "base64":
                return from_base64(body)
            case "quoted-printable":
                return _from_quoted_printable(body)
            case "x-uuencode" | "uuencode" | "x-uue" | "uue":
                return _from_uuencode(body), None
    except binascii.Error:
        return body, f"a part is not {name} as it says; kept as it came"
    if _is_encoded_file(body):
        return from_base64(body)
    known = name in {"", "7bit", "8bit", "binary"}
    return body, None if known else "a part has an unknown transfer encoding; kept as it came"


def begins_as_file(body: bytes, encoding: str) -> bool:
    """Whatever it is called, it is no text."""
    start = body[:100].lstrip()
    return start.startswith(FILE_MARKS) or (
        start.startswith(_ENCODED_FILES) and (encoding.strip().lower() == "base64" or _is_encoded_file(body))
    )


def _is_encoded_file(body: bytes) -> bool:
    """A file in base64 whose encoding is not told."""
    start = body[:100].lstrip()
    return start.startswith(_ENCODED_FILES) and not body.translate(None, delete=_LETTERS + b"=\r\n \t")


def from_base64(body: bytes) -> tuple[bytes, str | None]:
    body = body.strip()
    junk = body.translate(None, delete=_LETTERS + b"=\r\n \t")
    end = body.find(b"=")
    if junk or b" " in body or (end >= 0 and body[end:].strip(b"= \r\n\t")):
        return _salvaged(body)
    try:
        return binascii.a2b_base64(body), None
    except binascii.Error:
        return _one_piece(body)[0], CUT_OFF


def _one_piece(body: bytes) -> tuple[bytes, bool]:
    """Its bytes, and whether they end where letters of base64 may end."""
    letters = body.translate(None, delete=_NOT_BASE64)
    whole = letters[: len(letters) // 4 * 4]
    rest = letters[len(whole) :]
    if len(rest) > 1:
        whole += rest + b"=" * (4 - len(rest))
    return binascii.a2b_base64(whole), len(rest) != 1


def _salvaged(body: bytes) -> tuple[bytes, str | None]:
    if max(body.count(b"\n"), body.count(b"=")) > 100 + len(body) // _LONG_LINES:
        decoded, is_whole = _one_piece(body)
        return decoded, None if is_whole else CUT_OFF
    if b"+" not in body and b"/" not in body:
        body = body.translate(bytes.maketrans(b"-_", b"+/")) if _is_for_addresses(body) else body
    kept = _without_words(body)
    if 2 * len(kept) < len(body):
        return body, _NO_BASE64
    pieces = [piece for piece in re.split(rb"=[=\s]*", kept) if len(piece) >= _SHORTEST_PIECE]
    decoded_pieces = [_one_piece(piece) for piece in pieces]
    is_whole = all(ends_well for _, ends_well in decoded_pieces)
    losses = [_WORDS_INSIDE if len(kept) < len(body) else "", "" if is_whole else CUT_OFF]
    return b"".join(decoded for decoded, _ in decoded_pieces), "; ".join(filter(None, losses)) or None


def _without_words(body: bytes) -> bytes:
    kept: list[bytes] = []
    at = 0
    while len(kept) < _MOST_LINES_OF_WORDS and (match := _BETWEEN_WORDS.search(body, at)):
        kept.append(body[at : max(body.rfind(b"\n", 0, match.start()) + 1, at)])
        at = body.find(b"\n", match.end()) + 1 or len(body)
    return b"".join([*kept, body[at:]])


def _is_for_addresses(body: bytes) -> bool:
    """The other alphabet, in which base64 stands in addresses."""
    return not body.translate(None, delete=_LETTERS + b"-_=\r\n \t")


def _from_quoted_printable(body: bytes) -> tuple[bytes, str | None]:
    blanks = body.count(b"= ") + body.count(b"=\t")  # behind the end of a line: something on the way has added them
    if 0 < blanks <= 100 + len(body) // _LONG_LINES:
        body = _BLANKS_BEHIND.sub(rb"=\1", body)
    return binascii.a2b_qp(body), _BAD_ESCAPES if _BAD_ESCAPE.search(body) else None


def _from_uuencode(body: bytes) -> bytes:
    if body.count(b"\n") > 100 + len(body) // _LONG_LINES:
        raise binascii.Error
    decoded: list[bytes] = []
    inside = False
    for line in body.split(b"\n"):
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        elif line.strip():
            decoded.append(binascii.a2b_uu(line.rstrip()))
    return b"".join(decoded)
