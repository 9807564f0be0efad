"""A mail that has been read. Everything in it is a claim of whoever wrote it; nothing is trusted yet."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment: its decoded bytes and the name it came with (cleaned of control characters; may be empty)."""

    name: str
    media_type: str
    body: bytes


class MachineSign(StrEnum):
    """Why a letter is not answered: what showed that a machine wrote it (RFC 3834, pitfalls.md)."""

    OUR_OWN = "our_own"
    REPORT = "report"  # of a mail that was not delivered, or was read
    CALENDAR_REPLY = "calendar_reply"
    NULL_SENDER = "null_sender"
    AUTO_REPLIED = "auto_replied"  # somebody is away, or a helpdesk says that it got a mail
    MAILING_LIST = "mailing_list"
    AUTO_SUBMITTED = "auto_submitted"
    PRECEDENCE = "precedence"
    RESPONSE_SUPPRESSED = "response_suppressed"
    ROBOT_ADDRESS = "robot_address"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, read within limits.

    `sender` is the one strict From address in lower case, or None when there is not exactly one plain address.
    `message_id` and `references` keep their angle brackets; values that are not well-formed Message-IDs are left out.
    `text` is the readable text without quoted earlier mails. `losses` says in words what could not be decoded.
    """

    sender: str | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Part, ...]
    machine: MachineSign | None
    losses: tuple[str, ...] = ()
    body_digest: str = ""
    """SHA-256 of the bytes after the header block: two copies of one mail by two ways have the same."""
