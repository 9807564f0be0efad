"""A mail server's pipe: `recourse letters take`, by the script that we ship, with a mail on its standard input."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.program import Ended, Installation

DEPLOY = Path(__file__).parents[2] / "deploy"
SHIPPED = DEPLOY / "pipe" / "recourse-take"
_SETTINGS = "RECOURSE_CONFIG=/etc/recourse/recourse.toml "
_PROGRAM = "/opt/recourse/bin/recourse "


@dataclass(frozen=True, slots=True)
class Pipe:
    """Our script as a mail server runs it."""

    place: Installation
    script: Path

    async def take(self, raw: bytes, *words: str, settings: Mapping[str, str] | None = None) -> Ended:
        process = await asyncio.create_subprocess_exec(
            *(str(self.script), *words),
            env=self.place.environment | dict(settings or {}),
            cwd=self.place.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(raw)
        return Ended(process.returncode or 0, out.decode(), err.decode())


def pipe_to(place: Installation, program: Sequence[str] = (sys.executable, "-m", "bot")) -> Pipe:
    """The script with nothing changed but where the program and its settings are."""
    script = SHIPPED.read_text()
    assert script.count(_SETTINGS) == script.count(_PROGRAM) == 1, f"{SHIPPED} is no longer what this knows"
    path = place.folder / "recourse-take"
    path.write_text(script.replace(_SETTINGS, "").replace(_PROGRAM, " ".join(program) + " "))
    path.chmod(0o755)
    return Pipe(place, path)
