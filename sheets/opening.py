"""The files inside a file: a zip, a winmail.dat and an Outlook message, opened within limits in a child (`child`).

What lies inside is only taken out, never looked into: whoever asked tells what each file is (`kinds.kind_of`).
"""

from dataclasses import dataclass

from complaints.verdict import ReasonCode
from sheets.kinds import FileFault, FileKind
from sheets.limits import Limits


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file as it lay in another one. The name is the sender's, without folders; it may be empty."""

    name: str
    media_type: str
    body: bytes


def open_container(kind: FileKind, data: bytes, limits: Limits) -> tuple[EnclosedFile, ...] | FileFault:
    """All files inside, in their order, or why they could not be taken out."""
    return FileFault(ReasonCode.UNREADABLE_FILE, kind)
