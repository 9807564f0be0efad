"""Mail from the internet: who sent it and by which way it came, what was put off, answers that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=40)


def upgrade() -> None:
    _change_what_was_there()
    op.create_table(
        "signing_domains",
        sa.Column("provider_id", NUMBER, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name="fk_signing_domains_provider_id_providers"),
        sa.PrimaryKeyConstraint("provider_id", "domain", name="pk_signing_domains"),
    )
    op.create_table(
        "deferrals",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("first", MOMENT, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_deferrals"),
    )
    op.create_table(
        "switches",
        sa.Column("name", WORD, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("looked", MOMENT, nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_reconciliations"),
    )
    _make_pickups()


def _change_what_was_there() -> None:
    op.add_column("letters", sa.Column("way", WORD, nullable=False, server_default=sa.text("'smtp'")))
    op.add_column("letters", sa.Column("standing", sa.JSON()))
    op.add_column("letters", sa.Column("losses", sa.JSON()))
    op.create_index("ix_letters_received", "letters", ["received"])
    _count_what_came_before()
    op.create_index("ix_letters_sender_received", "letters", ["sender", "received"])
    no = sa.false()
    op.add_column("people", sa.Column("reply_anyway", sa.Boolean(), nullable=False, server_default=no))
    # Alembic would add the foreign key by itself, which SQLite cannot; within the column both can.
    number = NUMBER.compile(dialect=op.get_bind().dialect)
    reference = "CONSTRAINT fk_notices_instead_of_notices REFERENCES notices (id)"
    op.execute(f"ALTER TABLE notices ADD COLUMN instead_of {number} {reference}")
    op.add_column("notices", sa.Column("content", sa.String(length=64)))
    op.add_column("notices", sa.Column("to_claims", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("notices", sa.Column("to_stranger", sa.Boolean(), nullable=False, server_default=no))
    op.create_index("ix_notices_instead_of", "notices", ["instead_of"])
    for columns in (["address", "created", "to_claims", "content"], ["created", "address", "to_stranger", "content"]):
        counted = sa.text("content IS NOT NULL")
        op.create_index(
            f"ix_notices_{'_'.join(columns)}", "notices", columns, postgresql_where=counted, sqlite_where=counted
        )


def _count_what_came_before() -> None:
    """The letters that are there, as if they had been counted when they came: each day's books are balanced."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    day = "to_char(received AT TIME ZONE 'UTC', 'YYYY-MM-DD')" if on_postgresql else "substr(received, 1, 10)"
    name = f"'accepted:' || {day} || ':' || substr(digest, 1, 1)"
    op.execute(f"INSERT INTO counters (name, value) SELECT {name}, count(*) FROM letters GROUP BY {name}")  # noqa: S608


def _make_pickups() -> None:
    op.create_table(
        "pickups",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(40)),
        sa.Column("held_until", MOMENT),
        sa.PrimaryKeyConstraint("mailbox", name="pk_pickups"),
    )
    op.create_table(
        "pickups_put_off",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("first", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox"], ["pickups.mailbox"], name="fk_pickups_put_off_mailbox_pickups"),
        sa.PrimaryKeyConstraint("mailbox", "uid", name="pk_pickups_put_off"),
    )
