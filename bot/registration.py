"""A filled registration sheet, read for `recourse providers import`: all rows, or every fault in one error."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.letter_reader import FileReader
from bot.letters import SheetFile, read_files
from complaints.deadlines import local_date
from complaints.errors import UsageError
from complaints.policy import load_policy
from complaints.registration_sheet import (
    RegistrationFault,
    RegistrationRow,
    read_registration,
)
from mailin.letter import Part
from mailin.limits import Unreadable
from templates.registration_words import no_table_says, problem_says


def read_registration_file(path: Path) -> list[dict[str, Any]]:
    """The rows as `providers.import` takes them, from a sheet, an archive or a mail (.eml) that carries one.

    UsageError names every fault: row, column, what is wrong.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}.") from error
    file = asyncio.run(_sheet_in(body, path))
    if file.book is None:
        kind = file.fault.read.replace("_", " ") if file.fault else "unknown"
        raise UsageError(f"{path} cannot be read as a registration sheet ({kind}). Save it as an .xlsx or .csv file.")
    results = read_registration(file.book)
    faults = [fault for fault in results if isinstance(fault, RegistrationFault)]
    if faults:
        lines = "\n".join(f"  {line}" for fault in faults for line in _lines(fault))
        raise UsageError(f"nobody was registered from {path}. Mend these and import it again:\n{lines}")
    rows = [row for row in results if isinstance(row, RegistrationRow)]
    if not rows:
        raise UsageError(f"{path} has no filled rows. Each needs a provider name, an HFS provider ID and an e-mail.")
    return [_args(row) for row in rows]


async def _parts(body: bytes, path: Path, reader: FileReader) -> tuple[Part, ...]:
    """The file itself, or what is attached to a mail as `recourse letters show ID --raw` prints it."""
    if path.suffix.lower() != ".eml":
        return (Part(path.name, "", body),)
    letter = await reader.letters.read(body)
    if isinstance(letter, Unreadable):
        raise UsageError(f"{path} is not a mail that can be read ({letter.reason.value}).")
    return tuple(letter.attachments)


async def _sheet_in(body: bytes, path: Path) -> SheetFile:
    """The registration sheet among these; else the first that could be read, else the first."""
    async with FileReader() as reader:
        read = await read_files(await _parts(body, path, reader), reader, local_date(datetime.now(UTC), load_policy()))
    best = sorted(read.files, key=lambda file: (not file.is_registration, file.book is None))
    if not best and read.document is None:
        raise UsageError(f"{path} is a mail without a sheet in it.")
    return best[0] if best else SheetFile(Part("", "", b""), fault=read.document)


def _args(row: RegistrationRow) -> dict[str, Any]:
    return {
        "name": row.provider_name,
        "hfs_id": row.hfs_id,
        "npi": row.npi,
        "email": row.email,
        "person": row.user_name,
        "role": row.role.value,
    }


def _lines(fault: RegistrationFault) -> list[str]:
    if fault.row is None:
        return [no_table_says(fault)]
    return [
        f"row {fault.row}"
        + (f", column {problem.place.column}" if problem.place.column else "")
        + (f" ({problem.read})" if problem.read else "")
        + f": {problem_says(problem)}"
        for problem in fault.problems
    ]
