"""README.md is true: its commands are run in their order, each as written, but for the places in `Walk.substitutions`.

A command that is new in the README is run like the others, unless ANOTHER_WAY says how else it is tried.
"""

import asyncio
import os
import re
import shutil
import smtplib
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.policy import SMTP as SMTP_LINES
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.settings import PLACES
from tests.parts import office
from tests.parts.name_server import NameServer, name_server
from tests.parts.postgres import Postgres
from tests.parts.requirement import require, required_program
from tests.parts.signing import ed25519_key, signed
from tests.parts.waiting import free_port, until_async

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = {section.partition("\n")[0]: section for section in re.split(r"^## ", README, flags=re.MULTILINE)[1:]}
NOT_THE_CHECKOUT = shutil.ignore_patterns(
    ".venv", ".git", ".*_cache", "__pycache__", ".hypothesis", "demo-out", "node_modules"
)
NO_INDEX = ("Connection", "Name or service not known", "No matching distribution", "Max retries")

ANOTHER_WAY = {
    "make demo": "make_would_run",
    "make test": "make_would_run",
    ".venv/bin/recourse serve": "serve_here",
    "useradd --system --home-dir /var/lib/recourse --create-home --shell /usr/sbin/nologin recourse": "useradd_knows",
    "systemctl enable --now recourse": "start_as_the_unit_says",
}
"""What a test must not do to the machine it runs on, and the method of Walk that tries it otherwise."""


