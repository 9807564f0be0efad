"""What was added on our own pages to a ticket that was filed where it could not be said. Holds member data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.chat_tables import ticket_details


@dataclass(frozen=True, slots=True)
class Details:
    """What one person added at once: fields by name, and digests of files."""

    ticket: str
    moment: datetime
    who: str
    fields: dict[str, str]
    files: tuple[str, ...]


def add(
    session: Session, ticket: str, moment: datetime, who: str, fields: dict[str, str], files: Sequence[str]
) -> None:
    values = {"ticket": ticket, "moment": moment, "who": who, "fields": fields, "files": list(files)}
    session.execute(sa.insert(ticket_details), values)


def of(session: Session, ticket: str) -> list[Details]:
    """Everything that was added to a ticket, oldest first."""
    statement = sa.select(ticket_details).where(ticket_details.c.ticket == ticket).order_by(ticket_details.c.id)
    return [
        Details(row["ticket"], row["moment"], row["who"], row["fields"], tuple(row["files"]))
        for row in session.execute(statement).mappings()
    ]
