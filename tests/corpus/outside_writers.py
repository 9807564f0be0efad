"""Workbooks by programs outside of Python: LibreOffice in few runs, SheetJS and ExcelJS in one."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.corpus.books import Book, Tab, Written, serial
from tests.parts.requirement import require, required_program

NPM = Path(__file__).parent / "npm"
_INSTALLED = NPM / "node_modules" / ".package-lock.json"
_LIBREOFFICE_WRITES = {".csv": "csv:Text - txt - csv (StarCalc):44,34,76,1", ".pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class NodeJob:
    """One workbook to be written by a program of npm's."""

    out: Path
    program: str
    suffix: str
    book: Book
    macros: bool = False


def install_npm_programs() -> None:
    """SheetJS and ExcelJS in the versions of the lock, once. Skips the test that asks when they cannot be had."""
    required_program("node", "node")
    npm = required_program("node", "npm")
    lock = NPM / "package-lock.json"
    if _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= lock.stat().st_mtime:
        return
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=NPM, capture_output=True, text=True, timeout=240
    )
    require("node", done.returncode == 0, f"could not install the programs of {lock.name}: {done.stderr[-300:]}")


def run_node(script: str, jobs: Sequence[dict[str, Any]], folder: Path) -> None:
    node = required_program("node", "node")
    listed = folder / f"{script}.jobs.json"
    listed.write_text(json.dumps(jobs))
    done = subprocess.run([node, NPM / script, listed], capture_output=True, text=True, timeout=240)
    if done.returncode:
        raise RuntimeError(f"{script} failed: {done.stderr[-2000:]}")


def write_by_node(jobs: Sequence[NodeJob], folder: Path) -> None:
    run_node("write_workbooks.js", [_node_job(job) for job in jobs], folder)


def _node_job(job: NodeJob) -> dict[str, Any]:
    tabs = [_node_tab(tab, from_1904=job.book.days_from_1904) for tab in job.book.tabs]
    book = {"tabs": tabs, "days_from_1904": job.book.days_from_1904}
    return {"out": str(job.out), "program": job.program, "suffix": job.suffix, "macros": job.macros, "book": book}


def _node_tab(tab: Tab, *, from_1904: bool) -> dict[str, Any]:
    return {
        "name": tab.name,
        "cells": [_node_cell(*place, written, from_1904) for place, written in tab.cells.items()],
        "merged": [list(range_) for range_ in tab.merged],
        "hidden_rows": sorted(tab.hidden_rows),
        "is_hidden": tab.is_hidden,
    }


def _node_cell(row: int, column: int, written: Written, from_1904: bool) -> list[Any]:
    value = written.value
    if isinstance(value, date):
        value = serial(value, from_1904=from_1904)
    kind = "n" if not isinstance(value, str) else "e" if value.startswith("#") else "s"
    return [row, column, kind, value, written.number_format, written.formula]


async def save_by_libreoffice(sources: Sequence[Path], suffix: str, folder: Path, profile: Path) -> None:
    """Open all sources and save each as `suffix` into the folder, in one run."""
    program = required_program("libreoffice", "soffice")
    process = await asyncio.create_subprocess_exec(
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--convert-to", _LIBREOFFICE_WRITES.get(suffix, suffix[1:])),
        *("--outdir", str(folder), *map(str, sources)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    lost = [source.name for source in sources if not (folder / source.with_suffix(suffix).name).exists()]
    assert not lost, f"LibreOffice did not save {lost[:3]}: {output.decode(errors='replace')[-500:]}"
