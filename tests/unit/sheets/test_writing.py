"""The sheets we give out: what a clerk finds in them, and that our own reader gets everything back."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from complaints.cells import Workbook
from complaints.claim_sheet import CATEGORY_WORDS, CLAIM_COLUMNS, COVERAGE_WORDS, SHEET_VERSION, Kind
from complaints.model import Category, ClaimIssue, Complaint, Coverage, Entry, Field, Flaw, Source
from complaints.registration_sheet import REGISTRATION_COLUMNS
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import ReasonCode
from sheets.child import read
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.text import clean, neutral
from sheets.writing import cells_to_fill, claim_sheet, registration_sheet
from tests.unit.sheets.claims import FIRST_ROW, MCOS, TODAY, claim, filled_by_openpyxl, values_of

HEADER_ROW = FIRST_ROW - 1
REQUIRED = [index for index, column in enumerate(CLAIM_COLUMNS, 1) if column.required]


def opened(data: bytes) -> Any:
    return load_workbook(BytesIO(data))


def cells_of(data: bytes) -> Workbook:
    book = read(FileKind.XLSX, data, LIMITS)
    assert isinstance(book, Workbook)
    return book


def complaint_in(data: bytes) -> Complaint:
    complaint = read_claim_sheet(cells_of(data), TODAY)
    assert isinstance(complaint, Complaint)
    return complaint


def choices_at(book: Any, cell: str) -> list[str]:
    """What the drop-down of this cell offers."""
    check = next(check for check in book.worksheets[0].data_validations.dataValidation if cell in check.sqref)
    name, cells = check.formula1.split("!")
    return [row[0].value for row in book[name][cells.replace("$", "")]]


def test_a_blank_sheet_has_no_rows_and_carries_its_version() -> None:
    book = cells_of(claim_sheet(MCOS))
    assert [grid.name for grid in book.grids] == ["Claims", "Instructions"]
    assert book.version_stamp == SHEET_VERSION
    assert read_claim_sheet(book, TODAY) == SheetFault(ReasonCode.NO_ROWS)


def test_required_columns_are_marked_and_the_header_stays_in_view() -> None:
    sheet = opened(claim_sheet(MCOS)).worksheets[0]
    headers = list(sheet[HEADER_ROW])
    assert [cell.value for cell in headers] == [
        f"{column.header} *" if column.required else column.header for column in CLAIM_COLUMNS
    ]
    colours = {index: cell.fill.start_color.rgb for index, cell in enumerate(headers, 1)}
    assert {colours[index] for index in REQUIRED}.isdisjoint(
        colours[index] for index in colours if index not in REQUIRED
    )
    assert sheet.freeze_panes == f"B{FIRST_ROW}"
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.oddFooter.right.text == "Page &P of &N"


@pytest.mark.parametrize("column", CLAIM_COLUMNS, ids=lambda column: column.field.value)
def test_every_column_keeps_what_is_typed_and_says_what_belongs_there(column: Any) -> None:
    sheet = opened(claim_sheet(MCOS)).worksheets[0]
    letter = sheet.cell(HEADER_ROW, CLAIM_COLUMNS.index(column) + 1).column_letter
    expected = {Kind.DATE: "m/d/yyyy", Kind.AMOUNT: "#,##0.00", Kind.LONG_TEXT: "General"}.get(column.kind, "@")
    assert sheet.column_dimensions[letter].number_format == expected
    assert sheet[f"{letter}{FIRST_ROW}"].number_format == expected
    (check,) = (c for c in sheet.data_validations.dataValidation if f"{letter}{FIRST_ROW + 499}" in c.sqref)
    assert check.showInputMessage
    assert check.prompt == column.hint
    assert check.type == {Kind.DATE: "date", Kind.AMOUNT: "decimal", Kind.DIGITS9: "textLength"}.get(column.kind)
    assert check.errorStyle in {None, "warning"}, "nobody is stopped from typing what they know to be right"


def test_the_drop_downs_offer_the_plans_the_categories_and_the_payers() -> None:
    book = opened(claim_sheet(MCOS))
    assert choices_at(book, "B4") == list(MCOS)
    assert choices_at(book, "B5") == list(CATEGORY_WORDS.values())
    assert choices_at(book, "B6") == list(COVERAGE_WORDS.values())
    assert book["Lists"].sheet_state == "hidden"


def test_the_instructions_show_the_window_with_dates() -> None:
    sheet = opened(claim_sheet(MCOS))["Instructions"]
    lines = {row[0].value: row[1].value for row in sheet.iter_rows() if row[1].value}
    assert "Monday, November 2, 2026" in lines["Example"]
    assert lines["File it"] == "From Wednesday, December 2, 2026 (day 30) until Friday, January 1, 2027 (day 60)."
    assert "Saturday, January 2, 2027" in lines["Too late"]
    assert {f"{column.header} *" for column in CLAIM_COLUMNS if column.required} <= set(lines)


def test_twenty_rows_filled_by_openpyxl_come_back_whole() -> None:
    claims = [claim(number) for number in range(20)]
    complaint = complaint_in(filled_by_openpyxl(claims))
    assert [values_of(issue) for issue in complaint.claims] == claims
    assert [issue.row for issue in complaint.claims] == list(range(FIRST_ROW, FIRST_ROW + 20))
    assert complaint.mco.value == MCOS[1]
    assert complaint.category.value is Category.CLAIMS_AND_PAYMENT
    assert (complaint.hfs_id.value, complaint.npi.value) == ("000123456789", "1234567893")


def entry(value: Any, written: str | None = None) -> Entry[Any]:
    return Entry(value, str(value) if written is None else written)


FULL = Complaint(
    Source.TEXT,
    tuple(
        ClaimIssue(
            row=number + 1,
            tracking_number=entry(f"00{number}450004656"),
            dispute_date=entry(date(2026, 10, 2)),
            response_date=entry(date(2026, 10, 30)),
            member_name=entry("Sample, Ann"),
            rin=entry("001234567"),
            service_from=entry(date(2026, 7, 3)),
            service_to=entry(date(2026, 7, 4)),
            claim_number=entry("19137E00012"),
            authorization_number=entry("000777"),
            billed_amount=entry(125050),
            paid_amount=entry(0),
            denial_reason=entry("CO-16"),
            notes=entry("=HYPERLINK(1)"),
        )
        for number in range(3)
    ),
    mco=entry("Molina"),
    coverage=entry(Coverage.MEDICAID_MANAGED_CARE),
    category=entry(Category.OTHER),
    provider_name=entry("Lakeview Clinic"),
    npi=entry("1234567893"),
    hfs_id=entry("000123456789"),
    contact_name=entry("Jo Example"),
    phone=entry("+1 312 555 0100"),
    email=entry("@jo"),
    description=entry("Two lines\nof text"),
    desired_outcome=entry("-pay"),
)
BLOCK = (
    "mco",
    "coverage",
    "category",
    "provider_name",
    "npi",
    "hfs_id",
    "contact_name",
    "phone",
    "email",
    "description",
    "desired_outcome",
)


def test_what_was_read_from_a_text_is_filled_in_and_comes_back() -> None:
    assert cells_to_fill(FULL, MCOS[1]) == 0
    back = complaint_in(claim_sheet(MCOS, mco=MCOS[1], filled=FULL))
    assert [values_of(issue) for issue in back.claims] == [values_of(issue) for issue in FULL.claims]
    assert {name: getattr(back, name).value for name in BLOCK} == {
        name: getattr(FULL, name).value for name in BLOCK
    } | {"mco": MCOS[1]}


FLAWED: Sequence[tuple[Field, Entry[Any], str]] = [
    (Field.DISPUTE_DATE, Entry(None, "13/4/2026", flaw=Flaw.AMBIGUOUS_DATE, meant=("2026-04-13",)), "2026-04-13"),
    (Field.DISPUTE_DATE, Entry(), "This is needed. The day you filed"),
    (Field.TRACKING_NUMBER, entry("pending"), "This number is needed. The number that the MCO gave"),
    (Field.TRACKING_NUMBER, Entry(None, "1.93E+11", flaw=Flaw.SHORTENED_NUMBER), "Type all its digits."),
    (Field.TRACKING_NUMBER, Entry(None, "#N/A", flaw=Flaw.ERROR_CELL), "Type the value."),
    (Field.MEMBER_NAME, Entry(), "This is needed."),
    (Field.BILLED_AMOUNT, Entry(None, "a lot", flaw=Flaw.NOT_AN_AMOUNT), "1250.00"),
]


@pytest.mark.parametrize(("field", "flawed", "advice"), FLAWED)
def test_cells_to_mend_are_coloured_and_say_how(field: Field, flawed: Entry[Any], advice: str) -> None:
    issue = ClaimIssue(
        **{name: getattr(FULL.claims[0], name) for name in FULL.claims[0].__slots__} | {field.value: flawed}
    )
    complaint = Complaint(Source.TEXT, (issue,), mco=entry("Molina"))
    sheet = opened(claim_sheet(MCOS, filled=complaint)).worksheets[0]
    (index,) = (number for number, column in enumerate(CLAIM_COLUMNS, 1) if column.field is field)
    cell = sheet.cell(FIRST_ROW, index)
    assert (cell.value or "") == flawed.written
    assert cell.data_type != "e"
    assert advice in cell.comment.text
    assert cell.fill.start_color.rgb != sheet.cell(FIRST_ROW + 1, index).fill.start_color.rgb
    assert sum(1 for row in sheet.iter_rows() for other in row if other.comment) == 1
    assert cells_to_fill(complaint, None) == (field is not Field.BILLED_AMOUNT)


def test_the_plan_is_taken_from_the_rows_when_they_agree() -> None:
    def with_plans(*names: str) -> Complaint:
        claims = (ClaimIssue(row, tracking_number=entry("1"), mco=entry(name)) for row, name in enumerate(names, 1))
        return Complaint(Source.TEXT, tuple(claims))

    assert complaint_in(claim_sheet(MCOS, filled=with_plans("Molina", "Molina"))).mco.value == "Molina"
    differing = opened(claim_sheet(MCOS, filled=with_plans("Molina", "Aetna"))).worksheets[0]
    assert differing["B4"].value is None
    assert "This is needed" in differing["B4"].comment.text


def test_more_claims_than_the_ruled_rows_are_all_there() -> None:
    many = Complaint(Source.TEXT, FULL.claims * 40, mco=entry("Molina"))
    assert len(complaint_in(claim_sheet(MCOS, filled=many)).claims) == 120


@pytest.mark.parametrize("text", ["=1+1", "+1 312", "-pay", "@jo", "\tx", "\rx"])
def test_what_could_run_as_a_formula_is_neutralised_and_read_back(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert clean(neutral(text)) == text


@pytest.mark.parametrize("text", ["", "Ann O'Neil", "'t Hooft", "193450004656", "a\nb", "#N/A"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == clean(text) == text


def test_what_no_workbook_can_hold_is_left_out() -> None:
    assert neutral("a\x00b\x1fc\ud800") == "abc"
    assert len(neutral("=" * 40_000)) == 32_767


def test_the_registration_sheet() -> None:
    data = registration_sheet()
    book = opened(data)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[4]] == [
        f"{column.header} *" if column.required else column.header for column in REGISTRATION_COLUMNS
    ]
    assert choices_at(book, "H5") == ["Provider", "Billing agent"]
    assert sheet["B5"].number_format == "@"
    assert [grid.name for grid in cells_of(data).grids] == ["Registration", "Instructions"]
