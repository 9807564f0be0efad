"""Lines on their way out to Slack and Telegram: in order within a conversation, each marked when it was handed over."""

from collections.abc import Mapping
from functools import partial

from bot.chat_ports import ChatCarrier, Gone, OutgoingLine
from bot.house import House
from complaints.errors import Broken, Unavailable
from conversations.turn import Say
from storage import chats
from storage.chats import Conversation, StoredLine
from storage.database import Session as Db
from storage.work import Effect, Job
from templates.chat_words import told
from tickets.casework import told_by_mail

Carriers = Mapping[str, ChatCarrier]


async def send_lines(house: House, carriers: Carriers, job: Job) -> Effect:
    """Send what waits in one conversation. Away: Unavailable or TryLater is raised, and what was sent stays marked."""
    conversation_id = job.payload["conversation"]
    conversation, lines = await house.database.run(lambda db: _waiting(db, conversation_id))
    carrier = carriers.get(conversation.channel)
    if carrier is None:
        raise Unavailable(f"{conversation.channel} is switched off, and lines wait for it")
    for line in lines:
        try:
            sent_as = await carrier.send(conversation.address, await _outgoing(house, line))
        except Gone as gone:
            return partial(_give_up, house, conversation, str(gone))
        except Broken as refused:  # this line only; what comes behind it may be taken
            await house.database.run(partial(_mark_refused, house, line, str(refused)))
            continue
        await house.database.run(partial(_mark_sent, line.id, sent_as))
    return lambda db: chats.send_on(db, conversation_id)


def _waiting(db: Db, conversation_id: int) -> tuple[Conversation, list[StoredLine]]:
    return chats.look_at(db, conversation_id), chats.unsent_lines(db, conversation_id)


def _mark_sent(line_id: int, sent_as: str, db: Db) -> None:
    chats.mark_line_sent(db, line_id, sent_as)


def _mark_refused(house: House, line: StoredLine, why: str, db: Db) -> None:
    """It will never get there; what it says of a ticket goes by mail."""
    chats.mark_line_undeliverable(db, line.id, why)
    if line.ticket:
        told_by_mail(line.ticket, house.books(db))


async def _outgoing(house: House, line: StoredLine) -> OutgoingLine:
    body = await house.database.run(lambda db: chats.line_file(db, line.id)) if line.file_digest else None
    return OutgoingLine(line.id, line.text, line.choices, line.turn, line.file_name, body)


def park(house: House, db: Db, job: Job, error: str) -> None:
    """Lines that could not be sent in days."""
    _give_up(house, chats.load(db, job.payload["conversation"]), error, db)


def _give_up(house: House, conversation: Conversation, why: str, db: Db) -> None:
    """Nothing gets there any more: staff see it, and who filed hears of a closed ticket by mail."""
    chats.set_gone(db, conversation.id, gone=True)
    for line in chats.unsent_lines(db, conversation.id, limit=1000):
        _mark_refused(house, line, why, db)


async def delete(house: House, carriers: Carriers, job: Job) -> Effect | None:
    """Delete what a person wrote and the tier may not keep; where the platform does not let us, after two days for
    example, ask them to."""
    conversation_id, event = job.payload["conversation"], job.payload["event"]
    conversation = await house.database.run(lambda db: chats.look_at(db, conversation_id))
    carrier = carriers.get(conversation.channel)
    if carrier is not None and await carrier.delete(conversation.address, event):
        return None

    def ask(db: Db) -> None:
        language = (chats.look_at(db, conversation_id).session or {}).get("language", "en")
        words = told((Say("kept_private.not_deleted"),), language)
        chats.put_line(db, conversation_id, words, key=f"not deleted:{conversation_id}:{event}")

    return ask
