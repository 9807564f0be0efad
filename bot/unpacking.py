"""Files out of the files they came in: a zip, a winmail.dat, a saved message, one in the other, within fixed bounds.

What lies in a container is a file of the letter like any other. The limited children take it out (`sheets.opening`);
only a mail is read here, by the reader of mail with its own limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bot.letter_reader import FileReader
from complaints.verdict import ReasonCode
from mailin.letter import Letter, Part
from mailin.limits import Unreadable, UnreadableReason
from sheets.kinds import CONTAINERS, FileFault, FileKind, Refusal, kind_of
from sheets.limits import MB


@dataclass(frozen=True, slots=True)
class UnpackingLimits:
    """For all files of a letter together."""

    depth: int = 4
    """Containers in containers."""
    files: int = 50
    """Files, and containers that are opened."""
    size: int = 100 * MB
    """Bytes of all files that come out of containers."""


UNPACKING_LIMITS = UnpackingLimits()
_WORDS = frozenset({"text/plain", "text/html"})
_KINDS_OF_WORDS = frozenset({FileKind.TEXT, FileKind.WEB_PAGE, FileKind.MAIL, FileKind.EMPTY})
"""What an attached mail says is a part without a name, but no file."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """All files of a letter, none of which holds others any more, in their order; and why some gave nothing.

    A container without a file in it stays what it is: a mail may be of use without an attachment.
    """

    files: tuple[Part, ...] = ()
    refused: tuple[FileFault, ...] = ()


async def unpack(parts: Sequence[Part], reader: FileReader, limits: UnpackingLimits = UNPACKING_LIMITS) -> Unpacked:
    """Take everything apart. A file that is there twice, byte for byte, comes out once."""
    work = _Unpacking(reader, limits)
    for part in parts:
        await work.add(part, 0)
    return Unpacked(tuple(work.files.values()), tuple(dict.fromkeys(work.refused)))


@dataclass(slots=True)
class _Unpacking:
    reader: FileReader
    limits: UnpackingLimits
    files: dict[bytes, Part] = field(default_factory=dict)
    refused: list[FileFault] = field(default_factory=list)
    opened: int = 0
    size: int = 0

    async def add(self, part: Part, depth: int) -> None:
        """A file of the letter at depth 0, else one that lay in so many containers."""
        kind = kind_of(part.body, part.name, part.media_type)
        if depth:
            self.size += len(part.body)
        if self.size > self.limits.size:
            self._refuse(kind, Refusal.UNPACKS_TOO_LARGE)
        elif depth and max(len(self.files), self.opened) >= self.limits.files:
            self._refuse(kind, Refusal.TOO_MANY_PARTS)
        elif kind not in CONTAINERS:
            self._keep(part, kind)
        elif depth >= self.limits.depth:
            self._refuse(kind, Refusal.NESTED_TOO_DEEP)
        else:
            await self._open(part, kind, depth)

    async def _open(self, part: Part, kind: FileKind, depth: int) -> None:
        self.opened += 1
        inside = await self._inside(part, kind)
        if isinstance(inside, FileFault):
            self.refused.append(inside)
            return
        for file in inside:
            await self.add(file, depth + 1)
        if not inside and kind is not FileKind.WINMAIL:  # most of those only carry how the text looked
            self._keep(part, kind)

    async def _inside(self, part: Part, kind: FileKind) -> Sequence[Part] | FileFault:
        if kind is FileKind.MAIL:
            return _attachments(await self.reader.letters.read(part.body))
        found = await self.reader.open(part.body, part.name, part.media_type)
        if isinstance(found, FileFault):
            return found
        return [Part(file.name, file.media_type, file.body) for file in found]

    def _keep(self, part: Part, kind: FileKind) -> None:
        if part.name or part.media_type not in _WORDS or kind not in _KINDS_OF_WORDS:
            self.files.setdefault(sha256(part.body).digest(), part)

    def _refuse(self, kind: FileKind, refusal: Refusal) -> None:
        self.refused.append(FileFault(ReasonCode.FILE_TOO_LARGE, kind, refusal))


def _attachments(mail: Letter | Unreadable) -> Sequence[Part] | FileFault:
    if isinstance(mail, Letter):
        return mail.attachments
    if mail.reason in {UnreadableReason.BROKEN, UnreadableReason.READER_DIED}:
        return FileFault(ReasonCode.UNREADABLE_FILE, FileKind.MAIL)
    return FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.MAIL, _WALLS.get(mail.reason))


_WALLS = {
    UnreadableReason.NESTED_TOO_DEEP: Refusal.NESTED_TOO_DEEP,
    UnreadableReason.TOO_MANY_PARTS: Refusal.TOO_MANY_PARTS,
    UnreadableReason.TOO_MANY_BOUNDARY_LINES: Refusal.TOO_MANY_PARTS,
}
