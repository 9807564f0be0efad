"""Several people and facilities at once: each row is registered, or every reason why not is known."""

import pytest

from complaints.cells import CellValue, Grid, Merged, Uncalculated, Workbook
from complaints.model import Flaw, Place, Role
from complaints.registration_sheet import (
    REGISTRATION_COLUMNS,
    Problem,
    RegistrationFault,
    RegistrationField,
    RegistrationRow,
    Trouble,
    read_registration,
    read_registration_sheets,
)

HEADERS: list[CellValue] = [column.header for column in REGISTRATION_COLUMNS]


def read(*rows: list[CellValue]) -> tuple[RegistrationRow | RegistrationFault, ...]:
    return read_registration(Workbook((Grid("Registration", tuple(map(tuple, rows))),)))


def test_our_own_sheet() -> None:
    assert read(
        ["Registration of users"],
        [],
        HEADERS,
        ["Lakeside Clinic", 36123456789.0, 1234567893.0, "Clinic", "Pat Clerk", "Pat@Clinic.example", "312-555-0100",
         "Billing agent"],
        [None] * 8,
        ["Quick Transport", "036123456780", "n/a", None, None, "mailto:desk@transport.example", 3125550101.0, None],
    ) == (
        RegistrationRow(4, "Lakeside Clinic", "036123456789", "1234567893", "pat@clinic.example", "Pat Clerk", "Clinic",
                        "312-555-0100", Role.BILLING_AGENT),
        RegistrationRow(6, "Quick Transport", "036123456780", None, "desk@transport.example", phone="3125550101"),
    )  # fmt: skip


def test_the_medicaid_id_is_the_provider_here() -> None:
    rows = read(["Facility", "Medicaid ID", "E-mail address"], ["Lakeside", "036123456789", "pat@clinic.example"])
    assert rows == (RegistrationRow(2, "Lakeside", "036123456789", None, "pat@clinic.example"),)


def test_all_problems_of_a_row_at_once() -> None:
    rows = read(HEADERS, [None, "12345", "1234567890", "Clinic", "Pat", "not an address", "#N/A", "janitor"])
    assert rows == (
        RegistrationFault(
            2,
            (
                Problem(RegistrationField.PROVIDER_NAME, Trouble.MISSING, Place(2, "A")),
                Problem(RegistrationField.HFS_ID, Flaw.WRONG_LENGTH, Place(2, "B"), "12345"),
                Problem(RegistrationField.NPI, Flaw.CHECK_DIGIT, Place(2, "C"), "1234567890"),
                Problem(RegistrationField.EMAIL, Trouble.NOT_AN_ADDRESS, Place(2, "F"), "not an address"),
                Problem(RegistrationField.PHONE, Flaw.ERROR_CELL, Place(2, "G"), "#N/A"),
                Problem(RegistrationField.ROLE, Flaw.NOT_A_CHOICE, Place(2, "H"), "janitor"),
            ),
        ),
    )


def test_a_missing_column_is_missing_in_every_row() -> None:
    rows = read(["Facility", "E-mail"], ["Lakeside", "pat@clinic.example"])
    assert rows == (RegistrationFault(2, (Problem(RegistrationField.HFS_ID, Trouble.MISSING, Place(2)),)),)


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "a b@c.example",
        "a@b.example, c@d.example",
        "@b.example",
        "a@b..example",
        "a\u0430@b.example",
        "a..b@c.example",
    ],
)
def test_what_is_no_address(address: str) -> None:
    (row,) = read(HEADERS, ["Lakeside", "036123456789", None, None, None, address, None, None])
    assert isinstance(row, RegistrationFault)
    assert row.problems == (Problem(RegistrationField.EMAIL, Trouble.NOT_AN_ADDRESS, Place(2, "F"), address),)


