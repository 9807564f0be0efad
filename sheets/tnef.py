"""winmail.dat, in which Outlook wraps a letter's attachments for other Outlooks (TNEF, MS-OXTNEF): the files in it.

A winmail.dat is a row of attributes, each with its length; those of one attachment follow each other. Every byte is
looked at once or twice, and a length that leads behind the end means that the file is cut off.
"""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass

TNEF_MARK = b"\x78\x9f\x3e\x22"
MEDIA_TYPE = "application/ms-tnef"
_ATTRIBUTE = struct.Struct("<BII")
_CHECKSUM = 2
_CODE_PAGE = 0x00069007
_BEGINS_ATTACHMENT = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069005
_MOST_ATTRIBUTES = 20_000
_MOST_PROPERTIES = 20_000

_OBJECT, _TEXT, _WIDE_TEXT, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_OF_VARIABLE_SIZE = frozenset({_OBJECT, _TEXT, _WIDE_TEXT, _BINARY})
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_SEVERAL = 0x1000
_NAME, _SHORT_NAME, _DISPLAY_NAME, _CONTENT, _MIME_TYPE = 0x3707, 0x3704, 0x3001, 0x3701, 0x370E
_INTERFACE = 16
"""Bytes before an object that say of which class it is; in attachments a message, which is TNEF again."""


class BadTnef(ValueError):
    """It is not as it must be."""


class CutOff(BadTnef):
    """Its end is missing."""


@dataclass(slots=True)
class TnefFile:
    """One attachment."""

    name: str = ""
    media_type: str = ""
    body: bytes = b""


def files_in_tnef(data: bytes) -> tuple[TnefFile, ...]:
    """The attachments, a letter attached to the letter among them as a winmail.dat. Raises BadTnef."""
    if not data.startswith(TNEF_MARK) or len(data) < 6:
        raise BadTnef("not a winmail.dat")
    view = memoryview(data)
    files: list[TnefFile] = []
    code_page = "cp1252"
    for attribute, content in _attributes(view):
        if attribute == _CODE_PAGE and len(content) >= 4:
            code_page = _codec(int.from_bytes(content[:4], "little"))
        elif attribute == _BEGINS_ATTACHMENT:
            files.append(TnefFile())
        elif files and attribute == _TITLE:
            files[-1].name = files[-1].name or _text(content, code_page)
        elif files and attribute == _DATA:
            files[-1].body = bytes(content)
        elif files and attribute == _PROPERTIES:
            _take_properties(files[-1], content, code_page)
    return tuple(file for file in files if file.body)


def _attributes(view: memoryview) -> Iterator[tuple[int, memoryview]]:
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if len(view) - at < _ATTRIBUTE.size:
            if bytes(view[at:]).strip(b"\0\r\n"):  # a mail may have put a line break behind it
                raise CutOff("the file ends in an attribute")
            return
        level, attribute, size = _ATTRIBUTE.unpack_from(view, at)
        if level not in (1, 2):
            if bytes(view[at : at + 64]).strip(b"\0\r\n"):
                raise BadTnef("an attribute of an unknown level")
            return
        at += _ATTRIBUTE.size
        if at + size > len(view):
            raise CutOff("an attribute goes on behind the end of the file")
        yield attribute, view[at : at + size]
        at += size + _CHECKSUM
    raise BadTnef("too many attributes")


def _take_properties(file: TnefFile, content: memoryview, code_page: str) -> None:
    found: dict[int, tuple[int, memoryview]] = {}
    for identity, kind, value in _properties(content):
        if kind in _OF_VARIABLE_SIZE:
            found.setdefault(identity, (kind, value))
    for identity in (_NAME, _SHORT_NAME, _DISPLAY_NAME):
        if name := _property_text(found.get(identity), code_page):
            file.name = name
            break
    file.media_type = _property_text(found.get(_MIME_TYPE), code_page) or file.media_type
    kind, value = found.get(_CONTENT, (0, memoryview(b"")))
    if kind == _OBJECT and bytes(value[_INTERFACE : _INTERFACE + 4]) == TNEF_MARK:
        file.body, file.media_type = bytes(value[_INTERFACE:]), MEDIA_TYPE
    elif kind == _BINARY and not file.body:
        file.body = bytes(value)


def _properties(content: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Number, type and value; of a property with several values only the last one."""
    reader = _Reader(content)
    count = reader.number()
    if count > _MOST_PROPERTIES:
        raise BadTnef("too many properties")
    for _ in range(count):
        kind, identity = struct.unpack("<HH", reader.take(4))
        if identity >= 0x8000:
            reader.take(16)
            if reader.number():
                reader.take(_padded(reader.number()))
            else:
                reader.take(4)
        single = kind & ~_SEVERAL
        is_variable = single in _OF_VARIABLE_SIZE
        if not is_variable and single not in _SIZES:
            raise BadTnef("a property of an unknown type")
        values = reader.number() if is_variable or kind & _SEVERAL else 1
        value = memoryview(b"")
        for _ in range(values):
            size = reader.number() if is_variable else _SIZES[single]
            value = reader.take(_padded(size))[:size]
        yield identity, single, value


class _Reader:
    def __init__(self, content: memoryview) -> None:
        self._rest = content

    def take(self, size: int) -> memoryview:
        if size > len(self._rest):
            raise CutOff("a property goes on behind the end")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")


def _padded(size: int) -> int:
    return size + -size % 4


def _property_text(found: tuple[int, memoryview] | None, code_page: str) -> str:
    if found is None or found[0] not in (_TEXT, _WIDE_TEXT):
        return ""
    return _text(found[1], "utf-16-le" if found[0] == _WIDE_TEXT else code_page)


def _text(content: memoryview, codec: str) -> str:
    return bytes(content[:2_000]).decode(codec, "replace").rstrip("\0")


def _codec(number: int) -> str:
    """Only code pages: Python's other codecs compress or escape."""
    name = "utf-8" if number == 65_001 else f"cp{number}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
