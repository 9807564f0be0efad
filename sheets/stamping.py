"""The stamp in the document properties of a marked workbook: it comes back whatever the file is called by then."""

from lxml import etree

from sheets.package import Package
from sheets.text import MARK_PROPERTY, STAMP_PROPERTY, neutral

_PROPERTIES = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VALUES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_EMPTY = f'<Properties xmlns="{_PROPERTIES[1:-1]}" xmlns:vt="{_VALUES[1:-1]}"/>'
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def stamp(package: Package, value: str) -> None:
    """An earlier stamp goes; "" leaves none."""
    _set_property(package, MARK_PROPERTY, value)


def stamp_version(package: Package, value: str) -> None:
    """What our own sheets carry, put into a copy of one."""
    _set_property(package, STAMP_PROPERTY, value)


def _set_property(package: Package, name: str, value: str) -> None:
    relations = package.relations("")
    found = relations.of_type("/custom-properties")
    if found is None and not value:
        return
    part = found[1] if found else "docProps/custom.xml"
    properties = package.tree(part, _EMPTY)
    if found is None:
        relations.add(_RELATION, part)
        package.set_type(part, _TYPE)
    for old in list(properties):
        if old.get("name") == name:
            properties.remove(old)
    if value:
        used = [int(other.get("pid", "1")) for other in properties]
        new = etree.SubElement(properties, f"{_PROPERTIES}property", fmtid=_FORMAT_ID, pid=str(max([1, *used]) + 1))
        new.set("name", name)
        etree.SubElement(new, f"{_VALUES}lpwstr").text = neutral(value)
