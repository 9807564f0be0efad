"""Workbooks whose trouble is not in one table's headers or values: several tabs, hidden tabs, plans that differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from complaints.how_read import NoteCode
from complaints.model import Field
from complaints.verdict import Outcome, ReasonCode
from tests.corpus.arranging import arrange
from tests.corpus.books import Book, Feature, Tab, Written
from tests.corpus.cases import Case
from tests.corpus.expected import Expected, ExpectedComplaint, Found
from tests.corpus.header_styles import HEADER_STYLES, HeaderStyle
from tests.corpus.invented import MCO, OTHER_MCO, claims
from tests.corpus.programs import PROGRAMS
from tests.corpus.value_styles import VALUE_STYLES, ValueStyle, row

WRITTEN_BY = ("openpyxl_xlsx", "libreoffice_ods", "libreoffice_xls", "sheetjs_xlsb", "exceljs_xlsx", "sheetjs_ods")
_HEADERS = {style.name: style for style in HEADER_STYLES}
_VALUES = {style.name: style for style in VALUE_STYLES}
_TABS = frozenset({Feature.TABS})


@dataclass(frozen=True, slots=True)
class WholeBook:
    name: str
    about: str
    tabs: tuple[Tab, ...]
    expected: Expected
    needs: frozenset[Feature] = field(default_factory=frozenset)


def values_from(first: int) -> ValueStyle:
    """Plain claims that are in no other tab."""
    return ValueStyle("others", "", tuple(map(row, claims(4, first))))


def _named(tab: Tab, name: str) -> Tab:
    return replace(tab, name=name)


def _one(
    headers: HeaderStyle, values: ValueStyle = _VALUES["plain"], name: str = "Claims"
) -> tuple[Tab, ExpectedComplaint]:
    book, complaint = arrange(headers, values)
    return _named(book.tabs[-1], name), complaint


def _noted(complaint: ExpectedComplaint, code: NoteCode) -> ExpectedComplaint:
    return replace(complaint, notes={**complaint.notes, code: frozenset()})


def _rejected(complaint: ExpectedComplaint, mco: str | None, *found: Found) -> Expected:
    return Expected((replace(complaint, outcome=Outcome.REJECTED, mco=mco, findings=frozenset(found)),))


def _without(name: Field, code: ReasonCode) -> tuple[tuple[Tab, ...], Expected]:
    """A table in which a required column is not there at all."""
    office = _HEADERS["office"]
    tab, complaint = _one(replace(office, order=tuple(each for each in office.order if each is not name)))
    found = [Found(number, code, name) for number in complaint.claims]
    return (tab,), _rejected(complaint, MCO, *found)


def _two_plans() -> tuple[tuple[Tab, ...], Expected]:
    office = _HEADERS["office"]
    tab, complaint = _one(office)
    cells = {**tab.cells, (4, 1): Written("Meridian")}
    return (replace(tab, cells=cells),), _rejected(complaint, None, Found(None, ReasonCode.SEVERAL_MCOS, Field.MCO))


def _plan_called(words: str, code: ReasonCode) -> tuple[tuple[Tab, ...], Expected]:
    tab, complaint = _one(replace(_HEADERS["ours_labelled"], plan=words))
    return (tab,), _rejected(complaint, None, Found(None, code, Field.MCO))


def _coverage(words: str, code: ReasonCode) -> tuple[tuple[Tab, ...], Expected]:
    tab, complaint = _one(replace(_HEADERS["far_labelled"]))
    cells = {**tab.cells, (8, 3): Written("Coverage:"), (8, 4): Written(words)}
    return (replace(tab, cells=cells),), _rejected(complaint, MCO, Found(None, code, Field.COVERAGE))


def whole_books() -> Iterator[WholeBook]:
    office, system = _HEADERS["office"], _HEADERS["system"]
    tab, complaint = _one(office, name="Molina")
    other_tab, other = _one(replace(system, plan="Meridian"), values_from(5), name="Meridian")
    other = replace(other, mco=OTHER_MCO)
    notes = Tab("Notes", {(1, 1): Written("Call log"), (2, 1): Written("10/5 left a message")})
    again = _named(tab, "Copy of Molina")
    secret = replace(other_tab, is_hidden=True)
    hidden = frozenset({Feature.TABS, Feature.HIDDEN_TABS})
    yield WholeBook("tab_per_plan", "one tab for each plan", (tab, other_tab), Expected((complaint, other)), _TABS)
    yield WholeBook(
        "same_tab_twice",
        "a tab and a copy of it",
        (tab, again),
        Expected((_noted(complaint, NoteCode.REPEATED_SHEETS),)),
        _TABS,
    )
    yield WholeBook(
        "notes_beside",
        "a tab of notes behind the table",
        (tab, notes),
        Expected((_noted(complaint, NoteCode.OTHER_SHEETS),)),
        _TABS,
    )
    yield WholeBook(
        "hidden_tab",
        "a hidden tab with other claims",
        (tab, secret),
        Expected((_noted(complaint, NoteCode.HIDDEN_SHEETS),)),
        hidden,
    )
    yield WholeBook(
        "empty_tabs",
        "Sheet2 and Sheet3 empty",
        (tab, Tab("Sheet2", {}), Tab("Sheet3", {})),
        Expected((replace(complaint, may_note=frozenset({NoteCode.OTHER_SHEETS})),)),
        _TABS,
    )
    yield from _rejected_wholly()
    yield WholeBook(
        "marked_by_us", "our own first sheet and status column in it", _marked(tab), Expected((complaint,)), _TABS
    )
    yield WholeBook("no_rows", "headers with nothing below", (_headers_only(),), Expected(fault=ReasonCode.NO_ROWS))
    yield WholeBook("no_table", "a workbook about something else", (notes,), Expected(fault=ReasonCode.UNREADABLE_FILE))


def _rejected_wholly() -> Iterator[WholeBook]:
    for name, about, (tabs, expected) in (
        ("no_rin", "no column for the RIN", _without(Field.RIN, ReasonCode.MISSING_FIELD)),
        (
            "no_tracking",
            "no column for the tracking number",
            _without(Field.TRACKING_NUMBER, ReasonCode.MISSING_TRACKING_NUMBER),
        ),
        (
            "no_dispute_date",
            "no column for the day of the dispute",
            _without(Field.DISPUTE_DATE, ReasonCode.MISSING_DISPUTE_DATE),
        ),
        ("two_plans", "claims with two plans in one table", _two_plans()),
        ("unknown_plan", "a plan that is none of ours", _plan_called("Sunflower Mutual", ReasonCode.UNKNOWN_MCO)),
        ("several_meanings", "a plan's name with several meanings", _plan_called("Centene", ReasonCode.UNKNOWN_MCO)),
        ("no_plan", "no plan named at all", _plan_called("", ReasonCode.MISSING_FIELD)),
        ("medicare", "Medicare's part", _coverage("Medicare", ReasonCode.MEDICARE_ONLY)),
        ("fee_for_service", "fee-for-service", _coverage("Fee-for-service", ReasonCode.FEE_FOR_SERVICE)),
    ):
        yield WholeBook(name, about, tabs, expected)


def _headers_only() -> Tab:
    headers = _HEADERS["ours"]
    return Tab(
        "Claims", {(1, column): Written(headers.words[Field(name)]) for column, name in enumerate(headers.order, 1)}
    )


def _marked(tab: Tab) -> tuple[Tab, ...]:
    column = tab.size[1] + 1
    words = {1: "Recourse status", 2: "To mend: see the coloured cells", 3: "Accepted, ticket 2026-000123-4"}
    cells = {**tab.cells, **{(line, column): Written(said) for line, said in words.items()}}
    summary = Tab("Recourse", {(1, 1): Written("One claim needs you"), (3, 1): Written("Row 2: the date is missing")})
    return summary, replace(tab, cells=cells)


def whole_book_cases() -> Iterator[Case]:
    programs = [program for program in PROGRAMS if program.key in WRITTEN_BY]
    for book in whole_books():
        for program in programs:
            if book.needs <= program.can:
                name = f"{program.key}__whole__{book.name}"
                yield Case(name, program, "", book.name, Book(book.tabs, needs=book.needs), book.expected)
