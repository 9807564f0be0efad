"""The signatures of a mail, verified strictly (RFC 6376, RFC 8301, RFC 8463)."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailin.genuine import canonical
from mailin.genuine.canonical import Field
from mailin.genuine.keys import Key, read_key
from mailin.genuine.resolving import DnsTrouble, Resolver
from mailin.genuine.signature import Signature, read_signature

MOST_SIGNATURES = 8
"""The first so many are looked at; honest mail has one to four."""
_LARGE = 200_000
"""Bytes from which on a mail is hashed off the loop."""


class Result(StrEnum):
    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """What came of one signature. `why` is "" for a right one; domain and selector are "" when it names none."""

    domain: str
    selector: str
    result: Result
    why: str = ""


@dataclass(frozen=True, slots=True)
class SignedMail:
    """A mail as signatures see it: lines end in CR LF."""

    fields: tuple[Field, ...]
    body: bytes
    _digests: dict[str, bytes] = field(default_factory=dict, repr=False)

    async def body_digest(self, form: str) -> bytes:
        """SHA-256 of the body in a form, made once however many signatures ask for it."""
        if form not in self._digests:
            if len(self.body) > _LARGE:
                self._digests[form] = await asyncio.to_thread(canonical.body_digest, self.body, form)
            else:
                self._digests[form] = canonical.body_digest(self.body, form)
        return self._digests[form]


async def verify_signatures(mail: SignedMail, resolver: Resolver, now: datetime) -> tuple[SignatureResult, ...]:
    """Each DKIM-Signature of the mail, the topmost first. Their keys are asked for together."""
    found = [one for one in mail.fields if one[0].rstrip(b" \t").lower() == b"dkim-signature"][:MOST_SIGNATURES]
    opened = await asyncio.gather(*(_opened(mail, one, resolver, now, arc=False) for one in found))
    return tuple([await _judged(mail, one, what) for one, what in zip(found, opened, strict=True)])


async def verify_field(
    mail: SignedMail, own: Field, resolver: Resolver, now: datetime, *, arc: bool = False
) -> SignatureResult:
    """One signature of the mail."""
    return await _judged(mail, own, await _opened(mail, own, resolver, now, arc=arc))


async def find_key(domain: str, selector: str, algorithm: str, resolver: Resolver) -> Key | SignatureResult:
    """The published key for a signature, or why there is none that counts."""
    try:
        records = await resolver.txt(f"{selector}._domainkey.{domain}")
    except DnsTrouble as trouble:
        return SignatureResult(domain, selector, Result.TEMPORARY, f"its key: DNS {trouble}")
    key = read_key(records)
    if isinstance(key, str):
        return SignatureResult(domain, selector, Result.FAIL, key)
    if key.algorithm != algorithm:
        return SignatureResult(domain, selector, Result.FAIL, "the published key is for another algorithm")
    return key


async def _opened(
    mail: SignedMail, own: Field, resolver: Resolver, now: datetime, *, arc: bool
) -> tuple[Signature, Key] | SignatureResult:
    """The signature and its key, as far as both may count."""
    signature = read_signature(own[1], now, arc=arc)
    if isinstance(signature, str):
        return SignatureResult("", "", Result.FAIL, signature)
    fault = ""
    if any(name[-1:] in (b" ", b"\t") for name, _ in mail.fields):
        fault = "blanks stand before a colon"
    elif signature.fields.count("from") < sum(name.lower() == b"from" for name, _ in mail.fields):
        fault = "a From field is not signed"
    if fault:
        return SignatureResult(signature.domain, signature.selector, Result.FAIL, fault)
    key = await find_key(signature.domain, signature.selector, signature.algorithm, resolver)
    if isinstance(key, SignatureResult):
        return key
    if key.exact_domain and signature.identity != signature.domain:
        fault = "the published key is not for domains below it"
        return SignatureResult(signature.domain, signature.selector, Result.FAIL, fault)
    return signature, key


async def _judged(mail: SignedMail, own: Field, opened: tuple[Signature, Key] | SignatureResult) -> SignatureResult:
    """The header first: who holds no key makes nobody hash a large body."""
    if isinstance(opened, SignatureResult):
        return opened
    signature, key = opened
    if not key.verifies(signature.signature, _header_digest(mail, own, signature)):
        fault = "a signed header field was altered"
    elif await mail.body_digest(signature.body) != signature.body_digest:
        fault = "the text or a file was altered"
    else:
        fault = ""
    return SignatureResult(signature.domain, signature.selector, Result.FAIL if fault else Result.PASS, fault)


def _header_digest(mail: SignedMail, own: Field, signature: Signature) -> bytes:
    """Of the signed fields with the signature's own."""
    form = canonical.header_simple if signature.header == "simple" else canonical.header_relaxed
    others: Sequence[Field] = [other for other in mail.fields if other is not own]
    fields = [form(chosen) for chosen in canonical.chosen_fields(others, signature.fields)]
    return hashlib.sha256(b"".join([*fields, form(canonical.without_signature(own)).removesuffix(b"\r\n")])).digest()
