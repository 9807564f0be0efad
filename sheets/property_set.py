"""The custom document properties of the old binary formats: only those that are texts."""

from struct import Struct, error

from sheets.ole_streams import BadOle, Ole
from sheets.text import clean

_STREAM = "\x05DocumentSummaryInformation"
_OWN_SECTION = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
_U32, _PAIR, _SECTION = Struct("<I"), Struct("<II"), Struct("<16sI")
_FIRST_SECTION = 28
_NAMES, _CODEPAGE = 0, 1
_UTF_16, _UTF_8 = 1200, 65001
_TEXT, _WIDE_TEXT = 30, 31
_MOST, _LONGEST = 200, 2000


def user_properties(ole: Ole) -> dict[str, str]:
    """By name. None of them when they cannot be read: nothing depends on them that a sender could not do without."""
    try:
        return _read(ole.stream(_STREAM))
    except (KeyError, BadOle, error, UnicodeDecodeError, LookupError):
        return {}


def _read(data: bytes) -> dict[str, str]:
    (count,) = _U32.unpack_from(data, 24)
    sections = (_SECTION.unpack_from(data, _FIRST_SECTION + 20 * number) for number in range(min(count, 2)))
    start = next((offset for kind, offset in sections if kind == _OWN_SECTION), None)
    if start is None:
        return {}
    _, count = _PAIR.unpack_from(data, start)
    places = dict(_PAIR.unpack_from(data, start + 8 + 8 * number) for number in range(min(count, _MOST)))
    codepage = _U32.unpack_from(data, start + places[_CODEPAGE] + 4)[0] & 0xFFFF if _CODEPAGE in places else 1252
    names = _read_names(data, start + places[_NAMES], codepage)
    values = {name: _text(data, start + places[number], codepage) for number, name in names.items() if number in places}
    return {name: value for name, value in values.items() if value is not None}


def _read_names(data: bytes, at: int, codepage: int) -> dict[int, str]:
    names = {}
    (count,) = _U32.unpack_from(data, at)
    at += 4
    for _ in range(min(count, _MOST)):
        number, length = _PAIR.unpack_from(data, at)
        size = min(length, _LONGEST) * (2 if codepage == _UTF_16 else 1)
        names[number] = _decoded(data[at + 8 : at + 8 + size], codepage)
        at += 8 + (-(-size // 4) * 4 if codepage == _UTF_16 else size)
    return names


def _text(data: bytes, at: int, codepage: int) -> str | None:
    kind, length = _PAIR.unpack_from(data, at)
    if kind == _WIDE_TEXT:
        return _decoded(data[at + 8 : at + 8 + 2 * min(length, _LONGEST)], _UTF_16)
    return _decoded(data[at + 8 : at + 8 + min(length, _LONGEST)], codepage) if kind == _TEXT else None


def _decoded(raw: bytes, codepage: int) -> str:
    encoding = {_UTF_16: "utf-16-le", _UTF_8: "utf-8"}.get(codepage, f"cp{codepage}")
    return clean(raw.decode(encoding, "replace").partition("\0")[0])
