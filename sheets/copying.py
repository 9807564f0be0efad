"""The cells of any workbook as a plain .xlsx, each at its own place: for formats that cannot be written back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from html import escape

from complaints.cells import CellValue, Grid, Uncalculated, Workbook, column_letter
from complaints.claim_sheet import CLAIMS_SHEET_NAME
from sheets.package import zipped_parts
from sheets.text import neutral
from sheets.xml_order import MAIN, RELATION_TYPES

_MAIN = f'xmlns="{MAIN[1:-1]}"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 9, 44
_MEASURED_ROWS = 300
_MOST_FROZEN = 20
"""More rows than that would fill the screen."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  workbooks know no time zones
_FIRST_SURE_YEAR = 1901
"""Before March 1900, programs do not agree on what number a day has."""
_TEXT, _DATE, _MOMENT, _TIME, _WHOLE, _HEADER, _DURATION = 1, 2, 3, 4, 5, 6, 7
_STYLES = (
    f'{_XML}<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="m/d/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="m/d/yyyy\\ h:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number, font in ((0, 0), (49, 0), (164, 0), (165, 0), (21, 0), (1, 0), (49, 1), (46, 0))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def names_in_copy(book: Workbook) -> dict[str, str]:
    """Name of a sheet → its name in the copy: a .csv's has none, and other programs allow what Excel does not."""
    names: dict[str, str] = {}
    for grid in book.grids:
        wanted = grid.name.translate(_FORBIDDEN_IN_NAMES).strip().strip("'")[:_LONGEST_NAME] or CLAIMS_SHEET_NAME
        taken = {name.lower() for name in names.values()}
        tries = (wanted, *(f"{wanted[: _LONGEST_NAME - 5]} {number}" for number in range(2, len(taken) + 3)))
        names[grid.name] = next(name for name in tries if name.lower() not in taken)
    return names


def copy_of(book: Workbook, header_rows: Mapping[str, int]) -> bytes:
    """`header_rows`: name of a sheet → the row of its headers, which is shown as one."""
    names = names_in_copy(book)
    grids = {grid.name: grid for grid in book.grids}
    parts = {
        "[Content_Types].xml": _content_types(len(grids)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook([names[name] for name in grids]),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(grids) + 1)),
             ("styles", "styles.xml")]
        ),
        "xl/styles.xml": [_STYLES],
    }  # fmt: skip
    for number, (name, grid) in enumerate(grids.items(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(grid, header_rows.get(name, 0))
    return zipped_parts({name: [piece.encode() for piece in pieces] for name, pieces in parts.items()})


def _content_types(sheets: int) -> list[str]:
    overrides = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    overrides += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    return [
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>',
        *(f'<Override PartName="{part}" ContentType="{_TYPES}.{kind}+xml"/>' for part, kind in overrides),
        "</Types>",
    ]


def _relations(targets: list[tuple[str, str]]) -> list[str]:
    return [
        f'{_XML}<Relationships xmlns="{_RELATIONS}">',
        *(
            f'<Relationship Id="rId{number}" Type="{RELATION_TYPES}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, 1)
        ),
        "</Relationships>",
    ]


def _workbook(names: list[str]) -> list[str]:
    return [
        f'{_XML}<workbook {_MAIN} xmlns:r="{RELATION_TYPES}"><bookViews><workbookView/></bookViews><sheets>',
        *(
            f'<sheet name="{escape(neutral(name))}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(names, 1)
        ),
        "</sheets></workbook>",
    ]


def _sheet(grid: Grid, header_row: int) -> list[str]:
    return [
        f'{_XML}<worksheet {_MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
        '<sheetViews><sheetView workbookViewId="0">',
        *_frozen(header_row),
        "</sheetView></sheetViews>",
        *_columns(grid),
        "<sheetData>",
        *(_row(number, row, grid, is_header=number == header_row) for number, row in _shown_rows(grid)),
        "</sheetData>",
        *_merges(grid),
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>',
    ]


def _frozen(header_row: int) -> list[str]:
    if not 0 < header_row <= _MOST_FROZEN:
        return []
    cell = f"A{header_row + 1}"
    return [f'<pane ySplit="{header_row}" topLeftCell="{cell}" activePane="bottomLeft" state="frozen"/>']


def _shown_rows(grid: Grid) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
    yield from enumerate(grid.rows, 1)
    yield from ((number, ()) for number in sorted(grid.hidden_rows) if number > len(grid.rows))


def _row(number: int, row: Iterable[CellValue], grid: Grid, *, is_header: bool) -> str:
    cells = "".join(_cell(number, column, value, is_header) for column, value in enumerate(row) if value is not None)
    hidden = ' hidden="1"' if number in grid.hidden_rows else ""
    return f'<row r="{number}"{hidden}>{cells}</row>' if cells or hidden else ""


def _cell(row: int, column: int, value: CellValue, is_header: bool) -> str:
    place = f"{column_letter(column)}{row}"
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return _text(place, value, _HEADER if is_header else _TEXT)
    if isinstance(value, int | float):
        style = f' s="{_WHOLE}"' if value == int(value) else ""
        return f'<c r="{place}"{style}><v>{value!r}</v></c>'
    if value is None or isinstance(value, Uncalculated):  # its formula is not known here; to be typed as a value
        return ""
    if isinstance(value, date) and value.year < _FIRST_SURE_YEAR:
        return _text(place, value.isoformat(), _TEXT)
    number, look = _serial(value)
    return f'<c r="{place}" s="{look}"><v>{number!r}</v></c>'


def _text(place: str, value: str, style: int) -> str:
    text = escape(neutral(value), quote=False)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(value: date | datetime | time | timedelta) -> tuple[float, int]:
    """The number that a workbook keeps, and the look that shows what it means."""
    if isinstance(value, datetime):
        return (value - _EPOCH) / timedelta(days=1), _MOMENT
    if isinstance(value, date):
        return (value - _EPOCH.date()).days, _DATE
    if isinstance(value, timedelta):
        return value / timedelta(days=1), _DURATION
    return (datetime.combine(_EPOCH, value) - _EPOCH) / timedelta(days=1), _TIME


def _columns(grid: Grid) -> list[str]:
    """As wide as what stands in them. What is typed into a blank cell of a column of texts stays a text: a number
    keeps its zeros."""
    widths: dict[int, int] = {}
    texts: set[int] = set()
    others: set[int] = set()
    for row in grid.rows[:_MEASURED_ROWS]:
        for column, value in enumerate(row):
            if isinstance(value, str):
                texts.add(column)
                widths[column] = max(widths.get(column, 0), *map(len, value.split("\n")))
            elif value is not None:
                others.add(column)
                widths[column] = max(widths.get(column, 0), 12)
    if not widths:
        return []
    return [
        "<cols>",
        *(
            f'<col min="{column + 1}" max="{column + 1}" width="{min(max(width + 2, _NARROWEST), _WIDEST)}"'
            f'{f" style={chr(34)}{_TEXT}{chr(34)}" if column in texts - others else ""} customWidth="1"/>'
            for column, width in sorted(widths.items())
        ),
        "</cols>",
    ]


def _merges(grid: Grid) -> list[str]:
    if not grid.merged:
        return []
    areas = (
        f"{column_letter(area.left)}{area.top + 1}:{column_letter(area.right)}{area.bottom + 1}" for area in grid.merged
    )
    return ["<mergeCells>", *(f'<mergeCell ref="{area}"/>' for area in areas), "</mergeCells>"]
