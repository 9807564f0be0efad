"""The directory of an OLE file (.xls, .doc, .msg, an encrypted .xlsx): which streams it holds, and is all there.

Only the directory and the chains of sectors are followed, each step once at most; nothing in the streams is read. What
lies inside an embedded file is not taken for the file's own: only the names directly below the root count.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFFA
"""From here on numbers of sectors have other meanings: end of chain, free, part of the table itself."""
_HEADER = struct.Struct("<30xH16xI4xI8xI")
_ENTRY = struct.Struct("<64sHBxIII36xIQ")
_MOST_ENTRIES = 20_000
_ROOT, _STREAM = 5, 2


@dataclass(frozen=True, slots=True)
class OleDirectory:
    """What an OLE file says of itself."""

    names: frozenset[str]
    """Of the streams and folders directly below the root, in lower case."""
    streams: int
    """How many there are, at any depth."""
    declared: int
    """The sum of the sizes that all streams declare."""
    is_whole: bool
    """False when sectors that belong to it lie behind the end of the file."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


def ole_directory(data: bytes) -> OleDirectory | None:
    """The directory of a file that begins with OLE_MARK; None when its header makes no sense."""
    if len(data) < 512:
        return None
    shift, first, cutoff, more_table = _HEADER.unpack_from(data)
    if shift not in (9, 12):
        return None
    sectors = _Sectors(data, shift, more_table, data[76:512])
    raw = b"".join(sectors.bytes_of(first, _MOST_ENTRIES * _ENTRY.size))
    entries = [_entry(raw, at, shift) for at in range(0, len(raw) - _ENTRY.size + 1, _ENTRY.size)]
    if not entries or entries[0].kind != _ROOT:
        return OleDirectory(frozenset(), 0, 0, is_whole=False) if not sectors.is_whole else None
    streams = [entry for entry in entries if entry.kind == _STREAM]
    sectors.follow(entries[0].start, entries[0].size)
    for entry in streams:
        if entry.size >= cutoff:
            sectors.follow(entry.start, entry.size)
    return OleDirectory(
        frozenset(entry.name.lower() for entry in _below(entries, entries[0].child)),
        len(streams),
        sum(entry.size for entry in streams),
        sectors.is_whole,
    )


class _Sectors:
    """The sectors of a file and the table that chains them. Notices when one lies behind the end of the file."""

    def __init__(self, data: bytes, shift: int, first_extra: int, in_header: bytes) -> None:
        self.is_whole = True
        self._data = data
        self._size = 1 << shift
        self._count = max(0, -(-(len(data) - self._size) // self._size))
        self._steps = 4 * self._count + 1_000
        self._next = array("I")
        for number in self._table(in_header, first_extra):
            if self._is_there(number):
                self._next.frombytes(self._sector(number))

    def bytes_of(self, start: int, most: int) -> Iterator[bytes]:
        """The sectors of a chain, up to so many bytes."""
        yield from map(self._sector, self._chain(start, most))

    def follow(self, start: int, size: int) -> None:
        """Notice whether all sectors of a chain are there."""
        for _ in self._chain(start, size):
            pass

    def _chain(self, start: int, size: int) -> Iterator[int]:
        number = start
        for _ in range(-(-size // self._size)):
            self._steps -= 1
            if number >= _NO_SECTOR or self._steps < 0 or not self._is_there(number):
                return
            yield number
            if number >= len(self._next):
                self.is_whole = False
                return
            number = self._next[number]

    def _table(self, in_header: bytes, extra: int) -> Iterator[int]:
        """The numbers of the sectors that hold the table: 109 in the header, the rest in a chain of their own."""
        yield from _used(in_header)
        for _ in range(self._count):
            if extra >= _NO_SECTOR or not self._is_there(extra):
                return
            sector = self._sector(extra)
            yield from _used(sector[:-4])
            extra = int.from_bytes(sector[-4:], "little")

    def _is_there(self, number: int) -> bool:
        if number < self._count:
            return True
        self.is_whole = False
        return False

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size].ljust(self._size, b"\xff")


def _used(sector: bytes) -> Iterator[int]:
    return (number for (number,) in struct.iter_unpack("<I", sector) if number < _NO_SECTOR)


def _entry(raw: bytes, at: int, shift: int) -> _Entry:
    name, length, kind, left, right, child, start, size = _ENTRY.unpack_from(raw, at)
    if shift == 9:
        size &= 0xFFFFFFFF  # the upper half is undefined there
    text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(text, kind, left, right, child, start, size)


def _below(entries: list[_Entry], top: int) -> Iterator[_Entry]:
    """The entries of one folder, which form a tree."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        at = waiting.pop()
        if at < len(entries) and at not in seen:
            seen.add(at)
            yield entries[at]
            waiting += [entries[at].left, entries[at].right]
