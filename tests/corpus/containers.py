"""The few files that only programs outside of Python can write, made once for `wrappers` and `other_files`."""

import asyncio
from base64 import b64encode
from pathlib import Path

from tests.corpus.arranging import arrange
from tests.corpus.header_styles import HEADER_STYLES
from tests.corpus.mails import outlook_streams
from tests.corpus.other_files import encrypted_streams, own_sheet
from tests.corpus.outside_writers import NodeJob, install_npm_programs, run_node, save_by_libreoffice, write_by_node
from tests.corpus.value_styles import VALUE_STYLES
from tests.corpus.wrappers import Contents


async def make_containers(what: Contents, folder: Path) -> dict[str, bytes]:
    """Name → bytes."""
    folder.mkdir(exist_ok=True)
    await asyncio.to_thread(install_npm_programs)
    await asyncio.gather(asyncio.to_thread(_by_node, what, folder), _by_libreoffice(what, folder))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".json"}


def _by_node(what: Contents, folder: Path) -> None:
    streams = {
        "msg": outlook_streams("claims.xlsx", what.xlsx),
        "word": [("/WordDocument", bytes(5000)), ("/1Table", bytes(5000))],
        **{name: encrypted_streams(name) for name in ("encrypted_xlsx", "encrypted_xls")},
    }
    jobs = [
        {"out": str(folder / name), "streams": [(path, b64encode(body).decode()) for path, body in listed]}
        for name, listed in streams.items()
    ]
    run_node("write_containers.js", jobs, folder)
    book, _ = arrange(HEADER_STYLES[0], VALUE_STYLES[0])
    write_by_node(
        [NodeJob(folder / f"sheet{suffix}", "SheetJS", suffix, book) for suffix in (".xml", ".html", ".xls", ".ods")],
        folder,
    )


async def _by_libreoffice(what: Contents, folder: Path) -> None:
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    (sources / "own.xlsx").write_bytes(await asyncio.to_thread(own_sheet))
    for suffix in (".xlsx", ".ods", ".xls", ".csv"):
        await save_by_libreoffice([sources / "own.xlsx"], suffix, folder, sources / "profile")
