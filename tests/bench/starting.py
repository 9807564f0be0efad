"""How long `recourse serve` takes to its ready line, and its memory then; without Slack and Telegram.

An earlier revision can be measured beside it, out of git, with the same Python and the same libraries.
"""

import statistics
import subprocess
import sys
import tarfile
import time
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.bench.measuring import resident
from tests.parts.program import Installation, installation, ready

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class StartFigures:
    """Medians of so many starts."""

    name: str
    starts: int
    milliseconds: float
    memory: float
    """MB."""


async def measure_starts(starts: int, before: str, folder: Path) -> list[StartFigures]:
    """Without the web pages and with them; where `before` is a revision, that one first. They take turns, so that what
    else the machine does falls on all of them."""
    servers = [("Recourse, mail only", ROOT, ""), ("Recourse with its pages", ROOT, "127.0.0.1:0")]
    if before:
        servers.insert(0, (before, _source(before, folder / "source"), ""))
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in servers}
    for _ in range(starts + 1):
        for name, source, http in servers:
            place = installation(folder / f"start {name}")
            place.folder.mkdir(exist_ok=True)
            more = {"PYTHONPATH": str(source), "RECOURSE_HTTP_LISTEN": http}
            runs[name].append(await _once(place, place.environment | more))
    return [_medians(name, runs[name][1:]) for name, _, _ in servers]  # the first one compiles and migrates


def _medians(name: str, runs: Sequence[tuple[float, float]]) -> StartFigures:
    took, memory = zip(*runs, strict=True)
    return StartFigures(name, len(runs), statistics.median(took) * 1000, statistics.median(memory) / 1000)


def _source(revision: str, folder: Path) -> Path:
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


async def _once(place: Installation, environment: Mapping[str, str]) -> tuple[float, float]:
    log = place.folder / "server.log"
    began = time.perf_counter()
    with log.open("ab") as stderr:
        process = await create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=dict(environment), cwd=place.folder, stdout=PIPE, stderr=stderr
        )
    try:
        await ready(process, log)
        return time.perf_counter() - began, resident(process.pid)
    finally:
        process.terminate()
        await process.communicate()


def show_starts(figures: Sequence[StartFigures]) -> None:
    print(f"\n`recourse serve` to its ready line, median of {figures[0].starts} starts\n")
    print(f"{'':24}{'ms':>9}{'MB':>10}")
    for one in figures:
        print(f"{one.name:24}{one.milliseconds:9.0f}{one.memory:10.1f}")
