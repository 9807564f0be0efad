"""How long an open conversation waits for its person: one reminder, a word at the end. Days are the Department's."""

from datetime import date, timedelta

from conversations.session import Session

IDLE_DAYS = 30
"""Calendar days without a word from the person after which what they told is let go."""
REMIND_DAYS = 7
"""Calendar days before that on which they are reminded."""


def next_due(session: Session) -> tuple[date, bool] | None:
    """The day on which the person is to be spoken to next, and whether the conversation ends then.

    None: nothing is open. Who waits for their first eligible day is reminded on that day, and has until the last one.
    """
    if not (session.answers or session.before or session.files) or not session.last_heard:
        return None
    heard = date.fromisoformat(session.last_heard)
    last = heard + timedelta(days=IDLE_DAYS)
    if session.keeps_until:
        last = max(last, date.fromisoformat(session.keeps_until))
    if session.reminded or not session.answers:  # only what "another like this one" would take over
        return last, True
    first = date.fromisoformat(session.wakes_on) if session.wakes_on else last - timedelta(days=REMIND_DAYS)
    return first, False
