"""The tables of chats: conversations, their events and lines, how people sign in, tiers, what is added to a ticket."""

import sqlalchemy as sa

from complaints.privacy import Tier
from storage.columns import CleanJson, CleanText, Moment, ShortText, SortedText, words
from storage.metadata import numbered, table
from storage.states import NoticeState
from storage.tables import files, tickets

ticket_details = table(
    "ticket_details",  # what was added on our own pages to a ticket filed where it could not be said
    numbered(),
    sa.Column("ticket", sa.ForeignKey(tickets.c.number), nullable=False),
    sa.Column("moment", Moment, nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("fields", CleanJson, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),  # digests
    sa.Index(None, "ticket"),
)

conversations = table(
    "conversations",
    numbered(),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("address", ShortText, nullable=False),
    sa.Column("account", CleanText, nullable=False),
    sa.Column("language", CleanText, nullable=False),
    sa.Column("person", ShortText, nullable=False),
    sa.Column("session", CleanJson(none_as_null=True)),
    sa.Column("last_position", SortedText, nullable=False),  # of the events that the session has gone through
    sa.Column("checkpoint", CleanJson(none_as_null=True)),  # the session after the last effect
    sa.Column("checkpoint_position", SortedText, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),  # the number of its newest line
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("touched", Moment, nullable=False),
    sa.UniqueConstraint("channel", "address"),
    sa.Index(None, "person"),
)

chat_events = table(
    "chat_events",
    numbered(),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("external_id", ShortText, nullable=False),
    sa.Column("position", SortedText, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("payload", CleanJson, nullable=False),
    sa.Column("received", Moment, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("set_aside", CleanText),  # why it was left out of the conversation
    sa.UniqueConstraint("channel", "external_id"),
    sa.Index(None, "conversation_id", "position"),
)

chat_lines = table(
    "chat_lines",
    numbered(),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("key", ShortText, unique=True),
    sa.Column("ours", sa.Boolean, nullable=False),  # else the person said it
    sa.Column("text", CleanText, nullable=False),
    sa.Column("choices", CleanJson, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("file_name", CleanText, nullable=False),
    sa.Column("file_digest", sa.ForeignKey(files.c.digest)),
    sa.Column("ticket", sa.ForeignKey(tickets.c.number)),
    sa.Column("state", words(NoticeState), nullable=False),
    sa.Column("platform_id", CleanText),
    sa.Column("created", Moment, nullable=False),
    sa.Column("error", CleanText),
    sa.UniqueConstraint("conversation_id", "seq"),
)
UNDELIVERABLE = chat_lines.c.state == sa.literal_column("'undeliverable'")
"""A literal and no parameter: only so is the partial index seen to fit."""
sa.Index("ix_chat_lines_undeliverable", chat_lines.c.id, postgresql_where=UNDELIVERABLE, sqlite_where=UNDELIVERABLE)

sign_in_codes = table(
    "sign_in_codes",
    numbered(),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("address", ShortText, nullable=False),
    sa.Column("mac", sa.String(64), nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("tries_left", sa.Integer, nullable=False),  # 0 when it was used or another took its place, too
    sa.Index(None, "conversation_id"),
    sa.Index(None, "address"),
)

one_time_links = table(
    "one_time_links",
    numbered(),
    sa.Column("mac", sa.String(64), nullable=False, unique=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("ticket", sa.ForeignKey(tickets.c.number)),
    sa.Column("person", CleanText, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("used", Moment),
)

visits = table(
    "visits",  # a browser that may go on with a conversation
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("made", Moment, nullable=False),
)

tier_decisions = table(
    "tier_decisions",
    numbered(),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("tier", words(Tier), nullable=False),
    sa.Column("who", CleanText, nullable=False),
    sa.Column("note", CleanText, nullable=False),
    sa.Column("moment", Moment, nullable=False),
)
