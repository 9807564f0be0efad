"""One process at a time on a SQLite file, and a clear line for the second one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from complaints.errors import NotPossible, SettingsError


class InUse(NotPossible):
    """Another process has the database file, and nothing was done."""


@contextmanager
def alone_on(database: Path, who: str) -> Iterator[None]:
    """Hold the lock file beside `database`; the kernel lets go of it when we die, however we die.

    InUse: another process has it, and the text says which. SettingsError: the folder is not there or not ours.
    """
    path = database.with_name(database.name + ".lock")
    try:
        file = path.open("a+")
    except OSError as error:
        why = error.strerror if database.parent.is_dir() else f"there is no folder {database.parent}"
        raise SettingsError(f"{database} cannot be used: {why}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InUse(f"{database} is in use by {file.read() or 'another process'}") from None
        file.truncate(0)
        file.write(f"`{who}` (process {os.getpid()})")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
