"""Mails signed as a sender's server signs them, by dkimpy, or by hand where dkimpy would not, with keys made for this
run."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import dkim
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from dkim.canonicalization import Relaxed


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`private` as dkimpy wants it, `record` for the DNS."""

    algorithm: bytes
    private: bytes
    record: str


def rsa_key(bits: int = 2048) -> SigningKey:
    return _rsa_key(bits)


@cache
def _rsa_key(bits: int) -> SigningKey:
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


def hand_signed(raw: bytes, tags: Mapping[str, str] | None = None, fields: Sequence[bytes] = SIGNED_FIELDS) -> bytes:
    """The same in relaxed forms for clinic.example, with any tags that you like: the signature itself is right."""
    mail = dkim.DKIM(raw)
    digest = hashlib.sha1 if (tags or {}).get("a") == "rsa-sha1" else hashlib.sha256
    body = Relaxed.canonicalize_body(mail.body)
    written = {"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": "clinic.example", "s": "s1"}
    written |= {"h": b":".join(fields).decode(), "bh": base64.b64encode(digest(body).digest()).decode()}
    own = "; ".join(f"{name}={value}" for name, value in (written | dict(tags or {})).items()).encode() + b"; b="
    left = list(mail.headers)
    chosen = []
    for name in fields:
        same = [one for one in left if one[0].lower() == name.lower()]
        if same:
            chosen.append(same[-1])
            left.remove(same[-1])
    told = Relaxed.canonicalize_headers([*chosen, (b"DKIM-Signature", b" " + own)])
    private = load_pem_private_key(rsa_key().private, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(private, rsa.RSAPrivateKey)
    algorithm = hashes.SHA1() if digest is hashlib.sha1 else hashes.SHA256()
    data = b"".join(name + b":" + value for name, value in told).removesuffix(b"\r\n")
    signature = private.sign(data, padding.PKCS1v15(), algorithm)
    return b"DKIM-Signature: " + own + base64.b64encode(signature) + b"\r\n" + raw