def test_no_table_and_no_rows() -> None:
    (fault,) = read(["Dear Department"])
    assert isinstance(fault, RegistrationFault)
    assert fault.row is None
    assert [problem.field for problem in fault.problems] == [
        column.field for column in REGISTRATION_COLUMNS if column.required
    ]
    assert read(HEADERS) == ()


def test_where_the_table_is_and_what_is_right_in_it() -> None:
    rows: list[tuple[CellValue, ...]] = [("Registration of users",), (), tuple(HEADERS)]
    rows += [("Lakeside", "036123456789", None, None, None, "pat@clinic.example"), ("Lakeside", "12")]
    (sheet,) = read_registration_sheets(Workbook((Grid("Notes", ()), Grid("Our people", tuple(rows)))))
    assert (sheet.sheet, sheet.header_row) == ("Our people", 3)
    assert ([row.row for row in sheet.rows], [fault.row for fault in sheet.faults]) == ([4], [5])
    assert read_registration_sheets(Workbook((Grid("Notes", (("Dear Department",),)),))) == ()


def test_a_sheet_for_each_facility() -> None:
    """What explains, what is empty and what has not all the required columns is none of them."""

    def grid(name: str, *rows: tuple[CellValue, ...], headers: tuple[CellValue, ...] = tuple(HEADERS)) -> Grid:
        return Grid(name, (headers, *rows))

    north = ("North", "036123456781", None, None, None, "north@clinic.example")
    south = ("South", "036123456782", None, None, None, "south@clinic.example")
    book = Workbook(
        (
            grid("How to fill in", ("Sample", "036123456780", None, None, None, "sample@clinic.example")),
            grid("North", north),
            grid("Phones", ("North", "north@clinic.example"), headers=("Facility", "E-mail")),
            grid("South", south, ("South", "12", None, None, None, "s@clinic.example")),
            grid("East"),
        )
    )
    sheets = read_registration_sheets(book)
    assert [(sheet.sheet, len(sheet.rows), len(sheet.faults)) for sheet in sheets] == [("North", 1, 0), ("South", 1, 1)]
    assert read_registration(book) == (*sheets[0].results, *sheets[1].results)
    (empty,) = read_registration_sheets(Workbook((grid("East"),)))
    assert empty.results == ()


def test_words_below_the_table_are_nobody() -> None:
    person: list[CellValue] = ["Lakeside", "036123456789", None, None, None, "pat@clinic.example"]
    notes: list[list[CellValue]] = [
        ["Total: 1 person"],
        ["* Please call us"],
        [None, None, None, None, "Prepared by Pat"],
    ]
    assert len(read(HEADERS, person, *notes)) == 1
    assert [row.row for row in read(HEADERS, person, ["Total Care Clinic"], ["Notewell"])] == [2, 3, 4]


def test_a_formula_without_a_result_is_named() -> None:
    (fault,) = read(["Facility", "HFS ID", "E-mail"], ["Lakeside", Uncalculated.FORMULA, "pat@clinic.example"])
    assert isinstance(fault, RegistrationFault)
    assert [problem.trouble for problem in fault.problems] == [Flaw.NOT_CALCULATED]


def test_a_provider_merged_beside_all_its_people() -> None:
    """Also where the merge says more rows than there are, and where one overlaps another."""
    rows: tuple[tuple[CellValue, ...], ...] = (
        ("Facility", "HFS ID", "User", "E-mail"),
        ("Lakeside", "036123456789", "Pat", "pat@clinic.example"),
        (None, None, "Kim", "kim@clinic.example"),
        (None, None, "Lee", "lee@clinic.example"),
    )
    merged = (Merged(1, 0, 3, 0), Merged(1, 1, 9_000_000, 1), Merged(2, 1, 3, 1))
    read_rows = read_registration(Workbook((Grid("Registration", rows, merged),)))
    assert [(row.provider_name, row.hfs_id) for row in read_rows if isinstance(row, RegistrationRow)] == [
        ("Lakeside", "036123456789")
    ] * 3
