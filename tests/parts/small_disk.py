"""A disk of a few megabytes that can be filled and emptied again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.parts.requirement import require

_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class SmallDisk:
    folder: Path

    def fill(self) -> None:
        """Leave not one byte."""
        with suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (_BLOCK, 4096, 1):
                with suppress(OSError):
                    while filler.write(bytes(size)):
                        pass

    def make_room(self) -> None:
        (self.folder / "filler").unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mounted at `folder`, which is made, and gone at the end."""
    require("small-disk", os.geteuid() == 0, "can be mounted by root only")
    folder.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "recourse-tests", str(folder))
    require("small-disk", mounted == 0, "may not be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> int:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
