"""Column types that hold the same on SQLite and on PostgreSQL, and the database's own clock as an SQL function."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

SHORT = 500
"""Characters that an indexed text keeps. 500 characters are at most 2,000 bytes; a PostgreSQL index row holds 2,704."""


class CleanText(sa.types.TypeDecorator[str]):
    """Text that both engines take: without NUL (PostgreSQL refuses it) and without lone surrogates (UTF-8 has none)."""

    impl: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]] = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else _clean_text(value)


class ShortText(CleanText):
    """Text in an index: cut to SHORT characters both when it is stored and when it is looked for."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        clean = super().process_bind_param(value, dialect)
        return clean[:SHORT] if clean is not None else None


class SortedText(ShortText):
    """A short text that both engines compare as Python does, by its code points."""

    impl = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    cache_ok = True


class CleanJson(sa.types.TypeDecorator[Any]):
    """JSON whose texts are clean as CleanText is."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return _clean(value)


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: aware in (ValueError for a naive one), aware out. SQLite keeps it as text that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _clean_text(value: str) -> str:
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _clean_text(value)
        case dict():
            return {_clean(name): _clean(item) for name, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
    return value


def words(of: type[StrEnum]) -> sa.Enum:
    """A column that holds one of an enum's values as text."""
    return sa.Enum(of, native_enum=False, create_constraint=False, length=40,
                   values_callable=lambda enum: [member.value for member in enum])  # fmt: skip


class from_now(GenericFunction[datetime]):  # noqa: N801  the name is the SQL function's
    """`from_now(seconds)`: the database's own clock, moved on by so many seconds; the same expression on both engines.

    Replicas on PostgreSQL so agree on what is due whatever their own clocks say. SQLite has no such function; our
    connection brings it (`sqlite_from_now`).
    """

    type = Moment()
    inherit_cache = True


@compiles(from_now, "postgresql")
def _from_now_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"(now() + make_interval(secs => CAST({compiler.process(element.clauses, **options)} AS DOUBLE PRECISION)))"


def sqlite_from_now(seconds: float) -> str:
    """What `from_now` answers on SQLite, in the form in which SQLAlchemy writes a datetime there."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
