"""From the bytes of an .xlsx to its cells. Runs in a child only: what it reads may be hostile."""

import re
from collections.abc import Iterable
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree
from zipfile import ZipFile

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from complaints.cells import CellValue, Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.guard import Refused, column_number
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY, clean

_SMALL = 1 << 20
"""Bytes. The parts that only describe the workbook are not read when they are larger."""
_LONGEST_PROPERTY = 1000
_ERROR_CELL = re.compile(rb'(<c\s[^<>]*\bt="e"[^<>]*(?<!/)>)(.*?)</c>', re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,5})"')
_SHOWN = re.compile(rb"<v>(#[^<]{1,20})</v>")
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Errors = dict[tuple[int, int], str]
"""Row and column, from 0 → what the cell shows, such as "#N/A"."""


def read_workbook(data: bytes, parts_with_errors: frozenset[str]) -> Workbook:
    """Every sheet that a person sees, hidden ones left out: nobody meant to send those, and our own hides the lists
    of its drop-downs. Raises Refused, and what calamine, `zipfile` and ElementTree raise for broken files."""
    with ZipFile(BytesIO(data)) as parts, CalamineWorkbook.from_object(BytesIO(data)) as book:
        errors = _error_cells(parts, parts_with_errors)
        grids = []
        for sheet in book.sheets_metadata:
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet:
                # skip_empty_area would shift the row numbers
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                grids.append(Grid(clean(sheet.name), _cells(rows, errors.get(sheet.name, {}))))
        properties = _properties(parts)
        return Workbook(tuple(grids), properties.get(STAMP_PROPERTY) or None, properties.get(MARK_PROPERTY) or None)


def _cells(rows: Iterable[Iterable[CellValue]], errors: Errors) -> tuple[tuple[CellValue, ...], ...]:
    grid = [[clean(value) or None if isinstance(value, str) else value for value in row] for row in rows]
    for (row, column), shown in errors.items():  # calamine gives them as blanks
        grid += [[] for _ in range(row + 1 - len(grid))]
        grid[row] += [None] * (column + 1 - len(grid[row]))
        grid[row][column] = shown
    return tuple(_without_blank_tail(row) for row in grid)


def _without_blank_tail(row: list[CellValue]) -> tuple[CellValue, ...]:
    while row and row[-1] is None:
        row.pop()
    return tuple(row)


def _error_cells(parts: ZipFile, parts_with_errors: frozenset[str]) -> dict[str, Errors]:
    """For each sheet by name, its cells that hold an error such as #N/A."""
    if not parts_with_errors:
        return {}
    relations = {
        relation.get("Id"): normpath(join("xl", relation.get("Target", ""))).lstrip("/")
        for relation in _small_xml(parts, "xl/_rels/workbook.xml.rels")
    }
    found: dict[str, Errors] = {}
    for sheet in _small_xml(parts, "xl/workbook.xml").findall("{*}sheets/{*}sheet"):
        part = relations.get(sheet.get(_RELATION_ID), "")
        if part in parts_with_errors:
            found[sheet.get("name", "")] = _errors_in(parts.read(part))
    return found


def _errors_in(xml: bytes) -> Errors:
    errors: Errors = {}
    for tag, content in _ERROR_CELL.findall(xml):
        place, shown = _REFERENCE.search(tag), _SHOWN.search(content)
        if place and shown:
            errors[int(place[2]) - 1, column_number(place[1]) - 1] = shown[1].decode()
    return errors


def _properties(parts: ZipFile) -> dict[str, str]:
    """The custom properties of the document that are texts."""
    name = "docProps/custom.xml"
    if name not in parts.namelist() or parts.getinfo(name).file_size > _SMALL:
        return {}
    properties = _small_xml(parts, name).iterfind("{*}property")
    return {one.get("name", ""): clean("".join(one.itertext()).strip())[:_LONGEST_PROPERTY] for one in properties}


def _small_xml(parts: ZipFile, name: str) -> ElementTree.Element:
    if parts.getinfo(name).file_size > _SMALL:
        raise Refused(ReasonCode.FILE_TOO_LARGE)
    xml = parts.read(name)
    if b"<!DOCTYPE" in xml:
        raise Refused(ReasonCode.UNREADABLE_FILE)
    return ElementTree.fromstring(xml)  # noqa: S314  no DOCTYPE, so no entities; small; in a limited child
