"""Workbooks read, containers opened and workbooks marked, all of it in a pool of limited child processes."""

import asyncio
from types import TracebackType
from typing import ClassVar, Self

from complaints.cells import Workbook
from complaints.verdict import ReasonCode
from sheets.kinds import CONTAINERS, READABLE, FileFault, FileKind, Refusal, kind_of, looks_like_sheet
from sheets.limits import LIMITS, MB, Limits
from sheets.marks import Marking
from sheets.opening import EnclosedFile
from sheets.pool import Pool
from sheets.wire import Answer, Operation, pack_other, pack_request

__all__ = ["LIMITS", "FileFault", "FileKind", "Limits", "SheetReader", "looks_like_sheet", "mark_file", "read_file"]

_LARGE_OTHER = 4 * MB
"""Bytes of an answer that is no sheet's from which on its child is replaced to give memory back."""


class SheetReader:
    """Works on up to `workers` files at a time; whoever comes later waits.

    ::

        async with SheetReader(workers=2) as reader:
            result = await reader.read(data, name)

    Cancelling is safe. A file that kills two children is given up (`Refusal.READER_DIED`).
    """

    ENTRY: ClassVar = "sheets.child"
    """The module that a child runs."""

    def __init__(self, workers: int = 2, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._pool = Pool(workers, limits, self.ENTRY)

    async def __aenter__(self) -> Self:
        await self._pool.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.stop()

    async def read(self, data: bytes, name: str = "", media_type: str = "") -> Workbook | FileFault:
        """The cells of a workbook of any format. `name` and `media_type` only tell whether a text is a .csv."""
        kind = kind_of(data, name, media_type)
        if fault := self._refused(kind, data, READABLE):
            return fault
        answer = await self._ask(Operation.READ, kind, data)
        return answer if isinstance(answer, Workbook | FileFault) else _died(kind)

    async def open(self, data: bytes, name: str = "", media_type: str = "") -> tuple[EnclosedFile, ...] | FileFault:
        """The files inside a container, as they lie in it: containers among them are not opened in turn."""
        kind = kind_of(data, name, media_type)
        if fault := self._refused(kind, data, CONTAINERS):
            return fault
        answer = await self._ask(Operation.OPEN, kind, data)
        return answer if isinstance(answer, tuple | FileFault) else _died(kind)

    async def mark(self, data: bytes, name: str, marking: Marking, media_type: str = "") -> bytes | FileFault:
        """The same workbook with this marked in it: an .xlsx, or an .xlsm where it was one."""
        kind = kind_of(data, name, media_type)
        if fault := self._refused(kind, data, READABLE):
            return fault
        answer = await self._ask(Operation.MARK, kind, data, marking)
        return answer if isinstance(answer, bytes | FileFault) else _died(kind)

    async def other(self, data: bytes, words: bytes) -> bytes | None:
        """What ENTRY added to the children did with this; None when two of them died of it."""
        answer = await self._pool.ask(pack_other(data, words), _LARGE_OTHER)
        return answer if isinstance(answer, bytes) else None

    def children(self) -> tuple[int, ...]:
        """The process ids of the idle children."""
        return self._pool.children()

    def _refused(self, kind: FileKind, data: bytes, kinds: frozenset[FileKind]) -> FileFault | None:
        """What no child needs to see."""
        if len(data) > self._limits.file_size:
            return FileFault(ReasonCode.FILE_TOO_LARGE, kind)
        if kind is FileKind.ENCRYPTED_WORKBOOK:
            return FileFault(ReasonCode.PASSWORD_PROTECTED, kind)
        return None if kind in kinds else FileFault(ReasonCode.UNREADABLE_FILE, kind)

    async def _ask(self, operation: Operation, kind: FileKind, data: bytes, marking: Marking | None = None) -> Answer:
        answer = await self._pool.ask(pack_request(operation, kind, data, marking))
        return _died(kind) if answer is None else answer


def _died(kind: FileKind) -> FileFault:
    return FileFault(ReasonCode.UNREADABLE_FILE, kind, Refusal.READER_DIED)


def read_file(data: bytes, name: str = "", limits: Limits = LIMITS) -> Workbook | FileFault:
    """Read one file in a child of its own. For the command line: not from inside a running loop."""

    async def read() -> Workbook | FileFault:
        async with SheetReader(workers=1, limits=limits) as reader:
            return await reader.read(data, name)

    return asyncio.run(read())


def mark_file(data: bytes, name: str, marking: Marking, limits: Limits = LIMITS) -> bytes | FileFault:
    """Mark one file in a child of its own, as `read_file` reads one."""

    async def mark() -> bytes | FileFault:
        async with SheetReader(workers=1, limits=limits) as reader:
            return await reader.mark(data, name, marking)

    return asyncio.run(mark())
