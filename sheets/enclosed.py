"""What comes out of a file that holds files, and why nothing does."""

from dataclasses import dataclass

from complaints.verdict import ReasonCode
from sheets.kinds import Refusal

_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file as it lay in another one. The name is the sender's, without folders; it may be empty."""

    name: str
    media_type: str
    body: bytes


class NotOpened(Exception):
    """Raised and caught inside this room."""

    def __init__(self, code: ReasonCode, refusal: Refusal | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.refusal = refusal


def shown_name(name: str) -> str:
    """The last part of a path, without characters that cannot be seen."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter for letter in last[-_LONGEST_NAME:] if letter.isprintable()).strip()
