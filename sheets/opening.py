"""The files inside a file: a zip, a winmail.dat and an Outlook message, opened within limits in a child (`child`).

What lies inside is only taken out, never looked into: whoever asked tells what each file is (`kinds.kind_of`).
"""

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from complaints.verdict import ReasonCode
from sheets.enclosed import EnclosedFile as EnclosedFile
from sheets.enclosed import NotOpened, shown_name
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.limits import Limits
from sheets.tnef import BadTnef, CutOff, files_in_tnef

_BROKEN_ZIP = (BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)
_ENCRYPTED = 1
_LOCAL_HEADER = 30


def open_container(kind: FileKind, data: bytes, limits: Limits) -> tuple[EnclosedFile, ...] | FileFault:
    """All files inside, in their order, or why they could not be taken out. Folders and what systems add to a zip for
    themselves are no files."""
    try:
        return tuple(_within(_files(kind, data, limits), limits))
    except NotOpened as stopped:
        return FileFault(stopped.code, kind, stopped.refusal)
    except CutOff:
        return FileFault(ReasonCode.UNREADABLE_FILE, FileKind.TRUNCATED)
    except BadTnef:
        return FileFault(ReasonCode.UNREADABLE_FILE, kind)


def _files(kind: FileKind, data: bytes, limits: Limits) -> Iterator[EnclosedFile]:
    if kind is FileKind.ZIP:
        yield from _files_in_zip(data, limits)
    elif kind is FileKind.WINMAIL:
        yield from (EnclosedFile(shown_name(file.name), file.media_type, file.body) for file in files_in_tnef(data))
    elif kind is FileKind.OUTLOOK:
        from sheets.outlook import files_in_message  # it takes a while to load, and a parent never needs it

        yield from files_in_message(data)
    else:
        raise NotOpened(ReasonCode.UNREADABLE_FILE)


def _within(files: Iterable[EnclosedFile], limits: Limits) -> Iterator[EnclosedFile]:
    """Twice the size of the largest file that we read may come out of one container."""
    size = 0
    for number, file in enumerate(files):
        size += len(file.body)
        if size > 2 * limits.file_size or number >= limits.entries:
            raise NotOpened(ReasonCode.FILE_TOO_LARGE)
        yield file


def _files_in_zip(data: bytes, limits: Limits) -> Iterator[EnclosedFile]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _check(parts, archive.start_dir, limits)
            for part in parts:
                if not part.is_dir() and not _is_of_the_system(part.filename):
                    yield EnclosedFile(shown_name(part.filename), "", archive.read(part))
    except _BROKEN_ZIP as problem:
        raise NotOpened(ReasonCode.UNREADABLE_FILE) from problem


def _check(parts: list[ZipInfo], end: int, limits: Limits) -> None:
    """What can be told from the directory, before anything is unpacked: no reader believes more than is declared."""
    if len(parts) > limits.entries:
        raise NotOpened(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_PARTS)
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise NotOpened(ReasonCode.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise NotOpened(ReasonCode.PASSWORD_PROTECTED)
    if len({part.filename for part in parts}) < len(parts):
        raise NotOpened(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OF_ONE_NAME)
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise NotOpened(ReasonCode.UNREADABLE_FILE)  # other ways to pack are rare, but some programs know them
    places = sorted((part.header_offset, part.header_offset + _LOCAL_HEADER + part.compress_size) for part in parts)
    if any(stop > start for (_, stop), (start, _) in pairwise([*places, (end, end)])):
        raise NotOpened(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)


def _is_of_the_system(name: str) -> bool:
    """What macOS and Windows put into zips beside the files."""
    *folders, last = name.replace("\\", "/").lower().split("/")
    return "__macosx" in folders or last.startswith("._") or last in {".ds_store", "thumbs.db", "desktop.ini"}
