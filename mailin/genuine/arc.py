"""Whether somebody who passed a mail on says, signed, that it was right when they had it (RFC 8617).

Anybody may say so, and nothing here tells whom to trust: it is enough for a person to look, and for no more.
"""

import re
from datetime import datetime

from mailin.genuine.dkim import Result, SignatureResult, SignedMail, verify_field
from mailin.genuine.resolving import Resolver

_INSTANCE = re.compile(rb"(?:^|;)[ \t\r\n]*i[ \t]*=[ \t]*([1-9][0-9]?)[ \t\r\n]*(?:;|$)")
_MOST = 50
_SET = (b"arc-seal", b"arc-message-signature", b"arc-authentication-results")
_RESULT = re.compile(r"dmarc[ \t]*=[ \t]*pass\b[^;]*\bheader\.from[ \t]*=[ \t]*([a-z0-9.-]{1,253})(?![a-z0-9.-])")


async def passed_before(mail: SignedMail, domain: str, resolver: Resolver, now: datetime) -> SignatureResult | None:
    """The newest ARC signature, when it says that DMARC passed for this From domain; None when there is none."""
    sets: dict[bytes, dict[int, tuple[bytes, bytes]]] = {name: {} for name in _SET}
    for field in mail.fields:
        name = field[0].rstrip(b" \t").lower()
        match = _INSTANCE.search(field[1].removesuffix(b"\r\n")[:2000]) if name in sets else None
        if match:
            if int(match[1]) in sets[name]:
                return None
            sets[name][int(match[1])] = field
    seals, signatures, results = (sets[name] for name in _SET)
    newest = max(signatures, default=0)
    whole = set(range(1, newest + 1))
    if not 1 <= newest <= _MOST or any(set(found) != whole for found in (seals, signatures, results)):
        return None
    told = results[newest][1].decode("ascii", "replace").replace("\r\n", "").lower()
    if domain not in _RESULT.findall(told):
        return None
    found = await verify_field(mail, signatures[newest], resolver, now, arc=True)
    return None if found.result is Result.FAIL else found
