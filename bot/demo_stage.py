"""Where the demo plays: a temporary installation, its server in a process of its own, its mailbox of answers, and how
what is said there is shown and kept."""

import asyncio
import email
import os
import socket
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import click

from bot import demo_letters as letters
from bot.pretend.waiting import until_async
from complaints.errors import Broken

PATIENCE = 60.0
"""Seconds to wait for one answer before the demo says that it failed."""

LOOK_EVERY = 0.005
"""Seconds between two looks: the milliseconds that are told are too many by half of it."""

WIDTH = 100
"""Columns of the story."""

_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
"""Nothing here is beyond this machine, and some libraries would ask a proxy even for loopback."""

T = TypeVar("T")


def free_port() -> int:
    """A loopback port that nobody listens on now. The pages' own links name it, so it is chosen before the start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Stage:
    """The server's ports and further settings, the mails seen so far, the folder that keeps what was said."""

    work: Path
    keep: Path
    smtp_port: int = 0
    http_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    scene: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("RECOURSE_") and name.lower() not in _PROXIES
        }
        ours = {
            "RECOURSE_DATABASE_URL": f"sqlite:///{self.work / 'recourse.sqlite3'}",
            "RECOURSE_MAIL_ADDRESS": letters.PORTAL,
            "RECOURSE_SMTP_LISTEN": "127.0.0.1:0",
            "RECOURSE_HTTP_LISTEN": f"127.0.0.1:{self.http_port}",
            "RECOURSE_PUBLIC_URL": self.web,
            "RECOURSE_RELAY": f"maildir:{self.work / 'answers'}",
            "RECOURSE_SENDER_CHECK": "registered-only",  # the story's mails come from this machine, unsigned
        }
        return inherited | ours | self.settings


@asynccontextmanager
async def serving(stage: Stage) -> AsyncIterator[None]:
    """`recourse serve` in a process of its own. Broken: it did not start, or did not end in order."""
    with (stage.keep / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=stage.environment, stdout=asyncio.subprocess.PIPE, stderr=log
        )
        try:
            if process.stdout is None:
                raise Broken("the server was started without its pipe")
            while not (line := (await process.stdout.readline()).decode()).startswith("recourse: ready"):
                if not line:
                    raise Broken(f"the server did not start; see {stage.keep / 'server.log'}")
                if line.startswith("recourse: SMTP on "):
                    stage.smtp_port = int(line.rpartition(":")[2])
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()
    if process.returncode != 0:
        raise Broken(f"the server ended with {process.returncode}; see {stage.keep / 'server.log'}")


async def recourse(stage: Stage, *words: str) -> str:
    """Run one `recourse` command to its end. Broken: it failed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=stage.environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise Broken(f"recourse {' '.join(words)} ended with {process.returncode}")
    return out.decode()


async def wait_for(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    """The first thing that is found. Broken: nothing was."""
    try:
        return await until_async(look, what, PATIENCE, LOOK_EVERY)
    except TimeoutError as error:
        raise Broken(str(error)) from error


async def next_mail(stage: Stage, is_it: Callable[[EmailMessage], bool], what: str) -> EmailMessage:
    """The next mail of this kind in the mailbox. Broken: none came."""

    async def look() -> EmailMessage | None:
        for name, mail in await asyncio.to_thread(_new_mails, stage):
            if is_it(mail):
                stage.seen.add(name)
                return mail
        return None

    return await wait_for(look, what)


def _new_mails(stage: Stage) -> list[tuple[str, EmailMessage]]:
    paths = (path for path in (stage.work / "answers" / "new").glob("*") if path.name not in stage.seen)
    return [(path.name, email.message_from_bytes(path.read_bytes(), policy=policy.default)) for path in sorted(paths)]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    return body.get_content() if isinstance(body, EmailMessage) else ""


def begin_scene(stage: Stage, title: str) -> None:
    stage.scene += 1
    click.secho(f"\n{stage.scene}. {title}", bold=True)


def tell(text: str) -> None:
    """One remark of the demo's own."""
    echo_wrapped(text, "  ")


def echo_wrapped(text: str, before: str) -> None:
    """A text as a mail program or a chat shows it: its long lines wrapped."""
    for line in text.strip().splitlines():
        hanging = before + ("  " if line.startswith(("- ", "• ")) else "")
        click.echo(filled(line, before, hanging) or before.rstrip())


def filled(line: str, before: str, hanging: str) -> str:
    """One line as several that are not too wide."""
    return textwrap.fill(line, WIDTH, initial_indent=before, subsequent_indent=hanging)


def milliseconds(began: float) -> str:
    """Since a moment of `time.monotonic`."""
    return f"({(time.monotonic() - began) * 1000:.0f} ms)"


def keep_mail(stage: Stage, mail: EmailMessage, what: str) -> None:
    name = f"{stage.scene:02}-{what}"
    (stage.keep / f"{name}.eml").write_bytes(mail.as_bytes())
    if what == "answer":
        (stage.keep / f"{name}.html").write_text(text_of(mail, "html"), encoding="utf-8")


def keep_transcript(stage: Stage, name: str, lines: list[str]) -> None:
    (stage.keep / f"{stage.scene:02}-{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
