"""The files of the cases, made in a folder, each with what must be read from it beside it."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.books import Feature
from tests.corpus.cases import Case
from tests.corpus.outside_writers import NodeJob, install_npm_programs, save_by_libreoffice, write_by_node
from tests.corpus.programs import Maker
from tests.corpus.python_writers import by_openpyxl, by_xlsxwriter, write_by_python


async def make(cases: Sequence[Case], folder: Path) -> None:
    """Write every case's workbook and, first of all, its expectation. LibreOffice and Node run beside Python."""
    for case in cases:
        listed = {"program": case.program.name, "headers": case.headers, "values": case.values}
        beside = folder / f"{case.file_name}.expected.json"
        beside.write_text(json.dumps(listed | case.expected.as_json(), indent=1, ensure_ascii=False))
    await asyncio.to_thread(install_npm_programs)
    await asyncio.gather(
        asyncio.to_thread(_by_node, [case for case in cases if case.program.maker is Maker.NODE], folder),
        _by_office([case for case in cases if case.program.maker is Maker.OFFICE], folder),
        asyncio.to_thread(_by_python, [case for case in cases if case.program.maker is Maker.PYTHON], folder),
    )


def _by_python(cases: Sequence[Case], folder: Path) -> None:
    for case in cases:
        (folder / case.file_name).write_bytes(write_by_python(case.program, case.book))


def _by_node(cases: Sequence[Case], folder: Path) -> None:
    if cases:
        jobs = [NodeJob(folder / case.file_name, case.program.name, case.program.suffix, case.book) for case in cases]
        write_by_node(jobs, folder)


async def _by_office(cases: Sequence[Case], folder: Path) -> None:
    by_suffix: defaultdict[str, list[Path]] = defaultdict(list)
    sources, profile = folder / "for_libreoffice", folder / "profile"
    sources.mkdir(exist_ok=True)
    for case in cases:
        source = sources / f"{case.name}.xlsx"
        write = by_openpyxl if Feature.MERGED in case.book.needs else by_xlsxwriter
        source.write_bytes(await asyncio.to_thread(write, case.book))
        by_suffix[case.program.suffix].append(source)
    for suffix, paths in by_suffix.items():
        await save_by_libreoffice(paths, suffix, folder, profile)
