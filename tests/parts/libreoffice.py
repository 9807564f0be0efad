"""LibreOffice, as the office program of a provider: opens a workbook and saves it in its own way."""

import asyncio
import tempfile
from pathlib import Path

from tests.parts.requirement import required_program


async def save_as(source: Path, folder: Path, kind: str = "xlsx") -> Path:
    """Open the workbook and save it into the folder as xlsx, ods, xls, csv or pdf. Slow: a cold start takes seconds."""
    program = required_program("libreoffice", "soffice")
    target = folder / f"{source.stem}.{kind}"
    assert target != source, "save into another folder, so that the source stays"
    with tempfile.TemporaryDirectory(prefix="libreoffice-") as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            f"-env:UserInstallation=file://{profile}",
            *("--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder), str(source)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    assert target.exists(), f"LibreOffice saved nothing: {output.decode(errors='replace')}"
    return target
