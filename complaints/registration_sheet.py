"""The registration sheet: several people and facilities at once (domain.md, "The claim sheet", last lines)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from complaints.cells import CellValue, Grid, Workbook
from complaints.claim_sheet import Column, Kind
from complaints.header_mapping import HeaderMap
from complaints.model import NOWHERE, Entry, Flaw, Place, Role
from complaints.tables import Sought, Table, explains, find_table, find_tables
from complaints.values import choice_reader, is_blank, read_hfs_id, read_npi, read_number, read_text

REGISTRATION_SHEET_NAME = "Registration"


class RegistrationField(StrEnum):
    PROVIDER_NAME = "provider_name"
    HFS_ID = "hfs_id"
    NPI = "npi"
    PROVIDER_TYPE = "provider_type"
    USER_NAME = "user_name"
    EMAIL = "email"
    PHONE = "phone"
    ROLE = "role"


REGISTRATION_COLUMNS: tuple[Column[RegistrationField], ...] = (
    Column(
        RegistrationField.PROVIDER_NAME, "Provider or facility name", Kind.TEXT, 40,
        "One row per person and provider. The name as enrolled with the Department.",
        required=True,
        synonyms=("provider name", "provider", "facility name", "facility", "provider/facility",
                  "organization name", "practice name", "group name"),
    ),
    Column(
        RegistrationField.HFS_ID, "HFS provider ID", Kind.DIGITS12, 18,
        "12 digits: the Medicaid number of the provider, leading zeros too.",
        required=True,
        synonyms=("HFS ID", "HFS number", "HFS provider number", "Medicaid ID", "Medicaid number",
                  "Medicaid provider ID", "Medicaid provider number", "provider ID", "provider number", "IMPACT ID"),
    ),
    Column(
        RegistrationField.NPI, "NPI", Kind.DIGITS10, 14,
        "10 digits. Leave it empty if the provider has none.",
        synonyms=("NPI number", "provider NPI", "billing NPI", "group NPI", "facility NPI",
                  "national provider identifier"),
    ),
    Column(
        RegistrationField.PROVIDER_TYPE, "Provider type", Kind.TEXT, 24,
        "For example hospital, clinic, transportation.",
        synonyms=("facility type", "specialty", "type"),
    ),
    Column(
        RegistrationField.USER_NAME, "User name", Kind.TEXT, 28,
        "The person who will file complaints.",
        synonyms=("user", "contact name", "contact", "contact person", "person", "name", "full name",
                  "representative", "representative name"),
    ),
    Column(
        RegistrationField.EMAIL, "E-mail", Kind.TEXT, 32,
        "The address this person writes from. Answers go there.",
        required=True,
        synonyms=("email address", "user email", "user email address", "contact email", "contact email address"),
    ),
    Column(
        RegistrationField.PHONE, "Phone", Kind.NUMBER, 18,
        "With area code.",
        synonyms=("phone number", "telephone", "telephone number", "contact phone", "contact phone number", "tel"),
    ),
    Column(
        RegistrationField.ROLE, "Role", Kind.CHOICE, 18,
        "Provider, or billing agent if you file for somebody else.",
        synonyms=("user role", "user type", "provider or billing agent"),
    ),
)  # fmt: skip

ROLE_WORDS: dict[Role, str] = {Role.PROVIDER: "Provider", Role.BILLING_AGENT: "Billing agent"}
"""The drop-down of the role. Empty means provider."""
_ROLE_SYNONYMS = {
    Role.PROVIDER: ("provider representative", "facility", "representative", "staff"),
    Role.BILLING_AGENT: ("billing", "agent", "biller", "billing company", "billing service", "third party biller"),
}

_REQUIRED = tuple(column.field for column in REGISTRATION_COLUMNS if column.required)
_REGISTRATIONS = Sought(
    HeaderMap(REGISTRATION_COLUMNS, ("tax ID", "address", "fax", "status", "date", "notes", "comments")),
    any_of=frozenset((RegistrationField.EMAIL, RegistrationField.HFS_ID)),
    certain=frozenset(_REQUIRED),
)
_ATOM, _LABEL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@)(?=.{{3,254}}$){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
"""What a mail can come from: who is registered under anything else could never file."""
_NOTE = re.compile(
    r"\W*(?:(?:(?:grand |sub)?totals?|notes?|remarks?)\s*(?:$|[:=*#\d(-]|(?:of|number|people|persons|users|rows)\b)"
    r"|(?:end of|(?:prepared|submitted|completed) by|please|signature|signed)\b)",
    re.IGNORECASE,
)
_read_role = choice_reader(ROLE_WORDS, _ROLE_SYNONYMS)


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One person who may file for one provider. `hfs_id` is 12 digits, `npi` 10 or None, `email` in lower case."""

    row: int
    provider_name: str
    hfs_id: str
    npi: str | None
    email: str
    user_name: str = ""
    provider_type: str = ""
    phone: str = ""
    role: Role = Role.PROVIDER


