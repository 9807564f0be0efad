"""Questions to the DNS, with the one difference that matters kept: there is no such record, or nobody could say."""

import re
from typing import Protocol

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver
import dns.reversename

from complaints.errors import SettingsError

_HOST_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_SECONDS_A_QUESTION = 5.0
_CACHED = 2_000
_SERVER = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*?))(?::(\d{1,5}))?")


class DnsTrouble(Exception):
    """Nobody could say (time-out, SERVFAIL, a truncated or broken answer): asked later, the answer may be another."""


class Resolver(Protocol):
    """Asks the DNS. An empty tuple: there is no such name or record. DnsTrouble: nobody could say."""

    async def txt(self, name: str) -> tuple[bytes, ...]:
        """The TXT records, each with its strings joined."""

    async def addresses(self, name: str, version: int) -> tuple[str, ...]:
        """A (`version` 4) or AAAA (6)."""

    async def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """The hosts with their preferences, best first."""

    async def ptr(self, address: str) -> tuple[str, ...]:
        """The names of an IP address."""


class DnsResolver:
    """`Resolver` by dnspython. What the DNS said is remembered for as long as it allows."""

    def __init__(self, servers: tuple[tuple[str, int], ...] = (), seconds: float = _SECONDS_A_QUESTION) -> None:
        """`servers` are addresses and ports; none: those of the system. `seconds` is for one question in all."""
        self._resolver = dns.asyncresolver.Resolver(configure=not servers)
        if servers:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in servers]
        self._resolver.lifetime = seconds
        self._resolver.timeout = seconds / 2
        self._resolver.cache = dns.resolver.LRUCache(_CACHED)

    async def txt(self, name: str) -> tuple[bytes, ...]:
        return tuple(b"".join(record.strings) for record in await self._ask(name, "TXT"))  # type: ignore[attr-defined]

    async def addresses(self, name: str, version: int) -> tuple[str, ...]:
        kind = "A" if version == 4 else "AAAA"
        return tuple(str(record.address) for record in await self._ask(name, kind))  # type: ignore[attr-defined]

    async def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        found = await self._ask(name, "MX")
        return tuple(sorted((r.preference, r.exchange.to_text(True)) for r in found))  # type: ignore[attr-defined]

    async def ptr(self, address: str) -> tuple[str, ...]:
        try:
            name = dns.reversename.from_address(address).to_text(True)
        except dns.exception.DNSException:
            return ()
        return tuple(r.target.to_text(True) for r in await self._ask(name, "PTR"))  # type: ignore[attr-defined]

    async def _ask(self, name: str, kind: str) -> tuple[dns.rdata.Rdata, ...]:
        if not _HOST_NAME.fullmatch(name.lower().rstrip(".")):
            return ()  # no name that the DNS could hold
        try:
            answer = await self._resolver.resolve(name.rstrip(".") + ".", kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
            return ()
        except (dns.exception.DNSException, OSError, ValueError) as trouble:
            raise DnsTrouble(type(trouble).__name__) from trouble
        return tuple(answer)


def resolver_of(dns_servers: str) -> Resolver:
    """The resolver for RECOURSE_DNS: addresses, each with a port where it is not 53; empty: those of the system."""
    servers = tuple(_server(word) for word in dns_servers.split())
    try:
        return DnsResolver(servers)
    except dns.resolver.NoResolverConfiguration:
        raise SettingsError("This machine names no DNS server. Name one. Example: RECOURSE_DNS=127.0.0.1:53") from None


def _server(word: str) -> tuple[str, int]:
    match = _SERVER.fullmatch(word)
    if match is None or int(match[3] or 53) > 65535:
        raise SettingsError(f"RECOURSE_DNS={word!r} is not an address or address:port. Example: 127.0.0.1:53 [::1]:53")
    return match[1] or match[2], int(match[3] or 53)
