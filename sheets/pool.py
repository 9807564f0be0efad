"""A pool of limited child processes (`child`), each of which may die without harm.

Not a ProcessPoolExecutor: there one abort fails every waiting task, and the pool stays dead.
"""

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Self

from complaints.errors import Broken
from sheets.limits import MB, Limits
from sheets.wire import ANSWER, Answer, Request, unpack_answer

_log = logging.getLogger(__name__)
_LARGEST_ANSWER = 256 * MB
_LARGE_ANSWER = 256 * 1024
"""Bytes from which on an answer is decoded in a thread, row by row, and its child is replaced to give memory back."""
_PIECE = 64 * 1024
"""Bytes that are written to a child at once: a file of 25 MB is not copied whole into the pipe's buffer."""
LARGE_REQUEST = 200 * 1024
"""Bytes from which on a request goes the lane of large ones, which leaves one child to the small ones."""


class Pool:
    """Answers up to `workers` requests at a time; whoever comes later waits.

    A large request never takes the last child, so that a small one does not wait for large ones only. Cancelling a
    request is safe: its child is killed, and so is every child on leaving. `entry` is the module that a child runs.
    """

    def __init__(self, workers: int, limits: Limits, entry: str = "sheets.child") -> None:
        self._workers = workers
        self._entry = entry
        self._limits = limits
        self._turns = asyncio.Semaphore(workers)
        self._large = asyncio.Semaphore(max(workers - 1, 1))
        self._idle: list[_Child] = []
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._idle = [await self._start_child() for _ in range(self._workers)]

    async def stop(self) -> None:
        while self._idle:
            self._end(self._idle.pop())
        await asyncio.gather(*self._ending)

    async def ask(self, request: Request, most_kept: int = _LARGE_ANSWER) -> Answer | None:
        """None when two children died of it: such a request is given up. A child that answered with `most_kept` bytes
        or more is replaced."""
        if sum(map(len, request)) < LARGE_REQUEST:
            return await self._ask_twice(request, most_kept)
        async with self._large:
            return await self._ask_twice(request, most_kept)

    def children(self) -> tuple[int, ...]:
        """The process ids of the idle children."""
        return tuple(child.pid for child in self._idle)

    async def _start_child(self) -> "_Child":
        return await _Child.start(self._limits, self._entry)

    async def _ask_twice(self, request: Request, most_kept: int) -> Answer | None:
        async with self._turns:
            for fresh in (False, True):
                try:
                    return await self._ask_a_child(request, fresh, most_kept)
                except _ChildDied as death:
                    _log.warning("a child died (%s) on a file of %d bytes", death, len(request[1]))
        return None

    async def _ask_a_child(self, request: Request, fresh: bool, most_kept: int) -> Answer:
        child = self._idle.pop() if self._idle and not fresh else await self._start_child()
        keep = False
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                body = await child.ask(request)
            keep = len(body) < most_kept
            return unpack_answer(body) if keep else await asyncio.to_thread(unpack_answer, body)
        except TimeoutError:
            raise _ChildDied("too slow") from None
        except (EOFError, OSError) as problem:  # OSError: the pipe broke while it was being written to
            raise _ChildDied("ended by itself") from problem
        except ValueError as problem:
            keep = False
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


class _ChildDied(Exception):
    """The child is not of use any more; the text says what became of it."""


class _Child:
    """One child process, with two pipes to us and nothing else of ours: no open files, no environment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise Broken("a sheet child was started without its pipes")
        self._process, self._requests, self._answers = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, limits: Limits, entry: str) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", entry, json.dumps(asdict(limits)),
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

    async def ask(self, request: Request) -> bytearray:
        """Raises EOFError or OSError when the child ended, ValueError when its answer cannot be one."""
        for part in request:
            whole = memoryview(part)
            for at in range(0, len(whole), _PIECE):
                self._requests.write(whole[at : at + _PIECE])
                await self._requests.drain()
        (size,) = ANSWER.unpack(await self._answers.readexactly(ANSWER.size))
        if size > _LARGEST_ANSWER:
            raise ValueError(size)
        body = bytearray(size)
        filled = 0
        while filled < size:
            piece = await self._answers.read(size - filled)
            if not piece:
                raise EOFError
            body[filled : filled + len(piece)] = piece
            filled += len(piece)
        return body

    async def end(self) -> None:
        """Kill it and wait until nothing of it is left."""
        if self._process.returncode is None:
            self._process.kill()
        self._requests.close()
        while await self._answers.read(MB):
            pass
        await self._process.wait()
