"""The public key that a domain publishes for its signatures (RFC 6376, 3.6.1; RFC 8463)."""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailin.genuine.tags import read_tags, without_blanks

_P = re.compile(rb"(?:^|;)[ \t]*p[ \t]*=")
_OF_ANOTHER_KIND = re.compile(rb"v=(?!DKIM)[A-Za-z]")
"""A record of SPF or DMARC, say, that a wildcard puts beside the key."""
_LONGEST_KEY = 1_200
"""Bytes of a key as published; one of 4096 bits has 550."""
_RSA_BITS = range(1024, 4097)
_RSA_EXPONENTS = range(3, 2**32)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may sign mail. `exact_domain`: only for the domain itself, not for addresses below it (t=s)."""

    public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey
    exact_domain: bool

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.public, rsa.RSAPublicKey) else "ed25519-sha256"

    def verifies(self, signature: bytes, digest: bytes) -> bool:
        """Whether this SHA-256 digest was signed by it."""
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                self.public.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(SHA256()))
            else:
                self.public.verify(signature, digest)
        except InvalidSignature:
            return False
        return True


def read_key(records: tuple[bytes, ...]) -> Key | str:
    """The one key in the TXT records of a selector, or in a few words why there is none that counts."""
    meant = [record for record in records if _P.search(record) and not _OF_ANOTHER_KIND.match(record)]
    if len(meant) != 1:
        return "no key is published" if not meant else "several keys are published under one name"
    try:
        tags = read_tags(meant[0].decode("ascii"))
    except UnicodeDecodeError:
        tags = None
    if (
        tags is None
        or "p" not in tags
        or tags.get("v", "DKIM1") != "DKIM1"
        or ("v" in tags and next(iter(tags)) != "v")
    ):
        return "the published key is malformed"
    flags = {flag.strip() for flag in tags.get("t", "").split(":")}
    if "y" in flags:
        return "the domain is only testing its key"
    if "sha256" not in _list(tags.get("h", "sha256")):
        return "the published key is for other hashes"
    if not {"*", "email"} & _list(tags.get("s", "*")):
        return "the published key is not for mail"
    return _public(tags.get("k", "rsa").strip().lower(), without_blanks(tags["p"]), "s" in flags)


def _list(value: str) -> set[str]:
    return {word.strip().lower() for word in value.split(":")}


def _public(kind: str, encoded: str, exact_domain: bool) -> Key | str:
    if not encoded:
        return "the key was revoked"
    try:
        body = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return "the published key is malformed"
    if len(body) > _LONGEST_KEY:
        return "the published key is too large"
    try:
        if kind == "ed25519":
            return Key(ed25519.Ed25519PublicKey.from_public_bytes(body), exact_domain)
        if kind != "rsa":
            return "the published key is of an unknown kind"
        public = load_der_public_key(body)
    except (ValueError, UnsupportedAlgorithm):
        return "the published key is malformed"
    if not isinstance(public, rsa.RSAPublicKey):
        return "the published key is not what it says"
    if public.key_size not in _RSA_BITS or public.public_numbers().e not in _RSA_EXPONENTS:
        return f"an RSA key of {public.key_size} bits is not accepted"
    return Key(public, exact_domain)
