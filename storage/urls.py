"""Database URLs as people write them."""

from pathlib import Path

import sqlalchemy as sa

from complaints.errors import SettingsError

_EXAMPLES = "sqlite:////var/lib/recourse/recourse.sqlite or postgresql://user:password@host/recourse"


def read_url(text: str) -> sa.URL:
    """`sqlite:///PATH`, or `postgresql://…` with the driver we use filled in. SettingsError: neither of the two.

    The text itself is not repeated in the error: it may hold a password.
    """
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
        raise SettingsError(f"the database URL cannot be read; write {_EXAMPLES}") from None
    match url.get_backend_name():
        case "sqlite" if Path(url.database or "").name not in ("", ":memory:"):
            return url.set(drivername="sqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+asyncpg")
        case other:
            raise SettingsError(f"a database {other!r} without a file or server cannot be used; write {_EXAMPLES}")


def sqlite_path(url: sa.URL) -> Path | None:
    """The file of a SQLite URL, None for PostgreSQL."""
    return Path(url.database or "").absolute() if url.drivername == "sqlite" else None
