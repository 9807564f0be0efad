"""`recourse demo`: the whole story, with a real server, real SMTP, HTTP and answers, in a temporary directory.

The server is the one that `recourse serve` starts, in a process of its own. Mails go in over SMTP, and answers come out
into a Maildir; the web chat is used by its forms; Slack and Telegram are local stand-ins that speak their HTTP APIs.
Tickets are closed by `recourse tickets close`, as staff would.
"""

import asyncio
import os
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot import demo_letters as letters
from bot.demo_mail import tell_by_mail
from bot.demo_platforms import stand_ins, tell_on_platforms
from bot.demo_stage import Stage, recourse, serving
from bot.demo_web import WebStory
from complaints.deadlines import local_date
from complaints.errors import UsageError
from complaints.policy import load_policy


async def play(keep: Path) -> None:
    """Play every scene and leave mails and transcripts in `keep`. Broken: a scene did not end as it must."""
    try:
        await asyncio.to_thread(_make_folder, keep)
    except OSError as error:
        raise UsageError(f"cannot keep the mails in {keep}: {error.strerror}.") from error
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recourse-demo-") as work:
        await _tell(Stage(Path(work), keep), local_date(datetime.now(UTC), load_policy()))
    click.secho(f"\nThat was the whole story, in {time.monotonic() - began:.1f} s.", bold=True)
    click.echo(f"The mails are in {keep}/ as .eml, the answers also as .html; the chats are there as .txt.")


def _make_folder(keep: Path) -> None:
    os.makedirs(keep, exist_ok=True)
    (keep / "server.log").unlink(missing_ok=True)


async def _tell(stage: Stage, today: date) -> None:
    """All scenes, in two runs of the server."""
    provider = ("--name", letters.PROVIDER, "--hfs-id", letters.HFS_ID)
    await recourse(stage, "providers", "add", *provider, "--email", letters.CLINIC, "--person", "Dana Ortiz")
    await recourse(stage, "providers", "add", *provider, "--email", letters.SECOND_ADDRESS)
    web = WebStory(stage, today)
    async with serving(stage):
        click.echo(f"Recourse takes mail to {letters.PORTAL} on 127.0.0.1:{stage.smtp_port}, by real SMTP.")
        click.echo(f"{letters.PROVIDER} is registered, with {letters.CLINIC} and {letters.SECOND_ADDRESS}.")
        await tell_by_mail(stage, today)
        await web.begin()
    async with stand_ins(stage) as platforms, serving(stage):
        await web.go_on()
        await tell_on_platforms(stage, platforms, today)
