"""Registration sheets that came by mail: their rows wait until staff approve or refuse them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=40)


def upgrade() -> None:
    op.create_table(
        "registration_requests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("received", MOMENT, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("letter_id", NUMBER),
        sa.Column("decided", MOMENT),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_registration_requests_letter_id_letters"),
        sa.PrimaryKeyConstraint("id", name="pk_registration_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_requests_state", "registration_requests", ["state"])
    op.create_index("ix_registration_requests_letter_id", "registration_requests", ["letter_id"])
    op.create_table(
        "registration_rows",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("request_id", NUMBER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("hfs_id", sa.String(length=12), nullable=False),
        sa.Column("npi", sa.String(length=10)),
        sa.Column("provider_type", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["registration_requests.id"],
            name="fk_registration_rows_request_id_registration_requests",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration_rows"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_rows_request_id", "registration_rows", ["request_id"])
    op.create_index("ix_registration_rows_digest", "registration_rows", ["digest"])
