"""Files and mails read as `serve` reads them, and compared with what was declared."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.judging import unregistered_facts
from bot.letter_reader import FileReader
from bot.letters import SheetsRead, read_files, read_sheets
from complaints.eligibility import judge
from complaints.how_read import HowRead, NoteCode
from complaints.model import ClaimIssue
from complaints.verdict import Finding, Verdict
from mailin.letter import Letter, Part
from tests.corpus.expected import Expected, ExpectedComplaint, Found, Values
from tests.corpus.invented import TODAY


async def wrong_in_file(body: bytes, name: str, expected: Expected, reader: FileReader) -> list[str]:
    """What came out otherwise than declared; nothing when all is right."""
    return differences(expected, await read_files((Part(name, "", body),), reader, TODAY))


async def wrong_in_mail(raw: bytes, expected: Expected, reader: FileReader) -> list[str]:
    letter = await reader.letters.read(raw, "jo@lakeview.example")
    if not isinstance(letter, Letter):
        return [f"the mail could not be read: {letter.reason}"]
    return differences(expected, await read_sheets(letter, reader, TODAY))


async def wrong_in_folder(
    files: Sequence[tuple[Path, Expected]], reader: FileReader, at_once: int = 2
) -> dict[str, list[str]]:
    """File name → what is wrong in it, for all in which something is."""
    turns = asyncio.Semaphore(at_once)

    async def check(path: Path, expected: Expected) -> tuple[str, list[str]]:
        async with turns:
            return path.name, await wrong_in_file(path.read_bytes(), path.name, expected, reader)

    results = await asyncio.gather(*(check(path, expected) for path, expected in files))
    return {name: wrong for name, wrong in results if wrong}


def differences(expected: Expected, read: SheetsRead) -> list[str]:
    if not expected.complaints:
        return _differences_of_fault(expected, read)
    if len(read.complaints) != len(expected.complaints):
        faults = [f"{fault.code} ({fault.read or ', '.join(fault.choices)})" for fault in _faults(read)]
        return [f"expected {len(expected.complaints)} complaints, got {len(read.complaints)} {faults or ''}".strip()]
    facts = unregistered_facts()
    wrong = []
    for wanted, complaint in zip(expected.complaints, read.complaints, strict=True):
        wrong += _differences_of_verdict(wanted, judge(complaint, facts, TODAY))
        wrong += _differences_of_reading(wanted, complaint.how_read)
    return wrong


def _faults(read: SheetsRead) -> list[Finding]:
    return [*read.unreadable, *((read.document,) if read.document else ())]


def _differences_of_fault(expected: Expected, read: SheetsRead) -> list[str]:
    faults = _faults(read)
    if read.complaints:
        return [f"expected {expected.fault}, got {len(read.complaints)} complaints"]
    if expected.fault is None:
        return [f"expected nothing, got {fault.code} ({fault.read})" for fault in faults]
    if not any(fault.code is expected.fault and expected.kind in (None, fault.read) for fault in faults):
        got = [f"{fault.code} ({fault.read})" for fault in faults]
        return [f"expected {expected.fault} ({expected.kind or 'any'}), got {got}"]
    return []


def _differences_of_verdict(expected: ExpectedComplaint, verdict: Verdict) -> list[str]:
    wrong = []
    if verdict.outcome is not expected.outcome:
        wrong.append(f"outcome: expected {expected.outcome}, got {verdict.outcome}")
    if verdict.mco != expected.mco:
        wrong.append(f"mco: expected {expected.mco}, got {verdict.mco}")
    found = {Found(each.row, each.code, each.field, each.flaw, each.rejects) for each in verdict.findings}
    wrong += [f"missing finding: {each.told()}" for each in sorted(expected.findings - found, key=Found.told)]
    wrong += [f"unexpected finding: {each.told()}" for each in sorted(found - expected.findings, key=Found.told)]
    claims = {claim.row: claim for claim in verdict.complaint.claims}
    if claims.keys() != expected.claims.keys():
        wrong.append(f"rows: expected {sorted(expected.claims)}, got {sorted(claims)}")
    for row in claims.keys() & expected.claims.keys():
        wrong += _differences_of_claim(expected.claims[row], claims[row])
    return wrong


def _differences_of_claim(expected: Values, claim: ClaimIssue) -> list[str]:
    return [
        f"row {claim.row} {name}: expected {value!r}, got {getattr(claim, name.value).value!r}"
        for name, value in expected.items()
        if getattr(claim, name.value).value != value
    ]


def _differences_of_reading(expected: ExpectedComplaint, how: HowRead | None) -> list[str]:
    if how is None:
        return ["it is not told how the sheet was read"]
    wrong = []
    if expected.header_row not in (None, how.header_row):
        wrong.append(f"header row: expected {expected.header_row}, got {how.header_row}")
    if expected.layout not in (None, how.layout):
        wrong.append(f"layout: expected {expected.layout}, got {how.layout}")
    notes: dict[NoteCode, set[int]] = {}
    for note in how.notes:
        notes.setdefault(note.code, set()).update(note.rows)
    wrong += [f"missing note: {code}" for code in sorted(expected.notes.keys() - notes.keys())]
    wrong += [f"unexpected note: {code}" for code in sorted(notes.keys() - expected.notes.keys() - expected.may_note)]
    for code, rows in expected.notes.items():
        if rows and code in notes and notes[code] != rows:
            wrong.append(f"note {code}: expected rows {sorted(rows)}, got {sorted(notes[code])}")
    return wrong
