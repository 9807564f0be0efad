"""One DKIM-Signature or ARC-Message-Signature field, read strictly (RFC 6376, 3.5; RFC 8617, 4.1.2)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailin.genuine.tags import read_tags, without_blanks

DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SELECTOR = re.compile(
    r"(?=.{1,190}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_FIELD_NAME = re.compile(r"[!-9;-~]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
_FORMS = ("simple", "relaxed")
_MOST_FIELDS = 200
_CLOCKS_DIFFER = 300
"""Seconds by which a signature may lie in the future."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself. `header` and `body` are the forms it was made over, `simple` or `relaxed`."""

    domain: str
    selector: str
    algorithm: str
    header: str
    body: str
    fields: tuple[str, ...]
    """Names of the signed fields, in lower case."""
    signature: bytes
    body_digest: bytes
    identity: str
    """The domain of the agent or user it speaks for (i=): the domain itself or one below it."""


@dataclass(frozen=True, slots=True)
class Seal:
    """An ARC-Seal."""

    domain: str
    selector: str
    algorithm: str
    signature: bytes


def read_signature(value: bytes, now: datetime, *, arc: bool = False) -> Signature | str:
    """The signature in a field's value, or in a few words why it cannot count. `arc`: of an ARC-Message-Signature."""
    try:
        tags = read_tags(value.decode("ascii"))
    except UnicodeDecodeError:
        return "the signature is malformed"
    if tags is None or not all(tags.get(name) for name in ("a", "b", "bh", "d", "h", "s")):
        return "the signature is malformed"
    if arc == ("v" in tags) or (not arc and tags["v"] != "1"):
        return "the signature is of an unknown version"
    domain, selector = tags["d"].lower(), tags["s"].lower()
    if not DOMAIN.fullmatch(domain) or not _SELECTOR.fullmatch(selector):
        return "the signature names no domain"
    fault = _fault(tags, domain, now, arc=arc)
    return fault or _signature(tags, domain, selector)


def read_seal(value: bytes, hands: int, now: datetime) -> Seal | None:
    """The newest ARC-Seal of so many, when its own word is that all before it are right (RFC 8617, 4.1.3)."""
    try:
        tags = read_tags(value.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if tags is None or not all(tags.get(name) for name in ("a", "b", "d", "s", "cv")) or "h" in tags:
        return None
    domain, selector, algorithm = tags["d"].lower(), tags["s"].lower(), tags["a"].lower()
    known = algorithm in _ALGORITHMS and DOMAIN.fullmatch(domain) and _SELECTOR.fullmatch(selector)
    chain = "none" if hands == 1 else "pass"
    if not known or tags["cv"].lower() != chain or _time_fault(tags, now):
        return None
    try:
        return Seal(domain, selector, algorithm, base64.b64decode(without_blanks(tags["b"]), validate=True))
    except (binascii.Error, ValueError):
        return None


def _fault(tags: Mapping[str, str], domain: str, now: datetime, *, arc: bool) -> str:
    if tags["a"].lower() not in _ALGORITHMS:
        return "it is signed by an algorithm that is not accepted"
    if "l" in tags:
        return "only a part of the mail is signed (l=)"
    names = _names(tags["h"])
    if names is None or len(names) > _MOST_FIELDS:
        return "the signature is malformed"
    if "from" not in names:
        return "the From field is not signed"
    if tags.get("q", "dns/txt").lower() != "dns/txt":
        return "the key is kept in an unknown way"
    if not arc and "i" in tags and not is_within(tags["i"].rpartition("@")[2].lower(), domain):
        return "the signature speaks for another domain"
    return _time_fault(tags, now)


def _time_fault(tags: Mapping[str, str], now: datetime) -> str:
    times = {name: tags[name] for name in ("t", "x") if name in tags}
    if not all(_NUMBER.fullmatch(written) for written in times.values()):
        return "the signature is malformed"
    made, ends = (int(times[name]) if name in times else None for name in ("t", "x"))
    seconds = now.timestamp()
    if made is not None and made > seconds + _CLOCKS_DIFFER:
        return "the signature is of the future"
    if ends is not None and (ends < seconds or (made is not None and ends < made)):
        return "the signature has expired"
    return ""


def _signature(tags: Mapping[str, str], domain: str, selector: str) -> Signature | str:
    header, _, body = tags.get("c", "simple/simple").lower().partition("/")
    body = body or "simple"
    if header not in _FORMS or body not in _FORMS:
        return "the signature is malformed"
    try:
        signature, digest = (base64.b64decode(without_blanks(tags[name]), validate=True) for name in ("b", "bh"))
    except (binascii.Error, ValueError):
        return "the signature is malformed"
    identity = tags["i"].rpartition("@")[2].lower() if "i" in tags and "@" in tags["i"] else domain
    names = _names(tags["h"]) or ()
    return Signature(domain, selector, tags["a"].lower(), header, body, names, signature, digest, identity)


def _names(value: str) -> tuple[str, ...] | None:
    names = tuple(name.strip(" \t\r\n").lower() for name in value.split(":"))
    return names if all(_FIELD_NAME.fullmatch(name) for name in names) else None


def is_within(domain: str, parent: str) -> bool:
    """The same domain, or one below it."""
    return domain == parent or domain.endswith("." + parent)