class Trouble(StrEnum):
    """What can be wrong with a cell here besides a Flaw."""

    MISSING = "missing"
    NOT_AN_ADDRESS = "not_an_address"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell. `read` is what stands in it; nothing on this sheet is a member's."""

    field: RegistrationField
    trouble: Flaw | Trouble
    place: Place = NOWHERE
    read: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationFault:
    """A row that cannot be registered, with all its problems. `row` None: the workbook has no table of registrations,
    and the problems name the columns that are required."""

    row: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RegistrationSheet:
    """A table of registrations: on the sheet with this name ("" in a .csv), its last line of headers, every filled row
    in its order. `header_row` is as a person sees it."""

    sheet: str
    header_row: int
    results: tuple[RegistrationRow | RegistrationFault, ...]
    has_addresses: bool = True
    """It has a column for e-mail addresses. Without one it may be anybody's list of providers."""

    @property
    def rows(self) -> tuple[RegistrationRow, ...]:
        return tuple(result for result in self.results if isinstance(result, RegistrationRow))

    @property
    def faults(self) -> tuple[RegistrationFault, ...]:
        return tuple(result for result in self.results if isinstance(result, RegistrationFault))


def read_registration(book: Workbook) -> tuple[RegistrationRow | RegistrationFault, ...]:
    """Every filled row of all tables of registrations, in their order; empty when they have no rows."""
    sheets = read_registration_sheets(book)
    if not sheets:
        return (RegistrationFault(None, tuple(Problem(field, Trouble.MISSING) for field in _REQUIRED)),)
    return tuple(result for sheet in sheets for result in sheet.results)


def read_registration_sheets(book: Workbook) -> tuple[RegistrationSheet, ...]:
    """The best table of registrations in the workbook, and those on its other sheets that have all required columns and
    a filled row: an office may keep a sheet for each facility."""
    best = find_table(book, _REGISTRATIONS)
    if best is None:
        return ()
    others = [table for table in find_tables(book, _REGISTRATIONS) if table.grid is not best.grid and _is_sure(table)]
    place = {id(grid): index for index, grid in enumerate(book.grids)}
    sheets = [_read_table(table) for table in sorted((best, *others), key=lambda table: place[id(table.grid)])]
    return tuple(sheet for sheet in sheets if sheet.results or not others)


def _is_sure(table: Table[RegistrationField]) -> bool:
    return table.columns.keys() >= set(_REQUIRED) and not explains(table.grid)


def _read_table(table: Table[RegistrationField]) -> RegistrationSheet:
    table = _spread(table)
    letters = table.letters
    results = tuple(
        _read_row(row, told, letters) for row, told in table.rows(table.columns.keys()) if not _is_a_note(told)
    )
    return RegistrationSheet(
        table.grid.name, table.header_row, results, has_addresses=RegistrationField.EMAIL in table.columns
    )


