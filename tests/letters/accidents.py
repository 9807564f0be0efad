"""The project's own letters, one for each kind of accident that mail meets on its way.

Each says what is to be read in it: its text, the files in it wherever they hide, and what is told as lost. All of it is
invented. The fuzzers begin with these letters, too.
"""

from dataclasses import dataclass

HEAD = (
    "From: Ann Doe <ann@clinic.example>\nTo: complaints@agency.example\nSubject: Claims of March\nMIME-Version: 1.0\n"
)
SENDER = "ann@clinic.example"


@dataclass(frozen=True, slots=True)
class Accident:
    """`text` is what is read, `files` name and content of every file in it, `losses` words of what is told as lost."""

    raw: bytes
    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    losses: tuple[str, ...] = ()
    sender: str | None = SENDER
    subject: str = "Claims of March"


def lines(text: str | bytes) -> bytes:
    """As it comes by SMTP."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def mail(fields: str, body: str | bytes, head: str = HEAD) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return lines(f"{head}{fields}\n\n") + content


def mixed(*parts: str | bytes, kind: str = "multipart/mixed", end: bytes = b"--cut--\n", head: str = HEAD) -> bytes:
    """A mail of these parts, each with its own fields."""
    bodies = [part.encode() if isinstance(part, str) else part for part in parts]
    start = f"{head}Content-Type: {kind}; boundary=cut\n\n".encode()
    return lines(start + b"".join(b"--cut\n" + body + b"\n" for body in bodies) + end)
