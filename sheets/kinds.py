"""What a file is, by its content: a name or a media type only decides where the content cannot."""

from dataclasses import dataclass
from enum import StrEnum

from complaints.verdict import ReasonCode
from sheets.ole import OLE_MARK, ole_directory
from sheets.text_signs import (
    beginning,
    is_drawing,
    is_mail,
    is_page,
    is_page_that_leads_to_a_file,
    is_shortcut,
    is_table,
    is_xml_workbook,
)
from sheets.text_signs import is_utf16 as is_utf16
from sheets.zip_directory import names_in_zip


class FileKind(StrEnum):
    """What a file seems to be."""

    XLSX = "xlsx"  # and .xlsm, whose macros are never run
    CSV = "csv"  # and .tsv
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    BINARY_WORKBOOK = "binary_workbook"  # .xlsb
    OLD_WORKBOOK = "old_workbook"  # .xls
    OPEN_DOCUMENT = "open_document"  # .ods
    WORD = "word"  # .doc, .docx, .rtf and .odt
    OUTLOOK = "outlook"  # .msg
    MAIL = "mail"  # .eml
    WINMAIL = "winmail"  # winmail.dat, in which Outlook wraps attachments (TNEF)
    NUMBERS = "numbers"  # Apple Numbers' own format
    PDF = "pdf"
    PICTURE = "picture"
    ZIP = "zip"
    TRUNCATED = "truncated"  # the beginning of a workbook or of a zip, without its end
    CLOUD_LINK = "cloud_link"  # a shortcut or a page that only leads to a file elsewhere
    WEB_PAGE = "web_page"  # HTML, sometimes with .xls in its name
    XML_WORKBOOK = "xml_workbook"  # saved as "XML spreadsheet 2003" or as flat XML
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


CONTAINERS = frozenset({FileKind.ZIP, FileKind.WINMAIL, FileKind.OUTLOOK, FileKind.MAIL})
"""Kinds that hold files, which are then looked at instead."""
READABLE = frozenset(
    {FileKind.XLSX, FileKind.CSV, FileKind.BINARY_WORKBOOK, FileKind.OLD_WORKBOOK, FileKind.OPEN_DOCUMENT}
)
WORKBOOKS = READABLE | {
    FileKind.ENCRYPTED_WORKBOOK, FileKind.NUMBERS, FileKind.TRUNCATED, FileKind.XML_WORKBOOK,
}  # fmt: skip
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
    if not data[:_BLANKS].strip() and not data.strip():
        return FileKind.EMPTY
    for mark, kind in _MARKS:
        if data.startswith(mark):
            return kind
    if _is_picture(data):
        return FileKind.PICTURE
    if data.startswith(_ZIP_MARKS):
        return _kind_of_zip(data)
    if data.startswith(OLE_MARK):
        return _kind_of_ole(data)
    return _kind_of_text(data, name.strip().lower(), media_type.partition(";")[0].strip().lower())


def looks_like_sheet(data: bytes, name: str, media_type: str) -> bool:
    """Was this attachment meant as a sheet? Content first; a page is one only if its name says so."""
    kind = kind_of(data, name, media_type)
    return kind in WORKBOOKS or (kind is FileKind.WEB_PAGE and name.strip().lower().endswith(_NAMES_OF_WORKBOOKS))


_BLANKS = 4_096
_NAMES_OF_WORKBOOKS = (".xls", ".xlsx", ".xlsm", ".xlsb")
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")
_MARKS = (
    (b"%PDF", FileKind.PDF),
    (b"\x89PNG\r\n", FileKind.PICTURE),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\0", FileKind.PICTURE),
    (b"MM\0*", FileKind.PICTURE),
    (b"{\\rtf", FileKind.WORD),
    (b"\x78\x9f\x3e\x22", FileKind.WINMAIL),
    (b"L\0\0\0\x01\x14\x02\0", FileKind.CLOUD_LINK),  # a shortcut (.lnk) to a file on the sender's own machine
    (b"bplist00", FileKind.CLOUD_LINK),  # a .webloc
    (b"\x09\x04\x06\0", FileKind.OLD_WORKBOOK),  # .xls from before 1995, which had no envelope
    (b"\x09\x02\x06\0", FileKind.OLD_WORKBOOK),
    (b"\x09\0\x04\0", FileKind.OLD_WORKBOOK),
)
_STILL_PICTURES = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})


