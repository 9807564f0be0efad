"""What a file is, by its content: a name or a media type only decides where the content cannot."""

from dataclasses import dataclass
from enum import StrEnum

from complaints.verdict import ReasonCode


class FileKind(StrEnum):
    """What a file seems to be."""

    XLSX = "xlsx"  # and .xlsm, whose macros are never run
    CSV = "csv"  # and .tsv
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    BINARY_WORKBOOK = "binary_workbook"  # .xlsb
    OLD_WORKBOOK = "old_workbook"  # .xls
    OPEN_DOCUMENT = "open_document"  # .ods and its siblings
    WORD = "word"  # .doc and .docx
    OUTLOOK = "outlook"  # .msg
    MAIL = "mail"  # .eml
    WINMAIL = "winmail"  # winmail.dat, in which Outlook wraps attachments (TNEF)
    NUMBERS = "numbers"  # Apple Numbers' own format
    PDF = "pdf"
    PICTURE = "picture"
    ZIP = "zip"
    TRUNCATED = "truncated"  # the beginning of a workbook, without its end
    CLOUD_LINK = "cloud_link"  # a shortcut or a page that only leads to a file elsewhere
    WEB_PAGE = "web_page"  # HTML, sometimes with .xls in its name
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


CONTAINERS = frozenset({FileKind.ZIP, FileKind.WINMAIL, FileKind.OUTLOOK, FileKind.MAIL})
"""Kinds that hold files, which are then looked at instead."""
READABLE = frozenset({FileKind.XLSX, FileKind.CSV})
WORKBOOKS = frozenset(
    {FileKind.XLSX, FileKind.CSV, FileKind.ENCRYPTED_WORKBOOK, FileKind.BINARY_WORKBOOK, FileKind.OLD_WORKBOOK}
)
"""Kinds that were meant as a sheet, though we may not be able to read them."""


class Refusal(StrEnum):
    """Which wall stopped a file: for staff, who should see that somebody sends such files."""

    TOO_MANY_PARTS = "too_many_parts"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    PARTS_OF_ONE_NAME = "parts_of_one_name"
    PARTS_OVERLAP = "parts_overlap"
    ODD_PACKING = "odd_packing"
    DOCTYPE = "doctype"
    FAR_CELLS = "far_cells"
    TOO_MANY_CELLS = "too_many_cells"
    HUGE_MERGES = "huge_merges"
    TOO_MUCH_TEXT = "too_much_text"
    LYING_SIZES = "lying_sizes"
    NESTED_TOO_DEEP = "nested_too_deep"
    READER_DIED = "reader_died"  # reading it killed a limited child twice


@dataclass(frozen=True, slots=True)
class FileFault:
    """Why no cells came out of a file. Says nothing of what the file holds."""

    code: ReasonCode
    """UNREADABLE_FILE, PASSWORD_PROTECTED or FILE_TOO_LARGE."""
    kind: FileKind
    refusal: Refusal | None = None
    """Set when no honest program makes such a file."""

    @property
    def child_died(self) -> bool:
        return self.refusal is Refusal.READER_DIED


def kind_of(data: bytes, name: str = "", media_type: str = "") -> FileKind:
    """Linear in the size of the file and safe on hostile ones: it looks for marks and parses nothing."""
    if not data.strip():
        return FileKind.EMPTY
    for mark, kind in _MARKS:
        if data.startswith(mark):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return FileKind.PICTURE
    if data.startswith(_ZIP_MARKS):
        if data.startswith(_OPEN_DOCUMENT_MARK, 30):
            return FileKind.OPEN_DOCUMENT
        return _first(_INSIDE_ZIP, _zip_directory(data), FileKind.ZIP)
    if data.startswith(_OLE_MARK):
        return _first(_INSIDE_OLE, data, FileKind.UNKNOWN)
    return _kind_of_text(data, name.strip().lower(), media_type.strip().lower())


def looks_like_sheet(data: bytes, name: str, media_type: str) -> bool:
    """Was this attachment meant as a sheet? Content first; a text is one only if its name or media type says csv."""
    kind = kind_of(data, name, media_type)
    return kind in WORKBOOKS or (kind is FileKind.OPEN_DOCUMENT and b"opendocument.spreadsheet" in data[:200])


def is_utf16(data: bytes) -> bool:
    """Does the text begin with a UTF-16 byte order mark?"""
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))


_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT_MARK = b"mimetypeapplication/vnd.oasis.opendocument"
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (
    (b"%PDF", FileKind.PDF),
    (b"\x89PNG\r\n", FileKind.PICTURE),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\0", FileKind.PICTURE),
    (b"MM\0*", FileKind.PICTURE),
    (b"{\\rtf", FileKind.WORD),
)
# Names of parts stand in the clear in a zip's directory, and names of streams (UTF-16) in an OLE file's.
_INSIDE_ZIP = (
    (b"xl/workbook.xml", FileKind.XLSX),
    (b"xl/workbook.bin", FileKind.BINARY_WORKBOOK),
    (b"xl/worksheets/", FileKind.XLSX),
    (b"word/document.xml", FileKind.WORD),
)
_INSIDE_OLE = (
    ("EncryptedPackage".encode("utf-16-le"), FileKind.ENCRYPTED_WORKBOOK),
    ("WordDocument".encode("utf-16-le"), FileKind.WORD),
    ("Workbook".encode("utf-16-le"), FileKind.OLD_WORKBOOK),
    ("Book".encode("utf-16-le"), FileKind.OLD_WORKBOOK),
    ("__substg1.0_".encode("utf-16-le"), FileKind.OUTLOOK),
)


def _zip_directory(data: bytes) -> bytes:
    """The directory at the end, so that the parts of a workbook inside a zip are not taken for the zip's own."""
    end = data.rfind(b"PK\x05\x06")
    size, offset = (int.from_bytes(data[end + at : end + at + 4], "little") for at in (12, 16))
    return data[offset : offset + size] if end >= 0 and offset + size <= end else data


def _first(marks: tuple[tuple[bytes, FileKind], ...], data: bytes, otherwise: FileKind) -> FileKind:
    return next((kind for mark, kind in marks if mark in data), otherwise)


def _kind_of_text(data: bytes, name: str, media_type: str) -> FileKind:
    if b"\0" in data[:4096] and not is_utf16(data):
        return FileKind.UNKNOWN
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<meta")):
        return FileKind.WEB_PAGE
    if start.startswith(b"<?xml"):
        return FileKind.UNKNOWN
    says_csv = name.endswith((".csv", ".tsv")) or media_type.split(";")[0] in _CSV_TYPES
    return FileKind.CSV if says_csv else FileKind.TEXT


_CSV_TYPES = frozenset({"text/csv", "text/tab-separated-values", "application/csv", "text/x-csv"})
