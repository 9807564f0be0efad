"""All tables. Times are UTC (Moment), money is integer cents, dates are dates, texts are clean (see `columns`)."""

import sqlalchemy as sa

from complaints.lifecycle import Disposition, State
from complaints.model import Category, Role
from complaints.verdict import Outcome
from storage.columns import CleanJson, CleanText, Moment, ShortText, words
from storage.metadata import numbered, table
from storage.states import LetterOutcome, NoticeState
from tickets.requests import RequestState

files = table(
    "files",
    sa.Column("digest", sa.String(64), primary_key=True),  # SHA-256, hexadecimal
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

letters = table(
    "letters",
    numbered(),
    sa.Column("digest", sa.ForeignKey("files.digest"), nullable=False),
    sa.Column("recipient", ShortText, nullable=False),
    sa.Column("mail_from", CleanText, nullable=False),
    sa.Column("peer", CleanText, nullable=False),
    sa.Column("received", Moment, nullable=False),
    sa.Column("way", sa.String(40), nullable=False, server_default=sa.text("'smtp'")),
    sa.Column("standing", CleanJson(none_as_null=True)),  # how well its sender is proved, and by what
    # what was read in it, null until it has been read
    sa.Column("sender", CleanText),
    sa.Column("message_id", ShortText),
    sa.Column("body_digest", sa.String(64)),
    sa.Column("losses", CleanJson(none_as_null=True)),  # what of it could not be read, in words
    # what became of it, null while it waits
    sa.Column("outcome", words(LetterOutcome)),
    sa.Column("outcome_detail", CleanText, nullable=False),
    sa.Column("ticket", sa.String(20)),  # no foreign key: tickets refer to letters, and a circle helps nobody
    sa.Column("completes", sa.ForeignKey("letters.id")),  # the earlier letter whose complaint this one completes
    sa.UniqueConstraint("digest", "recipient"),
    sa.Index(None, "message_id"),
    sa.Index(None, "sender", "received"),
    sa.Index(None, "received"),
    sa.Index(None, "outcome"),
    sa.Index(None, "completes"),
)

jobs = table(
    "jobs",
    numbered(),
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

providers = table(
    "providers",
    numbered(),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("hfs_id", sa.String(12), nullable=False, unique=True),
    sa.Column("npi", sa.String(10)),
)

people = table(
    "people",
    numbered(),
    sa.Column("provider_id", sa.ForeignKey("providers.id"), nullable=False),
    sa.Column("address", ShortText, nullable=False),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("role", words(Role), nullable=False),
    sa.Column("receives_notices", sa.Boolean, nullable=False),
    # answered although its mails look like a machine's
    sa.Column("reply_anyway", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("provider_id", "address"),
    sa.Index(None, "address"),
)

signing_domains = table(
    "signing_domains",  # domains whose signature counts for a provider's own, as staff have listed them
    sa.Column("provider_id", sa.ForeignKey("providers.id"), primary_key=True),
    sa.Column("domain", ShortText, primary_key=True),
)

registration_requests = table(
    "registration_requests",  # the right and new rows of one registration sheet that came by mail
    numbered(),
    sa.Column("state", words(RequestState), nullable=False),
    sa.Column("received", Moment, nullable=False),
    # the way it came by, which is the way answers go
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("address", ShortText, nullable=False),
    sa.Column("message_id", CleanText),
    sa.Column("thread", sa.JSON, nullable=False),
    sa.Column("letter_id", sa.ForeignKey("letters.id")),
    sa.Column("decided", Moment),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
    sa.Index(None, "state"),
    sa.Index(None, "letter_id"),
)

registration_rows = table(
    "registration_rows",
    numbered(),
    sa.Column("request_id", sa.ForeignKey("registration_requests.id"), nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # of all that it says: the same again is no second request
    sa.Column("provider_name", CleanText, nullable=False),
    sa.Column("hfs_id", sa.String(12), nullable=False),
    sa.Column("npi", sa.String(10)),
    sa.Column("provider_type", CleanText, nullable=False),
    sa.Column("user_name", CleanText, nullable=False),
    sa.Column("email", ShortText, nullable=False),
    sa.Column("phone", CleanText, nullable=False),
    sa.Column("role", words(Role), nullable=False),
    sa.Index(None, "request_id"),
    sa.Index(None, "digest"),
)

tickets = table(
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
    # the mail address of who filed by a chat
    sa.Column("person", CleanText, nullable=False, server_default=sa.text("''")),
    sa.Column("closed", Moment),
    sa.Column("disposition", words(Disposition)),
    sa.Column("note", CleanText, nullable=False),
    sa.Index(None, "state", "opened"),
    sa.Index(None, "provider_id"),
)

claims = table(
    "claims",
    numbered(),
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

verdicts = table(
    "verdicts",
    sa.Column("ticket", sa.ForeignKey("tickets.number"), primary_key=True),
    sa.Column("judged_on", sa.Date, nullable=False),
    sa.Column("outcome", words(Outcome), nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),  # every rule, hit or miss, with its findings
)

ticket_events = table(
    "ticket_events",
    numbered(),
    sa.Column("ticket", sa.ForeignKey("tickets.number"), nullable=False),
    sa.Column("moment", Moment, nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("detail", CleanText, nullable=False),
    sa.Index(None, "ticket"),
)

notices = table(
    "notices",
    numbered(),
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
    sa.Column("instead_of", sa.ForeignKey("notices.id")),  # the same to the next address on file
    sa.Column("content", sa.String(64)),  # a digest of what an answer says; null when it uses up no budget
    sa.Column("to_claims", sa.Boolean, nullable=False, server_default=sa.false()),  # it answers a letter with claims
    sa.Column("to_stranger", sa.Boolean, nullable=False, server_default=sa.false()),  # anybody gets it who writes
    sa.Index(None, "message_id"),
    sa.Index(None, "state"),
    sa.Index(None, "instead_of"),
    sa.Index(None, "ticket"),
    sa.Index(None, "letter_id"),
)
# What the budgets of answers count, so that it is counted without a look at the notices themselves.
for _counted in (("address", "created", "to_claims", "content"), ("created", "address", "to_stranger", "content")):
    sa.Index(
        f"ix_notices_{'_'.join(_counted)}",
        *(notices.c[name] for name in _counted),
        postgresql_where=notices.c.content.is_not(None),
        sqlite_where=notices.c.content.is_not(None),
    )

notice_attachments = table(
    "notice_attachments",
    sa.Column("notice_id", sa.ForeignKey("notices.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("media_type", CleanText, nullable=False),
    sa.Column("digest", sa.ForeignKey("files.digest"), nullable=False),
)

counters = table(
    "counters",
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)

deferrals = table(
    "deferrals",  # mails that were told to come again, because their sender could not be checked
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("first", Moment, nullable=False),
    sa.Column("last", Moment, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
)

switches = table(
    "switches",  # what an operator must look at before it goes on: the breaker of the answers
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("why", CleanText, nullable=False),
)

reconciliations = table(
    "reconciliations",
    sa.Column("day", sa.Date, primary_key=True),  # UTC
    sa.Column("looked", Moment, nullable=False),
    sa.Column("accepted", sa.Integer, nullable=False),  # as counted when they were taken in
    sa.Column("outcomes", sa.JSON, nullable=False),  # letters by outcome
    sa.Column("waiting", sa.Integer, nullable=False),
    sa.Column("gap", sa.Integer, nullable=False),  # accepted without the sum of outcomes and of those that wait rightly
)

pickups = table(
    "pickups",  # mailboxes that are fetched from by IMAP
    sa.Column("mailbox", ShortText, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("last_uid", sa.BigInteger, nullable=False),  # all up to this one are stored, or among those put off
    sa.Column("holder", sa.String(40)),  # the server that fetches from it, and until when that is known
    sa.Column("held_until", Moment),
)

pickups_put_off = table(
    "pickups_put_off",  # mails in such a mailbox that could not be taken yet
    sa.Column("mailbox", sa.ForeignKey("pickups.mailbox"), primary_key=True),
    sa.Column("uid", sa.BigInteger, primary_key=True),
    sa.Column("first", Moment, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("why", CleanText, nullable=False),
)

secrets = table(
    "secrets",
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
