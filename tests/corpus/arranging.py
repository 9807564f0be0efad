"""A header style and a value style make a workbook, and what must be read from it."""

from dataclasses import replace
from datetime import date

from complaints.how_read import Layout, NoteCode
from complaints.model import Field
from complaints.verdict import Outcome, ReasonCode
from tests.corpus.books import Book, Tab, Written
from tests.corpus.expected import ExpectedComplaint, Found
from tests.corpus.header_styles import Extra, HeaderStyle
from tests.corpus.invented import MCO, TABLE
from tests.corpus.value_styles import Filler, Row, ValueStyle, as_typed

Cells = dict[tuple[int, int], Written]


def fit(headers: HeaderStyle, values: ValueStyle) -> bool:
    """Whether the two make a sensible workbook together."""
    return values.is_plain or not headers.for_plain_values


def arrange(headers: HeaderStyle, values: ValueStyle) -> tuple[Book, ExpectedComplaint]:
    cells: Cells = {}
    merged = _head(cells, headers)
    numbers: dict[int, Row] = {}
    not_claims: set[int] = set()
    for number, row in enumerate(values.rows, headers.top + 1):
        if isinstance(row, Row):
            numbers[number] = row
            _write_claim(cells, headers, number, row)
        else:
            _write_filler(cells, headers, number, row)
            if row.is_noted and _stands_among_claims(headers, row):
                not_claims.add(number)
    hidden = frozenset(number for number, row in numbers.items() if row.is_hidden)
    tab = Tab("Claims", cells, headers.top, merged, hidden, blank_tail=values.blank_tail)
    if values.is_filtered:
        right, bottom = headers.left + len(headers.order) - 1, headers.top + len(values.rows)
        column = headers.left + headers.order.index(Field.TRACKING_NUMBER)
        tab = replace(tab, filtered=(headers.top, headers.left, bottom, right), filter_column=column)
    tabs = (_INSTRUCTIONS, tab) if headers.other_tab_first else (tab,)
    needs = headers.needs | values.needs
    return Book(tabs, values.days_from_1904, needs=needs), _expect(headers, values, numbers, not_claims)


_INSTRUCTIONS = Tab("Read me", {(1, 1): Written("Our work list for the health plans"), (3, 1): Written("Ask Jo first")})


def _head(cells: Cells, headers: HeaderStyle) -> tuple[tuple[int, int, int, int], ...]:
    """Writes everything above the claims. The merged ranges."""
    for line in range(headers.titles):
        cells[line + 1, 1] = Written(("Lakeview Clinic", "Billing department", "Open disputes")[line])
    if headers.labels:
        line = max(headers.top - 2, 1)
        cells[line, headers.left], cells[line, headers.left + 1] = Written("MCO:"), Written(headers.plan)
    for column, name in enumerate(headers.order, headers.left):
        cells[headers.top, column] = Written(headers.words[name] if isinstance(name, Field) else name)
    merged = []
    for words, first, last in headers.groups:
        left, right = (headers.left + headers.order.index(end) for end in (first, last))
        cells[headers.top - 1, left] = Written(words)
        merged.append((headers.top - 1, left, headers.top - 1, right))
    if headers.tall:
        for column in range(headers.left, headers.left + len(headers.order)):
            if not any(left <= column <= right for _, left, _, right in merged[: len(headers.groups)]):
                cells[headers.top - 1, column] = cells.pop((headers.top, column))
                merged.append((headers.top - 1, column, headers.top, column))
    return tuple(merged)


def _write_claim(cells: Cells, headers: HeaderStyle, number: int, row: Row) -> None:
    for column, name in enumerate(headers.order, headers.left):
        if isinstance(name, Field):
            cell = Written(headers.plan) if name is Field.MCO else row.cells[name]
        else:
            cell = _extra(headers.extra[name], number, row)
        if cell.value is not None or cell.formula:
            cells[number, column] = cell


