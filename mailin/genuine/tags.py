"""Lists of `tag=value;` as DKIM, ARC and DMARC write them (RFC 6376, 3.2), read strictly."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")


def read_tags(text: str) -> Mapping[str, str] | None:
    """Names and values, blanks and folds around both taken away; None when it is malformed or names a tag twice."""
    found: dict[str, str] = {}
    pieces = text.split(";")
    if not pieces[-1].strip():
        pieces.pop()
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip(" \t\r\n")
        if not equals or not _NAME.fullmatch(name) or name in found:
            return None
        found[name] = value.strip(" \t\r\n")
    return found or None


def without_blanks(value: str) -> str:
    """A value in which blanks and folds may stand anywhere: base64, lists of names."""
    return re.sub(r"[ \t\r\n]+", "", value)
