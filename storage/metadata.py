"""What all tables share: their names for constraints, and a numbered row."""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def numbered() -> sa.Column[int]:
    """A number that is never given twice, not even after its row is gone (`sqlite_autoincrement` below)."""
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def table(name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    has_number = any(isinstance(item, sa.Column) and item.name == "id" for item in items)
    return sa.Table(name, metadata, *items, sqlite_autoincrement=has_number)
