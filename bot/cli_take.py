"""`recourse letters take`: a mail on standard input, from the pipe of a mail server (Exim, Sendmail, Postfix).

Exit code 0: it is stored. 75 (EX_TEMPFAIL) for anything else, whatever it is: the mail server keeps the mail and tries
again. Any other code would make it bounce the mail to a sender who may be forged.
"""

import asyncio
import base64
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from bot.settings import SettingsLoader
from complaints.errors import RecourseError
from mailin.limits import ReadingLimits

TRY_AGAIN = 75
LARGEST = ReadingLimits().size
PATIENCE = 240.0
"""Seconds for the hand-over: a mail server kills a pipe after some time, and some bounce the mail then."""
_NO_USE = {
    "client": "--client (or $CLIENT_ADDRESS) is no IP address: SPF cannot be asked",
    "from": "--from (or $SENDER) is no mail address: taken from the mail itself",
}


class _NeverBounce(click.Command):
    """Even a misspelled option in the mail server's configuration must not bounce mail."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*args, **more)
        except click.UsageError as error:
            _not_stored(" ".join(error.format_message().split()))
        except click.exceptions.Exit:
            if sys.stdin is not None and sys.stdin.isatty():
                raise
            _not_stored("--help was asked for, and nobody is there to read it")


@click.command(cls=_NeverBounce)
@click.option("--from", "mail_from", metavar="ADDRESS", help="The envelope sender, empty for none (or $SENDER).")
@click.option("--to", "recipient", metavar="ADDRESS", help="The envelope recipient (or $RECIPIENT).")
@click.option("--client", metavar="IP", help="The client that brought the mail, for SPF (or $CLIENT_ADDRESS).")
@click.option("--helo", metavar="NAME", help="What that client called itself (or $CLIENT_HELO).")
@click.pass_obj
def take(
    load: SettingsLoader, mail_from: str | None, recipient: str | None, client: str | None, helo: str | None
) -> None:
    """Store the mail on standard input, from a mail server's pipe. Exit code 75 when it is not stored."""
    raw = _on_standard_input()
    envelope = {
        "mail_from": _told(mail_from, "SENDER"),
        "recipient": _told(recipient, "RECIPIENT"),
        "client": _told(client, "CLIENT_ADDRESS") or "",
        "helo": _told(helo, "CLIENT_HELO") or "",
    }
    try:
        with _at_most(PATIENCE):
            answer = asyncio.run(_hand_over(load, raw, envelope))
    except RecourseError as error:
        _not_stored(str(error))
    except Exception as error:  # noqa: BLE001  a surprise must not cost the sender the mail
        _not_stored(f"a surprise, {type(error).__name__}")
    if "why" in answer:
        _not_stored(answer["why"])
    if unusable := answer["unusable"]:
        click.echo(f"recourse: stored, but {'; '.join(_NO_USE[name] for name in unusable)}", err=True)


def _on_standard_input() -> bytes:
    if sys.stdin is None:
        _not_stored("standard input is closed")
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1)
    except (OSError, ValueError, MemoryError) as error:
        _not_stored(f"standard input cannot be read ({type(error).__name__})")
    if not raw:
        _not_stored("there is no mail on standard input")
    if len(raw) > LARGEST:
        _not_stored(f"the mail is larger than {LARGEST} bytes")
    return raw


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Whatever hinders it, be it a thread that cannot be stopped: after so long the mail server tries again."""
    timer = threading.Timer(seconds, _give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _give_up() -> None:
    os.write(
        2, b"recourse: not stored: it took too long (a mail that came in after all is known when it comes again)\n"
    )
    os._exit(TRY_AGAIN)


def _told(option: str | None, variable: str) -> str | None:
    """What the mail server says of the envelope: Exim lets no word that comes from a mail into a command's options."""
    return os.environ.get(variable) if option is None else option


async def _hand_over(load: SettingsLoader, raw: bytes, envelope: dict[str, Any]) -> dict[str, Any]:
    from bot.backstage import command_of_a_program  # here, so that what fails in it has the right exit code, too

    mail = base64.b64encode(raw).decode()
    answer: dict[str, Any] = await command_of_a_program(load(), "letters.take", raw=mail, **envelope)
    return answer


def _not_stored(why: str) -> NoReturn:
    click.echo(f"recourse: not stored: {why}", err=True)
    sys.exit(TRY_AGAIN)
