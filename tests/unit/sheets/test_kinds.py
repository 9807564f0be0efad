"""What a file is, told by its content."""

from zipfile import ZIP_STORED

import pytest

from sheets.kinds import FileKind, kind_of, looks_like_sheet
from tests.unit.sheets.files import OLE, xlsx, zipped

XLSX = xlsx([["MCO"]])
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "name", "kind", "is_sheet"),
    [
        (XLSX, "", FileKind.XLSX, True),
        (XLSX, "invoice.pdf", FileKind.XLSX, True),
        (ole("EncryptedPackage"), "claims.xlsx", FileKind.ENCRYPTED_WORKBOOK, True),
        (ole("Workbook"), "claims.xlsx", FileKind.OLD_WORKBOOK, True),
        (ole("WordDocument"), "claims.xls", FileKind.WORD, False),
        (ole("__substg1.0_37"), "", FileKind.OUTLOOK, False),
        (zipped({"xl/workbook.bin": b""}), "", FileKind.BINARY_WORKBOOK, True),
        (zipped({"word/document.xml": b""}), "claims.xlsx", FileKind.WORD, False),
        (zipped({"claims.xlsx": XLSX}), "claims.xlsx", FileKind.ZIP, False),
        (b"%PDF-1.7 ...", "claims.xlsx", FileKind.PDF, False),
        (PNG, "claims.csv", FileKind.PICTURE, False),
        (b"\xff\xd8\xff\xe0", "", FileKind.PICTURE, False),
        (b"RIFF....WEBPVP8", "", FileKind.PICTURE, False),
        (b"{\\rtf1 hello}", "", FileKind.WORD, False),
        (b"  <html><table>", "claims.csv", FileKind.WEB_PAGE, False),
        (b"<?xml version='1.0'?>", "claims.csv", FileKind.UNKNOWN, False),
        (b"MCO,Tracking number\n", "Claims.CSV", FileKind.CSV, True),
        ("MCO\tRIN\n".encode("utf-16"), "claims.tsv", FileKind.CSV, True),
        (b"MCO,Tracking number\n", "claims.txt", FileKind.TEXT, False),
        (b"a\0b,c\n", "claims.csv", FileKind.UNKNOWN, False),
        (b"", "claims.xlsx", FileKind.EMPTY, False),
        (b" \r\n ", "claims.csv", FileKind.EMPTY, False),
    ],
)
def test_kind_by_content(data: bytes, name: str, kind: FileKind, is_sheet: bool) -> None:
    assert kind_of(data, name) is kind
    assert looks_like_sheet(data, name, "application/octet-stream") is is_sheet


def test_the_media_type_may_say_csv() -> None:
    assert looks_like_sheet(b"MCO;RIN\n", "export", "text/csv; charset=utf-8")
    assert not looks_like_sheet(b"MCO;RIN\n", "export", "text/plain")


def test_a_zip_of_a_workbook_is_a_zip_even_when_it_is_stored_unpacked() -> None:
    assert kind_of(zipped({"claims.xlsx": XLSX}, ZIP_STORED)) is FileKind.ZIP


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("spreadsheet", FileKind.OPEN_DOCUMENT),
        ("text", FileKind.WORD),
        ("presentation", FileKind.UNKNOWN),
    ],
)
def test_of_open_documents_only_a_spreadsheet_was_meant_as_a_sheet(what: str, kind: FileKind) -> None:
    body = zipped({"mimetype": f"application/vnd.oasis.opendocument.{what}".encode()}, ZIP_STORED)
    assert kind_of(body) is kind
    assert looks_like_sheet(body, "claims.ods", "") is (kind is FileKind.OPEN_DOCUMENT)
