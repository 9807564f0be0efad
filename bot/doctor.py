"""`recourse doctor`: is this installation sane? Every check says what it looked at, and what to do when it is wrong."""

import asyncio
import os
import socket
import sysconfig
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bot.backstage import command, is_there
from bot.scanning import examine_scanner
from bot.settings import SenderCheck, Settings, SmtpTls, host_and_port, unknown_variables
from bot.terminal import print_json, short_times
from complaints.errors import RecourseError
from complaints.mcos import load_roster
from complaints.policy import load_policy
from storage.schema import schema_state

LEFT_TOO_LONG = timedelta(hours=26)
"""A mail whose sender cannot be checked goes into quarantine after a day."""
HELD_TOO_LONG = timedelta(days=2)
"""A held letter is probably a complaint: somebody waits for an answer."""
DOUBTED_TOO_LONG = timedelta(days=1)
"""A letter in quarantine that names a registered sender may be one, and nobody was told that it lies there."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `mend` says what to do; empty when it is right."""

    name: str
    found: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend


async def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at everything; a check that cannot be made is itself a finding."""
    checks: list[Callable[[Settings], Awaitable[Check]]] = [
        *(_law, _database, _waiting, _letters, _kept, _malware, _relay),
        *(_mail_port, _mailbox, _dns, _certificate, _address),
    ]
    return (*[await check(settings) for check in checks], _variables(), _environment())


def report(checks: tuple[Check, ...], *, as_json: bool) -> bool:
    """Print it. True when nothing must be mended."""
    sane = all(check.ok for check in checks)
    if as_json:
        print_json(
            {"sane": sane, "checks": [{"name": c.name, "ok": c.ok, "found": c.found, "mend": c.mend} for c in checks]}
        )
        return sane
    for check in checks:
        click.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.found}")
        if check.mend:
            click.echo(f"     {check.mend}")
    return sane


async def _law(_: Settings) -> Check:
    policy, roster = load_policy(), load_roster()
    return Check("rules", f"day {policy.first_day} to day {policy.last_day}, {len(roster.mcos)} MCOs in the roster")


async def _database(settings: Settings) -> Check:
    if not is_there(settings):
        return Check("database", f"{settings.database_url} is not there", "`recourse migrate` makes it.")
    try:
        state = await schema_state(settings.database_url)
    except RecourseError as error:
        return Check("database", str(error), "Start the database, or correct RECOURSE_DATABASE_URL.")
    mend = "" if state.is_current else "Stop `recourse serve` and run `recourse migrate`."
    return Check("database", f"schema {state.current or 'none'}, this release knows {state.head}", mend)


async def _waiting(settings: Settings) -> Check:
    if not is_there(settings):
        return Check("waiting", "nothing yet")
    try:
        counts = await command(settings, "doctor.counts")
    except RecourseError as error:
        return Check("waiting", str(error), "Mend the database first.")
    found = "{parked} parked letters, {undeliverable} undeliverable notices, {queued} to send".format(**counts)
    if counts["undelivered"]:
        found += f", {counts['undelivered']} notices that came back (`recourse notices list --state undelivered`)"
    if counts["undeliverable_lines"]:  # nothing to mend: who filed was told by mail
        lost = counts["undeliverable_lines"]
        found += f", {lost} chat lines that never got there (`recourse chats list --undeliverable`)"
    if counts["registrations"]:
        found += f", {counts['registrations']} registrations to check (`recourse registrations list --state waiting`)"
    if not counts["providers"]:
        return Check("waiting", found, "Nobody is registered: `recourse providers add` or `recourse providers import`.")
    trouble = counts["parked"] or counts["reached_nobody"]  # who had it in another's place is enough
    mend = "See `recourse letters list --outcome parked`, and `recourse notices list` for what reached nobody."
    return Check("waiting", found, mend if trouble else "")


async def _letters(settings: Settings) -> Check:
    """Whether every letter is accounted for, and what lies apart."""
    if not is_there(settings):
        return Check("letters", "none yet")
    try:
        counts = await command(settings, "doctor.counts")
    except RecourseError as error:
        return Check("letters", str(error), "Mend the database first.")
    found = [f"{counts['held']} held", f"{counts['quarantined']} in quarantine"]
    if counts["doubted"]:
        found.append(f"{counts['doubted']} of those name a registered sender")
    if counts["deferred"]:
        found.append(f"{counts['deferred']} told to come again since {counts['deferred_since']}")
    if counts["put_off"]:
        found.append(f"{counts['put_off']} left in the mailbox since {counts['put_off_since']}")
    if counts["reconciled"]:
        found.append(f"accounts looked at {counts['reconciled']}")
    elif not counts["overlooked"]:
        found.append("no day to account for yet")
    return Check("letters", short_times(", ".join(found)), " ".join(_what_letters_need(counts)))


def _what_letters_need(counts: dict[str, Any]) -> Iterator[str]:
    if counts["unbalanced"]:
        days = ", ".join(f"{day} (gap {gap})" for day, gap in counts["unbalanced"])
        yield f"Letters are not accounted for: {days}. `recourse letters reconcile` tells more (docs/staff.md)."
    if counts["overlooked"]:
        yield "Nobody looked whether all letters are accounted for; `recourse serve` does each night, does it run?"
    if number := counts["kept_waiting"]:
        mails = "1 mail was" if number == 1 else f"{number} mails were"
        yield (
            f"{mails} told to come again for more than an hour, since the sender cannot be checked: does the DNS "
            "answer, or the mail server that checks for us (docs/mail.md)?"
        )
    since = counts["put_off_since"]
    if since and datetime.now(UTC) - datetime.fromisoformat(since) > LEFT_TOO_LONG:
        yield "A mail cannot be fetched from the mailbox: `recourse letters mailbox` says why; look at it there."
    since = counts["held_since"]
    if since and datetime.now(UTC) - datetime.fromisoformat(since) > HELD_TOO_LONG:
        yield (
            f"A letter is held since {short_times(since)}: look at `recourse letters list --outcome held`, release or "
            "discard it."
        )
    since = counts["doubted_since"]
    if since and datetime.now(UTC) - datetime.fromisoformat(since) > DOUBTED_TOO_LONG:
        oldest = ", ".join(map(str, counts["doubted_oldest"]))
        yield (
            f"Letters that name a registered sender lie in quarantine since {since[:10]}, the oldest are {oldest}: "
            "phone the office, then release or discard each (docs/staff.md)."
        )


async def _kept(settings: Settings) -> Check:
    """Whether answers go out, and what the budgets kept back."""
    if not is_there(settings):
        return Check("answers kept", "none yet")
    try:
        now = await command(settings, "answers.status")
    except RecourseError as error:
        return Check("answers kept", str(error), "Mend the database first.")
    kept = ", ".join(f"{number} by {why}" for why, number in now["suppressed"].items()) or "none"
    if not now["paused"]:
        return Check("answers kept", kept)
    mend = f"All answers are kept since {short_times(now['since'])}: {now['why']}. Look whom they go to (`recourse "
    mend += "notices list --state suppressed`), then `recourse answers resume`."
    return Check("answers kept", kept, mend)


async def _malware(settings: Settings) -> Check:
    return Check("malware", *await examine_scanner(settings))


async def _relay(settings: Settings) -> Check:
    if settings.relay.startswith("maildir:"):
        return _maildir(Path(settings.relay.removeprefix("maildir:")))
    parts = urlsplit(settings.relay)
    return await _greeting(
        "answers", parts.hostname or "", parts.port or 25, "Start the relay, or correct RECOURSE_RELAY."
    )


def _maildir(folder: Path) -> Check:
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    mend = "" if os.access(nearest, os.W_OK) else f"Make {folder} writable, or set RECOURSE_RELAY=smtp://host:port."
    return Check("answers", f"into the Maildir {folder}; nothing leaves this machine", mend)


async def _mail_port(settings: Settings) -> Check:
    if not settings.smtp_listen:
        others = (("by LMTP", settings.lmtp_listen), ("fetched from a mailbox", settings.imap))
        ways = " and ".join(way for way, setting in others if setting)
        return Check("mail in", f"{ways} only" if ways else "nowhere but by a pipe: nothing is listened on")
    host, port = host_and_port("smtp_listen", settings.smtp_listen)
    check = await _greeting("mail in", host, port, "`recourse serve` does not run here (or listens elsewhere).")
    return check if port else Check("mail in", "a free port at each start")


async def _mailbox(settings: Settings) -> Check:
    if not settings.imap:
        return Check("mailbox", "none is fetched from")
    from bot.mailbox_check import examine_mailbox  # only where there is one

    return Check("mailbox", *await examine_mailbox(settings))


async def _dns(settings: Settings) -> Check:
    if settings.sender_check is not SenderCheck.VERIFY:
        return Check("DNS", f"not asked: RECOURSE_SENDER_CHECK={settings.sender_check}")
    from bot.dns_check import examine_dns  # only where senders are verified

    return Check("DNS", *await examine_dns(settings))


async def _certificate(settings: Settings) -> Check:
    from bot.certificate_ends import certificate_check  # only where a certificate is looked at

    if settings.smtp_tls is SmtpTls.OFF:
        return Check("encryption", "STARTTLS is off")
    return Check("encryption", *await asyncio.to_thread(certificate_check, settings))


async def _greeting(name: str, host: str, port: int, mend: str) -> Check:
    """Whether an SMTP server greets at this place."""
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            line = await reader.readline()
            writer.close()
    except (OSError, TimeoutError, socket.gaierror):
        return Check(name, f"nobody answers at {where}", mend)
    return Check(name, f"SMTP at {where}", "" if line.startswith(b"220") else mend)


async def _address(settings: Settings) -> Check:
    ours = settings.mail_address
    if ours.endswith("@localhost"):
        return Check("address", ours, "Set RECOURSE_MAIL_ADDRESS to the address that providers write to.")
    return Check("address", ours)


def _variables() -> Check:
    unknown = unknown_variables()
    mend = f"{', '.join(unknown)}: no such setting. docs/settings.md lists them." if unknown else ""
    return Check("settings", "read", mend)


def _environment() -> Check:
    """Our packages have plain names (bot, storage …), so Recourse wants an environment of its own."""
    here = Path(sysconfig.get_paths()["purelib"])
    others = sorted({d.metadata["Name"] for d in distributions(path=[str(here)])} & _NOT_OURS)
    mend = (
        f"Install Recourse with pipx or into its own venv; this one also holds {', '.join(others)}." if others else ""
    )
    return Check("environment", str(here), mend)


_NOT_OURS = frozenset({"Django", "Flask", "scipy", "jupyter", "notebook", "ansible", "awscli"})
"""A sample of what lies in shared environments and is no dependency of ours."""
