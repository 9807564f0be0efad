"""How much waits, for whoever watches the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.states import LetterOutcome, NoticeState
from storage.tables import deferrals, jobs, letters, notices

_FOR_STAFF = (LetterOutcome.HELD, LetterOutcome.QUARANTINE, LetterOutcome.PARKED)


@dataclass(frozen=True, slots=True)
class Queues:
    jobs: Mapping[str, int]
    """Work that waits or is being done, by kind."""
    parked: Mapping[str, int]
    """Work that was given up, by kind."""
    unread: int
    """Letters without an outcome."""
    apart: Mapping[str, int]
    """Letters that wait for staff, by outcome."""
    notices: Mapping[str, int]
    """Answers that were not sent or came back, by state."""
    deferred: int
    """Mails that were told to come again because their sender could not be checked."""


def queues(session: Session) -> Queues:
    def by(column: sa.Column[Any], *where: sa.ColumnElement[bool]) -> dict[str, int]:
        counted = sa.select(column, sa.func.count()).where(*where).group_by(column)
        return {str(name): count for name, count in session.execute(counted).tuples()}

    def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0

    apart = {outcome.value: count(letters, letters.c.outcome == outcome) for outcome in _FOR_STAFF}
    unsent = {state.value: 0 for state in NoticeState if state is not NoticeState.SENT}
    return Queues(
        jobs=by(jobs.c.kind, jobs.c.parked.is_(None)),
        parked=by(jobs.c.kind, jobs.c.parked.is_not(None)),
        unread=count(letters, letters.c.outcome.is_(None)),
        apart=apart,
        notices={name: count(notices, notices.c.state == name) for name in unsent},
        deferred=count(deferrals),
    )
