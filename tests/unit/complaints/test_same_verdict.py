"""Whatever the order of the headers, the extra columns, the blank rows and the start, the same data is the same
complaint, and whatever stands in the cells, reading ends with an answer."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.cells import CellValue, Grid, Merged, Uncalculated, Workbook
from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.eligibility import judge
from complaints.how_read import HowRead, NoteCode
from complaints.model import NOWHERE, ClaimIssue, Complaint, Entry, Field
from complaints.sheet_reading import SheetFault, read_claim_sheets
from tests.unit.complaints.making import TODAY, facts

Row = list[CellValue]
HEADERS = {
    Field.TRACKING_NUMBER: ("MCO tracking number *", "Tracking #", "Dispute ID", "Tracknig number"),
    Field.DISPUTE_DATE: ("Date dispute submitted to MCO *", "Dispute date", "Date filed with the plan"),
    Field.MEMBER_NAME: ("Member name *", "Patient", "Recipient name"),
    Field.RIN: ("RIN *", "Recipient ID", "Medicaid #"),
    Field.SERVICE_FROM: ("Date of service from *", "DOS", "Service from date"),
    Field.CLAIM_NUMBER: ("MCO claim number", "Claim #", "ICN"),
    Field.BILLED_AMOUNT: ("Billed amount", "Charges ($)"),
}
EXTRAS = ("Our account", "CPT", "DOB", "Biller's initials", "Claim status")
TITLES: tuple[Row, ...] = (
    ["Disputes"],
    ["Run on 11/24/2026"],
    ["MCO", "Meridian"],
    ["Lakeside billing", None, "page 1"],
)

days = st.dates(date(2026, 9, 1), date(2026, 12, 1))
claim = st.tuples(
    st.sampled_from(["PDX-100234", "262450004656", "pending", None, "1.93450004656E+11", 262450004656.0]),
    st.one_of(days, days.map(lambda day: day.strftime("%m/%d/%Y")), st.sampled_from([None, "2/30/2026", "March 14"])),
    st.sampled_from(["Ada Sample", "Total, Ann", "Jo Example"]),
    st.sampled_from(["123456789", 12345678.0, "1234", None]),
    st.one_of(days, st.none()),
    st.sampled_from(["C-1", "C-2", None]),
    st.sampled_from([120.5, "$1,200.00", None]),
)


def bare(complaint: Complaint) -> Any:
    """What was read, without where."""

    def without_place(entry: Entry[Any]) -> Entry[Any]:
        return replace(entry, place=NOWHERE)

    once = {name: getattr(complaint, name) for name in Complaint.__slots__}
    return (
        {name: without_place(entry) for name, entry in once.items() if isinstance(entry, Entry)},
        [
            {name: without_place(getattr(one, name)) for name in ClaimIssue.__slots__ if name != "row"}
            for one in complaint.claims
        ],
    )


def read(*grids: Grid) -> Complaint:
    found = read_claim_sheets(Workbook(grids), TODAY)
    assert not isinstance(found, SheetFault)
    return found[0]


def codes(complaint: Complaint) -> list[Any]:
    verdict = judge(complaint, facts(), TODAY)
    return [verdict.outcome, *sorted((str(f.code), str(f.field), str(f.flaw)) for f in verdict.findings)]


@given(st.data(), st.lists(claim, min_size=1, max_size=6))
def test_the_same_data_gets_the_same_verdict(data: st.DataObject, claims: list[tuple[CellValue, ...]]) -> None:
    plain = Grid("Claims", (("MCO", "Meridian"), tuple(h[0] for h in HEADERS.values()), *claims))
    headers = [data.draw(st.sampled_from(spellings)) for spellings in HEADERS.values()]
    table: list[Row] = [[*headers, *EXTRAS], *([*row, "12", 99213.0, "1/2/1990", "PC", "Denied"] for row in claims)]
    order = data.draw(st.permutations(range(len(table[0]))))
    right, down = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 80))
    moved: list[Row] = [[None] * right + [row[index] for index in order] for row in table]
    for blank in data.draw(st.lists(st.integers(1, len(moved)), max_size=4)):
        moved.insert(blank, [])
    if data.draw(st.booleans()):
        moved.append([*[None] * right, "Total"])
    rows = [*TITLES[: 1 + TITLES.index(["MCO", "Meridian"])], *[[]] * down, *moved]
    other = Grid("Sheet1", (("Nothing", "here"),))
    grids = [Grid("Tabelle1", tuple(map(tuple, rows))), other]
    odd = read(*data.draw(st.permutations(grids)))
    assert bare(odd) == bare(read(plain))
    assert codes(odd) == codes(read(plain))


@given(st.lists(claim, min_size=1, max_size=4), st.data())
def test_every_row_is_a_claim_or_told(claims: list[tuple[CellValue, ...]], data: st.DataObject) -> None:
    words: st.SearchStrategy[CellValue] = st.one_of(
        st.none(), st.sampled_from(["Total", "note", "Example", 0, "n/a"]), st.text(max_size=8)
    )
    noise = data.draw(st.lists(st.lists(words, min_size=7, max_size=7).map(tuple), max_size=4))
    rows = [*noise[:1], *claims, *noise[1:]]
    complaint = read(Grid("Claims", (tuple(h[0] for h in HEADERS.values()), *rows)))
    assert isinstance(complaint.how_read, HowRead)
    left_out = {row for note in complaint.how_read.notes if note.code is NoteCode.NOT_CLAIMS for row in note.rows}
    kept = {one.row for one in complaint.claims}
    ours = set(range(2 + len(noise[:1]), 2 + len(noise[:1]) + len(claims)))
    assert ours <= kept
    assert not kept & left_out


anything = st.one_of(
    st.none(),
    st.text(max_size=10),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.booleans(),
    st.just(Uncalculated.FORMULA),
    st.sampled_from([spelling for spellings in HEADERS.values() for spelling in spellings]),
    st.sampled_from([column.header for column in CLAIM_COLUMNS] + ["Total", "Example", "MCO", "Number", "Claim"]),
)
small = st.integers(0, 8)


@given(
    st.lists(st.lists(anything, max_size=8).map(tuple), max_size=8).map(tuple),
    st.lists(st.builds(Merged, small, small, small, small), max_size=5).map(tuple),
)
def test_any_cells_get_an_answer(rows: tuple[tuple[CellValue, ...], ...], merged: tuple[Merged, ...]) -> None:
    found = read_claim_sheets(Workbook((Grid("A", rows, merged), Grid("B", rows[::-1]))), TODAY)
    if not isinstance(found, SheetFault):
        assert all(complaint.claims and complaint.how_read for complaint in found)
        for complaint in found:
            judge(complaint, facts(), TODAY)
