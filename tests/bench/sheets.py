"""Claim sheets: what reading and marking one costs beside bare calamine, how much memory a child needs for honest and
for hostile files, and how many letters a second `recourse serve` answers when one in twenty carries a hostile file.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from select import select
from statistics import median
from typing import IO

from python_calamine import CalamineWorkbook

from bot import demo_letters
from bot.enclosures import XLSX
from complaints.cells import Workbook
from complaints.sheet_reading import SheetFault, read_claim_sheets
from sheets.kinds import FileFault, FileKind
from sheets.limits import LIMITS, MB
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from sheets.reading import SheetReader
from sheets.wire import ANSWER, Operation, pack_request, unpack_answer
from tests.bench.mails import floor, mails
from tests.bench.measuring import cpu_seconds, percentile
from tests.bench.places import Place
from tests.bench.sending import Figures, measure
from tests.parts import office
from tests.parts.looking import rows
from tests.parts.program import WIDE_LIMITS, Installation, Server, installation, serving
from tests.parts.waiting import until_async
from tests.unit.sheets.files import with_parts, with_sheet_xml, xlsx

SENDERS = 10
ONE_HOSTILE_IN = 20
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class FileFigures:
    """What one file took. Milliseconds; CPU of all processes, of children that were started or replaced for it, too."""

    name: str
    rows: int
    kilobytes: float
    times: int
    wall: float
    """The median."""
    cpu: float
    """The mean."""


@dataclass(frozen=True, slots=True)
class MemoryFigures:
    """A child of its own that got one file: MB at its peak, and how it ended."""

    name: str
    kilobytes: float
    ended: str
    milliseconds: float
    resident: float
    """VmHWM."""
    address_space: float
    """VmPeak, which is what the child's bound is set on."""
    bound: float


@dataclass(frozen=True, slots=True)
class LetterFigures:
    """One run of letters. The times until the answer are those of the honest ones."""

    sent: Figures
    hostile: int
    children_died: int


@dataclass(frozen=True, slots=True)
class SheetsFound:
    files: list[FileFigures]
    memory: list[MemoryFigures]
    letters: list[LetterFigures]


async def measure_sheets(
    sizes: Sequence[int], times: int, letters: int, places: Sequence[Place], folder: Path
) -> list[SheetsFound]:
    """`times` the smallest sheet is read, larger ones less often. What the databases of `places` do is not counted."""
    not_ours = [pid for place in places for pid in place.database_pids]
    made = {size: claim_sheet(size) for size in sizes}
    files = [one for size in sizes for one in await _measure_files(made[size], size, times, not_ours)]
    memory = await _measure_memory(made[max(sizes)], max(sizes))
    return [SheetsFound(files, memory, await _measure_letters(letters, folder))]


def claim_sheet(count: int) -> bytes:
    """Our own claim sheet with so many claims."""
    day = office.today()
    return demo_letters.sheet_of(demo_letters.eligible_claims(count, day, 1), demo_letters.MERIDIAN, day)


# (a) and (b): reading and marking


async def _measure_files(data: bytes, size: int, times: int, not_ours: Sequence[int]) -> list[FileFigures]:
    today, repeats = office.today(), max(3, min(times, 100 * times // size))
    async with SheetReader(workers=1) as reader:
        marking = marking_of(await _read(reader, data), size)

        async def bare() -> None:
            with CalamineWorkbook.from_object(BytesIO(data)) as book:
                for name in book.sheet_names:
                    book.get_sheet_by_name(name).to_python(skip_empty_area=False)

        async def cells() -> None:
            await _read(reader, data)

        async def complaints() -> None:
            found = read_claim_sheets(await _read(reader, data), today)
            assert not isinstance(found, SheetFault)
            assert sum(len(one.claims) for one in found) == size

        async def marked() -> None:
            body = await reader.mark(data, "claims.xlsx", marking)
            assert isinstance(body, bytes), body

        ways = {"calamine": bare, "read": cells, "read to complaints": complaints, "marked": marked}
        return [
            FileFigures(name, size, len(data) / 1000, repeats, *await _timed(work, repeats, not_ours))
            for name, work in ways.items()
        ]


async def _timed(work: Callable[[], Awaitable[None]], repeats: int, not_ours: Sequence[int]) -> tuple[float, float]:
    """Wall and CPU of one, after one that loads everything."""

    def used() -> float:
        return cpu_seconds([os.getpid()]) - cpu_seconds(not_ours)

    await work()
    took, cpu = [], used()
    for _ in range(repeats):
        began = time.perf_counter()
        await work()
        took.append(time.perf_counter() - began)
    return median(took) * 1000, (used() - cpu) * 1000 / repeats


async def _read(reader: SheetReader, data: bytes) -> Workbook:
    book = await reader.read(data, "claims.xlsx")
    assert isinstance(book, Workbook), book
    return book


def marking_of(book: Workbook, size: int) -> Marking:
    """A status for every row, and a fault in every tenth."""
    sheet = book.grids[0]
    header = next(number for number, row in enumerate(sheet.rows, 1) if row and str(row[0]).startswith("MCO tracking"))
    claims = range(header + 1, header + 1 + size)
    says = "The dispute was submitted 71 days ago. A complaint has to come between day 31 and day 60 after it."
    faulty = claims[::10]
    marks = SheetMarks(
        sheet.name,
        header,
        tuple(CellMark(row, "B", f"{says} Read as 09/14/2026.") for row in faulty),
        tuple(
            RowMark(row, "Too late: see column B." if row in faulty else "Filed.", row not in faulty) for row in claims
        ),
    )
    faults = tuple(Fault(f"Row {row}, column B", says, sheet.name, f"B{row}") for row in faulty)
    return Marking("Some rows need you", ("The rest is filed.",), faults, (marks,), "the benchmark's")


# (c): memory of a child


def hostile_files() -> dict[str, bytes]:
    """A cell as far out as can be, a bomb, and two that make a reader ask for more memory than its child may have:
    whether they get so far is for the guard to say."""
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    lying = f'<sst {names} count="99999999999" uniqueCount="99999999999"><si><t>a</t></si></sst>'
    long = f"<sst {names}><si><t>{'a' * MB}</t></si></sst>"
    shown = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 2001))
    empty = xlsx([["RIN"], ["001234567"]])
    return {
        "far cell": with_sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "bomb": with_parts(empty, {"xl/worksheets/sheet1.xml": b" " * (LIMITS.unpacked + MB)}),
        "lying count of texts": with_parts(empty, {"xl/sharedStrings.xml": lying.encode()}),
        "1 MB text 2,000 times": with_parts(with_sheet_xml(shown), {"xl/sharedStrings.xml": long.encode()}),
    }


