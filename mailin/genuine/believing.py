"""`registered-only`: the mail server in front has refused forged senders, so the From line is believed."""

from mailin.arriving import Received
from mailin.genuine.standing import ListedDomains, SenderStanding, Standing
from mailin.sender import sender_in


class Believing:
    """A `SenderCheck` that asks nothing."""

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding:  # noqa: ARG002
        return SenderStanding(Standing.BELIEVED, sender_in(received.raw), "the mail server in front has checked")
