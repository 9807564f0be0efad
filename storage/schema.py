"""The database's schema: which revision it is at, and how it gets to the one that this release knows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`current` is None for a database without tables; `head` is what this release needs."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        return self.current == self.head


async def schema_state(url: str) -> SchemaState:
    """SettingsError: the URL cannot be used. Unavailable: the database cannot be reached."""
    raise NotImplementedError


async def migrate(url: str) -> tuple[str, ...]:
    """Bring the database to this release's schema, making the SQLite file if need be; the revisions it went through."""
    raise NotImplementedError
