"""`trusted-header`: the mail server in front has asked, and says so in its Authentication-Results (RFC 8601).

Anybody can write such a field. It is believed only from a listed peer, with exactly the server's own name, in the place
where that server writes it, with exactly one answer about DMARC, and about exactly the From domain that we read.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from mailin.arriving import Received, Way
from mailin.genuine.standing import ListedDomains, Missing, SenderStanding, Standing
from mailin.genuine.verifying import NO_ONE
from mailin.headers import Headers, read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from mailin.sender import sender_of

Networks = Sequence[IPv4Network | IPv6Network]

_METHOD = re.compile(r"[ \t]*([a-z0-9-]+)(?:/[0-9]+)?[ \t]*=[ \t]*([a-z]+)\b(.*)", re.DOTALL)
_FROM = re.compile(r"(?:^|\s)header\.from[ \t]*=[ \t]*([^\s;]{1,320})")
_IN_QUOTES = re.compile(r"[a-z0-9.@_+-]")


class TrustedHeader:
    """The `SenderCheck` that believes one mail server."""

    def __init__(self, authserv_id: str, trusted: Networks) -> None:
        self._authserv_id = authserv_id.lower()
        self._trusted = trusted

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding:  # noqa: ARG002
        try:
            headers, body = read_headers(received.raw, 0, len(received.raw), ReadingLimits())
        except BeyondLimit as beyond:
            return SenderStanding(
                Standing.NO_SENDER, None, f"the header block is beyond limits ({beyond.reason.value})"
            )
        sender = sender_of(headers, received.raw[:body])
        if sender is None:
            return SenderStanding(Standing.NO_SENDER, None, NO_ONE)
        if not self._is_trusted(received):
            why = "it came from no mail server of ours"
            return SenderStanding(Standing.NOT_PROVED, sender, why, missing=Missing.WAY)
        standing, why = self._told(headers, sender.rpartition("@")[2])
        return SenderStanding(standing, sender, why, {"authserv_id": self._authserv_id}, Missing.DMARC)

    def _is_trusted(self, received: Received) -> bool:
        """A mailbox and a pipe are ours; a connection is by its address."""
        if received.way in (Way.PICKUP, Way.PIPE) or received.handed_over_by == "unix":
            return True
        try:
            peer = ip_address(received.handed_over_by or received.peer)
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)

    def _told(self, headers: Headers, domain: str) -> tuple[Standing, str]:
        answers = [found for value in _server_fields(headers) if (found := self._dmarc(value)) is not None]
        told = [one for found in answers for one in found]
        if len(told) != 1:
            return Standing.UNKNOWN_NOW, f"{self._authserv_id} says nothing, or more than one thing, about DMARC"
        result, said_of = told[0]
        if said_of != domain:
            return Standing.NOT_PROVED, f"{self._authserv_id} speaks of another From domain"
        if result == "pass":
            return Standing.GENUINE, f"{self._authserv_id} says dmarc=pass for {domain}"
        if result in ("none", "temperror"):
            return Standing.UNKNOWN_NOW, f"{self._authserv_id} says dmarc={result} for {domain}"
        return Standing.NOT_PROVED, f"{self._authserv_id} says dmarc={result} for {domain}"

    def _dmarc(self, value: str) -> list[tuple[str, str]] | None:
        """The results about DMARC in a field of that server, each with the domain it speaks of; None: another's."""
        name, *results = _bare(value.lower()).split(";")
        if name.split()[:1] != [self._authserv_id]:
            return None
        found = [match for result in results if (match := _METHOD.fullmatch(result)) and match[1] == "dmarc"]
        return [(match[2], _domain(match[3])) for match in found]


def _bare(value: str) -> str:
    """Without comments and quotation marks. Of what is quoted only plain letters stay: a local part may hold
    `; dmarc=pass`. "" when comments or quotes do not match."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\" and (quoted or depth):
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter in "()" and not quoted:
            depth += 1 if letter == "(" else -1
            if depth < 0:
                return ""
            kept.append(" ")
        elif not depth:
            kept.append(letter if not quoted or _IN_QUOTES.fullmatch(letter) else "?")
    return "" if depth or quoted or escaped else "".join(kept)


def _domain(properties: str) -> str:
    said = _FROM.findall(properties)
    return said[0].rpartition("@")[2] if len(said) == 1 else ""


def _server_fields(headers: Headers) -> list[str]:
    """The Authentication-Results between the topmost Received and the second: what our own server wrote. Fields above
    the topmost are of nobody that we know; below the second they came from elsewhere."""
    seen = 0
    found: list[str] = []
    for name, value in headers.fields:
        lower = name.rstrip(b" \t").lower()
        seen += lower == b"received"
        if seen > 1:
            break
        if seen == 1 and lower == b"authentication-results":
            found.append(value.replace(b"\r\n", b"").replace(b"\n", b"").decode("utf-8", "replace").strip())
    return found
