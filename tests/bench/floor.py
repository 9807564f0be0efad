"""The floor: a bare aiosmtpd that only writes each mail to a file and fsyncs it."""

import asyncio
import os
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Writer:
    """The least that a mail server must do before it says 250."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._count += 1
        with (self._folder / str(self._count)).open("wb") as file:
            file.write(envelope.original_content or b"")
            file.flush()
            os.fsync(file.fileno())
        return "250 OK"


async def main(folder: Path) -> None:
    writer = Writer(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(writer), "127.0.0.1", 0)
    print(f"recourse: SMTP on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    print("recourse: ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