async def _measure_memory(data: bytes, size: int) -> list[MemoryFigures]:
    """Each file in a child of its own. The bound is on the address space: the resident memory stays below it."""
    marking = await _marking(data, size)
    small = b"".join(pack_request(Operation.READ, FileKind.XLSX, xlsx([["RIN"], ["001234567"]])))
    hostile = {
        name: b"".join(pack_request(Operation.READ, FileKind.XLSX, body)) for name, body in hostile_files().items()
    }
    requests = {
        "small sheet": small,
        f"{size} rows read": b"".join(pack_request(Operation.READ, FileKind.XLSX, data)),
        f"{size} rows marked": b"".join(pack_request(Operation.MARK, FileKind.XLSX, data, marking)),
        **hostile,
    }
    return [await asyncio.to_thread(_in_a_child, name, request) for name, request in requests.items()]


async def _marking(data: bytes, size: int) -> Marking:
    async with SheetReader(workers=1) as reader:
        return marking_of(await _read(reader, data), size)


def _in_a_child(name: str, request: bytes) -> MemoryFigures:
    words = [sys.executable, "-P", "-m", "sheets.child", json.dumps(asdict(LIMITS))]
    began = time.perf_counter()
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(request)
        peaks = _peaks(child.pid)
        while not select([child.stdout], [], [], 0.001)[0]:
            peaks = _peaks(child.pid) or peaks  # none any more of one that has just died
        took = time.perf_counter() - began
        peaks = _peaks(child.pid) or peaks
        start = child.stdout.read(ANSWER.size) or b""
        body = _rest(child.stdout, *ANSWER.unpack(start)) if start else b""
        peaks = _peaks(child.pid) or peaks
        child.kill()
    return MemoryFigures(
        name, len(request) / 1000, _ended(body), took * 1000, peaks["VmHWM"], peaks["VmPeak"], LIMITS.memory / MB
    )


def _rest(answers: IO[bytes], size: int) -> bytes:
    body = bytearray()
    while len(body) < size and (more := answers.read(size - len(body))):
        body += more
    return bytes(body)


def _ended(body: bytes) -> str:
    answer = unpack_answer(body) if body else None
    match answer:
        case None:
            return "died"
        case FileFault(code, _, refusal):
            return f"{code.value}, {refusal.value}" if refusal else code.value
        case _:
            return "answered"


def _peaks(pid: int) -> dict[str, float]:
    """MB; empty for a process that is ending."""
    lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return {line[0].rstrip(":"): int(line[1]) * 1024 / MB for line in lines if line[0] in ("VmHWM:", "VmPeak:")}


# (d): letters through `recourse serve`


