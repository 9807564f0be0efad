"""All tables. Times are UTC (Moment), money is integer cents, dates are dates, texts are clean (see `columns`)."""

import sqlalchemy as sa

from complaints.lifecycle import Disposition, State
from complaints.model import Category, Role
from complaints.verdict import Outcome
from storage.columns import CleanText, Moment, ShortText, words
from storage.states import LetterOutcome, NoticeState

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    """A number that is never given twice, not even after its row is gone (`sqlite_autoincrement` below)."""
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _table(name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    numbered = any(isinstance(item, sa.Column) and item.name == "id" for item in items)
    return sa.Table(name, metadata, *items, sqlite_autoincrement=numbered)


files = _table(
    "files",
    sa.Column("digest", sa.String(64), primary_key=True),  # SHA-256, hexadecimal
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

letters = _table(
    "letters",
    _id(),
    sa.Column("digest", sa.ForeignKey("files.digest"), nullable=False),
    sa.Column("recipient", ShortText, nullable=False),
    sa.Column("mail_from", CleanText, nullable=False),
    sa.Column("peer", CleanText, nullable=False),
    sa.Column("received", Moment, nullable=False),
    # what was read in it, null until it has been read
    sa.Column("sender", CleanText),
    sa.Column("message_id", ShortText),
    sa.Column("body_digest", sa.String(64)),
    # what became of it, null while it waits
    sa.Column("outcome", words(LetterOutcome)),
    sa.Column("outcome_detail", CleanText, nullable=False),
    sa.Column("ticket", sa.String(20)),  # no foreign key: tickets refer to letters, and a circle helps nobody
    sa.UniqueConstraint("digest", "recipient"),
    sa.Index(None, "message_id"),
    sa.Index(None, "outcome"),
)

jobs = _table(
    "jobs",
    _id(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key", ShortText, nullable=False, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("due", Moment, nullable=False),  # while a worker has it: the end of its lease
    sa.Column("attempts", sa.Integer, nullable=False),  # times claimed ever: the fencing token
    sa.Column("strikes", sa.Integer, nullable=False),  # those of them that count against it
    sa.Column("parked", Moment),
    sa.Column("error", CleanText),
)
sa.Index("ix_jobs_due", jobs.c.due, postgresql_where=jobs.c.parked.is_(None), sqlite_where=jobs.c.parked.is_(None))

providers = _table(
    "providers",
    _id(),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("hfs_id", sa.String(12), nullable=False, unique=True),
    sa.Column("npi", sa.String(10)),
)

people = _table(
    "people",
    _id(),
    sa.Column("provider_id", sa.ForeignKey("providers.id"), nullable=False),
    sa.Column("address", ShortText, nullable=False),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("role", words(Role), nullable=False),
    sa.Column("receives_notices", sa.Boolean, nullable=False),
    sa.UniqueConstraint("provider_id", "address"),
    sa.Index(None, "address"),
)

tickets = _table(
    "tickets",
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("state", words(State), nullable=False),
    sa.Column("provider_id", sa.ForeignKey("providers.id"), nullable=False),
    sa.Column("provider_name", CleanText, nullable=False),
    sa.Column("mco", CleanText, nullable=False),
    sa.Column("opened", Moment, nullable=False),
    sa.Column("claims", sa.Integer, nullable=False),
    sa.Column("block", sa.JSON, nullable=False),  # what the complaint said once for all its claims, by field
    # the way it was filed by, which is the way answers go
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("address", CleanText, nullable=False),
    sa.Column("message_id", CleanText),
    sa.Column("thread", sa.JSON, nullable=False),
    sa.Column("letter_id", sa.ForeignKey("letters.id")),
    sa.Column("closed", Moment),
    sa.Column("disposition", words(Disposition)),
    sa.Column("note", CleanText, nullable=False),
    sa.Index(None, "state", "opened"),
    sa.Index(None, "provider_id"),
)

claims = _table(
    "claims",
    _id(),
    sa.Column("ticket", sa.ForeignKey("tickets.number"), nullable=False),
    sa.Column("provider_id", sa.ForeignKey("providers.id"), nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("tracking_folded", ShortText, nullable=False),
    sa.Column("claim_folded", CleanText, nullable=False),
    sa.Column("tracking_number", CleanText),
    sa.Column("dispute_date", sa.Date),
    sa.Column("response_date", sa.Date),
    sa.Column("member_name", CleanText),
    sa.Column("rin", CleanText),
    sa.Column("service_from", sa.Date),
    sa.Column("service_to", sa.Date),
    sa.Column("claim_number", CleanText),
    sa.Column("authorization_number", CleanText),
    sa.Column("billed_amount", sa.BigInteger),
    sa.Column("paid_amount", sa.BigInteger),
    sa.Column("denial_reason", CleanText),
    sa.Column("notes", CleanText),
    sa.Column("mco", CleanText),
    sa.Column("category", words(Category)),
    sa.Index(None, "ticket"),
    sa.Index(None, "provider_id", "tracking_folded"),
)

verdicts = _table(
    "verdicts",
    sa.Column("ticket", sa.ForeignKey("tickets.number"), primary_key=True),
    sa.Column("judged_on", sa.Date, nullable=False),
    sa.Column("outcome", words(Outcome), nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),  # every rule, hit or miss, with its findings
)

ticket_events = _table(
    "ticket_events",
    _id(),
    sa.Column("ticket", sa.ForeignKey("tickets.number"), nullable=False),
    sa.Column("moment", Moment, nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("detail", CleanText, nullable=False),
    sa.Index(None, "ticket"),
)

notices = _table(
    "notices",
    _id(),
    sa.Column("key", ShortText, nullable=False, unique=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("address", CleanText, nullable=False),
    sa.Column("subject", CleanText, nullable=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("html", CleanText, nullable=False),
    sa.Column("in_reply_to", CleanText),
    sa.Column("thread", sa.JSON, nullable=False),
    sa.Column("ticket", sa.ForeignKey("tickets.number")),
    sa.Column("letter_id", sa.ForeignKey("letters.id")),
    sa.Column("created", Moment, nullable=False),
    sa.Column("state", words(NoticeState), nullable=False),
    sa.Column("sent", Moment),
    sa.Column("error", CleanText),
    sa.Column("message_id", ShortText),
    sa.Index(None, "message_id"),
    sa.Index(None, "state"),
    sa.Index(None, "ticket"),
    sa.Index(None, "letter_id"),
)

notice_attachments = _table(
    "notice_attachments",
    sa.Column("notice_id", sa.ForeignKey("notices.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("media_type", CleanText, nullable=False),
    sa.Column("digest", sa.ForeignKey("files.digest"), nullable=False),
)

counters = _table(
    "counters",
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
