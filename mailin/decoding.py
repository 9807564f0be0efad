"""Bytes of a mail to text, whatever they claim to be. Nothing here raises; what could not be read is told as a loss.

Only real character sets are believed: Python's codec names also lead to compression and to slow or escaping codecs.
"""

import binascii
import codecs
import re
import unicodedata

from mailin.transfer import from_base64

_CHARSET_NAME = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
_CHARSET = re.compile(
    r"ascii|utf-(7|8(-sig)?)|utf-16(-[lb]e)?|utf-32(-[lb]e)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|tis-620|hz|johab"
    r"|(shift_jis|euc_|gb|big5|iso2022_)\w*"
)
# What senders mean who name the left one: ASCII with eight bits in it is mostly UTF-8, Latin-1 is Windows-1252.
_MEANT = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
          "euc_kr": "cp949", "iso2022_jp": "iso2022_jp_ext"}  # fmt: skip
# Names that mail programs use and Python does not know.
_OTHER_NAMES = {"ansi": "cp1252", "cp-850": "cp850", "iso-8859-8-e": "iso8859-8", "iso-8859-8-i": "iso8859-8",
                "utf8mb4": "utf-8", "windows-31j": "cp932", "windows-874": "cp874", "windows-949": "cp949",
                "x-euc-jp": "euc_jp", "x-gbk": "gb18030", "x-mac-roman": "mac-roman", "x-sjis": "cp932",
                "x-windows-949": "cp949"}  # fmt: skip
_SEVEN_BITS = ("iso2022_", "hz", "utf-7")
"""Charsets without eighth bits: what is not right in them would pass for plain UTF-8, and nobody could read it."""
_MISTAKEN = {"iso2022_jp": ("cp932", "euc_jp"), "shift_jis": ("euc_jp",), "cp932": ("euc_jp",), "euc_jp": ("cp932",)}
"""By how a charset's name begins: what it is that claims to be this and is not, before Windows-1252 is tried."""

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")


def decode_text(body: bytes, charset: str) -> tuple[str, str | None]:
    """The text, and what was lost (or None). An unknown or wrong charset falls back to UTF-8, then Windows-1252."""
    name = _codec(charset)
    if name and body.isascii() and name.startswith(_SEVEN_BITS):
        text = body.decode(name, "replace")
        return text, f"some letters are not {_shown(charset)} as they say" if "\ufffd" in text else None
    for candidate in (name, "utf-8"):
        if candidate is None:
            continue
        try:
            text = body.decode(candidate)
        except ValueError:  # UnicodeError is one
            continue
        loss = None if name or text.isascii() else f"the character set {_shown(charset)} is not known; read as UTF-8"
        return text, loss
    what = f"is not {_shown(charset)} as it says" if name else f"names the unknown character set {_shown(charset)}"
    for candidate in next((others for key, others in _MISTAKEN.items() if (name or "").startswith(key)), ()):
        try:
            return body.decode(candidate), f"some text {what}; read as {candidate}"
        except ValueError:
            continue
    return body.decode("cp1252", "replace"), f"some text {what}; read as Windows-1252, letters may be wrong"


def _codec(charset: str) -> str | None:
    charset = charset.strip().lower()
    if not _CHARSET_NAME.fullmatch(charset):
        return None
    try:
        name = codecs.lookup(_OTHER_NAMES.get(charset, charset)).name
    except LookupError:
        return None
    return _MEANT.get(name, name) if _CHARSET.fullmatch(name) else None


def _shown(charset: str) -> str:
    return repr(charset) if _CHARSET_NAME.fullmatch(charset) else "it names"


def raw_text(value: bytes) -> str:
    """A header's bytes as text: UTF-8, else Windows-1252 (raw 8-bit headers are one or the other)."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def decode_words(text: str) -> str:
    """Undo RFC 2047 encoded words, also inside quotes and file names where they should not be.

    Neighbours in one charset are joined before they are decoded: some mailers cut between the bytes of a letter.
    """
    pieces: list[str] = []
    pending = b""
    charset = ""
    at = 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[at : match.start()]
        own_charset = match[1].partition("*")[0].lower()
        if pending and (between.strip() or own_charset != charset):
            pieces.append(decode_text(pending, charset)[0])
            pending = b""
            pieces.append(between if between.strip() else "")
        elif not pending:
            pieces.append(between)
        charset = own_charset
        pending += _word_bytes(match[2], match[3])
        at = match.end()
    if pending:
        pieces.append(decode_text(pending, charset)[0])
    return "".join(pieces) + text[at:]


def _word_bytes(encoding: str, written: str) -> bytes:
    raw = written.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(raw)[0]
    return binascii.a2b_qp(raw, header=True)


def clean_line(text: str) -> str:
    """One line without control and invisible formatting characters, runs of blanks as one."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()


def clean_text(text: str) -> str:
    """Text with plain line ends and without controls; tabs stay. Characters a database refuses are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]", "", text).replace("\u00a0", " ")
