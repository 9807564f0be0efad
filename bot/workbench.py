"""The jobs of `serve`: which function does the work of each kind, and what becomes of one that keeps failing."""

from collections.abc import Callable
from functools import partial

from bot import chat_clock, chat_dispatch, chat_files, chat_turns, chatroom, dispatch, mailroom, reconciling
from bot.channels.mail import open_carrier
from bot.chat_dispatch import Carriers
from bot.chat_effects import MARK_KIND, SHEET_KIND
from bot.house import House
from storage import chats, inbox, outbox
from storage.database import Session
from storage.work import Handler, Job, Worker

Park = Callable[[House, Session, Job, str], None]


def worker_of(house: House, carriers: Carriers) -> Worker:
    """The worker for everything that this process does. `carriers` are the chat platforms that are switched on."""
    mail = open_carrier(house.settings.relay, house.settings.mail_address)
    handlers: dict[str, Handler] = {
        inbox.KIND: partial(mailroom.read, house),
        outbox.KIND: partial(dispatch.send, house, mail),
        chats.KIND: partial(chatroom.drain, house),
        chats.FILE_KIND: partial(chat_files.read, house, carriers),
        chats.TIMER_KIND: partial(chat_clock.ring, house),
        SHEET_KIND: partial(chat_files.make_sheet, house),
        MARK_KIND: partial(chat_files.mark_sheet, house),
        reconciling.KIND: partial(reconciling.look, house),
        chat_turns.DELETE_KIND: partial(chat_dispatch.delete, house, carriers),
    }
    if carriers:  # lines for a platform that is switched off wait until it is on again
        handlers[chats.LINES_KIND] = partial(chat_dispatch.send_lines, house, carriers)

    def on_park(session: Session, job: Job, error: str) -> None:
        if job.kind in _PARK:
            _PARK[job.kind](house, session, job, error)

    return Worker(house.database, handlers, on_park)


_PARK: dict[str, Park] = {
    inbox.KIND: mailroom.park,
    outbox.KIND: dispatch.park,
    chats.KIND: chatroom.park,
    chats.FILE_KIND: chat_files.park,
    chats.LINES_KIND: chat_dispatch.park,
}
"""What else happens when a job is given up. The others are only parked: a sheet not made, a message not deleted."""