def _is_a_note(told: Mapping[RegistrationField, CellValue]) -> bool:
    """Nothing but "Total: 5 people" or "Prepared by …" in one cell below the table. In doubt it is a row."""
    said = [value for value in told.values() if not is_blank(value)]
    return len(said) == 1 and isinstance(said[0], str) and bool(_NOTE.match(said[0]))


def _spread(table: Table[RegistrationField]) -> Table[RegistrationField]:
    """Cells that are merged over several rows hold for each of them: one provider's name beside all its people."""
    grid = table.grid
    if not grid.merged:
        return table
    rows: dict[int, list[CellValue]] = {}
    for column in table.columns.values():
        done = table.first
        down = (
            merged for merged in grid.merged if merged.left <= column <= merged.right and merged.top < merged.bottom
        )
        for merged in sorted(down, key=lambda merged: merged.top):
            value = _cell(grid, merged.top, merged.left) if merged.top >= table.first else None
            for index in range(max(done, merged.top), min(merged.bottom + 1, len(grid.rows))):
                cells = rows.setdefault(index, list(grid.rows[index]))
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = value if is_blank(cells[column]) else cells[column]
            done = max(done, merged.bottom + 1)
    return replace(table, grid=replace(grid, rows=tuple(tuple(rows.get(i, row)) for i, row in enumerate(grid.rows))))


def _cell(grid: Grid, row: int, column: int) -> CellValue:
    cells = grid.rows[row] if row < len(grid.rows) else ()
    return cells[column] if column < len(cells) else None


def _read_row(
    row: int, told: Mapping[RegistrationField, CellValue], letters: Mapping[RegistrationField, str]
) -> RegistrationRow | RegistrationFault:
    role = _read_role(told.get(RegistrationField.ROLE))
    texts = {field: read(told.get(field)) for field, read in _READERS.items()}
    troubles = {field: (_trouble(field, entry), entry.written) for field, entry in texts.items()}
    troubles[RegistrationField.ROLE] = role.flaw, role.written
    problems = tuple(
        Problem(field, trouble, Place(row, letters.get(field)), written)
        for field, (trouble, written) in troubles.items()
        if trouble
    )
    if problems:
        return RegistrationFault(row, problems)
    value = {field: entry.value or "" for field, entry in texts.items()}
    return RegistrationRow(
        row=row,
        provider_name=value[RegistrationField.PROVIDER_NAME],
        hfs_id=value[RegistrationField.HFS_ID],
        npi=value[RegistrationField.NPI] or None,
        email=_address(value[RegistrationField.EMAIL]),
        user_name=value[RegistrationField.USER_NAME],
        provider_type=value[RegistrationField.PROVIDER_TYPE],
        phone=value[RegistrationField.PHONE],
        role=role.value or Role.PROVIDER,
    )


_READERS: dict[RegistrationField, Callable[[CellValue], Entry[str]]] = {
    RegistrationField.PROVIDER_NAME: read_text,
    RegistrationField.HFS_ID: read_hfs_id,
    RegistrationField.NPI: read_npi,
    RegistrationField.PROVIDER_TYPE: read_text,
    RegistrationField.USER_NAME: read_text,
    RegistrationField.EMAIL: read_text,
    RegistrationField.PHONE: read_number,
}


def _trouble(field: RegistrationField, entry: Entry[str]) -> Flaw | Trouble | None:
    if entry.is_blank and field in _REQUIRED:
        return Trouble.MISSING
    if field is RegistrationField.EMAIL and entry.value and not _ADDRESS.fullmatch(_address(entry.value)):
        return Trouble.NOT_AN_ADDRESS
    return entry.flaw


def _address(written: str) -> str:
    """In lower case, without the "mailto:" that workbook programs put before it."""
    return written.casefold().removeprefix("mailto:")