def _extra(what: Extra, number: int, row: Row) -> Written:
    match what:
        case "empty":
            return Written(None)
        case "claim number":
            return row.cells[Field.CLAIM_NUMBER]
        case "initials":
            return Written("JQ")
        case "birth date":
            return as_typed(Field.SERVICE_FROM, date(1980, 1, 1 + number % 28))
        case "procedure":
            return Written(99213)
        case "serial":
            return Written(number)


def _write_filler(cells: Cells, headers: HeaderStyle, number: int, row: Filler) -> None:
    for column, name in enumerate(headers.order, headers.left):
        if row.repeats_headers:
            cells[number, column] = cells.get((headers.top, column)) or cells[headers.top - 1, column]
        elif isinstance(name, Field) and name in row.cells and row.cells[name].value is not None:
            cells[number, column] = row.cells[name]
    if row.first:
        cells[number, headers.left] = Written(row.first)


def _stands_among_claims(headers: HeaderStyle, row: Filler) -> bool:
    """Whether it says anything in a column of a claim: else nobody could take it for one, and nothing need be told."""
    told = {name for name, cell in row.cells.items() if cell.value is not None}
    if row.first and isinstance(headers.order[0], Field):
        told.add(headers.order[0])
    return not row.repeats_headers and bool(told & set(TABLE) & set(headers.order))


def _expect(
    headers: HeaderStyle, values: ValueStyle, numbers: dict[int, Row], not_claims: set[int]
) -> ExpectedComplaint:
    read = [name for name in TABLE if name in headers.order]
    found = frozenset(
        Found(number, flaw.code, flaw.field, flaw.flaw, flaw.rejects)
        for number, row in numbers.items()
        for flaw in row.flaws
        if flaw.field in read
    )
    wrong = {each.row for each in found if each.rejects}
    notes = _notes(headers, values, numbers)
    if not_claims:
        notes[NoteCode.NOT_CLAIMS] = frozenset(not_claims)
    may_note = {NoteCode.COLUMNS_NOT_USED} if headers.column_chosen else set()
    if any(isinstance(row, Filler) and (row.repeats_headers or row.first) for row in values.rows):
        may_note.add(NoteCode.NOT_CLAIMS)
    return ExpectedComplaint(
        outcome=Outcome.PARTLY_ACCEPTED if wrong else Outcome.ACCEPTED,
        mco=MCO,
        claims={
            number: {name: row.meant[name] for name in read if name not in row.unread}
            for number, row in numbers.items()
        },
        findings=found | _about_all(headers, numbers),
        notes=notes,
        may_note=frozenset(may_note),
        header_row=headers.top,
        layout=Layout.FOREIGN if headers.is_foreign else None,
    )


def _notes(headers: HeaderStyle, values: ValueStyle, numbers: dict[int, Row]) -> dict[NoteCode, frozenset[int]]:
    notes: dict[NoteCode, frozenset[int]] = {}
    hidden = frozenset(number for number, row in numbers.items() if row.is_hidden)
    if hidden:
        notes[NoteCode.FILTERED_ROWS if values.is_filtered else NoteCode.HIDDEN_ROWS] = hidden
    restored = frozenset(number for number, row in numbers.items() if row.zeros_restored)
    if restored and Field.RIN in headers.order:
        notes[NoteCode.ZEROS_RESTORED] = restored
    if headers.column_chosen:
        notes[NoteCode.COLUMN_CHOSEN] = frozenset()
    elif headers.extra:
        notes[NoteCode.COLUMNS_NOT_USED] = frozenset()
    if headers.other_tab_first:
        notes[NoteCode.OTHER_SHEETS] = frozenset()
    return notes


def _about_all(headers: HeaderStyle, numbers: dict[int, Row]) -> frozenset[Found]:
    """Where the extra column repeats the claim number nothing is to be found: it was not taken."""
    if Field.RIN in headers.order:
        return frozenset()
    return frozenset(Found(number, ReasonCode.MISSING_FIELD, Field.RIN) for number in numbers)
