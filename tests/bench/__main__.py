"""`make bench`: mails, claim sheets, web turns and starts, each beside its floor in the same run."""

import argparse
import asyncio
import json
import resource
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.chats import measure_chats, show_chats
from tests.bench.mails import measure_mails, show_mails
from tests.bench.places import Place, open_places
from tests.bench.sheets import measure_sheets, show_sheets
from tests.bench.starting import measure_starts, show_starts

SHOWS: dict[str, Callable[[Sequence[Any]], None]] = {
    "mails": show_mails,
    "sheets": show_sheets,
    "chats": show_chats,
    "starts": show_starts,
}
"""The parts, and how each prints what it found."""


async def run(options: argparse.Namespace, places: Sequence[Place], folder: Path) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    wanted = options.parts or SHOWS
    if "mails" in wanted:
        found["mails"] = await measure_mails(options.mails, places, folder)
    if "sheets" in wanted:
        found["sheets"] = await measure_sheets(options.rows, options.times, options.letters, places, folder)
    if "chats" in wanted:
        found["chats"] = await measure_chats(options.people, options.open_chats, places, folder)
    if "starts" in wanted:
        found["starts"] = await measure_starts(options.starts, options.before, folder)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *SHOWS], help=f"{', '.join(SHOWS)}; all when none is named")
    parser.add_argument("--mails", type=int, default=300, help="mails in each run")
    parser.add_argument("--rows", type=int, nargs="+", default=[20, 1_000, 10_000], help="of the claim sheets")
    parser.add_argument("--times", type=int, default=100, help="how often the smallest sheet is read; larger ones less")
    parser.add_argument("--letters", type=int, default=240, help="letters of which one in twenty is hostile")
    parser.add_argument("--people", type=int, default=200, help="people who talk at once")
    parser.add_argument("--open-chats", type=int, default=1000, help="chats that are open and idle for the memory")
    parser.add_argument("--starts", type=int, default=5, help="starts of which the median is taken")
    parser.add_argument("--before", default="", metavar="REVISION", help="whose start is measured, too")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a file for each open chat, here and in the server
    with tempfile.TemporaryDirectory(prefix="recourse-bench-") as name:
        folder = Path(name)
        with open_places(folder, with_postgres=not options.no_postgres) as places:
            found = asyncio.run(run(options, places, folder))
    if options.json:
        print(json.dumps({part: [asdict(one) for one in figures] for part, figures in found.items()}, indent=2))
        return
    for part, figures in found.items():
        SHOWS[part](figures)


if __name__ == "__main__":
    main()