async def _measure_letters(count: int, folder: Path) -> list[LetterFigures]:
    """The floor first, then all honest, then one hostile in twenty, both in the same server."""
    place = installation(folder / "sheets")
    place.folder.mkdir()
    await place.register(office.CLINIC)
    found = [LetterFigures(await floor(folder, SENDERS, mails(800_000, count)), 0, 0)]
    bodies = list(hostile_files().values())
    async with serving(place, settings=WIDE_LIMITS) as server:
        await _whole_way("warm", place, server, mails(0, 10), 0)
        found.append(await _whole_way("all honest", place, server, mails(1_000, count), 0))
        mixed = mails(2_000, count)
        hostile = range(ONE_HOSTILE_IN // 2, count, ONE_HOSTILE_IN)
        for turn, number in enumerate(hostile):
            mixed[number] = _with_hostile(3_000 + number, bodies[turn % len(bodies)])
        name = f"one hostile in {ONE_HOSTILE_IN}"
        found.append(await _whole_way(name, place, server, mixed, len(hostile)))
    return found


def _with_hostile(number: int, body: bytes) -> bytes:
    main, _, sub = XLSX.partition("/")
    mail = office.mail(number, "The sheet is attached.")
    mail.add_attachment(body, maintype=main, subtype=sub, filename="claims.xlsx")
    return mail.as_bytes(policy=SMTP)


async def _whole_way(
    name: str, place: Installation, server: Server, batch: Sequence[bytes], hostile: int
) -> LetterFigures:
    """Until every letter has its answer. Raises AssertionError when an honest one did not become a ticket."""
    tickets, answers, deaths = await _count(place, "tickets"), await _answered(place), _deaths(server)

    async def done() -> bool:
        return len(await _answered(place)) == len(answers) + len(batch)

    async def wait() -> None:
        await until_async(done, f"{len(batch)} answers", 120)

    sent, letters = await measure(name, server.port, [server.process.pid], batch, SENDERS, wait)
    assert await _count(place, "tickets") - tickets == len(batch) - hostile
    told = {int(one.reply.rpartition(" ")[2]): one.at for one in letters}
    now = await _answered(place)
    took = [
        max(0.0, (made - told[letter]) * 1000)
        for letter, (made, is_filed) in now.items()
        if letter in told and is_filed
    ]
    timed = replace(sent, answered_p50=percentile(took, 50), answered_p99=percentile(took, 99))
    return LetterFigures(timed, hostile, _deaths(server) - deaths)


async def _count(place: Installation, table: str) -> int:
    return int((await rows(place.database_url, f"SELECT count(*) FROM {table}"))[0][0])


async def _answered(place: Installation) -> dict[int, tuple[float, bool]]:
    """Letter → when its answer was stored (Unix time), and whether it is about a ticket."""
    found = await rows(place.database_url, "SELECT letter_id, created, ticket FROM notices WHERE letter_id IS NOT NULL")
    return {letter: (_moment(created), ticket is not None) for letter, created, ticket in found}


def _moment(when: str) -> float:
    return datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()


def _deaths(server: Server) -> int:
    return server.log.read_text().count("a sheet child died")


def show_sheets(figures: Sequence[SheetsFound]) -> None:
    for found in figures:
        _show_files(found.files)
        _show_memory(found.memory)
        _show_letters(found.letters)


def _show_files(files: Sequence[FileFigures]) -> None:
    print("\nClaim sheets, a tenth of the rows marked as faulty; milliseconds a file\n")
    print(f"{'':24}{'rows':>8}{'kB':>7}{'times':>7}{'wall':>9}{'x calamine':>12}{'CPU':>9}{'x calamine':>12}")
    bases = {one.rows: one for one in files if one.name == "calamine"}
    for one in files:
        base = bases[one.rows]
        print(f"{one.name:24}{one.rows:8}{one.kilobytes:7.0f}{one.times:7}{one.wall:9.1f}", end="")
        print(f"{one.wall / base.wall:12.1f}{one.cpu:9.1f}{one.cpu / base.cpu if base.cpu else 0:12.1f}")


def _show_memory(memory: Sequence[MemoryFigures]) -> None:
    print(f"\nPeak memory of a child of its own, MB; its address space is bound to {memory[0].bound:.0f}\n")
    print(f"{'':24}{'kB':>7}{'with start, ms':>16}{'resident':>10}{'addresses':>11}  ended")
    for one in memory:
        print(f"{one.name:24}{one.kilobytes:7.0f}{one.milliseconds:16.0f}{one.resident:10.0f}", end="")
        print(f"{one.address_space:11.0f}  {one.ended}")


def _show_letters(letters: Sequence[LetterFigures]) -> None:
    print(
        f"\n30 KB letters with a sheet of 20 rows through `recourse serve` on SQLite, {SENDERS} senders; milliseconds\n"
    )
    print(
        f"{'':24}{'letters':>8}{'hostile':>9}{'deaths':>8}{'letters/s':>11}{'CPU/letter':>12}{'250 p50':>9}{'p99':>7}",
        end="",
    )
    print(f"{'answer p50':>12}{'p99':>7}")
    for one in letters:
        sent = one.sent
        print(f"{sent.name:24}{sent.mails:8}{one.hostile:9}{one.children_died:8}{sent.per_second:11.1f}", end="")
        print(f"{sent.cpu:12.1f}{sent.p50:9.1f}{sent.p99:7.1f}", end="")
        print("" if sent.answered_p50 is None else f"{sent.answered_p50:12.0f}{sent.answered_p99:7.0f}")
