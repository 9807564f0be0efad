"""What `recourse doctor` finds out about the mailbox that mail is fetched from."""

import asyncio

from bot.pickup import credentials_of
from bot.settings import Settings
from complaints.errors import Unavailable
from mailin.mailbox import Mailbox
from mailin.mailbox_address import read_address

_PATIENCE = 20.0


async def examine_mailbox(settings: Settings) -> tuple[str, str]:
    """What was found, and what to mend, "" when it is right: sign in and select the folder as the server does."""
    address = read_address(settings.imap)
    mailbox = Mailbox(address, credentials_of(settings))
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.to_thread(mailbox.open)
    except Unavailable as error:
        return f"{address.name}: {error}", "Correct RECOURSE_IMAP and what signs in there (docs/mail.md)."
    except TimeoutError:
        return (
            f"{address.name}: no answer in {_PATIENCE:.0f} s",
            "Is the mail server up, and can it be reached from here?",
        )
    finally:
        mailbox.abort()
        mailbox.close()
    return address.name, ""
