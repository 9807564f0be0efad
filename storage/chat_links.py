"""How a person proves from a chat who they are, and how a chat goes on on our own pages: codes, links and visits.

Of codes and links only HMACs are kept, by a key that stays in the database; of a visit's token, which nobody could
guess, a plain hash. So what is in a backup's tables opens nothing without its key.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from complaints.errors import Broken
from storage.chat_tables import conversations, one_time_links, sign_in_codes, visits
from storage.columns import from_now
from storage.statements import hold, insert_unless
from storage.tables import secrets as keys

ALPHABET = "CDFHJKMNPRTVWXY3479"
"""Without look-alikes, and without vowels, so that no code is a word."""
CODE_LENGTH = 8
TRIES = 5
CODES_AN_HOUR = 5
"""For one address, and for one conversation."""
_CODE_LIFE = 10 * 60.0
_LINK_LIFE = 24 * 3600.0
_VISIT_LIFE = 90 * 24 * 3600.0
"""From the last time its page was opened: longer than answers are ever kept."""


@dataclass(frozen=True, slots=True)
class Right:
    """The code was right: the conversation belongs to whoever reads the mail of `address`."""

    address: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """It was not. `tries_left` 0: there is no code that could be right any more."""

    tries_left: int


class LinkPurpose(StrEnum):
    DETAILS = "details"  # add to a ticket what may not be said in the chat
    DRAFT = "draft"  # go on with the conversation on our own pages
    SIGN_IN = "sign_in"  # prove the address it was mailed to


@dataclass(frozen=True, slots=True)
class Link:
    """`ticket` is "" where it is about none; `person` is the mail address of whom it was given to."""

    id: int
    conversation_id: int
    purpose: LinkPurpose
    ticket: str
    person: str


_THIS: sa.BindParameter[int] = sa.bindparam("conversation")
_ACCOUNT = sa.select(conversations.c.account).where(conversations.c.id == _THIS).with_for_update(key_share=True)
_ASKED = sa.select(
    *(
        sa.func.count().filter(column == sa.bindparam(name))
        for column, name in (
            (sign_in_codes.c.conversation_id, "conversation"),
            (sign_in_codes.c.address, "address"),
        )
    )
).where(
    sign_in_codes.c.made > from_now(-3600),
    sa.or_(sign_in_codes.c.conversation_id == _THIS, sign_in_codes.c.address == sa.bindparam("address")),
)
_REPLACE = sa.update(sign_in_codes).where(sign_in_codes.c.conversation_id == _THIS).values(tries_left=0)
_ADD_CODE = sa.insert(sign_in_codes).values(made=from_now(0), tries_left=TRIES)
_TRY = (
    sa.update(sign_in_codes)
    .where(sign_in_codes.c.conversation_id == _THIS, sign_in_codes.c.tries_left > 0)
    .where(sign_in_codes.c.made > from_now(-_CODE_LIFE))
    .values(tries_left=sign_in_codes.c.tries_left - 1)
    .returning(sign_in_codes.c.address, sign_in_codes.c.mac, sign_in_codes.c.tries_left)
)
_ADD_LINK = sa.insert(one_time_links).values(made=from_now(0))
_GOOD = sa.and_(
    one_time_links.c.mac == sa.bindparam("this"),
    one_time_links.c.used.is_(None),
    one_time_links.c.made > from_now(-_LINK_LIFE),
)
_LINK = [one_time_links.c[name] for name in ("id", "conversation_id", "purpose", "ticket", "person")]
_PEEK = sa.select(*_LINK).where(_GOOD)
_USE = sa.update(one_time_links).where(_GOOD).values(used=from_now(0)).returning(*_LINK)
_ADD_VISIT = sa.insert(visits).values(made=from_now(0))
_RENEW_VISIT = (
    sa.update(visits)
    .where(visits.c.digest == sa.bindparam("this"), visits.c.made < from_now(-24 * 3600.0))
    .values(made=from_now(0))
)
_VISIT = sa.select(visits.c.conversation_id).where(
    visits.c.digest == sa.bindparam("digest"), visits.c.made > from_now(-_VISIT_LIFE)
)
_KEY = sa.select(keys.c.value).where(keys.c.name == "chat links")
_MAKE_KEY = insert_unless(keys, ["name"], name="chat links")


def new_code(session: Session, conversation_id: int, address: str) -> str | None:
    """A code to be mailed to `address`, good for ten minutes, five tries and this conversation's account; older ones
    of the conversation are worth nothing any more. None: too many were asked for. Broken: no such conversation."""
    account = session.scalar(_ACCOUNT, {"conversation": conversation_id})
    if account is None:
        raise Broken(f"conversation {conversation_id} is missing")
    whose = {"conversation": conversation_id, "address": address.lower()}
    hold(session, f"sign-in {address.lower()}")  # or codes asked for in many chats at once would not be counted
    if max(session.execute(_ASKED, whose).one()) >= CODES_AN_HOUR:
        return None
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    session.execute(_REPLACE, {"conversation": conversation_id})
    mac = _mac(session, "code", conversation_id, account, code)
    session.execute(_ADD_CODE, {"conversation_id": conversation_id, "address": address.lower(), "mac": mac})
    return code


def try_code(session: Session, conversation_id: int, said: str, *, account: str) -> Right | Wrong:
    """Whether it is the code that was mailed; a right one is used up. Case, blanks and hyphens do not matter."""
    tried = session.execute(_TRY, {"conversation": conversation_id}).one_or_none()
    if tried is None:
        return Wrong(0)
    code = "".join(symbol for symbol in said.upper() if symbol.isalnum())
    if not hmac.compare_digest(tried.mac, _mac(session, "code", conversation_id, account, code)):
        return Wrong(tried.tries_left)
    session.execute(_REPLACE, {"conversation": conversation_id})
    return Right(tried.address)


def new_link(session: Session, conversation_id: int, purpose: LinkPurpose, ticket: str, person: str) -> str:
    """The token of a new link: for one day, for one use."""
    token = secrets.token_urlsafe(32)
    about = {"purpose": purpose, "ticket": ticket or None, "person": person.lower()}
    session.execute(_ADD_LINK, about | {"conversation_id": conversation_id, "mac": _mac(session, "link", token)})
    return token


def peek_link(session: Session, token: str) -> Link | None:
    """The link, and it stays unused; None for one that was used, is too old or was never there."""
    return _link(session, _PEEK, token)


def use_link(session: Session, token: str) -> Link | None:
    """The link, used up. Of many who try, one gets it."""
    return _link(session, _USE, token)


def new_visit(session: Session, conversation_id: int) -> str:
    """The token of a browser that may go on with this conversation for 90 days."""
    token = secrets.token_urlsafe(32)
    session.execute(_ADD_VISIT, {"digest": _digest(token), "conversation_id": conversation_id})
    return token


def visit(session: Session, token: str) -> int | None:
    """The conversation that a browser with this token may go on with."""
    found: int | None = session.scalar(_VISIT, {"digest": _digest(token)})
    return found


def renew_visit(session: Session, token: str) -> None:
    """The page was opened again: its 90 days begin anew."""
    session.execute(_RENEW_VISIT, {"this": _digest(token)})


def _link(session: Session, statement: sa.Executable, token: str) -> Link | None:
    row = session.execute(statement, {"this": _mac(session, "link", token)}).one_or_none()
    if row is None:
        return None
    return Link(row.id, row.conversation_id, LinkPurpose(row.purpose), row.ticket or "", row.person)


def _mac(session: Session, *parts: str | int) -> str:
    """Of the parts with their lengths, so that no others look the same."""
    told = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hmac.new(_key(session), told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _key(session: Session) -> bytes:
    """This database's own key, made when it is asked for first."""
    key = session.scalar(_KEY)
    if key is None:
        session.execute(_MAKE_KEY(session), {"value": secrets.token_bytes(32)})
        key = session.execute(_KEY).scalar_one()
    return bytes(key)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
