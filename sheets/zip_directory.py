"""The names in a zip's directory, which stands at its end: read without unpacking and without believing a size."""

import struct

_END = b"PK\x05\x06"
_ENTRY_MARK = b"PK\x01\x02"
_ENTRY = struct.Struct("<4s24xHHH12x")
_LONGEST_COMMENT = 65_535
_MOST_NAMES = 10_000


def names_in_zip(data: bytes) -> tuple[str, ...] | None:
    """The names of the parts, with forward slashes and in lower case; None when the zip is cut off.

    Only the directory counts, so that the parts of a workbook that lies in a zip are not taken for the zip's own.
    """
    end = data.rfind(_END, max(0, len(data) - _LONGEST_COMMENT - 22))
    if end < 0 or end + 22 > len(data):
        return None
    at = _start(data, end)
    if at is None:
        return None
    names: list[str] = []
    while len(names) < _MOST_NAMES and data.startswith(_ENTRY_MARK, at) and at + 46 <= end:
        _, name, extra, comment = _ENTRY.unpack_from(data, at)
        names.append(data[at + 46 : at + 46 + name].decode("utf-8", "replace").replace("\\", "/").lower())
        at += 46 + name + extra + comment
    return tuple(names)


def _start(data: bytes, end: int) -> int | None:
    """Where the directory begins; None when part of the file before its end is missing."""
    size: int
    offset: int
    size, offset, comment = struct.unpack_from("<IIH", data, end + 12)
    is_last = end + 22 + comment == len(data)
    if 0xFFFFFFFF in (size, offset) and data.startswith(b"PK\x06\x07", end - 20):  # zip64
        (end,) = struct.unpack_from("<Q", data, end - 12)
        if not data.startswith(b"PK\x06\x06", end) or end + 56 > len(data):
            return None
        size, offset = struct.unpack_from("<QQ", data, end + 40)
    if data.startswith(_ENTRY_MARK, offset):
        return offset
    return end - size if is_last and offset + size <= end else None  # something stands before the zip
