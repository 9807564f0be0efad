"""The door for mail: the receiver as this installation wants it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot import mailroom
from bot.house import House
from bot.limits import ReceivingLimits
from mailin.receiver import Accepts, Limits, Receiver, start_receiver


@asynccontextmanager
async def open_receiver(house: House, listen: str, grace: float, *, lmtp: bool) -> AsyncIterator[Receiver]:
    """Take mail in at "host:port" until the context ends; mails under way then get `grace` seconds to finish."""
    receiver = await start_receiver(
        listen,
        house.settings.mail_address,
        partial(mailroom.store, house),
        limits_of(house.bounds.receiving),
        lmtp=lmtp,
        accepts=accepts(house),
    )
    try:
        yield receiver
    finally:
        await receiver.close(grace)


def accepts(house: House) -> Accepts:
    """Which recipients are ours, our address and its bounce addresses, and how each is stored."""
    return house.addresses.accepts


def limits_of(bounds: ReceivingLimits) -> Limits:
    """The operator's table in the receiver's words."""
    return Limits(
        max_bytes_in_flight=bounds.bytes_in_flight,
        max_connections=bounds.connections,
        max_per_peer=bounds.connections_per_peer,
    )
