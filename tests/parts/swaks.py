"""swaks, a real SMTP client that is not ours."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.requirement import required_program


@dataclass(frozen=True, slots=True)
class Sent:
    code: int
    """swaks's exit code: 0 when the server took the mail, 26 when it refused after DATA."""
    transcript: str


async def send(
    port: int,
    *,
    sender: str,
    to: str,
    subject: str = "A complaint",
    body: str = "The sheet is attached.",
    attach: Sequence[Path] = (),
    headers: Sequence[str] = (),
    protocol: str = "ESMTP",
    client: str | None = None,
) -> Sent:
    """Send one mail to the server on this loopback port; headers as "Name: value", recipients with commas between.

    `client` is another IP address to come from, for a server that believes us (XCLIENT).
    """
    program = required_program("swaks", "swaks")
    options = ["--server", "127.0.0.1", "--port", str(port), "--helo", "mail.example.org", "--from", sender, "--to", to]
    options += ["--header", f"Subject: {subject}", "--body", body]
    options += ["--protocol", protocol]
    if client:
        options += ["--xclient", f"ADDR={client}"]
    for header in headers:
        options += ["--header", header]
    for path in attach:
        options += ["--attach-name", path.name, "--attach", f"@{path}"]
    process = await asyncio.create_subprocess_exec(
        program,
        *options,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    transcript, _ = await process.communicate()
    assert process.returncode is not None
    return Sent(process.returncode, transcript.decode(errors="replace"))
