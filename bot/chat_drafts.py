"""A draft that may not be finished where it was begun goes on on our own page, in a conversation of its own there."""

import secrets
from datetime import datetime

from bot.channels import webchat
from bot.chatroom import put
from complaints.errors import Broken
from conversations.obeying import forget_draft
from conversations.session import Session
from storage import chats
from storage.chat_links import Link
from storage.database import Session as Db


def go_on_on_our_page(db: Db, link: Link, position: str, moment: datetime) -> int:
    """Begin a web conversation with the same answers, language and person: its id. The chat that they were given in
    forgets them, so that one complaint is not open twice, and reminded of twice."""
    source = chats.load(db, link.conversation_id)
    told = Session.from_json(source.session) if source.session else Session()
    address = secrets.token_hex(16)
    put(db, webchat.opened(address, position, moment, told.language))
    page = chats.find(db, webchat.CHANNEL, address)
    if page is None:
        raise Broken("a conversation that was just stored is missing")
    chats.set_person(db, page.id, link.person if source.person == link.person else "")  # or they signed out since
    draft = Session(answers=told.answers, before=told.before, language=told.language, last_heard=told.last_heard)
    _keep(db, page, draft)
    _keep(db, source, forget_draft(told))
    return page.id


def _keep(db: Db, conversation: chats.Conversation, session: Session) -> None:
    """As it stands now, and never gone through again from before."""
    last = conversation.last_position
    chats.save(db, conversation.id, session_json=session.to_json(), last_position=last, checkpoint=True)
