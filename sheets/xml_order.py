"""Elements of spreadsheet XML put where the standard wants them: Excel "repairs" a file if they stand elsewhere."""

from collections.abc import Sequence

from lxml import etree

from sheets.package import OddPackage

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATION_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

WORKSHEET = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
STYLES = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip


def main_root(root: etree._Element, name: str) -> etree._Element:
    """The same, when it is this element of the namespace that nearly everybody uses."""
    if root.tag != f"{MAIN}{name}":
        raise OddPackage(f"no {name} of the usual kind")
    return root


def put_in_order(root: etree._Element, element: etree._Element, order: Sequence[str], *, first: bool = False) -> None:
    """Put a new child in, behind its own kind and what goes before it; `first`: before its own kind."""
    rank = order.index(etree.QName(element).localname)
    before = {f"{MAIN}{name}" for name in (order[:rank] if first else order[: rank + 1])}
    place = 0
    for index, child in enumerate(root, 1):
        if child.tag in before:
            place = index
    root.insert(place, element)


def child_of(root: etree._Element, name: str, order: Sequence[str]) -> etree._Element:
    """The child of this name, made if it is not there."""
    found = root.find(f"{MAIN}{name}")
    if found is None:
        found = etree.Element(f"{MAIN}{name}")
        put_in_order(root, found, order)
    return found


def unset(element: etree._Element, *attributes: str) -> None:
    for attribute in attributes:
        if attribute in element.attrib:
            del element.attrib[attribute]
