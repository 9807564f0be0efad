"""The looks of our marks, put into the styles of somebody's workbook without moving any of theirs."""

from dataclasses import dataclass, field

from lxml import etree

from sheets.xml_order import MAIN, STYLES, child_of, main_root

_NAMESPACE = f'xmlns="{MAIN[1:-1]}"'
EMPTY_STYLES = (
    f"<styleSheet {_NAMESPACE}>"
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

_MEND, _SETTLED, _OPEN = "FFF9C9B6", "FFECEFF2", "FFFFF1D6"
_AMBER, _GREY, _NAVY, _INK, _QUIET, _LINK = "FFB45309", "FF6B7685", "FF1F3A5F", "FF1F2933", "FF5F6B7A", "FF0B57A4"


def _dxf(colour: str, fill: str, *, bold: bool = False, box: str = "") -> str:
    sides = "".join(
        f'<{side} style="thin"><color rgb="{box}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    return (
        f'<dxf {_NAMESPACE}><font>{"<b/>" if bold else ""}<color rgb="{colour}"/></font>'
        f'<fill><patternFill patternType="solid"><fgColor rgb="{fill}"/><bgColor rgb="{fill}"/></patternFill></fill>'
        f"{f'<border>{sides}</border>' if box else ''}</dxf>"
    )


TO_MEND = _dxf(_INK, _MEND, bold=True, box=_AMBER)
STATUS_HEADER_LOOK = _dxf("FFFFFFFF", _NAVY, bold=True)
STATUS_OPEN = _dxf(_AMBER, _OPEN, bold=True)
STATUS_SETTLED = _dxf(_GREY, _SETTLED)


def _font(size: float = 11, colour: str = _INK, *, bold: bool = False, line: bool = False) -> str:
    return (
        f"<font {_NAMESPACE}>{'<b/>' if bold else ''}{'<u/>' if line else ''}"
        f'<sz val="{size:g}"/><color rgb="{colour}"/><name val="Calibri"/><family val="2"/></font>'
    )


def _fill(colour: str) -> str:
    return f'<fill {_NAMESPACE}><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'


_NO_FILL = f'<fill {_NAMESPACE}><patternFill patternType="none"/></fill>'
_NO_BORDER = f"<border {_NAMESPACE}><left/><right/><top/><bottom/><diagonal/></border>"
_UNDERLINED = _NO_BORDER.replace("<bottom/>", '<bottom style="thin"><color rgb="FFD5DBE3"/></bottom>')
_BOXED = f"<border {_NAMESPACE}>" + "".join(
    f'<{side} style="thin"><color rgb="{_AMBER}"/></{side}>' for side in ("left", "right", "top", "bottom")
) + "<diagonal/></border>"  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellLook:
    """The look of a cell of the summary."""

    font: str = field(default_factory=_font)
    fill: str = _NO_FILL
    border: str = _NO_BORDER
    alignment: str = '<alignment vertical="top" wrapText="1"/>'


_PADDED = '<alignment horizontal="left" vertical="top" wrapText="1" indent="1"/>'
TITLE = CellLook(_font(18, _NAVY, bold=True), alignment='<alignment vertical="center"/>')
LINE = CellLook()
HEAD = CellLook(_font(11, "FFFFFFFF", bold=True), _fill(_NAVY), alignment=_PADDED.replace("top", "center"))
WHERE = CellLook(_font(11, _LINK, line=True), border=_UNDERLINED, alignment=_PADDED)
WHERE_UNLINKED = CellLook(border=_UNDERLINED, alignment=_PADDED)
SAYS = CellLook(border=_UNDERLINED, alignment=_PADDED)
QUIET = CellLook(_font(9, _QUIET))
_CENTRED = '<alignment horizontal="center" vertical="center"/>'
SWATCH_MEND = CellLook(_font(11, _INK, bold=True), _fill(_MEND), _BOXED, _CENTRED)
SWATCH_SETTLED = CellLook(_font(11, _GREY), _fill(_SETTLED), alignment=_CENTRED)
LEGEND = CellLook(alignment=_PADDED.replace("top", "center"))


class Styles:
    """The styles part of one workbook. What is there already is found again, so that marking twice adds nothing."""

    def __init__(self, root: etree._Element) -> None:
        self._root = main_root(root, "styleSheet")
        self._known: dict[str, dict[bytes, int]] = {}
        self._cells: dict[CellLook, int] = {}

    def dxf(self, xml: str) -> int:
        """The number of a look for conditional formatting."""
        return self._add("dxfs", xml)

    def cell(self, look: CellLook) -> int:
        """The number of a look for cells."""
        if look not in self._cells:
            self._cells[look] = self._add_cell(look)
        return self._cells[look]

    def _add_cell(self, look: CellLook) -> int:
        for name in ("fonts", "fills", "borders", "cellXfs"):
            if self._root.find(f"{MAIN}{name}") is None:  # numbers count from defaults that must be there
                self._adopt(name)
        based = ' xfId="0"' if self._root.find(f"{MAIN}cellStyleXfs") is not None else ""
        font, fill, border = (
            self._add(name, xml) for name, xml in (("fonts", look.font), ("fills", look.fill), ("borders", look.border))
        )
        return self._add(
            "cellXfs",
            f'<xf {_NAMESPACE} numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}"{based} applyFont="1"'
            f' applyFill="1" applyBorder="1" applyAlignment="1">{look.alignment}</xf>',
        )

    def _adopt(self, name: str) -> None:
        group = child_of(self._root, name, STYLES)
        default = etree.fromstring(EMPTY_STYLES.encode()).find(f"{MAIN}{name}")
        group.extend(list(default) if default is not None else [])

    def _add(self, group_name: str, xml: str) -> int:
        group = child_of(self._root, group_name, STYLES)
        if group_name not in self._known:
            self._known[group_name] = {_canonical(child): index for index, child in reversed(list(enumerate(group)))}
        known = self._known[group_name]
        element = etree.fromstring(xml.encode())
        key = _canonical(element)
        if key not in known:
            known[key] = len(group)
            group.append(element)
            group.set("count", str(len(group)))
        return known[key]


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).strip()
