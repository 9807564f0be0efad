"""`recourse judge`: a file judged as if it had just come in, and nothing written anywhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.letter_reader import FileReader
from bot.letters import SheetFile, SheetsRead, read_files, read_sheets
from bot.marked_sheets import marking_of
from complaints.deadlines import local_date
from complaints.eligibility import Facts, judge
from complaints.errors import UsageError
from complaints.mcos import load_roster
from complaints.model import Complaint
from complaints.notices import CouldNotRead
from complaints.policy import load_policy
from complaints.verdict import Finding, Verdict
from conversations.events import File, FileEach, LetterRead, Say
from conversations.letter_turn import turn_of_letter
from mailin.letter import Letter, Part
from mailin.limits import Unreadable
from sheets.kinds import FileFault, FileKind, kind_of
from tickets.submission import Judged as JudgedComplaint

Known = Callable[[Complaint], Awaitable[Facts]]
"""What is known about a complaint's submitter: from the registry, or that it was not asked."""

CHECK_STAMP = "checked by recourse judge"
"""In a workbook that was marked at a terminal: it answers no letter."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on each complaint in the file, and why there are no more."""

    received: datetime
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[SheetFile, ...] = ()
    """The workbooks with the complaints, in the order of the verdicts."""


async def judge_file(path: Path, received: datetime, known: Known, marked: Path | None = None) -> Judged:
    """Judge a workbook, or a mail or an archive with workbooks in it; `marked` is where the marked workbook goes.

    UsageError: there is no such file, or nothing that can be marked in it.
    """
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}. Give a workbook (.xlsx, .csv …) or a mail (.eml)."
        ) from error
    today = local_date(received, load_policy())
    async with FileReader(workers=1) as reader:
        if path.suffix.lower() == ".eml" or kind_of(body, path.name) is FileKind.MAIL:
            letter = await _letter(body, reader)
            read = await read_sheets(letter, reader, today)
            complaints, findings = _told_by(letter, read, today)
        else:
            read = await read_files((Part(path.name, "", body),), reader, today)
            document = (read.document,) if read.document else ()
            complaints, findings = read.complaints, (*read.unreadable, *document)
        verdicts = tuple([judge(complaint, await known(complaint), today) for complaint in complaints])
        judged = Judged(
            received, verdicts, findings, tuple(file for file in read.files if file.complaints) if verdicts else ()
        )
        if marked is not None:
            await _write_marked(marked, judged, reader)
    return judged


def unregistered_facts() -> Facts:
    """The law alone: no registry was asked, no ticket is known."""
    return Facts(load_policy(), load_roster())


async def _letter(body: bytes, reader: FileReader) -> Letter:
    letter = await reader.letters.read(body, "someone@example.org")
    if isinstance(letter, Unreadable):
        raise UsageError(f"this is not a mail that can be read ({letter.reason.value}).")
    return letter


def _told_by(letter: Letter, read: SheetsRead, today: date) -> tuple[Sequence[Complaint], tuple[Finding, ...]]:
    match turn_of_letter(LetterRead(read.complaints, read.unreadable, read.document, letter.text), today):
        case File(complaint):
            return (complaint,), ()
        case FileEach(complaints, unreadable):
            return complaints, unreadable
        case Say(CouldNotRead(findings)):
            return (), findings
        case _:
            return (), ()


async def _write_marked(out: Path, judged: Judged, reader: FileReader) -> None:
    """A file with several workbooks gives OUT-1.xlsx, OUT-2.xlsx …"""
    if not judged.files:
        raise UsageError("--marked: no workbook with claims was found in the file, so there is nothing to mark.")
    at = 0
    for number, file in enumerate(judged.files, 1):
        verdicts = judged.verdicts[at : at + len(file.complaints)]
        at += len(file.complaints)
        marking = marking_of([JudgedComplaint(unregistered_facts(), verdict) for verdict in verdicts], CHECK_STAMP)
        body = await reader.mark(file.part.body, file.part.name, marking)
        target = out if len(judged.files) == 1 else out.with_stem(f"{out.stem}-{number}")
        if isinstance(body, FileFault):
            raise UsageError(f"--marked: this workbook can be read but not marked ({body.kind.value}).")
        try:
            await asyncio.to_thread(target.write_bytes, body)
        except OSError as error:
            raise UsageError(f"cannot write {target}: {error.strerror}.") from error
