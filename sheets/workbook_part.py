"""The list of sheets of one workbook: which part holds which, and our own one put first."""

from dataclasses import dataclass
from posixpath import dirname, join

from lxml import etree

from sheets.marks import MACROS_PART, SUMMARY_SHEET
from sheets.package import OddPackage, Package
from sheets.xml_order import MAIN, RELATION_ID, RELATION_TYPES, main_root, unset

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_BOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


@dataclass(frozen=True, slots=True)
class Listed:
    """One sheet of the workbook."""

    name: str
    kind: str
    """The type of the relation, which ends with "/worksheet" or "/chartsheet"."""
    part: str
    element: etree._Element


class WorkbookPart:
    """Raises OddPackage when it is not as nearly everybody writes it."""

    def __init__(self, package: Package) -> None:
        found = package.relations("").of_type("/officeDocument")
        self._package = package
        self.part = found[1] if found else "xl/workbook.xml"
        self._root = main_root(package.tree(self.part), "workbook")
        self._relations = package.relations(self.part)

    def sheets(self) -> list[Listed]:
        """Those whose part is there, charts among them."""
        listed = []
        for element in self._list():
            kind, part = self._relations.get(element.get(RELATION_ID, "")) or ("", "")
            if part in self._package:
                listed.append(Listed(element.get("name", ""), kind, part, element))
        return listed

    def part_of(self, ending: str) -> str | None:
        """The part for styles or shared strings."""
        found = self._relations.of_type(ending)
        return found[1] if found and found[1] in self._package else None

    def styles_part(self) -> str:
        """Where the styles are, or are to be."""
        if part := self.part_of("/styles"):
            return part
        part = join(dirname(self.part), "styles.xml")
        self._relations.add(f"{RELATION_TYPES}/styles", part)
        self._package.set_type(part, _STYLES_TYPE)
        return part

    def put_first(self, summary: Listed | None) -> str:
        """Let our summary be the first sheet, and the one that is shown. Returns its part."""
        if summary is None:
            summary = self._add_sheet()
        sheets = self._list()
        was = list(sheets).index(summary.element)
        sheets.remove(summary.element)
        sheets.insert(0, summary.element)
        unset(summary.element, "state")
        self._renumber(was)
        for view in self._root.iterfind(f"{MAIN}bookViews/{MAIN}workbookView"):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")
        return summary.part

    def settle_type(self) -> None:
        """Say that it is a workbook, not a template, and whether it holds macros: a program compares that with the
        file's name."""
        self._package.set_type(self.part, _MACRO_BOOK_TYPE if MACROS_PART in self._package else _BOOK_TYPE)

    def _list(self) -> etree._Element:
        sheets = self._root.find(f"{MAIN}sheets")
        if sheets is None or len(sheets) == 0:
            raise OddPackage("a workbook without sheets")
        return sheets

    def _add_sheet(self) -> Listed:
        sheets = self._list()
        part = join(dirname(self.part), "worksheets/recourse.xml")
        if part in self._package:
            raise OddPackage("a part of our own that belongs to nothing")
        names = {sheet.get("name", "").lower() for sheet in sheets}
        names_to_try = (SUMMARY_SHEET, *(f"{SUMMARY_SHEET} {number}" for number in range(2, len(names) + 3)))
        element = etree.SubElement(sheets, f"{MAIN}sheet")
        element.set("name", next(name for name in names_to_try if name.lower() not in names))
        element.set("sheetId", str(1 + max(int(sheet.get("sheetId", "0")) for sheet in sheets)))
        element.set(RELATION_ID, self._relations.add(f"{RELATION_TYPES}/worksheet", part))
        self._package.set_type(part, _SHEET_TYPE)
        return Listed(SUMMARY_SHEET, "/worksheet", part, element)

    def _renumber(self, was: int) -> None:
        """Names that belong to one sheet say which by its place in the list: the sheet that was there is now first."""
        for name in self._root.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
            place = int(name.get("localSheetId", "-1"))
            if place == was:
                name.set("localSheetId", "0")
            elif 0 <= place < was:
                name.set("localSheetId", str(place + 1))