def blocks(section: str) -> list[tuple[str, str]]:
    """(language, text) of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@dataclass
class Relay:
    """A mail server that keeps what it is given."""

    port: int = 0
    got: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.got.append(envelope.content.decode())
        return "250 2.0.0 kept"


@asynccontextmanager
async def relaying() -> AsyncIterator[Relay]:
    relay, loop = Relay(), asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(relay, loop=loop), "127.0.0.1", 0) as server:
        relay.port = server.sockets[0].getsockname()[1]
        yield relay


@dataclass
class Walk:
    """Somebody who does what the README says, in a copy of the checkout."""

    folder: Path
    cluster: Postgres
    relay: Relay
    running: AsyncExitStack
    dns: NameServer
    port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    ticket: str = "2026-000001-5"

    def __post_init__(self) -> None:
        shutil.copytree(ROOT, self.checkout, ignore=NOT_THE_CHECKOUT)
        for name in ("systemd", "bin", "var"):
            (self.folder / name).mkdir()
        for path in (self.checkout / "deploy" / "recourse", self.checkout / "deploy" / "recourse.service"):
            path.write_text(self.here(path.read_text()))

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def substitutions(self) -> dict[str, str]:
        return {
            "/etc/systemd/system": str(self.folder / "systemd"),
            "/etc/recourse": str(self.folder / "etc"),
            "/opt/recourse": str(self.folder / "opt"),
            "/usr/local/bin": str(self.folder / "bin"),
            "/var/lib/recourse": str(self.folder / "var"),
            ".venv/bin": str(Path(sys.executable).parent),
            # the private cluster trusts everybody, and `recourse` is its superuser
            "postgresql://recourse@/recourse?host=/var/run/postgresql": self.cluster.url("readme").replace(
                "recourse@", "readme@"
            ),
            "createuser recourse": "createuser readme",
            "--owner recourse recourse": "--owner readme readme",
            "runuser -u postgres -- ": "",
            "runuser -u recourse -- ": "",
            "127.0.0.1:8026": f"127.0.0.1:{self.port}",
            "127.0.0.1:25": f"127.0.0.1:{self.relay.port}",
            "2026-000001-5": self.ticket,
        }

    def here(self, text: str) -> str:
        for written, used in self.substitutions.items():
            text = text.replace(written, used)
        return text

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.folder / "bin"), str(self.cluster.programs), os.environ["PATH"]])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RECOURSE_")}
        config = self.folder / "etc" / "recourse.toml"
        named = {"RECOURSE_CONFIG": str(config)} if config.exists() else {}
        return (
            kept
            | named
            | {
                "PATH": path,
                "PGHOST": str(self.cluster.folder),
                "PGUSER": "recourse",
                "RECOURSE_HTTP_LISTEN": f"127.0.0.1:{self.web_port}",
                "RECOURSE_DNS": self.dns.address,
            }
        )

    async def section(self, title: str) -> None:
        for language, text in blocks(SECTIONS[title]):
            match language:
                case "toml":
                    (self.folder / "etc" / "recourse.toml").write_text(self.here(text))
                case "sh":
                    for command in text.splitlines():
                        await self.do(command)
                case other:
                    pytest.fail(f"README.md has a block of {other!r} that no test reads")

    async def do(self, command: str) -> str:
        if way := ANOTHER_WAY.get(command):
            await getattr(self, way)(command)
            return ""
        process = await asyncio.create_subprocess_exec(
            "bash", "-euc", self.here(command),
            cwd=self.checkout,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = (told.decode() for told in await process.communicate())
        if process.returncode and "pip install" in command:
            require("package-index", not any(sign in err for sign in NO_INDEX), "cannot be reached")
        assert process.returncode == 0, f"{command}\n{out}\n{err}"
        return out

    async def make_would_run(self, command: str) -> None:
        make = required_program("make", "make")
        recipe = await self.do(command.replace("make", f"{make} --no-print-directory --dry-run"))
        last = {"make demo": "/recourse demo", "make test": "/python -m pytest"}[command]
        assert recipe.splitlines()[-1].endswith(last)

    async def useradd_knows(self, command: str) -> None:
        unit = (ROOT / "deploy" / "recourse.service").read_text()
        assert f"User={command.split()[-1]}\n" in unit
        assert f"WorkingDirectory={command.split()[3]}\n" in unit
        known = await self.do(f"{required_program('useradd', 'useradd')} --help")
        assert set(re.findall(r"--[a-z-]+", command)) <= set(re.findall(r"--[a-z-]+", known))

    async def serve_here(self, command: str) -> None:
        """Start it in the checkout, look at the page that the README names, and stop it."""
        process = await asyncio.create_subprocess_exec(
            *self.here(command).split(),
            cwd=self.checkout,
            env=self.environment | {"RECOURSE_SMTP_LISTEN": "127.0.0.1:0"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            page = f"http://127.0.0.1:{self.web_port}"
            assert "http://127.0.0.1:8080" in README
            assert process.stdout is not None
            while not (line := await process.stdout.readline()).startswith(b"recourse: ready"):
                assert line, "it did not start"
            with await asyncio.to_thread(urllib.request.urlopen, page) as answer:
                assert b"File a complaint" in answer.read()
        finally:
            process.terminate()
            await process.communicate()

    async def start_as_the_unit_says(self, command: str) -> None:
        """Run what systemd would run; that systemd takes the unit is tested in test_deploy."""
        unit = dict(re.findall(r"^(ExecStart|WorkingDirectory|Environment)=(.*)$", self._unit(), re.MULTILINE))
        assert unit["Environment"] == f"RECOURSE_CONFIG={self.environment['RECOURSE_CONFIG']}"
        log = self.running.enter_context((self.folder / "server.log").open("wb"))
        process = await asyncio.create_subprocess_exec(
            *unit["ExecStart"].split(),
            cwd=unit["WorkingDirectory"],
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        self.running.push_async_callback(process.communicate)
        self.running.callback(process.terminate)
        assert process.stdout is not None
        while not (line := await process.stdout.readline()).startswith(b"recourse: ready"):
            assert line, (self.folder / "server.log").read_text()

    def _unit(self) -> str:
        return (self.folder / "systemd" / "recourse.service").read_text()

    async def answer(self, words: str) -> str:
        """The answer with these words in it, when the relay has got it."""

        async def found() -> str | None:
            return next((mail for mail in self.relay.got if words in mail), None)

        return await until_async(found, f"an answer with {words!r}")


def hand_over(port: int, mail: bytes) -> None:
    """By LMTP, as the Postfix of the README does."""
    with smtplib.LMTP("127.0.0.1", port) as lmtp:
        lmtp.sendmail(office.CLINIC, ["complaints@portal.example.gov"], mail)


@pytest.mark.real("postgres")
@pytest.mark.real("package-index")
async def test_every_command_in_the_readme_works(cluster: Postgres, tmp_path: Path) -> None:
    async with relaying() as relay, AsyncExitStack() as running:
        dns = running.enter_context(name_server())
        walk = await asyncio.to_thread(Walk, tmp_path, cluster, relay, running, dns)  # it copies the checkout
        walk.dns.txt("s1._domainkey.lakeside.example", ed25519_key().record)
        await walk.section("Try it")
        await walk.section("Run it for real")
        mail = office.in_words(1)
        await asyncio.to_thread(
            hand_over, walk.port, signed(mail.as_bytes(policy=SMTP_LINES), "lakeside.example", key=ed25519_key())
        )
        receipt = await walk.answer("Subject: Ticket ")
        found = re.search(r"Subject: Ticket (\S+):", receipt)
        assert found, receipt
        walk.ticket = found[1]
        await walk.section("Day to day")
        closure = await walk.answer(f"Subject: Ticket {walk.ticket} is closed")
        assert f"In-Reply-To: {mail['Message-ID']}" in closure


def test_no_command_stands_outside_the_sections_that_are_walked() -> None:
    with_blocks = {title for title, section in SECTIONS.items() if blocks(section)}
    assert with_blocks == {"Try it", "Run it for real", "Day to day"}
    assert README.count("\n```") == 2 * sum(len(blocks(section)) for section in SECTIONS.values())


def test_what_is_tried_another_way_is_still_in_the_readme() -> None:
    lines = {line for section in SECTIONS.values() for _, text in blocks(section) for line in text.splitlines()}
    assert set(ANOTHER_WAY) <= lines


def test_the_settings_file_is_found_where_the_readme_puts_it() -> None:
    assert "in `/etc/recourse/recourse.toml`" in README
    assert Path("/etc/recourse/recourse.toml") in PLACES
