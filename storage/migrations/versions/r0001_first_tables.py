"""The first tables.

A revision stands for itself and does not use the program's own tables and types, which go on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=40)


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_files"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("parked", MOMENT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["due"],
        postgresql_where=sa.text("parked IS NULL"),
        sqlite_where=sa.text("parked IS NULL"),
    )
    op.create_table(
        "providers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hfs_id", sa.String(length=12), nullable=False),
        sa.Column("npi", sa.String(length=10)),
        sa.PrimaryKeyConstraint("id", name="pk_providers"),
        sa.UniqueConstraint("hfs_id", name="uq_providers_hfs_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "letters",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("mail_from", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("received", MOMENT, nullable=False),
        sa.Column("sender", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("body_digest", sa.String(length=64)),
        sa.Column("outcome", WORD),
        sa.Column("outcome_detail", sa.Text(), nullable=False),
        sa.Column("ticket", sa.String(length=20)),
        sa.ForeignKeyConstraint(["digest"], ["files.digest"], name="fk_letters_digest_files"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("digest", "recipient", name="uq_letters_digest_recipient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letters_message_id", "letters", ["message_id"])
    op.create_index("ix_letters_outcome", "letters", ["outcome"])
    op.create_table(
        "people",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("provider_id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("receives_notices", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name="fk_people_provider_id_providers"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("provider_id", "address", name="uq_people_provider_id_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_people_address", "people", ["address"])
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("provider_id", NUMBER, nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("mco", sa.Text(), nullable=False),
        sa.Column("opened", MOMENT, nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("block", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("letter_id", NUMBER),
        sa.Column("closed", MOMENT),
        sa.Column("disposition", WORD),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_tickets_letter_id_letters"),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name="fk_tickets_provider_id_providers"),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
    )
    op.create_index("ix_tickets_provider_id", "tickets", ["provider_id"])
    op.create_index("ix_tickets_state_opened", "tickets", ["state", "opened"])
    op.create_table(
        "claims",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("provider_id", NUMBER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("tracking_folded", sa.Text(), nullable=False),
        sa.Column("claim_folded", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text()),
        sa.Column("dispute_date", sa.Date()),
        sa.Column("response_date", sa.Date()),
        sa.Column("member_name", sa.Text()),
        sa.Column("rin", sa.Text()),
        sa.Column("service_from", sa.Date()),
        sa.Column("service_to", sa.Date()),
        sa.Column("claim_number", sa.Text()),
        sa.Column("authorization_number", sa.Text()),
        sa.Column("billed_amount", sa.BigInteger()),
        sa.Column("paid_amount", sa.BigInteger()),
        sa.Column("denial_reason", sa.Text()),
        sa.Column("notes", sa.Text()),
        sa.Column("mco", sa.Text()),
        sa.Column("category", WORD),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name="fk_claims_provider_id_providers"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_claims_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_claims_provider_id_tracking_folded", "claims", ["provider_id", "tracking_folded"])
    op.create_index("ix_claims_ticket", "claims", ["ticket"])
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text()),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("ticket", sa.String(length=20)),
        sa.Column("letter_id", NUMBER),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("sent", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_notices_letter_id_letters"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_notices_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_letter_id", "notices", ["letter_id"])
    op.create_index("ix_notices_message_id", "notices", ["message_id"])
    op.create_index("ix_notices_state", "notices", ["state"])
    op.create_index("ix_notices_ticket", "notices", ["ticket"])
    op.create_table(
        "ticket_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_ticket_events_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket"])
    op.create_table(
        "verdicts",
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_verdicts_ticket_tickets"),
        sa.PrimaryKeyConstraint("ticket", name="pk_verdicts"),
    )
    op.create_table(
        "notice_attachments",
        sa.Column("notice_id", NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["files.digest"], name="fk_notice_attachments_digest_files"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_attachments_notice_id_notices"),
        sa.PrimaryKeyConstraint("notice_id", "position", name="pk_notice_attachments"),
    )
