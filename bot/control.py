"""The local door of a running server: one command in, one answer out, as JSON lines over a unix socket.

On SQLite there is one writer. While `recourse serve` runs, a command such as `recourse tickets close` hands its work
to the server here; when none runs, the command opens the database itself. The socket lies beside the database file
and only its owner can use it.
"""

import asyncio
import json
import logging
import os
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from complaints.errors import NotPossible, PersonError, RecourseError, UsageError

log = logging.getLogger(__name__)

MAX_LINE = 64 * 2**20
"""Bytes of one question or answer: `letters show --raw` carries a whole letter."""

Perform = Callable[[str, dict[str, Any]], Awaitable[Any]]


@asynccontextmanager
async def open_door(path: Path, perform: Perform) -> AsyncIterator[None]:
    """Answer commands at `path` for as long as the context lasts. A socket left by a dead server is replaced."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if line:
                question = json.loads(line)
                writer.write(await _told(perform, question["name"], question["args"]) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # whoever asked is gone or is no `recourse`: nothing was changed, nobody waits for an answer
        finally:
            writer.close()

    server = await asyncio.start_unix_server(answer, sock=_bind(path), limit=MAX_LINE)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        _remove(path)


async def ask(path: Path, name: str, args: dict[str, Any]) -> Any:
    """Have a running server do it. Raises ConnectionError when none listens, PersonError with its own words."""
    connection = socket.socket(socket.AF_UNIX)
    connection.setblocking(False)
    try:
        with _short(path) as address:
            await asyncio.get_running_loop().sock_connect(connection, address)
    except OSError as error:
        connection.close()
        raise ConnectionError(f"nobody listens at {path}") from error
    reader, writer = await asyncio.open_unix_connection(sock=connection, limit=MAX_LINE)
    try:
        writer.write(json.dumps({"name": name, "args": args}).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
    if not line:
        raise NotPossible("the server stopped before it answered. Look at the result before you repeat the command.")
    answer = json.loads(line)
    if "usage" in answer:
        raise UsageError(answer["usage"])
    if "refused" in answer:
        raise NotPossible(answer["refused"])
    return answer["done"]


async def _told(perform: Perform, name: str, args: dict[str, Any]) -> bytes:
    """The answer in one line. A surprise's own words stay here: they may hold member data."""
    try:
        return json.dumps({"done": await perform(name, args)}).encode()
    except UsageError as error:
        told = {"usage": str(error)}
    except PersonError as error:
        told = {"refused": str(error)}
    except RecourseError as error:
        told = {"refused": f"the server could not do it: {error}"}
    except Exception as error:  # noqa: BLE001  whatever it is, whoever asked is told that it was not done
        kind = type(error).__name__
        log.error("the command %s failed: %s, %s", name, kind, _where(error))  # noqa: TRY400
        told = {"refused": f"the server could not do it ({kind}); its log says more"}
    return json.dumps(told).encode()


def _where(error: BaseException) -> str:
    """The way to where it was raised, the last step first, without what was said there."""
    steps = reversed(traceback.extract_tb(error.__traceback__))
    return " < ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in steps)


def _bind(path: Path) -> socket.socket:
    _remove(path)
    listener = socket.socket(socket.AF_UNIX)
    with _short(path) as address:
        listener.bind(address)
    path.chmod(0o600)
    return listener


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A short name for a socket's path: the system takes 107 bytes, and a database may lie deeper than that."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
