"""A private clamd that knows one harmful thing, a mark made up here; it starts in a fraction of a second.

And something that speaks like a clamd, and answers what a test wants.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts.requirement import required_program
from tests.parts.waiting import until

HARMFUL = b"recourse-tests-call-this-harmful-7f3a91"
"""Whatever holds this is harmful, also inside a zip or in base64. It does nothing."""
SIGNATURE = "Recourse.Tests.Harmful"
FOUND = f"{SIGNATURE}.UNOFFICIAL"
"""As clamd calls it: a signature that its makers did not sign."""

_CONFIG = """\
Foreground yes
LocalSocket {folder}/clamd.ctl
LocalSocketMode 666
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LogFile {folder}/log
StreamMaxLength {stream_max}
MaxFileSize 60M
MaxScanSize 200M
AlertExceedsMax yes
"""


@dataclass(slots=True)
class ClamAV:
    """A clamd that can be stopped, started and made to hang."""

    folder: Path
    stream_max: str
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def socket(self) -> str:
        """What RECOURSE_CLAMD is to be."""
        return str(self.folder / "clamd.ctl")

    def start(self) -> None:
        """Wait until it answers."""
        config = self.folder / "clamd.conf"
        config.write_text(_CONFIG.format(folder=self.folder, stream_max=self.stream_max))
        with (self.folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [required_program("clamav", "clamd"), f"--config-file={config}"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        until(self._answers, "clamd to answer")

    def hang(self) -> None:
        """It takes connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it at once. Nothing happens when it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "out").read_text()
        with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(self.socket)
            probe.sendall(b"zPING\0")
            return probe.recv(16) == b"PONG\0"
        return False


@contextmanager
def clamav(*, stream_max: str = "60M", started: bool = True) -> Iterator[ClamAV]:
    """Its folder is gone afterwards. `stream_max` is the most that it takes at once."""
    required_program("clamav", "clamd")
    folder = Path(tempfile.mkdtemp(prefix="clamav-"))
    folder.chmod(0o755)  # it may run as a user of its own
    (folder / "signatures").mkdir()
    (folder / "signatures" / "tests.ndb").write_text(f"{SIGNATURE}:0:*:{HARMFUL.hex()}\n")
    server = ClamAV(folder, stream_max)
    try:
        if started:
            server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


Answers = Callable[[bytes], Awaitable[bytes | None]]
"""From what is to be scanned to the reply, as it goes over the wire; None: the connection ends without one."""


@asynccontextmanager
async def scripted_clamd(answers: Answers, pong: bytes = b"PONG\0") -> AsyncIterator[str]:
    """Where it listens, as RECOURSE_CLAMD."""

    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        reply = await answers(await _streamed(reader)) if command == b"zINSTREAM\0" else pong
        if reply is not None:
            writer.write(reply)
            await writer.drain()

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _streamed(reader: asyncio.StreamReader) -> bytes:
    chunks = []
    while size := int.from_bytes(await reader.readexactly(4), "big"):
        chunks.append(await reader.readexactly(size))
    return b"".join(chunks)
