"""The rows of one worksheet as they stand in its XML, to put a few cells in or out and leave every other byte alone.

A sheet may have a million formatted rows, so its `<sheetData>` never becomes a tree: it is searched once from top to
bottom, and rows are replaced in place. XML that no spreadsheet program writes there is refused as odd (comments,
CDATA, rows out of order); then the caller makes a copy of the cells instead.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from itertools import pairwise

from complaints.cells import column_letter
from sheets.extent import column_number
from sheets.package import OddPackage
from sheets.text import neutral

LAST_COLUMN = 16_384
LAST_ROW = 1_048_576
_ATTRIBUTES = rb"""((?:[^<>"'/]|"[^"<]*"|'[^'<]*')*+)"""
_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData" + _ATTRIBUTES + rb"(/?)>")
_ODD = (b"<!--", b"<![CDATA[", b"<?")
_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d{1,7})["']""")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Z]{1,3})\d{1,7}["']""")
_SPANS = re.compile(rb"""\s+spans\s*=\s*["'][^"']*["']""")
_STYLE = re.compile(rb"""(?:^|\s)s\s*=\s*["']([1-9]\d{0,5})["']""")
_TEXT_KIND = re.compile(rb"""(?:^|\s)t\s*=\s*["'](\w+)["']""")
_TAG = re.compile(rb"<[^<>]*+>")
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh[\s>].*?</(?:\w+:)?rPh\s*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds values, or that was asked for. Places are those in the sheet's XML."""

    number: int
    start: int
    end: int
    first: int
    """The first column with a value, from 1; 0 when the row holds none."""
    last: int
    """The last one, columns of ours apart."""
    ours: frozenset[int] = frozenset()
    """Columns, from 1, in which an earlier status of ours stands."""
    widest: int = 0
    """The column of the last cell, be it blank."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A text to find in cells: as it is, and by its numbers in the table of shared strings."""

    text: bytes
    shared: Set[bytes] = frozenset()

    def is_in(self, attributes: bytes, content: bytes) -> bool:
        if self.text not in content and not any(number in content for number in self.shared):
            return False
        kind = _TEXT_KIND.search(attributes)
        shown = _TAG.sub(b"", content).strip()
        return shown in self.shared if kind and kind[1] == b"s" else shown == self.text


def find_shared(strings: bytes, text: str) -> Texts:
    """`strings` is the table of shared strings."""
    sought = text.encode()
    if sought not in strings:
        return Texts(sought)
    starts = [match.start() for match in _SHARED_ITEM.finditer(strings)] + [len(strings)]
    return Texts(sought, frozenset(
        str(number).encode()
        for number, (start, end) in enumerate(pairwise(starts))
        if sought in strings[start:end] and _TAG.sub(b"", _PHONETIC.sub(b"", strings[start:end])).strip() == sought
    ))  # fmt: skip


