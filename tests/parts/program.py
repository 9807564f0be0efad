"""The program itself as a person runs it: `recourse …` in a process of its own, with settings in its environment."""

import asyncio
import email
import email.policy
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

PORTAL = "portal@example.org"
WIDE_LIMITS = {"RECOURSE_LIMITS": str(Path(__file__).with_name("wide_limits.toml"))}
"""Settings for a server that one office writes hundreds of mails to."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation in a folder: its database, its Maildir of answers, its settings."""

    folder: Path
    database_url: str
    relay: str

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RECOURSE_")}
        return inherited | {
            "RECOURSE_DATABASE_URL": self.database_url,
            "RECOURSE_MAIL_ADDRESS": PORTAL,
            "RECOURSE_SMTP_LISTEN": "127.0.0.1:0",
            "RECOURSE_HTTP_LISTEN": "127.0.0.1:0",
            "RECOURSE_RELAY": self.relay,
            "RECOURSE_SENDER_CHECK": "registered-only",
        }

    async def run(self, *words: str, settings: Mapping[str, str] | None = None) -> Ended:
        """One `recourse` command to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            env=self.environment | dict(settings or {}),
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def done(self, *words: str) -> Ended:
        """The same, and it must succeed."""
        ended = await self.run(*words)
        assert ended.code == 0, ended.err
        return ended

    async def register(self, address: str, hfs_id: str = "036112345001", name: str = "Lakeside Family Clinic") -> None:
        await self.done("providers", "add", "--name", name, "--hfs-id", hfs_id, "--email", address)

    def answers(self) -> list[EmailMessage]:
        """The answers in the Maildir, oldest first."""
        paths = sorted((self.folder / "answers" / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


@dataclass(frozen=True, slots=True)
class Server:
    """`recourse serve`, listening."""

    process: asyncio.subprocess.Process
    port: int
    log: Path
    http_port: int = 0
    """0: the web chat is switched off."""

    @property
    def web(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.http_port}"

    async def stop(self) -> int:
        """SIGTERM, and wait for the orderly end."""
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self.process.kill()
        await self.process.wait()


def installation(folder: Path, database_url: str | None = None, relay: str | None = None) -> Installation:
    """In `folder`, on SQLite and with a Maildir unless told otherwise."""
    return Installation(
        folder, database_url or f"sqlite:///{folder / 'recourse.sqlite3'}", relay or f"maildir:{folder / 'answers'}"
    )


@asynccontextmanager
async def serving(
    place: Installation, port: int = 0, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Start `recourse serve` and wait until it says that it is ready; at the end stop it if it still runs."""
    log = place.folder / "server.log"
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve",
            env=place.environment | {"RECOURSE_SMTP_LISTEN": f"127.0.0.1:{port}"} | dict(settings or {}),
            cwd=place.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )  # fmt: skip
    try:
        ports = await ready(process, log)
        yield Server(process, ports.get("SMTP", 0), log, ports.get("HTTP", 0))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def ready(process: asyncio.subprocess.Process, log: Path) -> dict[str, int]:
    """The port it listens on for each protocol, once it is ready."""
    assert process.stdout is not None
    ports: dict[str, int] = {}
    while line := (await process.stdout.readline()).decode():
        if said := re.fullmatch(r"recourse: (SMTP|LMTP|HTTP) on \S+:(\d+)", line.strip()):
            ports[said[1]] = int(said[2])
        if line.startswith("recourse: ready"):
            return ports
    raise AssertionError(f"recourse serve did not start: {log.read_text()}")
