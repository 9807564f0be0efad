"""Reading the body of a mail during DATA, in bulk instead of line by line.

Only CR LF "." CR LF ends the data, whatever surrounds it: a bare CR or a bare LF is a byte like any other, so no other
sequence can end a mail early and smuggle a second one in. A line may be as long as the whole mail: memory is bounded
by the size of the mail and by the room that all mails share, not by its lines.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from io import BytesIO

_END = b"\r\n.\r\n"


class DataFault(Enum):
    """Why the data was read to its end and thrown away."""

    TOO_LARGE = auto()
    NO_ROOM = auto()


class Room:
    """The bytes of mail that may be in memory at once, over all connections."""

    def __init__(self, capacity: int, most_for_one: int | None = None) -> None:
        """`most_for_one`: bytes that the mails of one holder may take; None: all."""
        self.free = self._capacity = capacity
        self._most_for_one = capacity if most_for_one is None else most_for_one
        self._held: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        return self._capacity - self.free

    def left_for(self, holder: str) -> int:
        """Bytes that this holder may still take. "" is nobody in particular, who may take whatever is free."""
        return min(self.free, self._most_for_one - self._held[holder]) if holder else self.free

    def take(self, holder: str, size: int) -> None:
        self.free -= size
        self._held[holder] += size

    def give_back(self, holder: str, size: int) -> None:
        self.free += size
        self._held[holder] -= size
        if not self._held[holder]:
            del self._held[holder]


class Share:
    """What one mail has taken of the room. It is given back whole, once the mail is stored or thrown away."""

    def __init__(self, room: Room, holder: str = "") -> None:
        """`holder`: whose mail it is, "" for nobody in particular."""
        self._room = room
        self._holder = holder
        self._taken = 0

    def take(self, size: int) -> bool:
        """Take `size` bytes more; False when there are not so many left."""
        if size > self._room.left_for(self._holder):
            return False
        self._room.take(self._holder, size)
        self._taken += size
        return True

    def give_back(self) -> None:
        self._room.give_back(self._holder, self._taken)
        self._taken = 0


async def read_data(reader: asyncio.StreamReader, max_size: int, share: Share) -> bytes | DataFault:
    """The mail as it was before dots were stuffed, with its last CR LF, up to and without the end mark.

    What follows the end mark stays in `reader` for the next command. `max_size` counts the bytes of the mail, not the
    stuffed dots (RFC 1870). Raises asyncio.IncompleteReadError when the client leaves before the end.
    """
    # The CR LF that ended the DATA command also begins the end mark of an empty mail, and comes before a dot that is
    # stuffed into the first line. StreamReader has no public way to put bytes back.
    reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
    mail = BytesIO()  # grows in place and hands out what it holds, so a large mail is in memory once
    unstuff = _unstuffer()
    size = 0
    not_ours = 2  # that CR LF is not the mail's
    fault: DataFault | None = None
    at_end = False
    while not at_end:
        try:
            piece = await reader.readuntil(_END)
            piece = piece[: 2 - len(_END)]  # the CR LF before the dot is the mail's own
            at_end = True
        except asyncio.LimitOverrunError as overrun:
            # No end in sight: take all but the bytes that an end mark may begin with.
            piece = await reader.readexactly(overrun.consumed)
        if fault is not None:
            continue
        piece = unstuff(piece)[not_ours:]
        not_ours = 0
        size += len(piece)
        if size > max_size:
            fault = DataFault.TOO_LARGE
        elif not share.take(len(piece)):
            fault = DataFault.NO_ROOM
        if fault is not None:
            mail.close()
            share.give_back()
        else:
            mail.write(piece)
    return mail.getvalue() if fault is None else fault


def _unstuffer() -> Callable[[bytes], bytes]:
    """A function that takes the data piece by piece and leaves out the first dot of each line (RFC 5321, 4.5.2)."""
    before = b""

    def unstuff(piece: bytes) -> bytes:
        nonlocal before
        known = len(before)
        joined = before + piece
        before = joined[-2:]  # a CR LF here may be followed by a dot in the next piece
        return joined.replace(b"\r\n.", b"\r\n")[known:]

    return unstuff
