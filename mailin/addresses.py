"""Who wrote this: one strict reading of the From field, and of the addresses in SMTP commands.

`email.utils.parseaddr` reads "dr@clinica.org <x@evil.net>" as the victim's address, so identity has a reader of its
own. It knows exactly one form, RFC 5322 `[display name] <addr-spec>` or a plain addr-spec, and calls everything
else nobody.
"""

import re
from collections.abc import Iterable

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"
_ADDR_SPEC = rf"{_DOT_ATOM}@{_LABEL}(?:\.{_LABEL})*"
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"'

_PLAIN = re.compile(rf"\s*({_ADDR_SPEC})\s*")
_NAMED = re.compile(rf'(?:[^"(),:;<>@\[\]\\\x00-\x1f\x7f]|{_QUOTED})*<\s*({_ADDR_SPEC})\s*>\s*')

# An envelope may also hold a quoted local part, an address literal, an underscore in the domain (many a host is named
# so) and, with SMTPUTF8, letters beyond ASCII.
_UTF8 = "\u00a0-\ud7ff\ue000-\U0010ffff"
_WIDE_ATOM = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_UTF8}-]+"
_WIDE_DOMAIN = rf"[A-Za-z0-9_{_UTF8}](?:[A-Za-z0-9_.{_UTF8}-]*[A-Za-z0-9{_UTF8}])?|\[[A-Za-z0-9:.-]+\]"
_ENVELOPE = re.compile(rf"<((?:{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*|{_QUOTED})@(?:{_WIDE_DOMAIN}))>(?: +(.*))?")
_NULL = re.compile(r"<>(?: +(.*))?")

_MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_MAX_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1


def strict_sender(fields: Iterable[tuple[bytes, bytes]], *, whole: bool) -> str | None:
    """The one address in the one From field, in lower case, or None.

    `fields` are a header block's names and values as bytes, names with whatever stood before the colon. `whole` says
    that the block ended as it should: behind a malformed line another reader might see another From. None also when
    there are two From fields, blanks before its colon, two addresses, a group, or anything but ASCII in the address.
    """
    found = [(name, value) for name, value in fields if name.strip().lower() == b"from"]
    if not whole or len(found) != 1 or found[0][0] != found[0][0].rstrip():
        return None
    value = re.sub(rb"\r?\n(?=[ \t])", b"", found[0][1]).rstrip(b"\r\n")
    return one_address(value.decode("utf-8", "replace").replace("\t", " "))


def one_address(value: str) -> str | None:
    """The address in one unfolded From value, in lower case, or None when it is not exactly one plain address."""
    bare = _without_comments(value)
    if bare is None:
        return None
    match = _PLAIN.fullmatch(bare) or _NAMED.fullmatch(bare)
    if match is None:
        return None
    address = match.group(1).lower()
    fits = len(address) <= _MAX_ADDRESS and len(address.partition("@")[0]) <= _MAX_LOCAL_PART
    return address if fits else None


def _without_comments(value: str) -> str | None:
    """`value` with each (comment) as one blank; None when brackets or quotes do not match, or a control is in it."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for letter in value:
        if letter < " " or letter == "\x7f":
            return None
        if escaped:
            escaped = False
        elif letter == "\\" and (quoted or depth):
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
            continue
        elif letter == ")" and depth:
            depth -= 1
            if not depth:
                kept.append(" ")
            continue
        if not depth:
            kept.append(letter)
    return None if depth or quoted or escaped else "".join(kept)


def envelope_address(argument: str) -> tuple[str, str] | None:
    """The address in `<address> parameters` of a MAIL or RCPT command, and the parameters; None when malformed.

    The null sender `<>` is returned as it is. Source routes, controls, and addresses without a domain are malformed.
    """
    if match := _NULL.fullmatch(argument):
        return "<>", match.group(1) or ""
    match = _ENVELOPE.fullmatch(argument)
    if match is None or len(match.group(1)) > _MAX_ADDRESS:
        return None
    return match.group(1), match.group(2) or ""
