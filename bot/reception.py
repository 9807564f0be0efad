"""The door for mail: the receiver as this installation wants it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot import mailroom
from bot.house import House
from bot.limits import ReceivingLimits
from bot.metrics import Metrics
from bot.settings import Settings, SmtpTls, trusted_networks
from bot.watermarks import watermarks_of
from mailin.receiver import Accepts, Limits, Receiver, Rules, start_receiver
from mailin.receiving.certificate import Certificate


@asynccontextmanager
async def open_receiver(
    house: House, listen: str, grace: float, metrics: Metrics, *, lmtp: bool
) -> AsyncIterator[Receiver]:
    """Take mail in at "host:port" or "unix:/path" until the context ends; mails under way then get `grace` seconds."""
    rules = rules_of(house, metrics, lmtp=lmtp)
    receiver = await start_receiver(listen, rules, partial(mailroom.store, house))
    metrics.watch(rules.way, receiver)
    try:
        yield receiver
    finally:
        await receiver.close(grace)


def rules_of(house: House, metrics: Metrics, *, lmtp: bool) -> Rules:
    """What the settings and the table of limits say, in the receiver's words."""
    settings = house.settings
    return Rules(
        settings.mail_address,
        accepts(house),
        limits_of(house.bounds.receiving),
        lmtp=lmtp,
        trusted=trusted_networks(settings.trusted_peers),
        certificate=certificate_of(settings),
        require_tls=settings.smtp_tls is SmtpTls.REQUIRE,
        pressure=watermarks_of(house),
        watch=metrics,
    )


def accepts(house: House) -> Accepts:
    """Which recipients are ours, our address and its bounce addresses, and how each is stored."""
    return house.addresses.accepts


def certificate_of(settings: Settings) -> Certificate | None:
    """SettingsError: it cannot be used."""
    if settings.smtp_tls is SmtpTls.OFF:
        return None
    return Certificate(Path(settings.smtp_certificate), Path(settings.smtp_key))


def limits_of(bounds: ReceivingLimits) -> Limits:
    """The operator's table in the receiver's words."""
    return Limits(
        max_bytes_in_flight=bounds.bytes_in_flight,
        max_connections=bounds.connections,
        max_per_peer=bounds.connections_per_peer,
        max_letters=bounds.letters_per_peer.count,
        letters_period=bounds.letters_per_peer.period.total_seconds(),
    )
