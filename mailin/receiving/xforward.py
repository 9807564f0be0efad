"""XFORWARD: one of our own mail servers says from which client it has a mail (Postfix's XFORWARD_README)."""

import re
from dataclasses import dataclass, replace

from mailin.receiving.crowd import address_of

ATTRIBUTES = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
"""What we let it say. We use ADDR and HELO; the others are taken so that it need not ask which."""

_PAIR = re.compile(r"([A-Za-z]+)=([!-*,-<>-~]|\+[0-9A-Fa-f]{2})+")
_NOTHING = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The client that our mail server had the mail from; "" for what it does not know of it."""

    address: str = ""
    helo: str = ""


def read_xforward(argument: str, before: Forwarded) -> Forwarded | None:
    """What an XFORWARD command says, added to what the ones before it said; None when it is malformed."""
    told = before
    pairs = argument.split(" ")
    for pair in pairs:
        if not _PAIR.fullmatch(pair) or len(pair) > 2 * _LONGEST:
            return None
        name, _, value = pair.partition("=")
        plain = "" if value.upper() in _NOTHING else _decoded(value)
        match name.upper():
            case "ADDR":
                address = address_of(re.sub(r"^IPV6:", "", plain, flags=re.IGNORECASE)) if plain else None
                if plain and address is None:
                    return None
                told = replace(told, address=str(address or ""))
            case "HELO":
                told = replace(told, helo=plain_helo(plain))
            case other if other not in ATTRIBUTES:
                return None
    return told


def plain_helo(said: str) -> str:
    """What a client calls itself, or "" where that is no name: it goes to the DNS, the database and the log."""
    return said if said.isascii() and said.isprintable() and len(said) <= _LONGEST else ""


def _decoded(xtext: str) -> str:
    """RFC 3461, 4: "+" and two hexadecimal digits is one byte."""
    return re.sub(r"\+([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), xtext)
