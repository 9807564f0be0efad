"""A counter between a mail server's pipe, which runs as nobody, and the program, which runs as who runs the tests."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts.pipes import Pipe
from tests.parts.program import Ended

_SCRIPT = """\
#!/bin/sh
# Lays what it was given on the counter, and ends as it is told to.
one=$(mktemp -d {folder}/in.XXXXXX) || exit 75
cat > "$one/mail"
printf '%s\\n' "$@" > "$one/words"
mkfifo -m 666 "$one/code"
chmod -R a+rwX "$one"
mv "$one" "{folder}/new.${{one##*.}}"
read code < "{folder}/new.${{one##*.}}/code"
exit "$code"
"""


@dataclass
class Counter:
    command: Path
    """What the mail server runs."""
    pipe: Pipe
    """What then takes the mail."""
    served: list[tuple[list[str], bytes, Ended]] = field(default_factory=list)
    """The words, the mail, and how it ended."""

    async def serve(self) -> None:
        """For ever."""
        while True:
            for new in await asyncio.to_thread(lambda: sorted(self.command.parent.glob("new.*"))):
                words = (new / "words").read_text().splitlines()
                mail = (new / "mail").read_bytes()
                ended = await self.pipe.take(mail, *words)
                self.served.append((words, mail, ended))
                await asyncio.to_thread((new / "code").write_text, f"{ended.code}\n")
                await asyncio.to_thread(shutil.rmtree, new)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def counter(pipe: Pipe) -> AsyncIterator[Counter]:
    folder = Path(tempfile.mkdtemp(prefix="counter-"))
    folder.chmod(0o777)  # nobody brings the mail
    command = folder / "take"
    command.write_text(_SCRIPT.format(folder=folder))
    os.chmod(command, 0o755)
    between = Counter(command, pipe)
    serving = asyncio.create_task(between.serve())
    try:
        yield between
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, folder)
