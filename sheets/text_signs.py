"""What a file that is text seems to be, by its beginning: a page, a mail, a shortcut, a table."""

import csv
import re
from collections import Counter

from complaints.cloud_drives import leads_to_cloud_file

_LOOKED_AT = 16_384
"""Bytes of the beginning that are looked at."""
_WHOLE_STUB = 200_000
"""Bytes up to which a page may be one that only leads to a file."""


def is_utf16(data: bytes) -> bool:
    """Does the text begin with a UTF-16 byte order mark?"""
    return data.startswith((b"\xff\xfe", b"\xfe\xff"))


def beginning(data: bytes, most: int = _LOOKED_AT) -> str:
    """The first characters without a byte order mark and without blanks before them. No character is lost in a wrong
    code: what is looked for is ASCII."""
    if is_utf16(data):
        text = data[:most].decode("utf-16", "ignore")
    else:
        text = data[:most].removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return text.lstrip()


_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style|div|center|title|script)\b", re.IGNORECASE)
_PROLOGUE = re.compile(r"(?:<\?xml[^<>]{0,200}\?>\s*|<!--(?:[^-]|-(?!->)){0,2000}-->\s*)*")


def is_page(start: str) -> bool:
    """HTML, and a workbook or web page that a program saved as one file for browsers (MHTML)."""
    after = _PROLOGUE.match(start)
    if _PAGE.match(start, after.end() if after else 0):
        return True
    return (
        is_mail(start)
        and re.search(r"^(?:X-Document-Type:\s*Workbook|Content-Location:\s*file:)", start, _LINES) is not None
    )


def is_page_that_leads_to_a_file(data: bytes) -> bool:
    """A page that stands in for a file which stayed in a cloud drive. A page with a table of rows is none."""
    if len(data) > _WHOLE_STUB:
        return False
    page = beginning(data, _WHOLE_STUB)
    return page.lower().count("<tr") < 3 and leads_to_cloud_file(page)


def is_xml_workbook(start: str) -> bool:
    """A workbook saved as a single XML file, by Excel 2003 or LibreOffice."""
    return start.startswith("<?xml") and (
        "urn:schemas-microsoft-com:office:spreadsheet" in start
        or 'progid="Excel.Sheet"' in start
        or "urn:oasis:names:tc:opendocument:xmlns:office" in start
    )


def is_drawing(start: str) -> bool:
    """A picture in XML."""
    after = _PROLOGUE.match(start)
    return start.startswith(("<svg", "<!DOCTYPE svg"), after.end() if after else 0)


def is_shortcut(start: str) -> bool:
    """A file that only says where something else is: made by Windows, Linux, macOS or Google Drive, or a bare link."""
    if start.startswith("<?xml"):
        return "<plist" in start and "<key>URL</key>" in start
    if start.startswith("{"):
        return '"doc_id"' in start or ('"url"' in start and leads_to_cloud_file(start))
    if start.startswith("["):
        return "[InternetShortcut]" in start or ("[Desktop Entry]" in start and "URL" in start)
    return len(start) < 2_000 and start.count("\n") < 3 and leads_to_cloud_file(start)


_LINES = re.IGNORECASE | re.MULTILINE
_HEADER = re.compile(r"([!-9;-~]{1,60})[ \t]*:|[ \t]+\S")
_OF_A_MAIL = frozenset(
    {"received", "return-path", "delivered-to", "from", "to", "cc", "date", "subject", "message-id", "mime-version",
     "content-type", "content-transfer-encoding", "dkim-signature", "authentication-results", "arc-seal", "sender",
     "reply-to", "in-reply-to", "references", "thread-topic", "thread-index", "x-mailer", "x-originating-ip"}
)  # fmt: skip


def is_mail(start: str) -> bool:
    """Begins with a header block (RFC 822) in which at least three fields are those of a mail."""
    found: set[str] = set()
    for number, line in enumerate(start.split("\n")):
        line = line.rstrip("\r")
        match = _HEADER.match(line)
        if match is None:
            if number == 0 and line.startswith(("From ", ">From ")):  # a mailbox file's own line
                continue
            break
        found.add((match[1] or "").lower())
    return len(found & _OF_A_MAIL) >= 3


_DELIMITERS = "\t;,"
_LINES_ASKED = 20


def is_table(start: str) -> bool:
    """Text that is clearly delimited whatever it is called: most lines have the same number of cells.

    Prose has commas too, so these must make more cells or more lines.
    """
    if start.startswith("BEGIN:"):  # a business card or an appointment
        return False
    lines = [line for line in start.splitlines()[: _LINES_ASKED + 1] if line.strip()]
    if len(start) >= _LOOKED_AT // 2 and len(lines) > 1:
        lines = lines[:-1]  # it may be cut off
    return len(lines) >= 2 and any(_agree(lines, delimiter) for delimiter in _DELIMITERS)


def _agree(lines: list[str], delimiter: str) -> bool:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    if not rows:
        return False
    (cells, how_many), *_ = Counter(map(len, rows)).most_common(1)
    fewest = 3 if delimiter != "," or len(rows) >= 5 else 4
    words = max(len(cell.split()) for row in rows[:1] for cell in row)
    return cells >= fewest and len(rows) >= 2 and how_many * 4 >= len(rows) * 3 and words <= 12
