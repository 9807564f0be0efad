"""A wire between two servers that can be cut at the worst moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CutWire:
    """Leads every connection to the server at port `to`; the first reply that begins with `at` is lost with its
    connection, and all later ones pass."""

    def __init__(self, to: int, at: bytes) -> None:
        self._to = to
        self._at = at
        self.cut = False
        self.passed = asyncio.Event()
        """Such a reply came through, after the first one was lost."""

    async def join(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, on = await asyncio.open_connection("127.0.0.1", self._to)
        sending = asyncio.create_task(_pump(client, on))
        try:
            while line := await server.readline():
                if line.startswith(self._at) and not self.cut:
                    self.cut = True
                    back.transport.abort()
                    break
                back.write(line)
                if line.startswith(self._at):
                    self.passed.set()
        finally:
            sending.cancel()
            for writer in (on, back):
                writer.close()
            with contextlib.suppress(asyncio.CancelledError):
                await sending


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()


@asynccontextmanager
async def cut_wire(port: int, to: int, at: bytes) -> AsyncIterator[CutWire]:
    wire = CutWire(to, at)
    async with await asyncio.start_server(wire.join, "127.0.0.1", port):
        yield wire
