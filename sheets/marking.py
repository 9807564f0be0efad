"""Somebody's own workbook with marks in it: wrong cells coloured and explained, a status for each row, a first sheet
that lists all faults, a stamp.

Everything else in the file stays as it is: marks are patched into the parts of the .xlsx (`package`), and all marks of
an earlier marking are taken out first, whatever program saved the file since. Rows and columns never move. Other
formats are copied (`copying`) and the copy is marked. Runs in a child only.
"""

from collections.abc import Mapping
from dataclasses import replace

from complaints.cells import Workbook
from sheets.copying import copy_of, names_in_copy
from sheets.kinds import FileKind
from sheets.limits import Limits
from sheets.marking_sheet import SheetMarker
from sheets.marking_styles import EMPTY_STYLES, Styles
from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, Marking
from sheets.package import OddPackage, Package
from sheets.sheet_rows import Texts, find_shared
from sheets.stamping import stamp, stamp_version
from sheets.summary_sheet import RECOGNISED_BY, summary_xml
from sheets.text import clean
from sheets.workbook_part import Listed, WorkbookPart
from sheets.xml_order import unset


def mark(kind: FileKind, data: bytes, book: Workbook | None, marking: Marking, limits: Limits) -> bytes:
    """The marked .xlsx (or .xlsm: see `marks.suffix_of`). With `book`, the cells of the file, a copy of them is marked:
    so for all other kinds, and for an .xlsx that cannot be patched, which raises OddPackage (a ValueError)."""
    if book is None:
        if kind is not FileKind.XLSX or len(data) > limits.file_size:
            raise OddPackage("not a file that is written back")
        return _marked(data, marking)
    names = names_in_copy(book)
    copy = copy_of(book, {one.sheet: one.header_row for one in marking.sheets})
    return _marked(copy, _renamed(marking, names), book.version_stamp or "")


def _renamed(marking: Marking, names: Mapping[str, str]) -> Marking:
    return replace(
        marking,
        sheets=tuple(replace(one, sheet=names.get(one.sheet, one.sheet)) for one in marking.sheets),
        faults=tuple(replace(one, sheet=names.get(one.sheet, one.sheet)) for one in marking.faults),
    )


def _marked(data: bytes, marking: Marking, version: str = "") -> bytes:
    package = Package(data)
    book = WorkbookPart(package)
    styles = Styles(package.tree(book.styles_part(), EMPTY_STYLES))
    strings_part = book.part_of("/sharedStrings")
    strings = package.read(strings_part) if strings_part else b""
    marker = SheetMarker(package, styles, find_shared(strings, STATUS_HEADER))
    summary = None
    for sheet in book.sheets():
        if summary is None and _is_summary(package, sheet, find_shared(strings, RECOGNISED_BY)):
            summary = sheet
        elif "worksheet" in sheet.kind:
            name = clean(sheet.name)
            marker.mark(sheet.part, [one for one in marking.sheets if one.sheet == name])
        else:
            _deselect(package, sheet.part)
    part = book.put_first(summary)
    package.relations(part).drop()
    package.put(part, summary_xml(marking, styles))
    book.settle_type()
    stamp(package, marking.stamp)
    if version:
        stamp_version(package, version)
    return package.packed()


def _is_summary(package: Package, sheet: Listed, sentence: Texts) -> bool:
    """Somebody may have a sheet of this name: only on ours stands our sentence."""
    if not sheet.name.startswith(SUMMARY_SHEET):
        return False
    xml = package.read(sheet.part)
    return sentence.text in xml or any(b"<v>" + number + b"</v>" in xml for number in sentence.shared)


def _deselect(package: Package, part: str) -> None:
    """A sheet that holds only a chart is not to stay selected together with ours."""
    if b"tabSelected" in package.read(part):
        for view in package.tree(part).iter("{*}sheetView"):
            unset(view, "tabSelected")
