"""`recourse demo`: the whole story, with a real server, real SMTP and real answers, in a temporary directory.

The server is the one that `recourse serve` starts, in a process of its own; mails go in over SMTP, answers come out
into a Maildir, and the ticket is closed by `recourse tickets close`, as staff would.
"""

import asyncio
import email
import json
import os
import sys
import tempfile
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import click

from bot import demo_letters as letters
from complaints.deadlines import local_date
from complaints.errors import Broken, UsageError
from complaints.policy import load_policy

PATIENCE = 60.0
"""Seconds to wait for one answer before the demo says that it failed."""

WIDTH = 100
"""Columns of the story."""


@dataclass(slots=True)
class Stage:
    """Where the demo plays: the server's SMTP port, the mailbox of answers, the folder that keeps the mails."""

    work: Path
    keep: Path
    port: int = 0
    scene: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("RECOURSE_")} | {
            "RECOURSE_DATABASE_URL": f"sqlite:///{self.work / 'recourse.sqlite3'}",
            "RECOURSE_MAIL_ADDRESS": letters.PORTAL,
            "RECOURSE_SMTP_LISTEN": "127.0.0.1:0",
            "RECOURSE_HTTP_LISTEN": "127.0.0.1:0",
            "RECOURSE_RELAY": f"maildir:{self.work / 'answers'}",
        }


async def play(keep: Path) -> None:
    """Play every scene and leave the mails in `keep`. Broken: a scene did not end as it must."""
    try:
        await asyncio.to_thread(os.makedirs, keep, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot keep the mails in {keep}: {error.strerror}.") from error
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recourse-demo-") as work:
        stage = Stage(Path(work), keep)
        await _recourse(stage, "providers", "add", "--name", letters.PROVIDER, "--hfs-id", letters.HFS_ID,
                        "--email", letters.CLINIC, "--person", "Dana Ortiz")  # fmt: skip
        await _recourse(stage, "providers", "add", "--name", letters.PROVIDER, "--hfs-id", letters.HFS_ID,
                        "--email", letters.SECOND_ADDRESS)  # fmt: skip
        async with _server(stage):
            click.echo(f"Recourse takes mail to {letters.PORTAL} on 127.0.0.1:{stage.port}, by real SMTP.")
            click.echo(f"{letters.PROVIDER} is registered, with {letters.CLINIC} and {letters.SECOND_ADDRESS}.")
            await _tell(stage, local_date(datetime.now(UTC), load_policy()))
    click.secho(f"\nThat was the whole story, in {time.monotonic() - began:.1f} s.", bold=True)
    click.echo(f"The mails are in {keep}/ as .eml, the answers also as .html.")


async def _tell(stage: Stage, today: date) -> None:
    twenty = letters.sheet_of(letters.eligible_claims(20, today, 1), letters.MERIDIAN, today)
    first = letters.mail_with_sheet(twenty, "<monday-1@lakeside.example>", "Please see the attached sheet.")
    receipt = await _scene(stage, "A claim sheet with 20 eligible claims", first, "Ticket")
    ticket = receipt["Subject"].split()[1].rstrip(":")

    faulty = letters.with_three_faults(letters.eligible_claims(20, today, 2), today)
    await _scene(
        stage,
        "20 claims, three of them with a fault",
        letters.mail_with_sheet(letters.sheet_of(faulty, letters.MOLINA, today), "<monday-2@lakeside.example>", ""),
        "17 claims filed",
    )
    early = [letters.filed_on(claim, today - timedelta(days=12)) for claim in letters.eligible_claims(2, today, 3)]
    await _scene(
        stage,
        "Filed with the plan only 12 days ago",
        letters.mail_with_sheet(letters.sheet_of(early, "CountyCare", today), "<monday-3@lakeside.example>", ""),
        "too early",
    )
    words = letters.mail(letters.CLINIC, "Aetna", "<monday-4@lakeside.example>", letters.two_in_words(today))
    await _scene(stage, "Two complaints told in words", words, "sheet")
    stranger = letters.mail(letters.STRANGER, "Claims", "<monday-5@riverside.example>", "How do I file a complaint?")
    await _scene(stage, "Somebody who is not registered", stranger, "register")
    again = letters.mail_with_sheet(twenty, "<tuesday-1@lakeside.example>", "Did you get this? I send it again.")
    await _scene(stage, "The first sheet once more, from a worried office", again, ticket)
    await _scene_without_answer(stage, "An out-of-office reply", letters.out_of_office("<auto-1@lakeside.example>"))

    _title(stage, f"Weeks later, staff close ticket {ticket}")
    click.echo(f"  $ recourse tickets close {ticket} --disposition paid\n")
    began = time.monotonic()
    await _recourse(stage, "tickets", "close", ticket, "--disposition", "paid")
    closure = await _answer(stage, lambda mail: "closed" in mail["Subject"] and mail["To"] == letters.CLINIC)
    _show(stage, closure, time.monotonic() - began)
    if closure["In-Reply-To"] != first["Message-ID"]:
        raise Broken("the closure notice is not in the thread of the first mail")
    click.echo(f"  It stands in the thread of the first mail (In-Reply-To: {closure['In-Reply-To']}).")
    copy = await _answer(stage, lambda mail: mail["To"] == letters.SECOND_ADDRESS)
    click.echo(f"  {letters.SECOND_ADDRESS}, the clinic's other address, was told as well: “{copy['Subject']}”.")


async def _scene(stage: Stage, title: str, mail: EmailMessage, expected: str) -> EmailMessage:
    """Send one mail, wait for its answer and show both. Broken: the answer is not the expected one."""
    _title(stage, title)
    began = await _send(stage, mail)
    answer = await _answer(stage, lambda candidate: candidate["In-Reply-To"] == mail["Message-ID"])
    _show(stage, answer, time.monotonic() - began)
    if expected.lower() not in answer["Subject"].lower():
        raise Broken(f"the answer's subject is {answer['Subject']!r}, and {expected!r} was expected in it")
    return answer


async def _scene_without_answer(stage: Stage, title: str, mail: EmailMessage) -> None:
    _title(stage, title)
    await _send(stage, mail)
    listed: list[dict[str, str]] = []
    deadline = time.monotonic() + PATIENCE
    while not listed and time.monotonic() < deadline:
        listed = json.loads(await _recourse(stage, "letters", "list", "--outcome", "no_answer", "--json"))
    if not listed:
        raise Broken("the out-of-office reply has no outcome")
    click.echo("  No answer: a machine wrote it, and two machines would never stop. It is kept and listed:")
    click.echo(f"  letter {listed[0]['id']}, outcome {listed[0]['outcome']} ({listed[0]['detail']})")


def _title(stage: Stage, title: str) -> None:
    stage.scene += 1
    click.secho(f"\n{stage.scene}. {title}", bold=True)


async def _send(stage: Stage, mail: EmailMessage) -> float:
    """Put a mail in over SMTP; when the server had said 250."""
    _keep(stage, mail, "sent")
    files = [part.get_filename() for part in mail.iter_attachments()]
    size = len(mail.as_bytes())
    click.echo(f"  → {mail['From']}, {size:,} bytes{', with ' + ', '.join(map(repr, files)) if files else ''}")
    sender = str(mail["From"].addresses[0].addr_spec)
    _echo_indented(_text(mail, "plain"), "    | ")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=stage.port, sender=sender, recipients=[letters.PORTAL])
    return time.monotonic()


