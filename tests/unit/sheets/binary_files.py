"""Workbooks in the binary formats, written by hand: small ones, and such as no honest program writes."""

from struct import pack

from tests.unit.sheets.files import RELATIONS, zipped

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def record12(number: int, body: bytes = b"", size: int | None = None) -> bytes:
    """One record of an .xlsb; `size` is what it says of itself."""
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    rest = len(body) if size is None else size
    while True:
        head += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return head + body


def wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def row12(row: int, *, hidden: bool = False) -> bytes:
    return record12(0, pack("<IIHBBB", row, 0, 300, 0, 0x10 if hidden else 0, 0))


def cell12(number: int, column: int, value: bytes = b"", style: int = 0) -> bytes:
    return record12(number, pack("<II", column, style) + value)


def short12(number: int, value: bytes = b"", style: int = 0) -> bytes:
    return record12(number, pack("<I", style) + value)


def xlsb(*rows: bytes, is_1904: bool = False, texts: bytes = b"", parts: dict[str, bytes] | None = None) -> bytes:
    """A workbook with one sheet of these records, a hidden one and our hidden lists. Style 1 is a date, 2 a span, 3 a
    date by a code of its own."""
    names = (("Claims", 0), ("Old", 1), ("Lists", 2))
    book = record12(153, pack("<II", int(is_1904), 0)) + b"".join(
        record12(156, pack("<II", state, number) + wide(f"rId{number}") + wide(name))
        for number, (name, state) in enumerate(names, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in (1, 2, 3)
    )
    formats = record12(44, pack("<H", 170) + wide("[h]:mm")) + record12(44, pack("<H", 171) + wide('yyyy"m"\\d;@'))
    xfs = b"".join(record12(47, pack("<HH", 0, number) + bytes(12)) for number in (0, 14, 170, 171))
    sheet = record12(129) + record12(145) + b"".join(rows) + record12(130)
    return zipped(
        {
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'.encode(),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/worksheets/sheet2.bin": row12(0) + cell12(5, 0, pack("<d", 1)),
            "xl/styles.bin": formats + record12(626) + record12(47, bytes(16)) + record12(617) + xfs + record12(618),
            "xl/sharedStrings.bin": record12(159, pack("<II", 2, 2)) + texts,
        }
        | (parts or {})
    )


def record8(number: int, body: bytes = b"") -> bytes:
    """One record of an .xls."""
    return pack("<HH", number, len(body)) + body


def begin8(kind: int) -> bytes:
    return record8(0x809, pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def text8(row: int, column: int, text: str) -> bytes:
    return record8(0x204, pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1"))


def number8(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record8(0x203, pack("<HHHd", row, column, style, value))


def xls(*rows: bytes, before: bytes = b"", names: tuple[tuple[str, int], ...] = (("Claims", 0), ("Old", 1))) -> bytes:
    """A workbook of these sheets, the first one of them with these records; `before` stands among the global ones.
    Style 1 is a date."""
    xfs = b"".join(record8(0xE0, pack("<HHH", 0, number, 0) + bytes(14)) for number in (0, 14))
    sheets = [begin8(0x10) + b"".join(rows) + record8(0x0A)]
    sheets += [begin8(0x10) + number8(0, 0, number) + record8(0x0A) for number in range(1, len(names))]
    start = begin8(5) + before + xfs
    place = len(start) + sum(12 + len(name) for name, _ in names) + 4
    listed = b""
    for (name, state), sheet in zip(names, sheets, strict=True):
        listed += record8(0x85, pack("<IBBBB", place, state, 0, len(name), 0) + name.encode("latin-1"))
        place += len(sheet)
    return ole({"Workbook": start + listed + record8(0x0A) + b"".join(sheets)})


def ole(streams: dict[str, bytes]) -> bytes:
    """A container of these streams, each of them long enough to lie outside the small ones."""
    fat: list[int] = []
    sectors: list[bytes] = []

    def add(data: bytes) -> int:
        count = max(-(-len(data) // 512), 1)
        start = len(sectors)
        sectors.extend(data[at * 512 : at * 512 + 512].ljust(512, b"\0") for at in range(count))
        fat.extend([*range(start + 1, start + count), 0xFFFFFFFE])
        return start

    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    places = {name: add(data) for name, data in padded.items()}
    entries = entry8("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    for number, (name, data) in enumerate(padded.items(), 1):
        entries += entry8(name, 2, places[name], len(data), right=number + 1 if number < len(padded) else 0xFFFFFFFF)
    directory = add(entries.ljust(-(-len(entries) // 512) * 512, b"\0"))
    tables = -(-(len(fat) + 1) // 127)
    first_table = len(sectors)
    table = b"".join(pack("<I", number) for number in [*fat, *[0xFFFFFFFD] * tables]).ljust(tables * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += pack("<IIIIIIIII", 0, tables, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += b"".join(pack("<I", first_table + at if at < tables else 0xFFFFFFFF) for at in range(109))
    return head + b"".join(sectors) + table


def entry8(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    numbers = pack("<HBBIII16x4x16xIQ", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child, start, size)
    return raw.ljust(64, b"\0") + numbers
