"""Ask clamd whether something in some bytes is known as harmful: its command INSTREAM, over a unix socket or TCP.

Only `stream: OK` is clean. Whatever else happens is no answer: nobody there, nonsense, a limit of clamd's, no word in
time. An answer may come before all bytes were sent, when they are more than clamd takes.
"""

import asyncio
import re
from contextlib import suppress

from complaints.errors import Unavailable

GREETING_SECONDS = 5.0
"""In which a clamd that is there answers to a PING."""
SCAN_SECONDS = 30.0
"""In which it has scanned one mail. Less than a job's handler has in all."""
CLEAN = b"stream: OK"
_CHUNK = 256 * 1024
_LONGEST_REPLY = 4096
_FOUND = re.compile(rb"stream: ([\x21-\x7e]{1,200}?)(?:\([0-9a-f]{32}:\d+\))? FOUND")
_PLACE = re.compile(r"\[?([^\[\]\s/]+?)\]?:(\d{1,5})")


class NotScanned(Unavailable):
    """clamd is there, and did not scan this; perhaps it scans other things."""


class Clamd:
    """At `/path`, `unix:/path` or `host:port`. ValueError: it is none of these."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._path = where.removeprefix("unix:") if where.removeprefix("unix:").startswith("/") else ""
        self._host, self._port = "", 0
        if not self._path:
            place = _PLACE.fullmatch(where)
            if place is None or not 0 < int(place[2]) < 65536:
                raise ValueError(where)
            self._host, self._port = place[1], int(place[2])

    async def ping(self) -> None:
        """Unavailable: nobody is there, or it is no clamd, or one that hangs."""
        reply = await self._ask(b"zPING\0", GREETING_SECONDS)
        if reply != b"PONG":
            raise Unavailable(f"what answers at {self.where} is no clamd")

    async def version(self) -> str:
        """As `ClamAV 1.4.6/27500/Tue Nov 24 08:30:01 2026`: the program, its signatures and of when they are."""
        reply = await self._ask(b"zVERSION\0", GREETING_SECONDS)
        if not reply.startswith(b"ClamAV"):
            raise Unavailable(f"what answers at {self.where} is no clamd")
        return _one_line(reply)

    async def scan(self, body: bytes) -> str | None:
        """The name of the signature that something in it has, or None: it was scanned, and nothing is known.

        Unavailable: it was not scanned.
        """
        reply = await self._ask(b"zINSTREAM\0", SCAN_SECONDS, body)
        if reply == CLEAN:
            return None
        if found := _FOUND.fullmatch(reply):
            return found[1].decode("ascii")
        if reply.endswith(b"ERROR"):
            raise NotScanned(f"clamd did not scan it: {_one_line(reply)}")
        raise Unavailable(f"clamd at {self.where} answers what no clamd does")

    async def _ask(self, command: bytes, seconds: float, body: bytes | None = None) -> bytes:
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                reader, writer = await self._connect()
        except (OSError, TimeoutError) as error:
            raise Unavailable(f"no clamd answers at {self.where}") from error
        reply = asyncio.create_task(reader.readuntil(b"\0"))
        was_sent = False
        try:
            async with asyncio.timeout(seconds):
                with suppress(ConnectionError):  # it has answered before the end, and what it said is read below
                    was_sent = await _send(writer, command, body, reply)
                answer = (await reply)[:-1]
                if answer == CLEAN and not was_sent:
                    raise NotScanned("clamd answered before it had all of it")
                return answer
        except TimeoutError as error:
            raise Unavailable(f"clamd at {self.where} hangs") from error
        except ConnectionError as error:
            if body is not None and not was_sent:  # its answer may be lost when it hangs up while we still send
                raise NotScanned("clamd hung up in the middle of it: its size limit exceeded, perhaps") from error
            raise Unavailable(f"clamd at {self.where} went away without an answer") from error
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise Unavailable(f"clamd at {self.where} went away without an answer") from error
        finally:
            reply.cancel()
            with suppress(asyncio.CancelledError, OSError, EOFError, asyncio.LimitOverrunError):
                await reply
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._path:
            return await asyncio.open_unix_connection(self._path, limit=_LONGEST_REPLY)
        return await asyncio.open_connection(self._host, self._port, limit=_LONGEST_REPLY)


async def _send(writer: asyncio.StreamWriter, command: bytes, body: bytes | None, reply: asyncio.Task[bytes]) -> bool:
    """Whether all of it went out before clamd answered."""
    writer.write(command)
    if body is not None:
        view = memoryview(body)
        for start in range(0, len(view), _CHUNK):
            if reply.done():
                return False
            chunk = view[start : start + _CHUNK]
            writer.write(len(chunk).to_bytes(4, "big"))
            writer.write(chunk)
            await writer.drain()
        if reply.done():
            return False
        writer.write(b"\0\0\0\0")
    await writer.drain()
    return True


def _one_line(reply: bytes) -> str:
    return re.sub(r"[^ -~]", "?", reply.decode("ascii", "replace"))[:200]
