"""From the bytes of an .xlsx to its cells. Runs in a child only: what it reads may be hostile."""

from collections.abc import Iterable
from io import BytesIO
from math import isfinite
from posixpath import join, normpath
from xml.etree import ElementTree
from zipfile import ZipFile

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from complaints.cells import CellValue, FileRemark, Grid, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.extent import Refused, framed
from sheets.guard import CheckedParts, plain_name
from sheets.kinds import Refusal
from sheets.sheet_scan import SheetScan
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY, clean

_SMALL = 1 << 20
"""Bytes. The parts that only describe the workbook are not read when they are larger."""
_LONGEST_PROPERTY = 1000
LISTS_SHEET = "Lists"
"""Hidden in our own sheets: the choices of the drop-downs."""


def read_workbook(data: bytes, checked: CheckedParts) -> Workbook:
    """Every sheet that a person sees, hidden ones left out: nobody meant to send those, and our own hides the lists
    of its drop-downs. Raises Refused, and what calamine, `zipfile` and ElementTree raise for broken files."""
    with ZipFile(BytesIO(data)) as parts, CalamineWorkbook.from_object(BytesIO(data)) as book:
        scans = _scans(parts, checked)
        grids = []
        remarks = remarks_of(parts.namelist())
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible is not SheetVisibleEnum.Visible:
                remarks |= set() if sheet.name == LISTS_SHEET else {FileRemark.HIDDEN_SHEETS}
                continue
            # skip_empty_area would shift the row numbers
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            scan = scans.get(sheet.name, SheetScan())
            is_filtered = scan.has_filter or (scan.has_table and checked.has_filtered_table)
            grids.append(grid_of(clean(sheet.name), rows, scan, is_filtered=is_filtered))
        version_stamp, mark_stamp = stamps_of(parts)
        return Workbook(tuple(grids), version_stamp, mark_stamp, frozenset(remarks))


def grid_of(name: str, rows: Iterable[Iterable[CellValue]], scan: SheetScan, *, is_filtered: bool) -> Grid:
    """The values that calamine gives, with what it does not tell."""
    grid = [plain_row(row) for row in rows]
    extra: dict[tuple[int, int], CellValue] = {**scan.errors, **dict.fromkeys(scan.uncalculated, Uncalculated.FORMULA)}
    for (row, column), shown in extra.items():  # calamine gives them as blanks
        grid += [[] for _ in range(row + 1 - len(grid))]
        grid[row] += [None] * (column + 1 - len(grid[row]))
        grid[row][column] = shown
    whole = tuple(_without_blank_tail(row) for row in grid)
    return framed(name, whole, scan.merged, scan.hidden_rows, is_filtered=is_filtered)


def plain_row(row: Iterable[CellValue]) -> list[CellValue]:
    """Values of calamine's as ours: blanks are None, and no number is infinite."""
    return [
        clean(value) or None
        if isinstance(value, str)
        else str(value)
        if isinstance(value, float) and not isfinite(value)
        else value
        for value in row
    ]


def _without_blank_tail(row: list[CellValue]) -> tuple[CellValue, ...]:
    while row and row[-1] is None:
        row.pop()
    return tuple(row)


def remarks_of(names: Iterable[str]) -> set[FileRemark]:
    """What the parts of a workbook tell by being there."""
    remarks = set()
    for name in map(plain_name, names):
        if name.endswith("vbaproject.bin"):
            remarks.add(FileRemark.MACROS)
        elif name.startswith("xl/externallinks/"):
            remarks.add(FileRemark.EXTERNAL_LINKS)
    return remarks


def stamps_of(parts: ZipFile) -> tuple[str | None, str | None]:
    """The version of our own sheet, and what we wrote when we marked it."""
    name = "docProps/custom.xml"
    if name not in parts.namelist() or parts.getinfo(name).file_size > _SMALL:
        return None, None
    properties = {
        one.get("name"): clean("".join(one.itertext()).strip())[:_LONGEST_PROPERTY]
        for one in small_xml(parts, name).iterfind("{*}property")
    }
    return properties.get(STAMP_PROPERTY) or None, properties.get(MARK_PROPERTY) or None


def _scans(parts: ZipFile, checked: CheckedParts) -> dict[str, SheetScan]:
    """What was seen in each sheet, by the sheet's name."""
    relations = {
        relation.get("Id"): plain_name(normpath(join("xl", relation.get("Target", ""))))
        for relation in small_xml(parts, "xl/_rels/workbook.xml.rels")
    }
    sheets = small_xml(parts, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet")
    found = [(sheet.get("name", ""), relations.get(_relation_id(sheet), "")) for sheet in sheets]
    check_each_once(part for _, part in found)
    return {name: checked.sheets.get(part, SheetScan()) for name, part in found}


def check_each_once(parts: Iterable[str]) -> None:
    """The same cells under many names would be read again and again. Raises Refused."""
    known = [part for part in parts if part]
    if len(set(known)) != len(known):
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)


def _relation_id(sheet: ElementTree.Element) -> str:
    """Its namespace differs between the two standards of OOXML."""
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")


def small_xml(parts: ZipFile, name: str) -> ElementTree.Element:
    found = next((part for part in parts.infolist() if plain_name(part.filename) == name.lower()), None)
    if found is None:
        raise KeyError(name)
    if found.file_size > _SMALL:
        raise Refused(ReasonCode.FILE_TOO_LARGE)
    xml = parts.read(found)
    if b"<!DOCTYPE" in xml:
        raise Refused(ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE)
    return ElementTree.fromstring(xml)  # noqa: S314  no DOCTYPE, so no entities; small; in a limited child
