"""What `recourse doctor` finds out about the DNS, without which no sender can be verified."""

from bot.settings import Settings
from complaints.errors import SettingsError
from mailin.genuine.resolving import DnsTrouble, resolver_of


async def examine_dns(settings: Settings) -> tuple[str, str]:
    """What was found, and what to mend, "" when it is right. Which records there are does not matter: any answer will
    do."""
    servers = settings.dns or "the servers of this machine"
    domain = settings.mail_address.rpartition("@")[2]
    try:
        await resolver_of(settings.dns).txt(domain)
    except (SettingsError, DnsTrouble) as error:
        return (
            f"{servers}: no answer about {domain} ({error})",
            "Until the DNS answers, mails are told to come again: set RECOURSE_DNS, or mend the name server.",
        )
    return f"{servers}: answered", ""
