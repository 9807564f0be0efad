"""The signatures of a mail, verified strictly (RFC 6376, RFC 8301, RFC 8463)."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailin.genuine import canonical
from mailin.genuine.canonical import Field
from mailin.genuine.keys import read_key
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


async def verify_signatures(mail: SignedMail, resolver: Resolver, now: datetime) -> tuple[SignatureResult, ...]:
    """Each DKIM-Signature of the mail, the topmost first."""
    found = [field for field in mail.fields if field[0].rstrip(b" \t").lower() == b"dkim-signature"]
    return tuple([await verify_field(mail, field, resolver, now) for field in found[:MOST_SIGNATURES]])


async def verify_field(
    mail: SignedMail, field: Field, resolver: Resolver, now: datetime, *, arc: bool = False
) -> SignatureResult:
    """One signature of the mail."""
    signature = read_signature(field[1], now, arc=arc)
    if isinstance(signature, str):
        return SignatureResult("", "", Result.FAIL, signature)
    if any(name[-1:] in b" \t" for name, _ in mail.fields):
        return SignatureResult(signature.domain, signature.selector, Result.FAIL, "blanks stand before a colon")
    if signature.fields.count("from") < sum(name.rstrip(b" \t").lower() == b"from" for name, _ in mail.fields):
        return SignatureResult(signature.domain, signature.selector, Result.FAIL, "a From field is not signed")
    try:
        records = await resolver.txt(f"{signature.selector}._domainkey.{signature.domain}")
    except DnsTrouble as trouble:
        return SignatureResult(signature.domain, signature.selector, Result.TEMPORARY, f"its key: DNS {trouble}")
    key = read_key(records)
    if isinstance(key, str):
        fault = key
    elif key.algorithm != signature.algorithm:
        fault = "the published key is for another algorithm"
    elif key.exact_domain and signature.identity != signature.domain:
        fault = "the published key is not for domains below it"
    else:
        large = len(mail.body) > _LARGE
        digests = (
            await asyncio.to_thread(_digests, mail, field, signature) if large else _digests(mail, field, signature)
        )
        if digests[0] != signature.body_digest:
            fault = "the text or a file was altered"
        else:
            fault = "" if key.verifies(signature.signature, digests[1]) else "a signed header field was altered"
    return SignatureResult(signature.domain, signature.selector, Result.FAIL if fault else Result.PASS, fault)


def _digests(mail: SignedMail, field: Field, signature: Signature) -> tuple[bytes, bytes]:
    """Of the body, and of the signed fields with the signature's own."""
    body = canonical.body_simple(mail.body) if signature.body == "simple" else canonical.body_relaxed(mail.body)
    form = canonical.header_simple if signature.header == "simple" else canonical.header_relaxed
    others: Sequence[Field] = [other for other in mail.fields if other is not field]
    fields = [form(chosen) for chosen in canonical.chosen_fields(others, signature.fields)]
    own = form(canonical.without_signature(field)).removesuffix(b"\r\n")
    return hashlib.sha256(body).digest(), hashlib.sha256(b"".join([*fields, own])).digest()