def _is_picture(data: bytes) -> bool:
    """Those whose mark does not stand at the very beginning, or is too short to be believed alone."""
    return (
        (data.startswith(b"RIFF") and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in _STILL_PICTURES)
        or (data.startswith(b"BM") and data[6:10] == bytes(4) and b"\0" in data[10:26])
        or (data.startswith(b"\x01\0\0\0") and data[40:44] == b" EMF")
        or data.startswith(b"\xd7\xcd\xc6\x9a")  # .wmf
    )


def _kind_of_zip(data: bytes) -> FileKind:
    names = names_in_zip(data)
    if names is None:
        return FileKind.TRUNCATED
    names = tuple(name.lstrip("/") for name in names)
    if data.startswith(b"mimetypeapplication/vnd.oasis.opendocument.", 30):
        return _kind_of_open_document(data[73:100])
    for folder, ending, kind in _PARTS:
        if any(name.startswith(folder) and name.endswith(ending) for name in names):
            return kind
    if {"content.xml", "meta-inf/manifest.xml"} <= set(names):
        return FileKind.OPEN_DOCUMENT
    return FileKind.ZIP


def _kind_of_open_document(what: bytes) -> FileKind:
    if what.startswith(b"spreadsheet"):
        return FileKind.OPEN_DOCUMENT
    return FileKind.WORD if what.startswith(b"text") else FileKind.UNKNOWN


_PARTS = (
    ("xl/workbook.bin", "", FileKind.BINARY_WORKBOOK),
    ("xl/workbook.xml", "", FileKind.XLSX),
    ("xl/worksheets/", ".bin", FileKind.BINARY_WORKBOOK),
    ("xl/worksheets/", ".xml", FileKind.XLSX),
    ("word/document", ".xml", FileKind.WORD),
    ("ppt/presentation", ".xml", FileKind.UNKNOWN),
    ("index/", ".iwa", FileKind.NUMBERS),
    ("index.zip", "", FileKind.NUMBERS),
    ("", ".numbers/index.zip", FileKind.NUMBERS),
    ("", ".numbers/index/document.iwa", FileKind.NUMBERS),
)
"""By which part a zip is told to be what it is: how its name begins and ends."""


def _kind_of_ole(data: bytes) -> FileKind:
    directory = ole_directory(data)
    if directory is None:  # damaged: the names of streams still stand in the clear somewhere
        return next((kind for mark, kind in _OLE_MARKS if mark.encode("utf-16-le") in data), FileKind.UNKNOWN)
    if not directory.is_whole:
        return FileKind.TRUNCATED
    return next((kind for mark, kind in _OLE_MARKS if mark.lower() in directory.names), FileKind.UNKNOWN)


_OLE_MARKS = (
    ("EncryptedPackage", FileKind.ENCRYPTED_WORKBOOK),
    ("__properties_version1.0", FileKind.OUTLOOK),
    ("WordDocument", FileKind.WORD),
    ("Workbook", FileKind.OLD_WORKBOOK),
    ("Book", FileKind.OLD_WORKBOOK),
    ("__substg1.0_", FileKind.OUTLOOK),
)


def _kind_of_text(data: bytes, name: str, media_type: str) -> FileKind:
    if b"\0" in data[:4096] and not is_utf16(data):
        return FileKind.UNKNOWN
    start = beginning(data)
    if start.startswith("%PDF"):
        return FileKind.PDF
    if is_page(start):
        return FileKind.CLOUD_LINK if is_page_that_leads_to_a_file(data) else FileKind.WEB_PAGE
    if is_xml_workbook(start):
        return FileKind.XML_WORKBOOK
    if is_drawing(start):
        return FileKind.PICTURE
    if is_shortcut(start):
        return FileKind.CLOUD_LINK
    if start.startswith("<?xml"):
        return FileKind.UNKNOWN
    if is_mail(start):
        return FileKind.MAIL
    says_csv = name.endswith((".csv", ".tsv", ".tab")) or media_type in _CSV_TYPES
    return FileKind.CSV if says_csv or is_table(start) else FileKind.TEXT


_CSV_TYPES = frozenset({"text/csv", "text/tab-separated-values", "application/csv", "text/x-csv"})
