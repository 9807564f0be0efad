"""The header block of a mail or of one of its parts, as bytes and as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from email.utils import collapse_rfc2231_value

from mailin.decoding import clean_line, decode_text, decode_words, raw_text
from mailin.limits import BeyondLimit, ReadingLimits, UnreadableReason

_FIELD = re.compile(rb"([!-9;-~]+[ \t]*):")
_BEFORE_FIELDS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]{0,80}\r?\n){0,20}"
    rb"(?=(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Content-[A-Za-z-]{1,40}|X-[A-Za-z-]{1,60}):)",
    re.IGNORECASE,
)
_SURE_FIELD = re.compile(
    rb"(?:Received|Return-Path|Message-ID|MIME-Version|DKIM-Signature|Content-[A-Za-z-]{1,40}|X-[A-Za-z-]{1,60}):",
    re.IGNORECASE,
)
"""Fields that nobody writes into the text of a complaint."""
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_MAX_DECODED = 4096
"""Characters of a field whose parameters or encoded words are read."""
_MAX_PARAMETERS = 100
"""The standard library is quadratic in them."""


@dataclass(frozen=True, slots=True)
class Headers:
    """`fields` are names and values as they came, folds, line ends and blanks before the colon included."""

    fields: tuple[tuple[bytes, bytes], ...]
    whole: bool
    """The block ended in an empty line (or with the mail), not in a line that is no header."""

    def all(self, name: str) -> list[str]:
        """The unfolded values of every field of that name, not decoded further."""
        wanted = name.lower().encode()
        return [_unfolded(value) for key, value in self.fields if key.rstrip().lower() == wanted]

    def first(self, name: str) -> str:
        """The unfolded value of the first such field, or ""."""
        return next(iter(self.all(name)), "")

    def has_prefix(self, prefix: str) -> bool:
        wanted = prefix.lower().encode()
        return any(key.lower().startswith(wanted) for key, _ in self.fields)

    def text(self, name: str) -> str:
        """The first such field for a reader: encoded words decoded, one clean line."""
        return clean_line(decode_words(self.first(name)[:_MAX_DECODED]))

    def media_type(self, default: str = "text/plain") -> tuple[str, Mapping[str, str]]:
        """The Content-Type in lower case and its parameters; `default` when there is none, text/plain when it makes no
        sense."""
        value = self.first("Content-Type") or default
        kind = value.partition(";")[0].strip().lower()
        return kind if _MEDIA_TYPE.fullmatch(kind) else "text/plain", parameters(value)

    def disposition(self) -> tuple[str, Mapping[str, str]]:
        value = self.first("Content-Disposition")
        return value.partition(";")[0].strip().lower(), parameters(value)


def _unfolded(value: bytes) -> str:
    return raw_text(re.sub(rb"[\r\n]+", b"", value)).strip()


def parameters(value: str) -> Mapping[str, str]:
    """The parameters behind a field's first `;`, names in lower case, RFC 2231 and RFC 2047 undone, cleaned."""
    value = value[:_MAX_DECODED]
    if not 1 <= value.count(";") <= _MAX_PARAMETERS:
        return {}
    message: Message[str, str] = Message(policy=compat32)
    message["Content-Type"] = value
    try:
        pairs = message.get_params(failobj=[])[1:]
    except (ValueError, LookupError, TypeError):  # name*=a; name*1=b, for example
        return {}
    return {name.lower(): _parameter(found) for name, found in reversed(pairs)}


def _parameter(found: object) -> str:
    if isinstance(found, tuple):  # RFC 2231: the bytes as Latin-1, and the charset they are in
        charset, _, value = found
        return clean_line(decode_text(str(value).encode("latin-1", "replace"), str(charset or "utf-8"))[0])
    return clean_line(decode_words(collapse_rfc2231_value(str(found))))


def read_headers(
    raw: bytes, start: int, end: int, limits: ReadingLimits, *, of_mail: bool = False
) -> tuple[Headers, int]:
    """The header block that begins at `start`, and where the body begins. Raises BeyondLimit.

    Of a whole mail (`of_mail`), marks and empty lines that an editor has put before the block are passed over. A block
    like that, or with a line in it that is none of its own, is not `whole`: another reader may see another one.
    """
    fields: list[tuple[bytes, bytes]] = []
    lines = field_size = 0
    at = start
    whole = True
    if of_mail and (before := _BEFORE_FIELDS.match(raw, start, end)) and before[0]:
        at, whole = before.end(), False
    while at < end:
        stop = raw.find(b"\n", at, end) + 1 or end
        if raw[at : min(stop, at + 3)] in {b"\n", b"\r\n"}:
            at = stop
            break
        is_fold = raw[at : at + 1] in {b" ", b"\t"} and bool(fields)
        match = None if is_fold else _FIELD.match(raw, at, min(stop, at + 200))
        if not is_fold and match is None:
            whole = False
            if at == start and raw.startswith(b"From ", at, end):  # a mailbox file's own line
                at = stop
                continue
            if fields and _SURE_FIELD.match(raw, stop, end):  # a fold that lost its blank, say
                at = stop
                continue
            break
        lines += 1
        field_size = stop - at + (field_size if is_fold else 0)
        _check(lines, limits.header_lines, UnreadableReason.TOO_MANY_HEADER_LINES)
        _check(stop - start, limits.header_block, UnreadableReason.HEADER_BLOCK_TOO_LARGE)
        _check(field_size, limits.header_field, UnreadableReason.HEADER_FIELD_TOO_LARGE)
        if match is None:
            name, value = fields[-1]
            fields[-1] = name, value + raw[at:stop]
        else:
            fields.append((match[1], raw[match.end() : stop]))
        at = stop
    return Headers(tuple(fields), whole), at


def _check(found: int, allowed: int, reason: UnreadableReason) -> None:
    if found > allowed:
        raise BeyondLimit(reason, found, allowed)
