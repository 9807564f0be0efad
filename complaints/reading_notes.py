"""What is told of how a sheet was read: each column, whose layout it is, and what a person should know."""

from collections.abc import Iterator, Mapping, Sequence

from complaints.cells import CellValue, FileRemark, Grid, Workbook, column_letter
from complaints.claim_rows import ClaimRows
from complaints.claim_sheet import (
    CLAIM_COLUMNS,
    COMPLAINT_FIELDS,
    INSTRUCTIONS_SHEET_NAME,
    SHEET_VERSION,
    STATUS_HEADER,
    SUMMARY_SHEET_NAME,
)
from complaints.column_choice import Choice
from complaints.header_mapping import words_of
from complaints.how_read import ColumnRead, How, HowRead, Layout, Note, NoteCode
from complaints.model import Field
from complaints.tables import Table
from complaints.values import is_blank, restores_zeros

_OF_CLAIM = {column.field: column for column in CLAIM_COLUMNS}
_DIGITS = {column.field: column.kind.digits for column in (*CLAIM_COLUMNS, *COMPLAINT_FIELDS) if column.kind.digits}
_MUST_BE_RIGHT = (Field.TRACKING_NUMBER, Field.DISPUTE_DATE, Field.RESPONSE_DATE, Field.MEMBER_NAME, Field.RIN,
                  Field.SERVICE_FROM, Field.SERVICE_TO, Field.CLAIM_NUMBER, Field.MCO)  # fmt: skip
"""Fields for which it is told which of several columns was taken. For others it makes no difference."""
_OUR_OWN_SHEETS = frozenset({SUMMARY_SHEET_NAME.casefold(), INSTRUCTIONS_SHEET_NAME.casefold()})
_STATUS = words_of(STATUS_HEADER)

_REMARKS = {
    FileRemark.HIDDEN_SHEETS: NoteCode.HIDDEN_SHEETS,
    FileRemark.MACROS: NoteCode.MACROS,
    FileRemark.EXTERNAL_LINKS: NoteCode.EXTERNAL_LINKS,
}


def how_table_was_read(book: Workbook, table: Table[Field], choices: Sequence[Choice], rows: ClaimRows) -> HowRead:
    """The reading of one table, with the notes about it."""
    columns = _columns_read(table, choices)
    return HowRead(
        sheet=table.grid.name,
        header_row=table.header_row,
        columns=columns,
        layout=_layout(book.version_stamp, table),
        notes=tuple(_notes(table, columns, choices, rows)),
    )


def notes_on_file(book: Workbook, read: int, repeated: int) -> tuple[Note, ...]:
    """What concerns the whole file, of which `read` sheets are complaints and `repeated` hold the same claims again."""
    others = sum(not is_our_own(grid) and _holds_anything(grid) for grid in book.grids) - read - repeated
    notes = [Note(NoteCode.REPEATED_SHEETS, count=repeated)] if repeated else []
    if others > 0:
        notes.append(Note(NoteCode.OTHER_SHEETS, count=others))
    return (*notes, *(Note(code) for remark, code in _REMARKS.items() if remark in book.remarks))


def is_our_own(grid: Grid) -> bool:
    """Whether it is a sheet that we put into the file ourselves: the instructions, or the list of faults."""
    return grid.name.strip().casefold() in _OUR_OWN_SHEETS


def _holds_anything(grid: Grid) -> bool:
    return any(not is_blank(cell) for row in grid.rows for cell in row)


def _columns_read(table: Table[Field], choices: Sequence[Choice]) -> tuple[ColumnRead, ...]:
    field_of = {index: field for field, index in table.columns.items()}
    by_values = {choice.taken for choice in choices if choice.by_values}
    read = []
    for heading in table.headings:
        if words_of(heading.text) == _STATUS:
            continue
        field = field_of.get(heading.column)
        how = How.HEADER
        if field and heading.column in by_values:
            how = How.VALUES
        elif field and heading.match and heading.match.is_spelled_closely:
            how = How.SPELLING
        read.append(ColumnRead(column_letter(heading.column), heading.text, field, how))
    return tuple(read)


def _layout(stamp: str | None, table: Table[Field]) -> Layout:
    """Ours is known by its stamp, while its headers are still there; without one, by our headers in our order."""
    ours = [
        heading.match.field
        for heading in table.headings
        if heading.match and heading.match.field in _OF_CLAIM and heading.match.rank == 0
    ]
    if stamp and stamp != SHEET_VERSION:
        return Layout.OLDER
    if stamp and {column.field for column in CLAIM_COLUMNS if column.required} <= set(ours):
        return Layout.CURRENT
    return Layout.CURRENT if ours == [column.field for column in CLAIM_COLUMNS] else Layout.FOREIGN


def _notes(
    table: Table[Field], columns: Sequence[ColumnRead], choices: Sequence[Choice], rows: ClaimRows
) -> Iterator[Note]:
    for choice in choices:
        if choice.field in _MUST_BE_RIGHT and (choice.others or choice.by_values):
            letters = tuple(column_letter(index) for index in (choice.taken, *choice.others))
            yield Note(NoteCode.COLUMN_CHOSEN, field=choice.field, columns=letters)
    unused = tuple(column.letter for column in columns if column.field is None)
    if unused:
        yield Note(NoteCode.COLUMNS_NOT_USED, columns=unused)
    hidden = tuple(number for number, _ in rows.claims if number in table.grid.hidden_rows)
    if hidden:
        yield Note(NoteCode.FILTERED_ROWS if table.grid.is_filtered else NoteCode.HIDDEN_ROWS, rows=hidden)
    for field, digits in _DIGITS.items():
        restored = tuple(number for number, told in rows.claims if _restored(told, field, digits))
        if restored:
            yield Note(NoteCode.ZEROS_RESTORED, field=field, rows=restored)
    if rows.left_out:
        yield Note(NoteCode.NOT_CLAIMS, rows=rows.left_out)


def _restored(told: Mapping[Field, CellValue], field: Field, digits: int | None) -> bool:
    return digits is not None and restores_zeros(told.get(field), digits)
