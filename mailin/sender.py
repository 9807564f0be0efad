"""The one From address of a mail, as far as the whole header block lets anybody be sure of it."""

from mailin.addresses import strict_sender
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits


def sender_of(headers: Headers, block: bytes) -> str | None:
    """Nobody, too, when the header block holds what others may take for the end of a line or of the text."""
    if b"\0" in block or b"\r" in block.replace(b"\r\n", b""):
        return None
    return strict_sender(headers.fields, whole=headers.whole)


def sender_in(raw: bytes) -> str | None:
    """The same of a mail that was not taken apart yet."""
    try:
        headers, body = read_headers(raw, 0, len(raw), ReadingLimits())
    except BeyondLimit:
        return None
    return sender_of(headers, raw[:body])


def own_fields(raw: bytes) -> tuple[str, ...]:
    """What its sender has written to tell a mail from others, and no server changes: its Message-ID and Date."""
    try:
        headers, _ = read_headers(raw, 0, len(raw), ReadingLimits())
    except BeyondLimit:
        return ()
    return headers.first("Message-ID"), headers.first("Date")
