"""Files made for the tests of reading: honest ones by openpyxl, hostile ones by hand."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook as Book

from complaints.cells import CellValue

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


def with_sheet_xml(cells: str) -> bytes:
    """A workbook whose only sheet holds this XML inside <sheetData>."""
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData>'
    return with_parts(xlsx([]), {"xl/worksheets/sheet1.xml": f"{xml}</worksheet>".encode()})


def zipped(parts: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()
