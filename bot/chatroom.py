"""Chats on their way in: each event is stored before it is acknowledged, each conversation drained by one job."""

import logging
from datetime import UTC, datetime

from bot.chat_clock import put_our_own, wind
from bot.chat_effects import Scene
from bot.chat_ports import EventKind, Incoming
from bot.chat_turns import Prepared, session_of, take_turns
from bot.house import House
from complaints.deadlines import local_date
from complaints.notices import PersonWillLook
from complaints.privacy import may_keep_files
from conversations.member_data import may_hold_member_data
from storage import chats, tiers
from storage.chat_links import Link
from storage.chats import Conversation, StoredEvent
from storage.database import Session as Db
from storage.work import Effect, Job
from templates.chat_words import tell
from tickets.submission import Enclosures

log = logging.getLogger(__name__)

WEB = "web"
DELETES = frozenset({"telegram"})
"""Channels that let us delete what a person wrote to us."""


async def store(house: House, incoming: Incoming) -> bool:
    """Make an event durable; False: it was there already. The platform is told that we have it only after this."""

    return await house.database.run(lambda db: put(db, incoming))


def put(db: Db, incoming: Incoming) -> bool:
    stored = chats.put_event(
        db,
        channel=incoming.channel,
        address=incoming.address,
        account=incoming.account,
        external_id=incoming.external_id,
        position=incoming.position,
        kind=incoming.kind.value,
        payload=incoming.payload,
        received=incoming.received,
        language=incoming.language,
    )
    return stored is not None


def sign_in(db: Db, link: Link) -> None:
    """The person pressed the link of the sign-in mail, which is used up in this transaction: they are known now."""
    chats.set_person(db, link.conversation_id, link.person)
    conversation = chats.load(db, link.conversation_id)
    put_our_own(db, conversation, EventKind.LINKED, f"linked:{link.id}", {})


async def drain(house: House, job: Job) -> Effect:
    """Take all turns that wait in one conversation.

    When that went wrong before, only the first: so those before a bad one are taken, and it is the one to be left out.
    """
    conversation_id = job.payload["conversation"]
    enclosures = await today_s_enclosures(house)
    most = 1 if job.strikes > 1 else None
    return lambda db: take_waiting(house, db, conversation_id, enclosures, {}, most)


async def today_s_enclosures(house: House) -> Enclosures:
    return await house.cabinet.enclosures(local_date(datetime.now(UTC), house.policy))


def take_waiting(
    house: House, db: Db, conversation_id: int, enclosures: Enclosures, prepared: Prepared, most: int | None = None
) -> None:
    """The turns of one conversation, with everything they work with, and its timer wound anew."""
    conversation = chats.load(db, conversation_id)
    scene = Scene(
        db=db,
        conversation=conversation,
        books=house.books(db),
        tier=tiers.tier_of(db, conversation.channel),
        enclosures=enclosures,
        mail_address=house.settings.mail_address,
        public_url=house.settings.web_address,
        person=conversation.person,
        deletes=conversation.channel in DELETES,
        sends=conversation.channel != WEB,
    )
    if stood := take_turns(scene, prepared, most):
        wind(db, conversation_id, *stood, house.policy)


def park(house: House, db: Db, job: Job, error: str) -> None:
    """A conversation whose turns kept surprising us: its first event that waits is left out."""
    conversation = chats.load(db, job.payload["conversation"])
    event = chats.set_first_aside(db, conversation.id, error)
    if event is not None:
        say_left_out(house, db, conversation, event, error)


def say_left_out(house: House, db: Db, conversation: Conversation, event: StoredEvent, error: str) -> None:
    """An event was left out, so that the person can go on; they hear that staff will look.

    Its words stay for staff, unless they may hold what this tier does not keep: no turn went through them.
    """
    log.error("chat event %d was left out: %s", event.id, error)
    today = local_date(event.received, house.policy)
    keeps_all = may_keep_files(tiers.tier_of(db, conversation.channel))
    if not keeps_all and may_hold_member_data(event.payload.get("text", ""), house.roster, today):
        chats.keep_only(db, event.id, "")
    language = session_of(conversation.session, conversation).language
    words = tell(PersonWillLook(today), language, house.settings.mail_address)
    chats.put_line(db, conversation.id, words, key=f"parked:{event.id}", send=conversation.channel != WEB)
    chats.wake(db, conversation.id)