@dataclass(slots=True)
class SheetRows:
    """`xml` is the whole part, in UTF-8."""

    xml: bytes
    prefix: bytes = b""
    start: int = 0
    end: int = 0
    """Where the content of `<sheetData>` begins and ends; both are before the tag when it is empty."""
    before: int = 0
    after: int = 0
    """Where the element itself begins and ends."""
    rows: dict[int, Row] = field(default_factory=dict)
    status_columns: dict[int, int] = field(default_factory=dict)
    """Column of an earlier status of ours → the row of its header."""

    @classmethod
    def of(cls, xml: bytes) -> "SheetRows":
        """Raises OddPackage."""
        tag = _SHEET_DATA.search(xml)
        if tag is None:
            raise OddPackage("a sheet without rows")
        if tag[3]:
            return cls(xml, tag[1], tag.end(), tag.end(), tag.start(), tag.end())
        closing = b"</" + tag[1] + b"sheetData>"
        end = xml.find(closing, tag.end())
        if end < 0 or any(xml.find(odd, tag.end(), end) >= 0 for odd in _ODD):
            raise OddPackage("rows that no spreadsheet program writes")
        return cls(xml, tag[1], tag.end(), end, tag.start(), end + len(closing))

    def shell(self) -> bytes:
        """The part without its rows."""
        return self.xml[: self.before] + b"<" + self.prefix + b"sheetData/>" + self.xml[self.after :]

    def into(self, shell: bytes, pieces: list[bytes | memoryview]) -> list[bytes | memoryview]:
        """The rows put back into a shell that was changed meanwhile."""
        tag = _SHEET_DATA.search(shell)
        if tag is None:
            raise OddPackage("a sheet without rows")
        opening, closing = (b"<" + self.prefix + b"sheetData>", b"</" + self.prefix + b"sheetData>")
        return [shell[: tag.start()], opening, *pieces, closing, shell[tag.end() :]]

    def scan(self, wanted: Set[int], header: Texts) -> None:
        """Find all rows that hold values, and those that are wanted anyhow."""
        may_be_ours = bool(header.shared) or header.text in self.xml
        missing = sorted(wanted)
        number = 0
        for start, attributes, body_start, body_end, end in self._elements(b"row", self.start, self.end):
            told = _NUMBER.search(attributes)
            following = int(told[1]) if told else number + 1
            if not number < following <= LAST_ROW:
                raise OddPackage("rows out of order")
            number = following
            while missing and missing[0] < number:
                self._add(Row(missing.pop(0), start, start, 0, 0))
            if missing and missing[0] == number:
                missing.pop(0)
                self._add(self._row(number, start, body_start, body_end, end, header if may_be_ours else None))
            elif self.xml.find(b"</", body_start, body_end) >= 0:
                self._add(self._row(number, start, body_start, body_end, end, header if may_be_ours else None))
        for absent in missing:
            self._add(Row(absent, self.end, self.end, 0, 0))

    def _add(self, row: Row) -> None:
        self.rows[row.number] = row

    def _row(self, number: int, start: int, body_start: int, body_end: int, end: int, header: Texts | None) -> Row:
        valued, ours, column = [], set(), 0
        for column, _, attributes, content in self._cells(body_start, body_end):
            if not content:
                continue
            if header and column not in self.status_columns and header.is_in(attributes, content):
                self.status_columns[column] = number
            if column in self.status_columns:
                ours.add(column)
            else:
                valued.append(column)
        first, last = (valued[0], valued[-1]) if valued else (0, 0)
        return Row(number, start, end, first, last, frozenset(ours), column)

    def _cells(self, start: int, end: int) -> Iterator[tuple[int, tuple[int, int], bytes, bytes]]:
        """Column, place, attributes and content of each cell."""
        column = 0
        for cell in _cell_pattern(self.prefix).finditer(self.xml, start, end):
            letters, attributes, content = cell.groups()
            if letters is None and (told := _PLACE.search(attributes)):
                letters = told[1]
            following = _number_of(letters) if letters else column + 1
            if not column < following <= LAST_COLUMN:
                raise OddPackage("cells out of order")
            column = following
            yield column, cell.span(), attributes, content or b""

    def _elements(self, tag: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int, int, int]]:
        """Elements of one kind, none of which holds another: start, attributes, content from and to, end."""
        opening = _opening(self.prefix + tag)
        closing = b"</" + self.prefix + tag + b">"
        xml, search = self.xml, opening.search
        while match := search(xml, start, end):
            if match[2]:
                start = match.end()
                yield match.start(), match[1], start, start, start
            else:
                body_end = xml.find(closing, match.end(), end)
                if body_end < 0:
                    raise OddPackage("an element without its end")
                start = body_end + len(closing)
                yield match.start(), match[1], match.end(), body_end, start

    def changed(self, cells: Mapping[int, Mapping[int, str | None]]) -> list[bytes | memoryview]:
        """All rows in pieces, with these cells changed: row → column → a text, or None to empty it."""
        view = memoryview(self.xml)
        pieces: list[bytes | memoryview] = []
        done = self.start
        for number in sorted(cells):
            row = self.rows[number]
            pieces += (view[done : row.start], self._changed_row(row, dict(cells[number])))
            done = row.end
        return [*pieces, view[done : self.end]]

    def _changed_row(self, row: Row, texts: dict[int, str | None]) -> bytes:
        name = self.prefix + b"row"
        new = sorted(texts)
        if row.start == row.end:
            made = [self._cell(row.number, column, b"", texts[column]) for column in new]
            return b'<%b r="%d">%b</%b>' % (name, row.number, b"".join(made), name) if any(made) else b""
        ((_, attributes, body_start, body_end, _),) = self._elements(b"row", row.start, row.end)
        pieces, done = [], body_start
        behind_all = not new or new[0] > row.widest
        for column, (start, end), old, _ in () if behind_all else self._cells(body_start, body_end):
            while new and new[0] < column:
                pieces += [self.xml[done:start], self._cell(row.number, new[0], b"", texts[new.pop(0)])]
                done = start
            if new and new[0] == column:
                style = _STYLE.search(old)
                pieces += [
                    self.xml[done:start],
                    self._cell(row.number, column, style[1] if style else b"", texts[new.pop(0)]),
                ]
                done = end
        if new and self.xml.find(b"extLst", done, body_end) >= 0:
            raise OddPackage("a row with extensions")
        pieces.append(self.xml[done:body_end])
        pieces += [self._cell(row.number, column, b"", texts[column]) for column in new]
        return b"<%b%b>%b</%b>" % (name, _SPANS.sub(b"", attributes), b"".join(pieces), name)

    def _cell(self, row: int, column: int, style: bytes, text: str | None) -> bytes:
        """`style` is that of the cell which stood there, so that a later unmarking gives it back."""
        styled = b' s="%b"' % style if style else b""
        place = f"{column_letter(column - 1)}{row}".encode()
        p = self.prefix
        if text is None:
            return b'<%bc r="%b"%b/>' % (p, place, styled) if style else b""
        return b'<%bc r="%b"%b t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
            p, place, styled, p, p, escape(neutral(text), quote=False).encode(), p, p, p,
        )  # fmt: skip


@cache
def _opening(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])" + _ATTRIBUTES + rb"(/?)>")


@cache
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    """The letters of its place where they stand first, as nearly always; the other attributes; the content."""
    cell = re.escape(prefix) + b"c"
    place = rb'(?:\s+r="([A-Z]{1,3})\d{1,7}")?'
    return re.compile(
        rb"<" + cell + rb"(?=[\s/>])" + place + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + cell + rb">)", re.DOTALL
    )


@lru_cache(maxsize=LAST_COLUMN)
def _number_of(letters: bytes) -> int:
    return column_number(letters)
