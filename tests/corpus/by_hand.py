"""Workbooks as small libraries write them: legal OOXML that looks unlike Excel's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from tests.corpus.books import Book, Tab, Written, letter, serial

_LOOSE = {
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "relations": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_STRICT = {
    "main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "relations": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Hand:
    """How it writes: a prefix before every name, strict namespaces, no r="A1", rich shared strings."""

    prefix: str = ""
    is_strict: bool = False
    references: bool = True
    rich: bool = False
    dimension: str = ""

    @property
    def spaces(self) -> dict[str, str]:
        return _STRICT if self.is_strict else _LOOSE

    def opened(self, name: str, more: str = "") -> str:
        mark = f":{self.prefix.rstrip(':')}" if self.prefix else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{self.prefix}{name} '
            f'xmlns{mark}="{self.spaces["main"]}" xmlns:r="{self.spaces["relations"]}"{more}>'
        )


def write_by_hand(book: Book, hand: Hand) -> bytes:
    formats: list[str] = [""]
    strings: list[str] = []
    sheets = [_sheet(tab, hand, formats, strings, from_1904=book.days_from_1904) for tab in book.tabs]
    p, strict = hand.prefix, ' conformance="strict"' if hand.is_strict else ""
    names = "".join(
        f'<{p}sheet name={quoteattr(tab.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, tab in enumerate(book.tabs, 1)
    )
    epoch = f'<{p}workbookPr date1904="1"/>' if book.days_from_1904 else ""
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations(hand, [("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f"{hand.opened('workbook', strict)}{epoch}<{p}sheets>{names}</{p}sheets></{p}workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            hand,
            [("worksheet", f"/xl/worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
            + [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")],
        ),
        "xl/styles.xml": _styles(hand, formats),
        "xl/sharedStrings.xml": f"{hand.opened('sst')}{''.join(strings)}</{p}sst>",
    }
    parts |= {f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(sheets, 1)}
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return body.getvalue()


def _sheet(tab: Tab, hand: Hand, formats: list[str], strings: list[str], *, from_1904: bool) -> str:
    p = hand.prefix
    lines = []
    for number, row in enumerate(tab.rows(), 1):
        hidden = ' hidden="1"' if number in tab.hidden_rows else ""
        at = f' r="{number}"' if hand.references else ""
        cells = "".join(
            _cell(cell, f' r="{letter(column)}{number}"' if hand.references else "", hand, formats, strings, from_1904)
            for column, cell in enumerate(row, 1)
            if cell.value is not None or cell.formula or not hand.references
        )
        lines.append(f"<{p}row{at}{hidden}>{cells}</{p}row>")
    ranges = "".join(
        f'<{p}mergeCell ref="{letter(left)}{top}:{letter(right)}{bottom}"/>' for top, left, bottom, right in tab.merged
    )
    merges = f"<{p}mergeCells>{ranges}</{p}mergeCells>" if ranges else ""
    dimension = f'<{p}dimension ref="{hand.dimension}"/>' if hand.dimension else ""
    return f"{hand.opened('worksheet')}{dimension}<{p}sheetData>{''.join(lines)}</{p}sheetData>{merges}</{p}worksheet>"


def _cell(written: Written, at: str, hand: Hand, formats: list[str], strings: list[str], from_1904: bool) -> str:
    p, value = hand.prefix, written.value
    if written.number_format not in formats:
        formats.append(written.number_format)
    look = f' s="{formats.index(written.number_format)}"' if written.number_format else ""
    formula = f"<{p}f>{escape(written.formula)}</{p}f>" if written.formula else ""
    if isinstance(value, date):
        value = serial(value, from_1904=from_1904)
    if value is None or (formula and not written.is_cached):
        return f"<{p}c{at}{look}>{formula}</{p}c>"
    if isinstance(value, str) and value.startswith("#"):
        return f'<{p}c{at}{look} t="e">{formula}<{p}v>{value}</{p}v></{p}c>'
    if not isinstance(value, str):
        return f"<{p}c{at}{look}>{formula}<{p}v>{value}</{p}v></{p}c>"
    if formula:
        return f'<{p}c{at}{look} t="str">{formula}<{p}v>{escape(value)}</{p}v></{p}c>'
    if not hand.rich:
        return f'<{p}c{at}{look} t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape(value)}</{p}t></{p}is></{p}c>'
    half = len(value) // 2
    strings.append(
        f"<{p}si>"
        + "".join(
            f'<{p}r><{p}rPr><{p}b/></{p}rPr><{p}t xml:space="preserve">{escape(part)}</{p}t></{p}r>'
            for part in (value[:half], value[half:])
        )
        + f'<{p}rPh sb="0" eb="1"><{p}t>unsaid</{p}t></{p}rPh></{p}si>'
    )
    return f'<{p}c{at}{look} t="s"><{p}v>{len(strings) - 1}</{p}v></{p}c>'


def _styles(hand: Hand, formats: list[str]) -> str:
    p = hand.prefix
    codes = "".join(
        f'<{p}numFmt numFmtId="{163 + index}" formatCode={quoteattr(code)}/>'
        for index, code in enumerate(formats)
        if code
    )
    looks = "".join(
        f'<{p}xf numFmtId="{163 + index if code else 0}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>'
        for index, code in enumerate(formats)
    )
    return (
        f"{hand.opened('styleSheet')}<{p}numFmts>{codes}</{p}numFmts><{p}fonts><{p}font/></{p}fonts>"
        f"<{p}fills><{p}fill/></{p}fills><{p}borders><{p}border/></{p}borders><{p}cellXfs>{looks}</{p}cellXfs>"
        f"</{p}styleSheet>"
    )


def _relations(hand: Hand, targets: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{hand.spaces["relations"]}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _content_types(sheets: int) -> str:
    overrides = {
        "/xl/workbook.xml": f"{_TYPE}.sheet.main+xml",
        "/xl/styles.xml": f"{_TYPE}.styles+xml",
        "/xl/sharedStrings.xml": f"{_TYPE}.sharedStrings+xml",
        **{f"/xl/worksheets/sheet{number}.xml": f"{_TYPE}.worksheet+xml" for number in range(1, sheets + 1)},
    }
    lines = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    )


def _by(hand: Hand) -> Callable[[Book], bytes]:
    return lambda book: write_by_hand(book, hand)


HAND_WRITERS = {
    "by hand, prefixed names": _by(Hand(prefix="x:")),
    "by hand, strict OOXML": _by(Hand(is_strict=True)),
    "by hand, no references": _by(Hand(references=False)),
    "by hand, rich text": _by(Hand(rich=True, dimension="A1:B2")),
}
