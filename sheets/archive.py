"""The first wall before everything that is a zip: what can be told from its directory, before anything is unpacked.

No reader believes more than the declared sizes, so their sum stops bombs.
"""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from complaints.verdict import ReasonCode
from sheets.extent import Refused
from sheets.kinds import Refusal
from sheets.limits import Limits

_LOCAL_HEADER = 30
"""Bytes before the name of a part."""


def opened(data: bytes, limits: Limits) -> ZipFile:
    """The zip, whose parts may be unpacked. Raises Refused and BadZipFile."""
    try:
        archive = ZipFile(BytesIO(data))
    except BadZipFile as problem:
        if "verlap" in str(problem):  # newer Pythons look for it themselves
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP) from problem
        raise
    try:
        check_directory(archive.infolist(), limits)
    except BaseException:
        archive.close()
        raise
    return archive


def check_directory(parts: list[ZipInfo], limits: Limits) -> None:
    """Lets the parts of a zip pass, or raises Refused."""
    if len(parts) > limits.entries:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_PARTS)
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(ReasonCode.PASSWORD_PROTECTED)
    if len({part.filename.lower() for part in parts}) != len(parts):  # which one is read would be the reader's whim
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OF_ONE_NAME)
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.ODD_PACKING)
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)
        end = part.header_offset + _LOCAL_HEADER + part.compress_size
