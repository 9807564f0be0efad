"""`letters.take` in the process that holds the database (see `commands`): a mail out of a mail server's pipe."""

import asyncio
import base64
import logging
from datetime import UTC, datetime
from typing import Any

from bot import mailroom
from bot.house import House
from bot.watermarks import watermarks_of
from mailin.arriving import Kept, Received, Refused, TryAgain, Way
from mailin.envelopes import as_sent, envelope_sender, headers_of, said_sender
from mailin.receiving.crowd import address_of
from mailin.receiving.xforward import plain_helo
from mailin.return_address import bounce_recipient

log = logging.getLogger(__name__)


_NOT_KNOWN = ("", "unknown")
"""How a mail server says that no client brought the mail."""


async def take(house: House, args: dict[str, Any]) -> Any:
    """Store it: {"letter": its id, "unusable": what was said of the envelope and could not be used}, or {"why": why
    not, in one line without member data}."""
    if pressure := watermarks_of(house)():
        return {"why": f"{pressure} is reached (docs/mail.md, Limits)"}
    received = await asyncio.to_thread(_received, house, args)  # up to 25 MB to decode and to look through
    unusable = _unusable(args)
    match await mailroom.store(house, received):
        case Kept(letter):
            log.info("letter %d kept, %d bytes, by a pipe", letter, len(received.raw))
            return {"letter": letter, "unusable": unusable}
        case TryAgain(why) | Refused(why):
            return {"why": why}


def _unusable(args: dict[str, Any]) -> list[str]:
    """The parts of the envelope that were said and are not what they should be."""
    client, said = args["client"].strip(), args["mail_from"]
    is_wrong = {
        "client": client.lower() not in _NOT_KNOWN and address_of(client.strip("[]")) is None,
        "from": said is not None and said_sender(said) is None,
    }
    return [name for name, wrong in is_wrong.items() if wrong]


def _received(house: House, args: dict[str, Any]) -> Received:
    raw = as_sent(base64.b64decode(args.pop("raw")))
    headers = headers_of(raw)
    said = str(args["recipient"] or "").strip().removeprefix("<").removesuffix(">")
    # What is no address of ours is what an alias made of one: such mail is for the portal, or came back to it.
    recipient = house.addresses.accepts(said) or (bounce_recipient(headers, house.addresses) if headers else None)
    return Received(
        raw=raw,
        mail_from=envelope_sender(raw, headers, args["mail_from"]),
        recipient=recipient or house.settings.mail_address,
        peer=str(address_of(args["client"].strip().strip("[]")) or ""),
        received=datetime.now(UTC),
        helo=plain_helo(args["helo"].strip()),
        way=Way.PIPE,
    )


TAKE_COMMANDS = {"letters.take": take}
