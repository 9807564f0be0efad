"""What a file is, told by its content."""

from zipfile import ZIP_STORED

import pytest

from sheets.kinds import FileKind, kind_of, looks_like_sheet
from tests.unit.sheets.files import OLE, xlsx, zipped
from tests.unit.sheets.wrappers import ole_file, outlook_message

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


TABLE = "MCO,Tracking number,RIN,Amount\nMeridian,193450004656,001234567,10\nAetna,193450004657,001234568,20\n"
MAIL = b"Received: from a\r\n by b\r\nFrom: ann@clinic.example\r\nSubject: claims\r\nDate: today\r\n\r\nhello\r\n"
MHTML = b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related\r\nDate: x\r\n\r\n"
LINK = "https://clinic.sharepoint.com/:x:/g/EaBcD?e=1"
XLS = ole_file({"Workbook": bytes(9_000), "\x05SummaryInformation": b"x"})


def page(body: str) -> bytes:
    return f"<!-- saved -->\n<html><head></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0", FileKind.PICTURE),
        (b"\0\0\0\x18ftypmp42\0\0", FileKind.UNKNOWN),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", FileKind.PICTURE),
        (b"BMO,Tracking number\n", FileKind.TEXT),
        (b"II*\0", FileKind.PICTURE),
        (b"\x01\0\0\0" + bytes(36) + b" EMF", FileKind.PICTURE),
        (b'<?xml version="1.0"?>\n<svg xmlns="x">', FileKind.PICTURE),
        (b"\r\n%PDF-1.4", FileKind.PDF),
        (b"[InternetShortcut]\r\nURL=https://a.example/\r\n", FileKind.CLOUD_LINK),
        (b"[{000214A0}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nURL=https://a.example/", FileKind.CLOUD_LINK),
        (b"[Desktop Entry]\nType=Link\nURL=https://a.example/\n", FileKind.CLOUD_LINK),
        (b'<?xml version="1.0"?><plist><dict><key>URL</key><string>x</string></dict></plist>', FileKind.CLOUD_LINK),
        (b"bplist00\xd1\x01\x02SURL", FileKind.CLOUD_LINK),
        (b"L\0\0\0\x01\x14\x02\0\0\0", FileKind.CLOUD_LINK),
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', FileKind.CLOUD_LINK),
        (f"See {LINK}\n".encode(), FileKind.CLOUD_LINK),
        (page(f'<a href="{LINK}">claims.xlsx</a>'), FileKind.CLOUD_LINK),
        (page(f'<a href="{LINK}">a</a><table><tr><td>1<tr><td>2<tr><td>3</table>'), FileKind.WEB_PAGE),
        (page("hello"), FileKind.WEB_PAGE),
        (b"\xff\xfe" + "<table><tr><td>1".encode("utf-16-le"), FileKind.WEB_PAGE),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', FileKind.WEB_PAGE),
        (MHTML, FileKind.WEB_PAGE),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>', FileKind.XML_WORKBOOK),
        (MAIL, FileKind.MAIL),
        (b"From ann@clinic.example Mon\n" + MAIL, FileKind.MAIL),
        (b"Dear team,\nFrom: me\nTo: you\nSubject: x\n", FileKind.TEXT),
        (b"\x78\x9f\x3e\x22\1\0", FileKind.WINMAIL),
        (outlook_message({"claims.xls": XLS}), FileKind.OUTLOOK),
        (XLS, FileKind.OLD_WORKBOOK),
        (ole_file({"Workbook": b"x" * 9_000, "MBD0001": {"WordDocument": b"x"}}), FileKind.OLD_WORKBOOK),
        (ole_file({"WordDocument": b"x", "ObjectPool": {"_1": {"Workbook": b"x"}}}), FileKind.WORD),
        (ole_file({"PowerPoint Document": b"x"}), FileKind.UNKNOWN),
        (b"\x09\x04\x06\0\0\0", FileKind.OLD_WORKBOOK),
        (zipped({"xl/workbook2.xml": b"", "xl\\worksheets\\sheet1.xml": b""}), FileKind.XLSX),
        (zipped({"Xl/Workbook.xml": b""}), FileKind.XLSX),
        (zipped({"xl/worksheets/sheet1.bin": b""}), FileKind.BINARY_WORKBOOK),
        (zipped({"content.xml": b"", "mimetype": b"", "META-INF/manifest.xml": b""}), FileKind.OPEN_DOCUMENT),
        (zipped({"Index/Document.iwa": b"", "preview.jpg": b""}), FileKind.NUMBERS),
        (zipped({"Index.zip": b"", "preview.jpg": b""}), FileKind.NUMBERS),
        (zipped({"claims.numbers/Index.zip": b""}), FileKind.NUMBERS),
        (zipped({}), FileKind.ZIP),
        (b"#!/bin/sh\n" + zipped({"xl/workbook.xml": b""}), FileKind.UNKNOWN),
    ],
)
def test_what_offices_send_besides_workbooks(data: bytes, kind: FileKind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.replace(",", "\t").encode("utf-16"),
        b"\xef\xbb\xbf" + TABLE.replace(",", ";").encode(),
        b"MCO\tRIN\tName\nMeridian\t1\t\nAetna\t2\tx\n",
        b'MCO,RIN,Name,Note\n"Meridian, Inc.",1,2,3\n',
    ],
)
def test_a_table_is_one_whatever_it_is_called(data: bytes) -> None:
    assert kind_of(data, "claims.txt", "text/plain") is FileKind.CSV


@pytest.mark.parametrize(
    "text",
    [
        "Dear team,\nplease find, as agreed, our claims, which we sent.\nAnn, Bob and Carl\n",
        "hello\n\nhello\n",
        "BEGIN:VCARD\nN:Doe;Ann;;;\nADR:;;1;2;3\n",
        "one line, of text, with, commas",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert kind_of(text.encode()) is FileKind.TEXT


@pytest.mark.parametrize("data", [XLSX, XLS, zipped({"claims.xlsx": XLSX}, ZIP_STORED)])
def test_the_beginning_of_a_file_is_told_as_such(data: bytes) -> None:
    for keep in (600, len(data) // 2, len(data) - 30 if data is not XLS else len(data) - 600):
        assert kind_of(data[:keep]) is FileKind.TRUNCATED
        assert looks_like_sheet(data[:keep], "", "")
    assert kind_of(data + b"\r\n") is kind_of(data)


def test_a_page_was_meant_as_a_sheet_when_its_name_says_so() -> None:
    assert looks_like_sheet(page("<table>"), "Claims.XLS", "")
    assert not looks_like_sheet(page("<table>"), "claims.html", "application/vnd.ms-excel")
