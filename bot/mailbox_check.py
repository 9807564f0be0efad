"""What `recourse doctor` finds out about the mailbox that mail is fetched from."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from bot.pickup import credentials_of
from bot.settings import Settings
from complaints.errors import Unavailable
from mailin.mailbox import Mailbox
from mailin.mailbox_address import read_address

_PATIENCE = 10.0


async def examine_mailbox(settings: Settings, patience: float = _PATIENCE) -> tuple[str, str]:
    """What was found, and what to mend, "" when it is right: sign in and select the folder as the server does."""
    address = read_address(settings.imap)
    where = f"{address.user} at {address.host}:{address.port}, folder {address.folder}"
    mailbox = Mailbox(address, credentials_of(settings))
    try:
        async with asyncio.timeout(patience):
            await _in_a_thread(mailbox.open)
    except Unavailable as error:
        return f"{where}: {error}", "Correct RECOURSE_IMAP and what signs in there (docs/mail.md)."
    except TimeoutError:
        return f"{where}: no answer in {patience:.0f} s", "Is the mail server up, and can it be reached from here?"
    finally:
        mailbox.abort()
        mailbox.close()
    return where, ""


def _in_a_thread(work: Callable[[], object]) -> "asyncio.Future[None]":
    """Done by a thread that nobody waits for when time is up, not even the end of the program."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as caught:  # noqa: BLE001  it is raised where it is waited for
            error = caught
        with suppress(RuntimeError):  # nobody waits any more, and the loop is closed
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=run, daemon=True, name="mailbox").start()
    return done
