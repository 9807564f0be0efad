"""A filled registration sheet, read for `recourse providers import`: all rows, or every fault in one error."""

from pathlib import Path
from typing import Any

from bot.letters import is_registration
from complaints.cells import Workbook
from complaints.errors import UsageError
from complaints.registration_sheet import (
    REGISTRATION_COLUMNS,
    Problem,
    RegistrationFault,
    RegistrationRow,
    Trouble,
    read_registration,
)
from mailin.limits import Unreadable
from mailin.reading import read_letter
from sheets.kinds import FileFault
from sheets.reading import looks_like_sheet, read_file

_HEADERS = {column.field: column.header for column in REGISTRATION_COLUMNS}


def read_registration_file(path: Path) -> list[dict[str, Any]]:
    """The rows as `providers.import` takes them, from a sheet or a mail (.eml) that carries one.

    UsageError names every fault: row, column, what is wrong.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}.") from error
    book = _sheet_in_mail(body, path) if path.suffix.lower() == ".eml" else read_file(body, path.name)
    if isinstance(book, FileFault):
        kind = book.kind.value.replace("_", " ")
        raise UsageError(f"{path} cannot be read as a registration sheet ({kind}). Give an .xlsx, .csv or .eml file.")
    results = read_registration(book)
    faults = [fault for fault in results if isinstance(fault, RegistrationFault)]
    if faults:
        lines = "\n".join(f"  {_line(fault, problem)}" for fault in faults for problem in fault.problems)
        raise UsageError(f"nobody was registered from {path}. Mend these and import it again:\n{lines}")
    rows = [row for row in results if isinstance(row, RegistrationRow)]
    if not rows:
        raise UsageError(f"{path} has no filled rows. Each needs a provider name, an HFS provider ID and an e-mail.")
    return [_args(row) for row in rows]


def _sheet_in_mail(body: bytes, path: Path) -> Workbook | FileFault:
    """The registration sheet in a mail as `recourse letters show ID --raw` prints it; else the first sheet in it."""
    letter = read_letter(body, "", frozenset())
    if isinstance(letter, Unreadable):
        raise UsageError(f"{path} is not a mail that can be read ({letter.reason.value}).")
    sheets = [part for part in letter.attachments if looks_like_sheet(part.body, part.name, part.media_type)]
    books = [read_file(part.body, part.name) for part in sheets]
    if not books:
        raise UsageError(f"{path} is a mail without a sheet in it.")
    return next((book for book in books if isinstance(book, Workbook) and is_registration(book)), books[0])


def _args(row: RegistrationRow) -> dict[str, Any]:
    return {
        "name": row.provider_name,
        "hfs_id": row.hfs_id,
        "npi": row.npi,
        "email": row.email,
        "person": row.user_name,
        "role": row.role.value,
    }


def _line(fault: RegistrationFault, problem: Problem) -> str:
    name = _HEADERS[problem.field]
    if fault.row is None:
        return f"there is no column “{name}”"
    where = f"row {fault.row}" + (f", column {problem.place.column}" if problem.place.column else "")
    what = (
        "is empty"
        if problem.trouble is Trouble.MISSING
        else f"cannot be right ({problem.trouble.value.replace('_', ' ')})"
    )
    return f"{where}: {name} {what}"
