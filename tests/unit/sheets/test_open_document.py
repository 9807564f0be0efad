"""The cells of .ods files, and hostile ones among them."""

from datetime import date, datetime, time, timedelta
from zipfile import ZIP_STORED

import pytest

from complaints.cells import CellValue, FileRemark, Grid, Merged, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.child import read
from sheets.kinds import FileFault, FileKind, Refusal, kind_of
from sheets.limits import LIMITS
from tests.unit.sheets.files import zipped

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    "".join(f' xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style", "drawing", "meta"))
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    + f' xmlns:draw="{OASIS}:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def ods(
    rows: str,
    *,
    styles: str = "",
    more: str = "",
    start: str = "",
    meta: str = "",
    more_parts: dict[str, bytes] | None = None,
) -> bytes:
    """A document whose only table has these rows."""
    content = (
        f"{start}<office:document-content{NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="Claims">{rows}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    about = f"<office:document-meta{NAMESPACES}><office:meta>{meta}</office:meta></office:document-meta>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": mimetype, "content.xml": content.encode(), "meta.xml": about.encode()}
    return zipped(parts | (more_parts or {}), ZIP_STORED)


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(attributes: str = "", content: str = "") -> str:
    return f"<table:table-cell {attributes}>{content}</table:table-cell>"


def text(value: str, attributes: str = "") -> str:
    return cell(f'office:value-type="string" {attributes}', f"<text:p>{value}</text:p>")


def book_of(data: bytes) -> Workbook:
    assert kind_of(data) is FileKind.OPEN_DOCUMENT
    book = read(FileKind.OPEN_DOCUMENT, data, LIMITS)
    assert isinstance(book, Workbook), book
    return book


def grid_of(*rows: str) -> Grid:
    (grid,) = book_of(ods("".join(rows))).grids
    return grid


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (text("RIN"), "RIN"),
        (text("a<text:s/>b<text:s text:c='3'/>c<text:tab/>d<text:line-break/>e"), "a b   c\td\ne"),
        (cell("", "<text:p>one</text:p><text:p>t<text:span>w</text:span>o</text:p>"), "one\ntwo"),
        (cell('office:value-type="string" office:string-value="kept"', "<text:p>shown</text:p>"), "kept"),
        (text("noted<office:annotation><text:p>a note</text:p></office:annotation>"), "noted"),
        (cell("", "<office:annotation><text:p>n</text:p></office:annotation><text:p>x</text:p>"), "x"),
        (text("'=1+1"), "=1+1"),
        (cell('office:value-type="float" office:value="193450004656"', "<text:p>1.9E+11</text:p>"), 193450004656.0),
        (cell('office:value-type="currency" office:value="-12.5"'), -12.5),
        (cell('office:value-type="percentage" office:value="0.5"'), 0.5),
        (cell('office:value-type="float" office:value="INF"', "<text:p>shown</text:p>"), "shown"),
        (cell('office:value-type="date" office:date-value="2026-10-02"'), date(2026, 10, 2)),
        (cell('office:value-type="date" office:date-value="2026-10-02T00:00:00"'), date(2026, 10, 2)),
        (
            cell('office:value-type="date" office:date-value="2026-10-02T09:30:00.000000000Z"', "<text:p>x</text:p>"),
            datetime(2026, 10, 2, 9, 30),  # noqa: DTZ001
        ),
        (cell('office:value-type="date" office:date-value="soon"', "<text:p>13/13/2026</text:p>"), "13/13/2026"),
        (cell('office:value-type="time" office:time-value="PT09H30M05S"'), time(9, 30, 5)),
        (cell('office:value-type="time" office:time-value="PT30H00M00.5S"'), timedelta(hours=30)),
        (cell('office:value-type="time" office:time-value="-PT1H0M0S"'), timedelta(hours=-1)),
        (cell('office:value-type="time" office:time-value="?"', "<text:p>9:30</text:p>"), "9:30"),
        (cell('office:value-type="boolean" office:boolean-value="true"'), True),
        (cell('office:value-type="string" calcext:value-type="error"', "<text:p>#N/A</text:p>"), "#N/A"),
        (cell('table:formula="of:=1+1"'), Uncalculated.FORMULA),
        (cell('table:formula="of:=1+1" office:value-type="float" office:value="2"'), 2.0),
        (cell("", "<text:p>no type</text:p>"), "no type"),
        ("<table:covered-table-cell office:value-type='string'><text:p>x</text:p></table:covered-table-cell>", None),
    ],
)  # fmt: skip
def test_every_kind_of_cell(written: str, value: CellValue) -> None:
    assert grid_of(row(text("before"), written, text("after"))).rows == (("before", value, "after"),)


def test_an_empty_result_is_blank_where_the_program_always_calculates() -> None:
    meta = "<meta:generator>LibreOffice/25.2$Linux</meta:generator>"
    (grid,) = book_of(ods(row(text("a"), cell('table:formula="of:=IF(1;&quot;&quot;)"')), meta=meta)).grids
    assert grid.rows == (("a",),)


