"""A message that Outlook saved as a file (.msg): the files attached to it, and to messages attached to it."""

import struct
from collections.abc import Iterator

from oxmsg import Message
from oxmsg.attachment import Attachment
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.storage import Storage

from complaints.verdict import ReasonCode
from sheets.enclosed import EnclosedFile, NotOpened, shown_name
from sheets.kinds import Refusal
from sheets.ole import ole_directory

_NAMES = (0x3707, 0x3704, 0x3001)
"""Properties that hold a file's name: the long one, the short one, the one shown."""
_ATTACHED_MESSAGE = "__substg1.0_3701000D"
_MEDIA_TYPE = 0x370E
_DEEPEST = 4
_MOST_STREAMS = 10_000
_BROKEN = (
    OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError, struct.error,
    UnrecognizedCodePageError, UnsupportedEncodingError,
)  # fmt: skip
"""What the library raises for files that are not as they must be."""


def files_in_message(data: bytes) -> Iterator[EnclosedFile]:
    """Raises NotOpened."""
    directory = ole_directory(data)
    if directory is None or not directory.is_whole:
        raise NotOpened(ReasonCode.UNREADABLE_FILE)
    if directory.streams > _MOST_STREAMS:
        raise NotOpened(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_PARTS)
    if directory.declared > len(data):  # the library reads all streams into memory
        raise NotOpened(ReasonCode.UNREADABLE_FILE, Refusal.LYING_SIZES)
    try:
        yield from _files_of(Message.load(data), _DEEPEST)
    except _BROKEN as problem:
        raise NotOpened(ReasonCode.UNREADABLE_FILE) from problem


def _files_of(message: Message, deepest: int) -> Iterator[EnclosedFile]:
    if not deepest:
        raise NotOpened(ReasonCode.UNREADABLE_FILE, Refusal.NESTED_TOO_DEEP)
    for attachment in message.attachments:
        folder = attachment._storage
        inside = (
            [one for one in folder.storages if one.name == _ATTACHED_MESSAGE] if isinstance(folder, Storage) else []
        )
        for storage in inside:
            yield from _files_of(Message(storage), deepest - 1)
        if not inside and (body := attachment.file_bytes):
            yield EnclosedFile(_name(attachment), _text(attachment, _MEDIA_TYPE), body)


def _name(attachment: Attachment) -> str:
    return shown_name(next(filter(None, (_text(attachment, number) for number in _NAMES)), ""))


def _text(attachment: Attachment, number: int) -> str:
    """A name that cannot be decoded is no reason to give the file up."""
    try:
        return (attachment.properties.str_prop_value(number) or "").rstrip("\0")
    except _BROKEN:
        return ""
