"""Questions to the DNS, with the one difference that matters kept: there is no such record, or nobody could say."""

from typing import Protocol


class DnsTrouble(Exception):
    """Nobody could say (time-out, SERVFAIL, a truncated or broken answer): asked later, the answer may be another."""


class Resolver(Protocol):
    """Asks the DNS. An empty tuple: there is no such name or record. DnsTrouble: nobody could say."""

    async def txt(self, name: str) -> tuple[bytes, ...]:
        """The TXT records, each with its strings joined."""

    async def addresses(self, name: str) -> tuple[str, ...]:
        """A and AAAA."""

    async def mx(self, name: str) -> tuple[str, ...]:
        """The hosts, best first."""

    async def ptr(self, address: str) -> tuple[str, ...]: ...
