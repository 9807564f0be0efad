"""The sender check that the settings ask for."""

from bot.settings import SenderCheck as Asked
from bot.settings import Settings, trusted_networks
from mailin.genuine.believing import Believing
from mailin.genuine.standing import SenderCheck


def open_sender_check(settings: Settings) -> SenderCheck:
    """Libraries for cryptography and the DNS are imported only where senders are verified."""
    match settings.sender_check:
        case Asked.REGISTERED_ONLY:
            return Believing()
        case Asked.TRUSTED_HEADER:
            from mailin.genuine.trusted_header import TrustedHeader

            return TrustedHeader(settings.authserv_id, trusted_networks(settings.trusted_peers))
        case Asked.VERIFY:
            from mailin.genuine.resolving import resolver_of
            from mailin.genuine.verifying import Verifier

            return Verifier(resolver_of(settings.dns))
