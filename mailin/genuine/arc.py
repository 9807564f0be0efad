"""Whether somebody who passed a mail on says, signed, that it was right when they had it (RFC 8617).

Anybody may say so, and nothing here tells whom to trust: it is enough for a person to look, and for no more. But who is
named to that person has really said it: their signature of the mail and their seal over what they found are right.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from mailin.genuine import canonical
from mailin.genuine.canonical import Field
from mailin.genuine.dkim import Result, SignatureResult, SignedMail, find_key, verify_field
from mailin.genuine.resolving import Resolver
from mailin.genuine.signature import Seal, read_seal

_INSTANCE = re.compile(rb"(?:^|;)[ \t\r\n]*i[ \t]*=[ \t]*([1-9][0-9]?)[ \t\r\n]*(?:;|$)")
_MOST = 50
_SET = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
"""The fields of one hand, in the order in which they are sealed."""
_PASS = re.compile(r"[ \t]*dmarc[ \t]{0,9}=[ \t]{0,9}pass\b")
_FROM = re.compile(r"\bheader\.from[ \t]{0,9}=[ \t]{0,9}([a-z0-9.-]{1,253})(?![a-z0-9.-])")


async def passed_before(mail: SignedMail, domain: str, resolver: Resolver, now: datetime) -> SignatureResult | None:
    """The newest ARC signature, when it says that DMARC passed for this From domain; None when there is none."""
    chain = _chain(mail)
    if chain is None:
        return None
    said, signature, _ = chain[-1]
    if domain not in _passed(said[1].decode("ascii", "replace").replace("\r\n", "").lower()):
        return None
    seal = read_seal(chain[-1][2][1], len(chain), now)
    if seal is None:
        return None
    found = await verify_field(mail, signature, resolver, now, arc=True)
    if found.result is Result.PASS and found.domain == seal.domain:
        found = await _sealed(chain, seal, resolver)
    return None if found.result is Result.FAIL or found.domain != seal.domain else found


def _passed(results: str) -> set[str]:
    """The From domains of which it is said that DMARC passed. Each result is looked at once, however long it is."""
    return {found for result in results.split(";") if _PASS.match(result) for found in _FROM.findall(result)}


def _chain(mail: SignedMail) -> list[tuple[Field, Field, Field]] | None:
    """The three fields of each hand, the first hand first; None when one is missing or there twice."""
    sets: dict[bytes, dict[int, Field]] = {name: {} for name in _SET}
    for field in mail.fields:
        name = field[0].lower()
        match = _INSTANCE.search(field[1].removesuffix(b"\r\n")[:2000]) if name in sets else None
        if match:
            if int(match[1]) in sets[name]:
                return None
            sets[name][int(match[1])] = field
    results, signatures, seals = (sets[name] for name in _SET)
    whole = set(range(1, max(signatures, default=0) + 1))
    if not 1 <= len(whole) <= _MOST or any(set(found) != whole for found in (results, signatures, seals)):
        return None
    return [(results[number], signatures[number], seals[number]) for number in sorted(whole)]


async def _sealed(chain: Sequence[tuple[Field, Field, Field]], seal: Seal, resolver: Resolver) -> SignatureResult:
    """Whether the newest seal is over just these fields."""
    key = await find_key(seal.domain, seal.selector, seal.algorithm, resolver)
    if isinstance(key, SignatureResult):
        return key
    fields = [field for hand in chain for field in hand]
    told = [canonical.header_relaxed(field) for field in fields[:-1]]
    own = canonical.header_relaxed(canonical.without_signature(fields[-1])).removesuffix(b"\r\n")
    right = key.verifies(seal.signature, hashlib.sha256(b"".join([*told, own])).digest())
    return SignatureResult(seal.domain, seal.selector, Result.PASS if right else Result.FAIL)
