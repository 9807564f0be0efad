"""A mail without its envelope, out of a pipe or a mailbox: what servers on its way wrote of it into the mail itself."""

from mailin.addresses import envelope_address
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from mailin.sender import sender_in

_OF_NOBODY = frozenset({"", "MAILER-DAEMON"})
"""How mail servers write the null sender for a program."""


def as_sent(raw: bytes) -> bytes:
    """A mail out of a pipe as it came over the wire, where signatures were made: its lines end in CR LF, and the line
    `From sender date` of mailbox files is not part of it."""
    if raw.startswith(b"From "):
        raw = raw[raw.find(b"\n") + 1 :]
    first_line = raw[: raw.find(b"\n") + 1]
    return raw if first_line.endswith(b"\r\n") else raw.replace(b"\n", b"\r\n")


def headers_of(raw: bytes) -> Headers | None:
    """The header block; None when it is beyond the limits."""
    try:
        return read_headers(raw, 0, len(raw), ReadingLimits())[0]
    except BeyondLimit:
        return None


def envelope_sender(raw: bytes, headers: Headers | None, said: str | None = None) -> str:
    """The envelope sender, "" for the null sender: as who hands the mail over has `said`, else as the topmost
    Return-Path. Where neither is there nobody knows it, and that is not the null sender: then it is who wrote it."""
    written = headers.all("Return-Path")[:1] if headers else []
    for one in ([] if said is None else [said]) + written:
        if (address := said_sender(one)) is not None:
            return address
    return sender_in(raw) or ""


def said_sender(said: str) -> str | None:
    """An envelope sender as a program says it, "" for the null sender; None: it is no address."""
    address = said.strip().removeprefix("<").removesuffix(">").strip()
    if address in _OF_NOBODY:
        return ""
    return address if envelope_address(f"<{address}>") is not None else None
