"""A wire to an IMAP server on which things go wrong: a command is refused, answered by silence, or ends everything."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.parts.waiting import free_port


class Fault(Enum):
    REFUSED = auto()  # NO
    CUT = auto()  # the connection ends
    SILENT = auto()  # nothing comes any more
    EMPTY = auto()  # OK, and nothing that was asked for


@dataclass
class ImapWire:
    """Change `faults` whenever you like: what a command (without its tag) looks like, and what happens to it."""

    to: int
    port: int = 0
    faults: dict[str, Fault] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    """Every command, but those that sign in."""
    connections: int = 0
    clients: "list[asyncio.Task[None]]" = field(default_factory=list)

    def asked(self, form: str) -> int:
        return sum(re.search(form, command) is not None for command in self.heard)

    async def join(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.clients.append(task)
        with contextlib.suppress(asyncio.CancelledError):
            await self._lead(client, back)

    async def _lead(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, on = await asyncio.open_connection("127.0.0.1", self.to)
        answering = asyncio.create_task(_pump(server, back))
        try:
            while line := await client.readline():
                tag, _, command = line.decode("latin-1").strip().partition(" ")
                if not command.upper().startswith(("LOGIN", "AUTHENTICATE")):
                    self.heard.append(command)
                match next((fault for form, fault in self.faults.items() if re.search(form, command)), None):
                    case None:
                        on.write(line)
                    case Fault.REFUSED:
                        back.write(f"{tag} NO [SERVERBUG] not this one\r\n".encode())
                    case Fault.EMPTY:
                        back.write(f"{tag} OK done\r\n".encode())
                    case Fault.CUT:
                        break
                    case Fault.SILENT:
                        pass
        finally:
            for writer in (on, back):
                writer.transport.abort()
            answering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await answering


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()


@asynccontextmanager
async def imap_wire(to: int) -> AsyncIterator[ImapWire]:
    wire = ImapWire(to, free_port())
    async with await asyncio.start_server(wire.join, "127.0.0.1", wire.port):
        yield wire
        for client in wire.clients:
            client.cancel()
        await asyncio.gather(*wire.clients)
