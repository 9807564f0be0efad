"""A private PostgreSQL cluster, and databases in it that are copies of a migrated one."""

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.schema import migrate
from tests.parts.requirement import require

TEMPLATE = "migrated"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster, reached by the unix socket in `folder` only. Everybody on this machine is its superuser."""

    programs: Path
    folder: Path
    options: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgresql://recourse@/{database}?host={self.folder}"

    def sql(self, statement: str) -> None:
        """Run one statement in the maintenance database."""
        psql = [str(self.programs / "psql"), "-qXh", str(self.folder), "-U", "recourse", "-d", "postgres"]
        subprocess.run([*psql, "-c", statement], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "server.log"), "-o", self.options)

    def stop(self) -> None:
        """End it as if the machine had lost its power."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The URL of a new database, gone afterwards; `template0` makes an empty one."""
        name = f"test{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def make(self) -> None:
        self._run("initdb", "-U", "recourse", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        owner = _owner()
        with (self.folder / f"{program}.log").open("wb") as log:
            subprocess.run(
                command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                user=owner.pw_uid if owner else None, group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )  # fmt: skip


def _owner() -> pwd.struct_passwd | None:
    """Whom it runs as when we are root, which it refuses to run as."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a cluster, with the template migrated. Not `durable`: without fsync, which spares tests much time."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    require("postgres", programs is not None)
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="recourse-pg-"))
    if owner := _owner():
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)  # we must get to its socket
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "on" if durable else "off"}
    options = " ".join(f"-c {name}={str(value) or chr(39) * 2}" for name, value in settings.items())
    cluster = Postgres(programs, folder, options)
    try:
        cluster.make()
        cluster.start()
        try:
            cluster.sql(f"CREATE DATABASE {TEMPLATE}")
            asyncio.run(migrate(cluster.url(TEMPLATE)))
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)
