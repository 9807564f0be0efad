"""Bodies of letters and attachments, each stored once under the SHA-256 of its bytes."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage.statements import insert_unless
from storage.tables import files

_PUT = insert_unless(files, ["digest"])
_GET = sa.select(files.c.body).where(files.c.digest == sa.bindparam("digest"))


def put(session: Session, body: bytes) -> str:
    """Store `body` unless it is there; its digest (64 hexadecimal digits)."""
    digest = hashlib.sha256(body).hexdigest()
    session.execute(_PUT(session), {"digest": digest, "size": len(body), "body": body})
    return digest


def get(session: Session, digest: str) -> bytes:
    """The body under this digest. Broken: it is not there."""
    body = session.scalar(_GET, {"digest": digest})
    if body is None:
        raise Broken(f"the file {digest[:12]}… is missing")
    return bytes(body)
