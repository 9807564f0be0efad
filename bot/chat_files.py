"""Files in chats: one that came is fetched and read outside any transaction; a filled claim sheet is handed over."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from bot.chat_ports import ChatCarrier
from bot.chatroom import WEB, say_left_out, take_waiting, today_s_enclosures
from bot.enclosures import workbook
from bot.harm import DETAIL
from bot.house import House
from bot.letters import one_complaint
from bot.marked_sheets import marking_of
from bot.prejudging import prejudge
from bot.scanning import Harm
from complaints.deadlines import local_date
from complaints.errors import Broken, Unavailable
from complaints.model import Complaint
from complaints.verdict import Finding, ReasonCode
from conversations.drafting import drafted
from conversations.events import FileCame, SheetCame
from conversations.pasted import read_pasted
from conversations.session import Session
from sheets.kinds import FileFault
from sheets.reading import looks_like_sheet
from storage import chats, files
from storage.chats import Conversation, StoredEvent
from storage.database import Session as Db
from storage.work import Effect, Job
from templates.file_words import HARMFUL

log = logging.getLogger(__name__)

CHAT_STAMP = "filed in a chat"
"""In a workbook that a chat handed back: it answers no letter."""
LARGEST = 10 * 1024 * 1024
"""Bytes of a file that a chat takes."""
_HARMFUL = FileCame(None, Finding(ReasonCode.UNREADABLE_FILE, read=HARMFUL))


async def read(house: House, carriers: Mapping[str, ChatCarrier], job: Job) -> Effect:
    """Fetch and read the file of one event, then take the turns that waited behind it."""
    event_id = job.payload["event"]
    event, conversation = await house.database.run(lambda db: _event_and_conversation(db, event_id))
    harm: Harm | None = None
    came: SheetCame | FileCame = FileCame(None, Finding(ReasonCode.UNREADABLE_FILE))
    with suppress(Broken):
        digest = await _fetched(house, carriers.get(conversation.channel), event)
        body = await house.database.run(lambda db: files.get(db, digest))
        harm = await house.scanner.harm_in([body], job.attempts)
        came = _HARMFUL if harm else await _read(house, event, digest, body)
    enclosures = await today_s_enclosures(house)

    def take(db: Db) -> None:
        take_waiting(house, db, conversation.id, enclosures, {event_id: came})
        if harm and chats.event(db, event_id).done:  # told; and it never comes into the conversation again
            chats.set_aside(db, event_id, DETAIL + harm.name)
            log.error("the file of chat event %d is kept apart: %s", event_id, harm.name)

    return take


def _event_and_conversation(db: Db, event_id: int) -> tuple[StoredEvent, Conversation]:
    event = chats.event(db, event_id)
    return event, chats.look_at(db, event.conversation_id)


async def _fetched(house: House, carrier: ChatCarrier | None, event: StoredEvent) -> str:
    """The digest of the file, stored. Broken: it cannot be had. Unavailable: not now."""
    known: str | None = event.payload.get("file")
    if known is not None:
        return known
    if carrier is None:
        raise Unavailable("the channel that has this file is switched off")
    body = await carrier.fetch(event.payload["reference"], LARGEST)
    return await house.database.run(lambda db: files.put(db, body))


async def _read(house: House, event: StoredEvent, digest: str, body: bytes) -> SheetCame | FileCame:
    """What the file holds: a filled claim sheet, or something that goes with the complaint."""
    if not looks_like_sheet(body, "", ""):
        return FileCame(digest)
    book = await house.reader.read(body, "")
    found = await asyncio.to_thread(one_complaint, book, local_date(event.received, house.policy))
    return SheetCame(found, digest) if isinstance(found, Complaint) else FileCame(digest, found)


def park(house: House, db: Db, job: Job, error: str) -> None:
    """A file that could not be fetched or read in days is left out, so that the conversation goes on."""
    event = chats.event(db, job.payload["event"])
    conversation = chats.load(db, event.conversation_id)
    chats.set_aside(db, event.id, error)
    say_left_out(house, db, conversation, event, error)


async def make_sheet(house: House, job: Job) -> Effect:
    """The claim sheet, filled with what was said, as a line of its own."""
    conversation_id, event_id = job.payload["conversation"], job.payload["event"]
    event, conversation = await house.database.run(lambda db: _event_and_conversation(db, event_id))
    sheet = await house.cabinet.filled(local_date(event.received, house.policy), _told(house, event, conversation))
    key, sends = f"sheet:{event_id}", conversation.channel != WEB

    def put(db: Db) -> None:
        chats.put_line(db, conversation_id, sheet.name, attachment=sheet, key=key, send=sends)

    return put


async def mark_sheet(house: House, job: Job) -> Effect | None:
    """The workbook of one event with its faults marked, as a line of its own. It was judged and filed: judged again,
    what is on its ticket is told as that."""
    conversation_id, event_id = job.payload["conversation"], job.payload["event"]
    event, conversation = await house.database.run(lambda db: _event_and_conversation(db, event_id))
    body = await house.database.run(lambda db: files.get(db, job.payload["file"]))
    today = local_date(event.received, house.policy)
    found = await asyncio.to_thread(one_complaint, await house.reader.read(body, ""), today)
    if isinstance(found, Finding):
        return None
    judged = await prejudge(house, conversation.person, (found,), today)
    if not judged or judged[0].verdict.accepted_claims:  # its ticket has ended meanwhile: nothing true can be marked
        return None
    marking = await asyncio.to_thread(marking_of, judged, CHAT_STAMP)
    marked = await house.reader.mark(body, "", marking)
    if isinstance(marked, FileFault) or len(marked) > LARGEST:
        return None
    file = workbook("claim-sheet-marked", marked)
    key, sends = f"marked:{event_id}", conversation.channel != WEB

    def put(db: Db) -> None:
        chats.put_line(db, conversation_id, file.name, attachment=file, key=key, send=sends)

    return put


def _told(house: House, event: StoredEvent, conversation: Conversation) -> Complaint:
    """What goes into the sheet: several complaints that were pasted, else what the answers say."""
    pasted = read_pasted(event.payload.get("text", ""), local_date(event.received, house.policy), house.roster)
    if pasted is not None and len(pasted.claims) > 1:
        return pasted
    session = Session.from_json(conversation.session) if conversation.session else Session()
    return drafted(session, conversation.person)