async def _answer(stage: Stage, is_it: Callable[[EmailMessage], bool]) -> EmailMessage:
    """The next answer of this kind in the mailbox. Broken: none came."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for name, mail in await asyncio.to_thread(_new_answers, stage):
            if is_it(mail):
                stage.seen.add(name)
                return mail
        await asyncio.sleep(0.01)
    raise Broken(f"no answer came within {PATIENCE:.0f} s")


def _new_answers(stage: Stage) -> list[tuple[str, EmailMessage]]:
    paths = (path for path in (stage.work / "answers" / "new").glob("*") if path.name not in stage.seen)
    return [(path.name, email.message_from_bytes(path.read_bytes(), policy=policy.default)) for path in sorted(paths)]


def _show(stage: Stage, answer: EmailMessage, seconds: float) -> None:
    _keep(stage, answer, "answer")
    files = [part.get_filename() for part in answer.iter_attachments()]
    click.secho(f"  ← {answer['Subject']}   ({seconds * 1000:.0f} ms)", fg="green", bold=True)
    _echo_indented(_text(answer, "plain"), "    ")
    if files:
        click.echo(f"    [attached: {', '.join(str(name) for name in files)}]")


def _echo_indented(text: str, before: str) -> None:
    """A mail's text as a mail program shows it: its long lines wrapped."""
    for line in text.strip().splitlines():
        hanging = before + ("  " if line.startswith("- ") else "")
        click.echo(textwrap.fill(line, WIDTH, initial_indent=before, subsequent_indent=hanging) or before.rstrip())


def _keep(stage: Stage, mail: EmailMessage, what: str) -> None:
    name = f"{stage.scene:02}-{what}"
    (stage.keep / f"{name}.eml").write_bytes(mail.as_bytes())
    if what == "answer":
        (stage.keep / f"{name}.html").write_text(_text(mail, "html"), encoding="utf-8")


def _text(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return body.get_content() if isinstance(body, EmailMessage) else ""


@asynccontextmanager
async def _server(stage: Stage) -> AsyncIterator[None]:
    """`recourse serve` in a process of its own, on a port that the system chooses."""
    with (stage.keep / "server.log").open("wb") as log:
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
                    stage.port = int(line.rpartition(":")[2])
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()


async def _recourse(stage: Stage, *words: str) -> str:
    """Run one `recourse` command to its end. Broken: it failed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=stage.environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise Broken(f"recourse {' '.join(words)} ended with {process.returncode}")
    return out.decode()
