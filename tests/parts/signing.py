"""Mails signed as a sender's server signs them, by dkimpy, with keys made for this run."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`private` as dkimpy wants it, `record` for the DNS."""

    algorithm: bytes
    private: bytes
    record: str


@cache
def rsa_key(bits: int = 2048) -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return SigningKey(b"rsa-sha256", private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")


@cache
def ed25519_key() -> SigningKey:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return SigningKey(
        b"ed25519-sha256", base64.b64encode(private), f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"
    )


SIGNED_FIELDS = (b"from", b"to", b"subject", b"date", b"message-id")


def signed(
    raw: bytes,
    domain: str,
    selector: str = "s1",
    key: SigningKey | None = None,
    fields: Sequence[bytes] = SIGNED_FIELDS,
    forms: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
    *,
    length: bool = False,
    algorithm: bytes | None = None,
) -> bytes:
    """The mail with one more DKIM-Signature on top."""
    key = key or rsa_key()
    field: bytes = dkim.sign(
        raw,
        selector.encode(),
        domain.encode(),
        key.private,
        canonicalize=forms,
        signature_algorithm=algorithm or key.algorithm,
        include_headers=list(fields),
        length=length,
    )
    return field + raw
