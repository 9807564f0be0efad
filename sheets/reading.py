"""Workbooks read in a pool of limited child processes (`child`), each of which may die without harm.

Not a ProcessPoolExecutor: there one abort fails every waiting task, and the pool stays dead.
"""

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from complaints.cells import Workbook
from complaints.errors import Broken
from complaints.verdict import ReasonCode
from sheets.kinds import READABLE, FileFault, FileKind, Refusal, kind_of, looks_like_sheet
from sheets.limits import LIMITS, MB, Limits
from sheets.wire import ANSWER, pack_request, unpack_answer

__all__ = ["LIMITS", "FileFault", "FileKind", "Limits", "SheetReader", "looks_like_sheet", "read_file"]

_log = logging.getLogger(__name__)
_LARGEST_ANSWER = 128 * MB
_LARGE_ANSWER = 256 * 1024
"""Bytes from which on an answer is decoded in a thread, row by row, and its child is replaced to give memory back."""


class SheetReader:
    """Reads up to `workers` files at a time; whoever comes later waits.

    ::

        async with SheetReader(workers=2) as reader:
            result = await reader.read(data, name)

    Cancelling a read is safe: its child is killed, and so is every child on leaving.
    """

    def __init__(self, workers: int = 2, limits: Limits = LIMITS) -> None:
        self._workers = workers
        self._limits = limits
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[_Child] = []
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._idle = [await _Child.start(self._limits) for _ in range(self._workers)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            self._end(self._idle.pop())
        await asyncio.gather(*self._ending)

    async def read(self, data: bytes, name: str = "") -> Workbook | FileFault:
        """The cells of an .xlsx, .xlsm or .csv. `name` only tells whether a text is a .csv."""
        kind = kind_of(data, name)
        if len(data) > self._limits.file_size:
            return FileFault(ReasonCode.FILE_TOO_LARGE, kind)
        if kind is FileKind.ENCRYPTED_WORKBOOK:
            return FileFault(ReasonCode.PASSWORD_PROTECTED, kind)
        if kind not in READABLE:
            return FileFault(ReasonCode.UNREADABLE_FILE, kind)
        request = pack_request(kind, data)
        async with self._turns:
            for fresh in (False, True):  # a file that kills two children is given up
                try:
                    return await self._ask_a_child(request, fresh)
                except _ChildDied as death:
                    _log.warning("a sheet child died (%s) on a file of %d bytes", death, len(data))
        return FileFault(ReasonCode.UNREADABLE_FILE, kind, Refusal.READER_DIED)

    def children(self) -> tuple[int, ...]:
        """The process ids of the idle children."""
        return tuple(child.pid for child in self._idle)

    async def _ask_a_child(self, request: bytes, fresh: bool) -> Workbook | FileFault:
        child = self._idle.pop() if self._idle and not fresh else await _Child.start(self._limits)
        keep = False
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                body = await child.ask(request)
            keep = len(body) < _LARGE_ANSWER
            return unpack_answer(body) if keep else await asyncio.to_thread(unpack_answer, body)
        except TimeoutError:
            raise _ChildDied("too slow") from None
        except (EOFError, OSError) as problem:  # OSError: the pipe broke while it was being written to
            raise _ChildDied("ended by itself") from problem
        except ValueError as problem:
            raise _ChildDied("answered nonsense") from problem
        finally:  # on any other way out, cancelling among them, half an answer may still be on its way
            if keep:
                self._idle.append(child)
            else:
                self._end(child)

    def _end(self, child: "_Child") -> None:
        task = asyncio.create_task(child.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def read_file(data: bytes, name: str = "", limits: Limits = LIMITS) -> Workbook | FileFault:
    """Read one file in a child of its own. For the command line: not from inside a running loop."""

    async def read() -> Workbook | FileFault:
        async with SheetReader(workers=1, limits=limits) as reader:
            return await reader.read(data, name)

    return asyncio.run(read())


class _ChildDied(Exception):
    """The child is not of use any more; the text says what became of it."""


class _Child:
    """One child process, with two pipes to us and nothing else of ours: no open files, no environment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise Broken("a sheet child was started without its pipes")
        self._process, self._requests, self._answers = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, limits: Limits) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "sheets.child", json.dumps(asdict(limits)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            close_fds=True,
            env={"PYTHONPATH": str(Path(__file__).parents[1]), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, request: bytes) -> bytes:
        """Raises EOFError or OSError when the child ended, ValueError when its answer cannot be one."""
        self._requests.write(request)
        await self._requests.drain()
        (size,) = ANSWER.unpack(await self._answers.readexactly(ANSWER.size))
        if size > _LARGEST_ANSWER:
            raise ValueError(size)
        return await self._answers.readexactly(size)

    async def end(self) -> None:
        """Kill it and wait until nothing of it is left."""
        if self._process.returncode is None:
            self._process.kill()
        self._requests.close()
        while await self._answers.read(MB):
            pass
        await self._process.wait()
