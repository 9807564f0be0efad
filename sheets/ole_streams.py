"""The streams of an OLE file (.xls) by name, read linearly and never in a circle."""

from collections.abc import Iterator
from struct import Struct, error, iter_unpack

from sheets.ole import OLE_MARK

_HEADER = Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = Struct("<64sHBBIII16xI8x8xIQ")
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on are no sectors: free, the end of a chain, the table's own."""
_STREAM, _ROOT = 2, 5
_HEADER_SIZE = 512
_MINI_SHIFT = 6


class BadOle(ValueError):
    """The container is broken."""


class Ole:
    """Raises BadOle for a broken container."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            fields = _HEADER.unpack_from(data)
        except error as problem:
            raise BadOle("too short") from problem
        mark, _, _, _, shift, mini_shift, _, _, directory, _, self._cutoff, mini_fat, _, difat, _ = fields
        if mark != OLE_MARK or shift not in (9, 12) or mini_shift != _MINI_SHIFT:
            raise BadOle("not an OLE file")
        self._sector = 1 << shift
        self._fat = self._read_fat(difat)
        self._mini_fat = self._numbers(self._chain(mini_fat))
        self._streams: dict[str, tuple[int, int]] = {}
        self.names: set[str] = set()
        self._mini, self._mini_start = b"", _LAST_SECTOR
        self._read_directory(directory)

    def stream(self, *names: str) -> bytes:
        """The first one of these names that there is. Raises KeyError when there is none."""
        start, size = self._streams[self._first_of(names)]
        if size < self._cutoff:
            return b"".join(
                self._mini[number << _MINI_SHIFT : (number + 1) << _MINI_SHIFT]
                for number in self._numbers_of(start, self._mini_fat)
            )[:size]
        return self._chain(start)[:size]

    def blanked(self, places: list[tuple[int, int]], *names: str) -> bytes:
        """The whole file with zeros at these places of the stream, each of them an offset and a length."""
        start, size = self._streams[self._first_of(names)]
        is_small = size < self._cutoff
        numbers = self._numbers_of(start, self._mini_fat if is_small else self._fat)
        roots = self._numbers_of(self._mini_start, self._fat) if is_small else []
        data = bytearray(self._data)
        for offset, length in places:
            for at in range(offset, min(offset + length, size)):
                if is_small:
                    inside = (numbers[at >> _MINI_SHIFT] << _MINI_SHIFT) + at % (1 << _MINI_SHIFT)
                    sector, rest = roots[inside // self._sector], inside % self._sector
                else:
                    sector, rest = numbers[at // self._sector], at % self._sector
                data[(sector + 1) * self._sector + rest] = 0
        return bytes(data)

    def _first_of(self, names: tuple[str, ...]) -> str:
        for name in names:
            if name in self._streams:
                return name
        raise KeyError(names[0])

    def _read_fat(self, difat: int) -> list[int]:
        sectors = list(self._plain_numbers(self._data[76:_HEADER_SIZE]))
        seen = 0
        while difat < _LAST_SECTOR and seen <= len(self._data) // self._sector:
            *more, difat = self._plain_numbers(self._at(difat))
            sectors += more
            seen += 1
        parts = [self._at(sector) for sector in sectors if sector < _LAST_SECTOR]
        if len(parts) > len(self._data) // self._sector + 1:
            raise BadOle("its table is larger than the file")
        return self._numbers(b"".join(parts))

    def _read_directory(self, first: int) -> None:
        entries = self._chain(first)
        for at in range(0, len(entries) - _ENTRY.size + 1, _ENTRY.size):
            raw, length, kind, *_, start, size = _ENTRY.unpack_from(entries, at)
            name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if self._sector == _HEADER_SIZE:
                size &= 0xFFFFFFFF
            if kind == _ROOT:
                self._mini, self._mini_start = self._chain(start), start
            elif kind == _STREAM:
                self._streams.setdefault(name, (start, size))
            if kind:
                self.names.add(name)

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        found = self._data[start : start + self._sector]
        if not found:
            raise BadOle("a sector is missing")
        return found.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> bytes:
        return b"".join(map(self._at, self._numbers_of(sector, self._fat)))

    @staticmethod
    def _numbers_of(number: int, table: list[int]) -> list[int]:
        """The numbers of the sectors of a chain that begins with this one."""
        numbers: list[int] = []
        while number < _LAST_SECTOR:
            if number >= len(table) or len(numbers) >= len(table):
                raise BadOle("a chain of sectors has no end")
            numbers.append(number)
            number = table[number]
        return numbers

    def _numbers(self, data: bytes) -> list[int]:
        return list(self._plain_numbers(data))

    @staticmethod
    def _plain_numbers(data: bytes) -> Iterator[int]:
        return (number for (number,) in iter_unpack("<I", data[: len(data) // 4 * 4]))
