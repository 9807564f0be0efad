"""The keys that this database signs with, each made when it is asked for first."""

import secrets as chance

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.statements import insert_unless
from storage.tables import secrets as keys

RETURN_ADDRESSES = "return addresses"

_FIND = sa.select(keys.c.value).where(keys.c.name == sa.bindparam("wanted"))
_MAKE = insert_unless(keys, ["name"])


def key(session: Session, name: str) -> bytes:
    """The key of this name; of two processes that ask first at the same time, both get the same."""
    found = session.scalar(_FIND, {"wanted": name})
    if found is None:
        session.execute(_MAKE(session), {"name": name, "value": chance.token_bytes(32)})
        found = session.execute(_FIND, {"wanted": name}).scalar_one()
    return bytes(found)