def test_repeated_cells_and_rows_keep_their_places() -> None:
    two, three = 'table:number-columns-repeated="2"', 'table:number-rows-repeated="3"'
    grid = grid_of(
        row(cell(two), text("a", two)),
        f"<table:table-row-group>{row(cell(), attributes=three)}</table:table-row-group>",
        row(text("b"), attributes='table:number-rows-repeated="2"'),
        row(cell('table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048570"'),
    )
    assert grid.rows == ((None, None, "a", "a"), (), (), (), ("b",), ("b",))


def test_hidden_rows_merged_cells_and_filters() -> None:
    grid = grid_of(
        row(text("a", 'table:number-columns-spanned="2" table:number-rows-spanned="9"'), "<table:covered-table-cell/>"),
        row(text("b"), text("c"), attributes='table:visibility="filter"'),
        row(text("b"), attributes='table:visibility="collapse" table:number-rows-repeated="2"'),
        row(cell(), attributes='table:visibility="collapse" table:number-rows-repeated="1000000"'),
    )
    assert (grid.merged, grid.hidden_rows, grid.is_filtered) == ((Merged(0, 0, 3, 1),), frozenset({2, 3, 4}), True)


def test_hidden_tables_links_and_macros_are_remarked_and_our_stamps_read() -> None:
    hidden = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    more = '<table:table table:name="Old" table:style-name="ta2"><table:table-row/></table:table>'
    linked = '<table:table table:name="New"><table:table-source/></table:table>'
    meta = "".join(
        f'<meta:user-defined meta:name="{name}">{value}</meta:user-defined>'
        for name, value in (("Recourse mark", "a &lt;stamp&gt;"), ("Recourse sheet version", "2026.1"))
    )
    macro = {"Basic/Standard/Module1.xml": b"<x/>"}
    book = book_of(ods("", styles=hidden, more=more + linked, meta=meta, more_parts=macro))
    assert [grid.name for grid in book.grids] == ["Claims", "New"]
    assert (book.version_stamp, book.mark_stamp) == ("2026.1", "a <stamp>")
    assert book.remarks == {FileRemark.HIDDEN_SHEETS, FileRemark.EXTERNAL_LINKS, FileRemark.MACROS}


def test_one_with_a_password_asks_for_one_without() -> None:
    manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    data = ods("", more_parts={"META-INF/manifest.xml": manifest})
    fault = read(FileKind.OPEN_DOCUMENT, data, LIMITS)
    assert fault == FileFault(ReasonCode.PASSWORD_PROTECTED, FileKind.OPEN_DOCUMENT)


FAR = Refusal.FAR_CELLS
BILLION = 'table:number-{}-repeated="999999999"'


@pytest.mark.parametrize(
    ("data", "code", "refusal"),
    [
        (ods(row(text("a", BILLION.format("columns")))), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        (ods(row(text("a"), attributes=BILLION.format("rows"))), ReasonCode.FILE_TOO_LARGE, None),
        (ods(row(cell(BILLION.format("columns")), text("a"))), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        (ods(row(text("a", 'table:number-columns-repeated="9999999999"'))), ReasonCode.FILE_TOO_LARGE, FAR),
        (ods(row(text("a", 'table:number-columns-repeated="-1"'))), ReasonCode.FILE_TOO_LARGE, Refusal.FAR_CELLS),
        (
            ods(row(text("a", 'table:number-columns-repeated="90"'), attributes='table:number-rows-repeated="5000"')),
            ReasonCode.FILE_TOO_LARGE,
            Refusal.TOO_MANY_CELLS,
        ),
        (
            ods(row(text("a", 'table:number-columns-spanned="999999" table:number-rows-spanned="999999"'))),
            ReasonCode.FILE_TOO_LARGE,
            Refusal.HUGE_MERGES,
        ),
        (
            ods(row(text("x" * 10_000, 'table:number-columns-repeated="3000"'))),
            ReasonCode.FILE_TOO_LARGE,
            Refusal.TOO_MUCH_TEXT,
        ),
        (ods(row(text("<text:a>" * 300 + "</text:a>" * 300))), ReasonCode.UNREADABLE_FILE, Refusal.NESTED_TOO_DEEP),
        (ods("", start='<!DOCTYPE x [<!ENTITY a "b">]>'), ReasonCode.UNREADABLE_FILE, Refusal.DOCTYPE),
        (ods("<table:table-row>"), ReasonCode.UNREADABLE_FILE, None),
        (ods(row(cell('office:value-type="float" office:value="many"'))), ReasonCode.UNREADABLE_FILE, None),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_hostile_document_is_refused(data: bytes, code: ReasonCode, refusal: Refusal | None) -> None:
    assert read(FileKind.OPEN_DOCUMENT, data, LIMITS) == FileFault(code, FileKind.OPEN_DOCUMENT, refusal)
