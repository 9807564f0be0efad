"""`verify`: who sent a mail, asked by ourselves: DKIM first, then whose domain it is (DMARC), then SPF and ARC."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mailin.arriving import Received
from mailin.genuine.arc import passed_before
from mailin.genuine.dkim import Result, SignatureResult, SignedMail, verify_signatures
from mailin.genuine.dmarc import Policy, Walk, walk_up
from mailin.genuine.resolving import DnsTrouble, Resolver
from mailin.genuine.spf import may_send
from mailin.genuine.standing import ListedDomains, SenderStanding, Standing
from mailin.headers import read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from mailin.sender import sender_of

_SECONDS = 20.0
"""For one mail. A client waits ten minutes for the answer to its DATA (RFC 5321, 4.5.3.2.6)."""
_LARGE = 1_000_000
NO_ONE = "there is not exactly one plain From address"
Clock = Callable[[], datetime]


class Verifier:
    """The `SenderCheck` that asks the DNS itself."""

    def __init__(self, resolver: Resolver, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._resolver = resolver
        self._clock = clock

    async def check(self, received: Received, listed: ListedDomains) -> SenderStanding:
        large = len(received.raw) > _LARGE
        taken = await asyncio.to_thread(_take_apart, received.raw) if large else _take_apart(received.raw)
        if isinstance(taken, str):
            return SenderStanding(Standing.NO_SENDER, None, taken)
        mail, sender = taken
        inquiry = _Inquiry(received, mail, sender, self._resolver, self._clock())
        try:
            async with asyncio.timeout(_SECONDS):
                standing, why = await inquiry.answer(listed)
        except TimeoutError:
            standing, why = Standing.UNKNOWN_NOW, "the DNS is too slow"
        return SenderStanding(standing, sender, why, inquiry.details())


def _take_apart(raw: bytes) -> tuple[SignedMail, str] | str:
    """The mail as signatures see it and its one From address, or why there is none."""
    first = raw.find(b"\n")
    if first >= 0 and raw[max(first - 1, 0) : first] != b"\r":  # by a pipe; on its way its lines ended in CR LF
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    try:
        headers, body = read_headers(raw, 0, len(raw), ReadingLimits())
    except BeyondLimit as beyond:
        return f"the header block is beyond limits ({beyond.reason.value})"
    block = raw[:body]
    sender = sender_of(headers, block)
    if sender is None or b"\n" in block.replace(b"\r\n", b""):
        return NO_ONE
    return SignedMail(headers.fields, raw[body:]), sender


@dataclass(slots=True)
class _Inquiry:
    """One mail's case, and what was found out so far."""

    received: Received
    mail: SignedMail
    sender: str
    resolver: Resolver
    now: datetime
    signatures: tuple[SignatureResult, ...] = ()
    spf: str = ""
    walk: Walk | None = None
    trouble: list[str] = field(default_factory=list)
    """Temporary trouble that could change the result."""

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    async def answer(self, listed: ListedDomains) -> tuple[Standing, str]:
        """The standing, and why in a few words."""
        self.signatures = await verify_signatures(self.mail, self.resolver, self.now)
        right = {one.domain for one in self.signatures if one.result is Result.PASS}
        unsure = {one.domain for one in self.signatures if one.result is Result.TEMPORARY}
        if self.domain in right:
            return Standing.GENUINE, f"signed by {self.domain}"
        for domain in sorted(right):
            if await self._is_aligned(domain, strict_by="dkim"):
                return Standing.GENUINE, f"signed by {domain}"
        counting = await listed(self.sender) if right or unsure else frozenset[str]()
        if right & counting:
            return Standing.GENUINE, f"signed by {min(right & counting)}, which is listed for the provider"
        for domain in sorted(unsure):
            if domain in counting or await self._is_aligned(domain, strict_by="dkim"):
                self.trouble.append(f"the key of {domain}")
        return await self._without_a_right_signature()

    async def _without_a_right_signature(self) -> tuple[Standing, str]:
        if self.trouble:
            return Standing.UNKNOWN_NOW, self.trouble[0]
        by_spf = await self._may_client_send()
        if self.trouble:
            return Standing.UNKNOWN_NOW, self.trouble[0]
        if by_spf:
            return Standing.SPF_ONLY, self._spf_alone()
        before = await passed_before(self.mail, self.domain, self.resolver, self.now)
        if before is not None and before.result is Result.TEMPORARY:
            return Standing.UNKNOWN_NOW, f"the key of {before.domain}"
        if before is not None:
            return Standing.ARC_ONLY, f"ARC alone: {before.domain} says that it was right before"
        return Standing.NOT_PROVED, self._fault()

    async def _is_aligned(self, other: str, *, strict_by: str) -> bool:
        """Whether a domain counts for the From domain. What could not be asked is noted, and then it does not."""
        if other == self.domain:
            return True
        if not _may_be_related(other, self.domain):
            return False
        try:
            self.walk = self.walk or await walk_up(self.domain, self.resolver)
            policy = self.walk.policy
            if policy is not None and (policy.strict_dkim if strict_by == "dkim" else policy.strict_spf):
                return False
            return (await walk_up(other, self.resolver)).organization == self.walk.organization
        except DnsTrouble:
            self.trouble.append(f"the policy of {self.domain}")
            return False

    async def _may_client_send(self) -> bool:
        """SPF, asked only where its domain counts for the From domain."""
        identity = self.received.mail_from.rpartition("@")[2] or self.received.helo
        identity = identity.lower().rstrip(".")
        if not self.received.peer or not await self._is_aligned(identity, strict_by="spf"):
            return False
        self.spf = await may_send(self.received.peer, self.received.mail_from, self.received.helo, self.resolver)
        if self.spf == "temperror":
            self.trouble.append(f"the SPF record of {identity}")
        return self.spf == "pass"

    def _spf_alone(self) -> str:
        """Staff must see when somebody signed it and it was altered since: the client may be one that many use."""
        alone = f"SPF alone: the client may send for {self.domain}"
        if not self.signatures:
            return f"{alone}, and it is not signed"
        wrong = [one for one in self.signatures if one.result is Result.FAIL]
        own = next((one for one in wrong if one.domain == self.domain), None)
        if own is not None:
            return f"{alone}; its signature does not fit: {own.why}"
        related = next((one for one in wrong if one.domain and _may_be_related(one.domain, self.domain)), None)
        if related is not None:
            return f"{alone}; the signature of {related.domain} does not fit: {related.why}"
        return f"{alone}; {self._fault()}"

    def _fault(self) -> str:
        """Why it is not proved, so that whoever runs the sender's mail can mend it."""
        own = [one for one in self.signatures if one.domain and _may_be_related(one.domain, self.domain)]
        if own and own[0].result is not Result.PASS:
            return f"the signature of {own[0].domain}: {own[0].why}"
        if own:
            return f"{own[0].domain} signed it, and does not count for {self.domain}"
        others = [one.domain for one in self.signatures if one.result is Result.PASS]
        if others:
            return f"only {others[0]} signed it, not {self.domain}"
        faults = [one.why for one in self.signatures if one.why]
        return f"{self.domain} did not sign it" if not faults else f"no right signature of {self.domain}: {faults[0]}"

    def details(self) -> dict[str, Any]:
        policy = self.walk.policy if self.walk else None
        return {
            "signatures": _told(self.signatures),
            "spf": self.spf or "not asked",
            "dmarc": {"domain": policy.domain, "policy": self._asked_for(policy)} if policy else None,
        }

    def _asked_for(self, policy: Policy) -> str:
        return policy.policy if policy.domain == self.domain else policy.below


def _may_be_related(one: str, other: str) -> bool:
    """They share their last two labels at least: nothing else can be one organization."""
    return one.split(".")[-2:] == other.split(".")[-2:] and "." in one


def _told(signatures: Sequence[SignatureResult]) -> list[dict[str, str]]:
    return [
        {"domain": one.domain, "selector": one.selector, "result": one.result.value, "why": one.why}
        for one in signatures
    ]
