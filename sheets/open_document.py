"""From the bytes of an .ods to its cells. Runs in a child only: what it reads may be hostile.

Ours, since a row or a cell may say that it is repeated a million times, and only a reader that counts can stop there.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

from complaints.cells import CellValue, FileRemark, Merged, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.archive import opened
from sheets.extent import Extent, GridBuilder, Refused, check_merges
from sheets.kinds import Refusal
from sheets.limits import Limits
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY, clean

_SMALL = 1 << 20
_DEEPEST = 200
_TIME = re.compile(r"(-?)P(?:(\d{1,6})D)?T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d+))?S)?")
_NUMBERS = frozenset({"float", "percentage", "currency"})
_ALWAYS_CALCULATES = re.compile(rb"<meta:generator>\s*(?:LibreOffice|OpenOffice|Collabora)")
"""Programs that store a result with each formula, and for an empty text none."""
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})

Attributes = Mapping[str, str]


def read_open_document(data: bytes, limits: Limits) -> Workbook:
    """Raises Refused, ExpatError, and what `zipfile` raises for parts that cannot be unpacked."""
    with opened(data, limits) as parts:
        names = set(parts.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in _small(parts, "META-INF/manifest.xml"):
            raise Refused(ReasonCode.PASSWORD_PROTECTED)
        tables = _Tables(limits)
        with parts.open("content.xml") as stream:
            parse(stream.read, tables)
        meta = _small(parts, "meta.xml") if "meta.xml" in names else b"<meta/>"
        version_stamp, mark_stamp = _stamps(meta)
        if not _ALWAYS_CALCULATES.search(meta):
            tables.find_uncalculated()
        if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
            tables.remarks.add(FileRemark.MACROS)
        grids = tuple(grid.grid() for grid in tables.grids)
        return Workbook(grids, version_stamp, mark_stamp, frozenset(tables.remarks))


def parse(read: Callable[[int], bytes], tables: "_Tables") -> None:
    """Hand the elements of a stream of XML over, by names such as "table:table-row"."""
    names: dict[str, str] = {}

    def short(name: str) -> str:
        if name not in names:
            namespace, _, local = name.rpartition(" ")  # urn:oasis:names:tc:opendocument:xmlns:table:1.0
            names[name] = f"{namespace.rpartition(':')[0].rpartition(':')[2]}:{local}"
        return names[name]

    def start(tag: str, attributes: dict[str, str]) -> None:
        tables.start(short(tag), {short(name): value for name, value in attributes.items()})

    def refuse(*_: object) -> None:
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE)

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: tables.end(short(tag))
    parser.CharacterDataHandler = tables.characters
    parser.StartDoctypeDeclHandler = refuse
    while chunk := read(1 << 18):
        parser.Parse(chunk)
    parser.Parse(b"", True)


class _Tables:
    """Fills grids from the elements of a document."""

    def __init__(self, limits: Limits) -> None:
        self.grids: list[GridBuilder] = []
        self.remarks: set[FileRemark] = set()
        self._limits = limits
        self._extent = Extent(limits)
        self._path: list[str] = []
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._grid: GridBuilder | None = None
        self._table_depth = 0
        self._row = self._next_row = self._column = self._row_repeat = 0
        self._values: list[tuple[int, int, CellValue]] = []  # column, times, value
        self._cell: Attributes = {}
        self._paragraphs: list[str] = []
        self._without_result: list[tuple[GridBuilder, int, int]] = []
        self._skipped = 0  # depth of what is inside a cell and not its text

    def start(self, name: str, attributes: Attributes) -> None:
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.NESTED_TOO_DEEP)
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table:table" and self._path[-2:-1] == ["office:spreadsheet"]:
            self._begin_table(attributes)
        elif self._grid is not None:
            self._start_in_table(name, attributes)

    def end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._grid is None:
            return
        if depth == self._table_depth:
            check_merges(self._grid.merged)
            self._grid = None
        elif self._skipped:
            self._skipped = 0 if depth == self._skipped else self._skipped
        elif name in _CELLS:
            self._end_cell(self._grid, is_covered=name != "table:table-cell")
        elif name == "table:table-row":
            self._end_row(self._grid)

    def characters(self, text: str) -> None:
        if self._grid is not None and not self._skipped and self._paragraphs and "text:p" in self._path:
            self._paragraphs[-1] += text

    def find_uncalculated(self) -> None:
        """Formulas without a result stand for one that was never calculated, not for an empty text."""
        for grid, row, column in self._without_result:
            grid.put(row, column, Uncalculated.FORMULA)

    def _begin_table(self, attributes: Attributes) -> None:
        if attributes.get("table:style-name") in self._hidden_styles:
            if attributes.get("table:name") != "Lists":
                self.remarks.add(FileRemark.HIDDEN_SHEETS)
            return
        self._grid = GridBuilder(clean(attributes.get("table:name", "")), self._extent)
        self.grids.append(self._grid)
        self._table_depth = len(self._path)
        self._next_row = 0

    def _start_in_table(self, name: str, attributes: Attributes) -> None:
        if self._skipped:
            return
        if name == "table:table-row":
            self._begin_row(attributes)
        elif name in _CELLS:
            self._cell, self._paragraphs = attributes, []
        elif name == "text:p":
            self._paragraphs.append("")
        elif name == "text:s" and self._paragraphs:
            self._paragraphs[-1] += " " * min(_number(attributes.get("text:c", "1")), 1000)
        elif name in ("text:tab", "text:line-break") and self._paragraphs:
            self._paragraphs[-1] += "\t" if name == "text:tab" else "\n"
        elif name == "table:table-source":
            self.remarks.add(FileRemark.EXTERNAL_LINKS)
        elif name in ("office:annotation", "table:table", "table:shapes") or name.startswith("draw:"):
            self._skipped = len(self._path)

    def _begin_row(self, attributes: Attributes) -> None:
        self._row, self._column, self._values = self._next_row, 0, []
        self._row_repeat = _number(attributes.get("table:number-rows-repeated", "1"))
        self._next_row += self._row_repeat
        visibility = attributes.get("table:visibility")
        if self._grid is not None and visibility in ("collapse", "filter"):
            last = min(self._next_row, self._limits.rows)
            self._grid.hidden_rows.update(range(self._row + 1, last + 1))
            self._grid.is_filtered = self._grid.is_filtered or visibility == "filter"

    def _end_cell(self, grid: GridBuilder, *, is_covered: bool) -> None:
        repeat = _number(self._cell.get("table:number-columns-repeated", "1"))
        value = None if is_covered else _value(self._cell, "\n".join(self._paragraphs))
        if value is not None:
            self._values.append((self._column, repeat, value))
        elif "table:formula" in self._cell and not is_covered and self._row < self._limits.rows:
            self._without_result.append((grid, self._row, self._column))
        right = _number(self._cell.get("table:number-columns-spanned", "1"))
        down = _number(self._cell.get("table:number-rows-spanned", "1"))
        if not is_covered and (right > 1 or down > 1):
            grid.merged.append(Merged(self._row, self._column, self._row + down - 1, self._column + right - 1))
        self._column += repeat

    def _end_row(self, grid: GridBuilder) -> None:
        if self._values:
            for row in range(self._row, self._next_row):
                for column, times, value in self._values:
                    for repeated in range(column, column + times):
                        grid.put(row, repeated, value)


def _number(text: str) -> int:
    """How often something is repeated; what is no such number is refused with the file."""
    if not text.isdecimal() or len(text) > 9:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS)
    return max(int(text), 1)


def _value(cell: Attributes, shown: str) -> CellValue:
    """The value of a cell, whose text is what a person sees of it."""
    kind = cell.get("office:value-type")
    if cell.get("calcext:value-type") == "error":
        return clean(shown) or "#VALUE!"
    if kind is None:
        return clean(shown) or None
    if kind in _NUMBERS:
        number = float(cell.get("office:value", "nan"))
        return number if abs(number) < float("inf") else clean(shown) or None
    if kind == "date":
        return _date(cell.get("office:date-value", ""), shown)
    if kind == "time":
        return _time(cell.get("office:time-value", ""), shown)
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    return clean(cell.get("office:string-value", shown)) or None


def _date(text: str, shown: str) -> CellValue:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text.rstrip("Z")).replace(tzinfo=None)
    except ValueError:
        return clean(shown) or None
    return found if found.time() != time() else found.date()


def _time(text: str, shown: str) -> CellValue:
    parts = _TIME.fullmatch(text)
    if parts is None:
        return clean(shown) or None
    days, hours, minutes, seconds = (int(part or 0) for part in parts.group(2, 3, 4, 5))
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if parts[1] or span >= timedelta(days=1):
        return -span if parts[1] else span
    seconds = span.seconds
    return time(seconds // 3600, seconds % 3600 // 60, seconds % 60)


def _stamps(meta: bytes) -> tuple[str | None, str | None]:
    """The version of our own sheet and our mark, which programs take along when they save it in this format."""
    if b"<!DOCTYPE" in meta:
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE)
    properties = {}
    for one in ElementTree.fromstring(meta).iterfind(".//{*}user-defined"):  # noqa: S314  no DOCTYPE, so no entities
        name = next((value for key, value in one.attrib.items() if key.endswith("}name")), "")
        properties[name] = clean("".join(one.itertext()).strip())[:1000]
    return properties.get(STAMP_PROPERTY) or None, properties.get(MARK_PROPERTY) or None


def _small(parts: ZipFile, name: str) -> bytes:
    if parts.getinfo(name).file_size > _SMALL:
        raise Refused(ReasonCode.FILE_TOO_LARGE)
    return parts.read(name)
