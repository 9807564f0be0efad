"""Chats: conversations, events and lines, how people sign in, tiers, and what is added to a ticket later."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=40)
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _change_what_was_there()
    _make_conversations()
    _make_sign_in()
    op.create_table(
        "tier_decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("tier", WORD, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tier_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ticket_details",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_ticket_details_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_details"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_details_ticket", "ticket_details", ["ticket"])


def _change_what_was_there() -> None:
    # Alembic would add the foreign key by itself, which SQLite cannot; within the column both can.
    number = NUMBER.compile(dialect=op.get_bind().dialect)
    reference = "CONSTRAINT fk_letters_completes_letters REFERENCES letters (id)"
    op.execute(f"ALTER TABLE letters ADD COLUMN completes {number} {reference}")
    op.create_index("ix_letters_completes", "letters", ["completes"])
    op.add_column("tickets", sa.Column("person", sa.Text(), nullable=False, server_default=sa.text("''")))


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("session", sa.JSON()),
        sa.Column("last_position", SORTED, nullable=False),
        sa.Column("checkpoint", sa.JSON()),
        sa.Column("checkpoint_position", SORTED, nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("touched", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("channel", "address", name="uq_conversations_channel_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversations_person", "conversations", ["person"])
    op.create_table(
        "chat_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("position", SORTED, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received", MOMENT, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("set_aside", sa.Text()),
        _of_conversation("chat_events"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_events"),
        sa.UniqueConstraint("channel", "external_id", name="uq_chat_events_channel_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_events_conversation_id_position", "chat_events", ["conversation_id", "position"])
    _make_lines()


def _make_lines() -> None:
    op.create_table(
        "chat_lines",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.String(length=64)),
        sa.Column("ticket", sa.String(length=20)),
        sa.Column("state", WORD, nullable=False),
        sa.Column("platform_id", sa.Text()),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("error", sa.Text()),
        _of_conversation("chat_lines"),
        sa.ForeignKeyConstraint(["file_digest"], ["files.digest"], name="fk_chat_lines_file_digest_files"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_chat_lines_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_lines"),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_chat_lines_conversation_id_seq"),
        sa.UniqueConstraint("key", name="uq_chat_lines_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_chat_lines_undeliverable",
        "chat_lines",
        ["id"],
        postgresql_where=sa.text("state = 'undeliverable'"),
        sqlite_where=sa.text("state = 'undeliverable'"),
    )


def _make_sign_in() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", WORD, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "sign_in_codes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        _of_conversation("sign_in_codes"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_codes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_codes_address", "sign_in_codes", ["address"])
    op.create_index("ix_sign_in_codes_conversation_id", "sign_in_codes", ["conversation_id"])
    op.create_table(
        "one_time_links",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("ticket", sa.String(length=20)),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("used", MOMENT),
        _of_conversation("one_time_links"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_one_time_links_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_links"),
        sa.UniqueConstraint("mac", name="uq_one_time_links_mac"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "visits",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", NUMBER, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        _of_conversation("visits"),
        sa.PrimaryKeyConstraint("digest", name="pk_visits"),
    )


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_conversation_id_conversations"
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name)
