"""Files made for the tests of reading: honest ones by openpyxl, hostile ones by hand."""

from collections.abc import Callable, Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import Workbook as Book

from complaints.cells import CellValue

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def xlsx(rows: Iterable[Iterable[CellValue]], title: str = "Claims") -> bytes:
    """A workbook of one sheet."""
    book = Book()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Book) -> bytes:
    body = BytesIO()
    book.save(body)
    return body.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The same zip with these parts replaced or added."""
    body = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(body, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return body.getvalue()


def with_sheet_xml(cells: str, after: str = "", before: str = "") -> bytes:
    """A workbook whose only sheet holds this XML inside <sheetData>, and this before and after it."""
    xml = f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'
    return with_parts(xlsx([]), {"xl/worksheets/sheet1.xml": xml.encode()})


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same zip with every part changed by its name and content."""
    with ZipFile(BytesIO(data)) as old:
        return zipped({name: change(name, old.read(name)) for name in old.namelist()})


def renamed(data: bytes, old: str, new: str) -> bytes:
    """The same zip with another spelling in the names of its parts."""
    with ZipFile(BytesIO(data)) as parts:
        return zipped({name.replace(old, new): parts.read(name) for name in parts.namelist()})


def overlapping() -> bytes:
    """A zip in which two names in the directory stand for the same bytes."""
    body = bytearray(zipped({"xl/workbook.xml": b"x" * 5000, "xl/workbook.xm_": b"y"}, ZIP_STORED))
    second = body.rfind(b"PK\x01\x02")
    body[second + 42 : second + 46] = bytes(4)  # its place becomes that of the first one
    return bytes(body)


def zipped(parts: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()
