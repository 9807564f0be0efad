"""The timers of conversations: a reminder when one lies idle or may be filed at last, and a word at the end."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.chat_ports import EventKind
from bot.house import House
from complaints.policy import Policy
from conversations.patience import next_due
from conversations.session import Session
from storage import chats
from storage.chats import Conversation
from storage.database import Session as Db
from storage.work import Effect, Job

MORNING = time(9)
"""When a reminder goes out, by the Department's clock."""


def wind(db: Db, conversation_id: int, before: Session, now: Session, policy: Policy) -> None:
    """While something is open, a timer stands for it: one was set when what is due became what it is."""
    due = _moment(now, policy)
    if due and due != _moment(before, policy):
        chats.set_timer(db, conversation_id, due[0])


async def ring(house: House, job: Job) -> Effect:
    """A timer is only a hint: the conversation says whether something is due by now."""
    conversation_id = job.payload["conversation"]

    def look(db: Db) -> None:
        conversation = chats.load(db, conversation_id)
        due = _moment(Session.from_json(conversation.session), house.policy) if conversation.session else None
        if due is None:
            return
        moment, ends = due
        if moment > datetime.now(UTC):
            chats.set_timer(db, conversation_id, moment)
        else:
            put_our_own(db, conversation, EventKind.TIME, f"time:{moment:%Y-%m-%d}:{ends}", {"ends": ends})

    return look


def _moment(session: Session, policy: Policy) -> tuple[datetime, bool] | None:
    """The moment of what is due next, and whether the conversation ends then."""
    due = next_due(session)
    return None if due is None else (datetime.combine(due[0], MORNING, ZoneInfo(policy.time_zone)), due[1])


def put_our_own(db: Db, conversation: Conversation, kind: EventKind, what: str, payload: dict[str, object]) -> None:
    """An event of our own, behind all that were taken. Once for each `what`."""
    chats.put_event(
        db,
        channel=conversation.channel,
        address=conversation.address,
        account=conversation.account,
        external_id=f"{conversation.address}:{what}",
        position=f"{conversation.last_position}:{kind.value}",
        kind=kind.value,
        payload=payload,
        received=datetime.now(UTC),
    )
