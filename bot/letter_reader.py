"""Letters and sheets read in the same limited children: a hostile mail kills one of those, and nothing else.

There is one way to read a letter in the program, `LetterReader.read`; `mailin.reading.read_letter` itself runs in the
children (`bot.children`).
"""

import json
from typing import ClassVar, Protocol

from mailin.letter import Letter
from mailin.limits import ReadingLimits, Unreadable, UnreadableReason
from mailin.packing import unpack_letter
from sheets.reading import SheetReader

_SIZE = ReadingLimits().size


class LetterReader(Protocol):
    """From a stored mail's bytes to a letter."""

    async def read(
        self, raw: bytes, mail_from: str = "", our_addresses: frozenset[str] = frozenset()
    ) -> Letter | Unreadable:
        """Never raises for what the mail is. `mail_from` is its envelope sender; ours are in lower case."""


class FileReader(SheetReader):
    """A SheetReader whose children read letters too."""

    ENTRY: ClassVar = "bot.children"

    @property
    def letters(self) -> LetterReader:
        return _InChildren(self)


class _InChildren:
    def __init__(self, reader: SheetReader) -> None:
        self._reader = reader

    async def read(
        self, raw: bytes, mail_from: str = "", our_addresses: frozenset[str] = frozenset()
    ) -> Letter | Unreadable:
        if len(raw) > _SIZE:  # no child needs to see it
            return Unreadable(UnreadableReason.TOO_LARGE, len(raw), len(raw), _SIZE)
        words = json.dumps({"mail_from": mail_from, "our_addresses": sorted(our_addresses)}).encode()
        packed = await self._reader.other(raw, words)
        if packed is None:
            return Unreadable(UnreadableReason.READER_DIED, len(raw))
        return unpack_letter(packed)
