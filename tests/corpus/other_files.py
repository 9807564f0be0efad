"""Files that are no workbook, or one that cannot be read, and workbooks with something odd about the file itself."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.packaging.custom import StringProperty

from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.how_read import Layout, NoteCode
from complaints.verdict import Outcome, ReasonCode
from sheets.kinds import FileKind
from sheets.writing import claim_sheet
from tests.corpus import mails
from tests.corpus.expected import Expected, ExpectedComplaint
from tests.corpus.invented import AMOUNTS, MCO, OTHER_MCO, claims
from tests.corpus.wrappers import Contents

FIRST_ROW = 11
"""The first row under the headers of our own claim sheet."""


@dataclass(frozen=True, slots=True)
class FileCase:
    """One file with what must come out of it."""

    name: str
    about: str
    file_name: str
    body: bytes
    expected: Expected


def own_sheet(version: str | None = None) -> bytes:
    """Our blank claim sheet, filled as a person fills it; of an earlier version, when one is named."""
    book: Any = load_workbook(BytesIO(claim_sheet((OTHER_MCO, MCO))))
    sheet = book["Claims"]
    sheet["B4"], sheet["B5"], sheet["F4"] = MCO, "Claims and payment", "Lakeview Clinic"
    for row, claim in enumerate(claims(), FIRST_ROW):
        for column, told in enumerate(CLAIM_COLUMNS, 1):
            value = claim[told.field]
            sheet.cell(row, column).value = value / 100 if told.field in AMOUNTS and isinstance(value, int) else value
    if version:
        for name in book.custom_doc_props.names:
            del book.custom_doc_props[name]
            book.custom_doc_props.append(StringProperty(name=name, value=version))
    body = BytesIO()
    book.save(body)
    return body.getvalue()


def own_complaint(layout: Layout | None) -> Expected:
    rows = dict(enumerate(claims(), FIRST_ROW))
    return Expected((ExpectedComplaint(Outcome.ACCEPTED, MCO, rows, header_row=FIRST_ROW - 1, layout=layout),))


def file_cases(what: Contents, made: Mapping[str, bytes]) -> Iterator[FileCase]:
    """`made`: files that Python cannot write, by name: "sheet.xls", "sheet.ods", and those of `containers`."""
    yield FileCase("own", "our own sheet", "a.xlsx", own_sheet(), own_complaint(Layout.CURRENT))
    yield FileCase("own_older", "our own sheet of an earlier version", "a.xlsx", own_sheet("2025.1"),
                   own_complaint(Layout.OLDER))  # fmt: skip
    yield FileCase("own_blank", "our own sheet, not filled", "a.xlsx", claim_sheet((OTHER_MCO, MCO)),
                   Expected(fault=ReasonCode.NO_ROWS))  # fmt: skip
    for suffix in ("xlsx", "ods", "xls", "csv"):
        layout = Layout.CURRENT if suffix in ("xlsx", "ods") else None
        yield FileCase(f"own_saved_{suffix}", f"our own sheet, saved by LibreOffice as .{suffix}", f"a.{suffix}",
                       made[f"own.{suffix}"], own_complaint(layout))  # fmt: skip
    yield FileCase("macros", "a workbook with macros", "a.xlsm", _with(what.xlsx, {"xl/vbaProject.bin": b"no macros"}),
                   _noted(what.one, NoteCode.MACROS))  # fmt: skip
    links = {"xl/externalLinks/externalLink1.xml": _EXTERNAL, "xl/externalLinks/_rels/externalLink1.xml.rels": _RELS}
    yield FileCase("external_links", "a workbook that refers to another file", "a.xlsx", _with(what.xlsx, links),
                   _noted(what.one, NoteCode.EXTERNAL_LINKS))  # fmt: skip
    for name, about, file_name, body, kind, code in (*_broken(what, made), *_others(made)):
        yield FileCase(name, about, file_name, body, Expected(fault=code, kind=kind))


_EXTERNAL = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></externalLink>'
)
_RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    b'Target="rates.xlsx" TargetMode="External"/></Relationships>'
)


def _noted(expected: Expected, code: NoteCode) -> Expected:
    (complaint,) = expected.complaints
    return Expected((replace(complaint, notes={**complaint.notes, code: frozenset()}),))


def _with(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    body = BytesIO(data)
    with ZipFile(body, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


Told = Iterator[tuple[str, str, str, bytes, FileKind | None, ReasonCode]]
_UNREADABLE, _PASSWORD = ReasonCode.UNREADABLE_FILE, ReasonCode.PASSWORD_PROTECTED


def _broken(what: Contents, made: Mapping[str, bytes]) -> Told:
    """Workbooks with a password, and the beginnings of workbooks."""
    secret = made["encrypted_xlsx"]
    yield "password_xlsx", "an .xlsx with a password", "a.xlsx", secret, FileKind.ENCRYPTED_WORKBOOK, _PASSWORD
    yield "password_xls", "an .xls with a password", "a.xls", made["encrypted_xls"], None, _PASSWORD
    yield "password_ods", "an .ods with a password", "a.ods", _encrypted_ods(), None, _PASSWORD
    for suffix, data in (("xlsx", what.xlsx), ("xls", made["sheet.xls"]), ("ods", made["sheet.ods"])):
        half = data[: len(data) // 2]
        yield f"half_{suffix}", f"the first half of an .{suffix}", f"a.{suffix}", half, FileKind.TRUNCATED, _UNREADABLE
    zipped = mails.zipped((("claims.xlsx", what.xlsx),))
    yield "half_zip", "the first half of a .zip", "a.zip", zipped[: len(zipped) // 2], FileKind.TRUNCATED, _UNREADABLE
    yield "xml_2003", "an XML spreadsheet of 2003", "a.xls", made["sheet.xml"], FileKind.XML_WORKBOOK, _UNREADABLE
    yield "web_page", "a web page called .xls", "a.xls", made["sheet.html"], FileKind.WEB_PAGE, _UNREADABLE


def encrypted_streams(kind: str) -> list[tuple[str, bytes]]:
    """The streams of a workbook with a password; what is encrypted here is nothing."""
    if kind == "encrypted_xlsx":
        return [("/EncryptionInfo", b"\4\0\4\0\x40\0\0\0" + bytes(900)), ("/EncryptedPackage", bytes(range(256)) * 40)]
    start = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    locked = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + bytes(48)
    return [("/Workbook", start + locked + bytes(range(256)) * 20)]


def _encrypted_ods() -> bytes:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="9000">'
        '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAA">'
        '<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", bytes(range(256)) * 20)
        archive.writestr("META-INF/manifest.xml", manifest)
    return body.getvalue()


_PICTURES: dict[str, Callable[[], bytes]] = {
    "png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "gif": lambda: b"GIF89a",
    "tiff": lambda: b"II*\0\x08\0\0\0",
    "bmp": lambda: b"BM" + struct.pack("<IHHI", 90_014, 0, 0, 54) + struct.pack("<IiiHH", 40, 100, 300, 1, 24),
    "webp": lambda: b"RIFF" + struct.pack("<I", 90_006) + b"WEBPVP8 ",
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
}


def _others(made: Mapping[str, bytes]) -> Told:
    for suffix, start in _PICTURES.items():
        photo = start() + bytes(90_000)
        yield f"photo_{suffix}", f"a photo (.{suffix})", f"a.{suffix}", photo, FileKind.PICTURE, _UNREADABLE
    yield "pdf", "a PDF", "a.pdf", b"%PDF-1.7\n" + bytes(5000) + b"%%EOF", FileKind.PDF, _UNREADABLE
    word = mails.zipped((("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")))
    yield "docx", "a Word document (.docx)", "a.docx", word, FileKind.WORD, _UNREADABLE
    yield "doc", "a Word document (.doc)", "a.doc", made["word"], FileKind.WORD, _UNREADABLE
    yield "rtf", "a Word document (.rtf)", "a.rtf", b"{\\rtf1\\ansi Claims}", FileKind.WORD, _UNREADABLE
    parts = ("Index/Document.iwa", "Index/Tables/Tile.iwa", "Metadata/Properties.plist", "preview.jpg")
    numbers = mails.zipped([(part, bytes(99)) for part in parts])
    yield "numbers", "Apple Numbers' own format", "a.numbers", numbers, FileKind.NUMBERS, _UNREADABLE
    link = "https://lakeview-my.sharepoint.com/:x:/g/personal/jo/EAbCdEfGhIjKlMnOp?e=AbCdEf"
    drive = "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345678901234567/edit"
    plist = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
        '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>URL</key>'
        f"<string>{drive}</string></dict></plist>"
    )
    page = f'<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0; url={link}"></head></html>'
    for name, about, file_name, text in (
        ("url", "a Windows shortcut (.url)", "claims.xlsx.url", f"[InternetShortcut]\r\nURL={link}\r\n"),
        ("webloc", "a Mac's shortcut (.webloc)", "claims.webloc", plist),
        ("desktop", "a Linux shortcut (.desktop)", "claims.desktop", f"[Desktop Entry]\nType=Link\nURL={drive}\n"),
        ("gsheet", "a Google Drive placeholder (.gsheet)", "claims.gsheet", f'{{"url": "{drive}", "doc_id": "1aBc"}}'),
        ("page_with_link", "a page that leads to a file elsewhere", "claims.html", page),
    ):
        yield name, about, file_name, text.encode(), FileKind.CLOUD_LINK, _UNREADABLE
    yield "empty", "an empty file", "claims.xlsx", b"", FileKind.EMPTY, _UNREADABLE
    yield "noise", "bytes that mean nothing", "claims.xlsx", bytes(range(256)) * 9, FileKind.UNKNOWN, _UNREADABLE
    yield "text", "plain text", "claims.txt", b"Dear all,\n\nplease help with our claims.\n", FileKind.TEXT, _UNREADABLE
