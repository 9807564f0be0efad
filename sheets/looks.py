"""How our sheets look: one place for colours, fonts and number formats."""

from dataclasses import dataclass, field

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.styleable import StyleableObject

from complaints.claim_sheet import Kind

NUMBER_FORMATS = {Kind.DATE: "m/d/yyyy", Kind.AMOUNT: "#,##0.00", Kind.CHOICE: "General", Kind.LONG_TEXT: "General"}
AS_TEXT = "@"
"""The format of everything else: a number typed there stays as typed, with its leading zeros."""

_INK, _QUIET, _NAVY, _SLATE, _AMBER, _RULE = "1F2933", "5F6B7A", "1F3A5F", "6B7C93", "B45309", "D5DBE3"
_LINE = Side(style="thin", color=_RULE)
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FAMILY = "Calibri"


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


@dataclass(frozen=True, slots=True)
class Look:
    """What makes up the look of a cell, apart from its number format."""

    font: Font = field(default_factory=lambda: Font(name=_FAMILY, size=11, color=_INK))
    fill: PatternFill = field(default_factory=PatternFill)
    alignment: Alignment = field(default_factory=lambda: Alignment(vertical="center"))
    border: Border = field(default_factory=Border)

    def put_on(self, cell: StyleableObject, number_format: str = "General") -> None:
        cell.font, cell.fill, cell.alignment, cell.border = self.font, self.fill, self.alignment, self.border
        cell.number_format = number_format


def _font(size: float = 11, colour: str = _INK, *, bold: bool = False, italic: bool = False) -> Font:
    return Font(name=_FAMILY, size=size, color=colour, bold=bold, italic=italic)


_LEFT = Alignment(vertical="center", horizontal="left", indent=1, wrap_text=True)
_RIGHT = Alignment(vertical="center", horizontal="right", indent=1, wrap_text=True)
_WRAPPED = Alignment(vertical="top", wrap_text=True)

PLAIN = Look()
TITLE = Look(_font(18, _NAVY, bold=True))
SUBTITLE = Look(_font(11, _QUIET))
LABEL = Look(_font(11, _NAVY, bold=True), alignment=_RIGHT)
REQUIRED_LABEL = Look(_font(11, _AMBER, bold=True), alignment=_RIGHT)
VALUE = Look(border=_BOX, alignment=_LEFT)
REQUIRED_VALUE = Look(border=_BOX, fill=_fill("FFF7E6"), alignment=_LEFT)
AMOUNT = Look(border=_BOX, alignment=_RIGHT)
HEADER = Look(_font(11, "FFFFFF", bold=True), _fill(_SLATE), _LEFT, _BOX)
REQUIRED_HEADER = Look(_font(11, "FFFFFF", bold=True), _fill(_NAVY), _LEFT, _BOX)
TO_MEND = Look(_font(11, _INK), _fill("F9C9B6"), _LEFT, Border(*(Side(style="medium", color=_AMBER),) * 4))
SECTION = Look(_font(13, _NAVY, bold=True), alignment=Alignment(vertical="bottom"))
TEXT = Look(alignment=_WRAPPED)
TERM = Look(_font(11, _INK, bold=True), alignment=_WRAPPED)
REQUIRED_TERM = Look(_font(11, _AMBER, bold=True), alignment=_WRAPPED)
