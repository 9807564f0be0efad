"""Every workbook of the corpus as a case: what is written by whom, and what must be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from complaints.how_read import NoteCode
from tests.corpus.arranging import arrange, fit
from tests.corpus.books import Book
from tests.corpus.expected import Expected, ExpectedComplaint
from tests.corpus.header_styles import HEADER_STYLES, HeaderStyle
from tests.corpus.programs import PROGRAMS, Program
from tests.corpus.value_styles import VALUE_STYLES, ValueStyle


@dataclass(frozen=True, slots=True)
class Case:
    """One workbook."""

    name: str
    program: Program
    headers: str
    values: str
    book: Book
    expected: Expected

    @property
    def file_name(self) -> str:
        return self.name + self.program.suffix


def workbook_cases() -> Iterator[Case]:
    """Every program with every second header style and every second value style that it can write, the other one of
    each pair going round; the next program takes the others."""
    for turn, program in enumerate(PROGRAMS):
        pairs: dict[tuple[str, str], tuple[HeaderStyle, ValueStyle]] = {}
        for index, headers in enumerate(HEADER_STYLES):
            if (index + turn) % 2 == 0 and (values := _partner_values(program, headers, 3 * (index // 2) + turn)):
                pairs[headers.name, values.name] = (headers, values)
        for index, values in enumerate(VALUE_STYLES):
            if (index + turn) % 2 == 0 and (head := _partner_headers(program, values, 5 * (index // 2) + turn)):
                pairs[head.name, values.name] = (head, values)
        for headers, values in pairs.values():
            yield case_of(program, headers, values)


def case_of(program: Program, headers: HeaderStyle, values: ValueStyle) -> Case:
    book, complaint = arrange(headers, values)
    expected = Expected((_as_told_by(program, complaint),))
    return Case(f"{program.key}__{headers.name}__{values.name}", program, headers.name, values.name, book, expected)


def _can(program: Program, headers: HeaderStyle, values: ValueStyle) -> bool:
    return fit(headers, values) and headers.needs | values.needs <= program.can


def _partner_values(program: Program, headers: HeaderStyle, start: int) -> ValueStyle | None:
    around = (VALUE_STYLES[(start + step) % len(VALUE_STYLES)] for step in range(len(VALUE_STYLES)))
    return next((values for values in around if _can(program, headers, values)), None)


def _partner_headers(program: Program, values: ValueStyle, start: int) -> HeaderStyle | None:
    around = (HEADER_STYLES[(start + step) % len(HEADER_STYLES)] for step in range(len(HEADER_STYLES)))
    return next((headers for headers in around if _can(program, headers, values)), None)


def _as_told_by(program: Program, complaint: ExpectedComplaint) -> ExpectedComplaint:
    """Where the format is told to keep hidden rows to itself, the note may be missing."""
    about_hidden = {NoteCode.HIDDEN_ROWS, NoteCode.FILTERED_ROWS} & complaint.notes.keys()
    if not (program.may_not_tell_hidden and about_hidden):
        return complaint
    notes = {code: rows for code, rows in complaint.notes.items() if code not in about_hidden}
    may = complaint.may_note | {NoteCode.HIDDEN_ROWS, NoteCode.FILTERED_ROWS}
    return replace(complaint, notes=notes, may_note=may)
