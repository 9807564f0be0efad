"""Files that an old program wrote into the text of a mail itself: uuencode, between "begin 644 name" and "end", and
yEnc, between "=ybegin" and "=yend"."""

import binascii
import re

from mailin.decoding import clean_line, raw_text
from mailin.letter import Part

_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255}?)[ \t]*\r?\n", re.MULTILINE)
_LINE = re.compile(rb"[\x20-\x60]{1,90}[ \t]*\r?\n?")
_MOST_FILES = 50
CUT_OFF = "a file in the text is cut off or damaged; kept as far as it goes"


_YENC = re.compile(
    rb"^=ybegin [^\r\n]{0,200}?\bsize=(\d{1,10}) name=([^\r\n]{1,255})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?",
    re.MULTILINE,
)
_YENC_END = re.compile(rb"^=yend\b[^\n]{0,300}\n?", re.MULTILINE)
_BACK = bytes((byte - 42) % 256 for byte in range(256))
_ESCAPES = tuple((b"=" + bytes([byte + 64]), bytes([byte])) for byte in (0, 9, 10, 13, 32, 46, 61))
_MOST_TRIES = 1_000


def take_out_files(body: bytes) -> tuple[bytes, tuple[Part, ...], str | None]:
    """The text without them, the files, and what was lost (or None)."""
    if body.count(b"\n") > 20_000 + len(body) // 20:  # lines of a file have 61 characters; tiny ones are an attack
        return body, (), None
    rest, files, loss = _take_out_uuencoded(body)
    if b"=ybegin " not in rest:
        return rest, files, loss
    rest, others, other_loss = _take_out_yenc(rest)
    return rest, (*files, *others), loss or other_loss


def _take_out_yenc(body: bytes) -> tuple[bytes, tuple[Part, ...], str | None]:
    files: list[Part] = []
    rest: list[bytes] = []
    loss: str | None = None
    at = 0
    while len(files) < _MOST_FILES and (match := _YENC.search(body, at)):
        end = _YENC_END.search(body, match.end())
        content = _from_yenc(body[match.end() : end.start() if end else len(body)])
        if end is None or len(content) != int(match[1]):  # mail programs change bytes that yEnc needs as they were
            loss = CUT_OFF
        rest.append(body[at : match.start()])
        files.append(Part(clean_line(raw_text(match[2])), "application/octet-stream", content))
        at = end.end() if end else len(body)
    return b"".join([*rest, body[at:]]), tuple(files), loss


def _from_yenc(lines: bytes) -> bytes:
    bare = lines.translate(None, delete=b"\r\n")
    for escaped, meant in _ESCAPES:
        bare = bare.replace(escaped, meant)
    return bare.translate(_BACK)


def _take_out_uuencoded(body: bytes) -> tuple[bytes, tuple[Part, ...], str | None]:
    files: list[Part] = []
    rest: list[bytes] = []
    loss: str | None = None
    at = tries = 0
    while len(files) < _MOST_FILES and tries < _MOST_TRIES and (match := _BEGIN.search(body, at)):
        tries += 1
        content, stop, is_whole = _decoded(body, match.end(), is_base64=match[0].startswith(b"begin-"))
        if not content:  # "begin 100 days later": words
            rest.append(body[at : match.end()])
            at = match.end()
            continue
        rest.append(body[at : match.start()])
        files.append(Part(clean_line(raw_text(match[1])), "application/octet-stream", content))
        loss = loss if is_whole else CUT_OFF
        at = stop
    return b"".join([*rest, body[at:]]), tuple(files), loss


def _decoded(body: bytes, at: int, *, is_base64: bool) -> tuple[bytes, int, bool]:
    """The bytes, where the text goes on, and whether the end was found."""
    pieces: list[bytes] = []
    while at < len(body):
        stop = body.find(b"\n", at) + 1 or len(body)
        line = body[at:stop].rstrip()
        if line in {b"end", b"===="}:
            return b"".join(pieces), stop, True
        if not is_base64 and line and not _LINE.fullmatch(body, at, stop):
            break
        if not is_base64 and line and _is_cut_off(body, line, stop):
            return b"".join(pieces), stop, False
        try:
            if line:
                pieces.append(binascii.a2b_base64(line) if is_base64 else binascii.a2b_uu(line))
        except binascii.Error:
            break
        at = stop
    return b"".join(pieces), at, False


def _is_cut_off(body: bytes, line: bytes, stop: int) -> bool:
    """The last line of all, with fewer characters than it says; in others blanks at the end may have been lost."""
    return stop == len(body) and not body.endswith(b"\n") and len(line) - 1 < (line[0] - 32 & 63) * 4 // 3
