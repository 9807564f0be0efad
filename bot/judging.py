"""`recourse judge`: a file judged as if it had just come in, and nothing written anywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.letters import book_complaint, read_sheets
from complaints.deadlines import local_date
from complaints.eligibility import Facts, judge
from complaints.errors import UsageError
from complaints.mcos import load_roster
from complaints.model import Complaint
from complaints.notices import CouldNotRead
from complaints.policy import load_policy
from complaints.verdict import Finding, Verdict
from conversations.events import File, LetterRead, Say
from conversations.letter_turn import turn_of_letter
from mailin.limits import Unreadable
from mailin.reading import read_letter
from sheets.reading import SheetReader

Known = Callable[[Complaint], Awaitable[Facts]]
"""What is known about a complaint's submitter: from the registry, or that it was not asked."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, or, when the file holds no complaint, what was found instead."""

    received: datetime
    verdict: Verdict | None
    findings: tuple[Finding, ...] = ()


async def judge_file(path: Path, received: datetime, known: Known) -> Judged:
    """Judge a workbook, a .csv or a mail (.eml). UsageError: there is no such file."""
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}. Give a .xlsx, .csv or .eml file.") from error
    today = local_date(received, load_policy())
    async with SheetReader(workers=1) as reader:
        if path.suffix.lower() == ".eml":
            result = await _complaint_in_mail(body, reader, today)
        else:
            found = book_complaint(await reader.read(body, path.name), today)
            result = found if isinstance(found, Complaint) else (found,)
    if not isinstance(result, Complaint):
        return Judged(received, None, result)
    return Judged(received, judge(result, await known(result), today))


def unregistered_facts() -> Facts:
    """The law alone: no registry was asked, no ticket is known."""
    return Facts(load_policy(), load_roster())


async def _complaint_in_mail(body: bytes, reader: SheetReader, today: date) -> Complaint | tuple[Finding, ...]:
    letter = await asyncio.to_thread(read_letter, body, "someone@example.org", frozenset[str]())
    if isinstance(letter, Unreadable):
        raise UsageError(f"this is not a mail that can be read ({letter.reason.value}).")
    sheets = await read_sheets(letter, reader, today)
    match turn_of_letter(LetterRead(sheets.complaints, sheets.unreadable, sheets.document, letter.text), today):
        case File(complaint):
            return complaint
        case Say(CouldNotRead(findings)):
            return findings
        case _:
            return ()
