"""What a chat's turn asks the program to do, done in the turn's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat_ports import EventKind
from bot.marked_sheets import needs_marking
from complaints.deadlines import local_date
from complaints.eligibility import OpenClaim
from complaints.lifecycle import Disposition
from complaints.model import Provider
from complaints.notices import ChatWaits, SignInCode, Waiting
from complaints.privacy import Tier
from conversations.events import ChatEvent, CodeRefused, Linked, Submitted, Unlinked
from conversations.turn import (
    Context,
    HandLink,
    HandSheet,
    ReadSheetAgain,
    Say,
    SendCode,
    Submit,
    TicketStatus,
    TryCode,
    Turn,
    Unlink,
)
from storage import chat_links, chats, details
from storage.chat_links import LinkPurpose
from storage.chats import Conversation, StoredEvent
from storage.database import Session as Db
from storage.ledger import look_at_open_claims
from storage.work import enqueue
from tickets.ports import ReplyRoute
from tickets.submission import Books, Enclosures, Submission, submit

SHEET_KIND = "chat_sheet"
"""The kind of the jobs that make a filled claim sheet: {"conversation", "event"}."""
MARK_KIND = "chat_mark"
"""The kind of the jobs that hand a workbook back with its faults marked: {"conversation", "event", "file"}."""


@dataclass(slots=True)
class Scene:
    """Everything that the turns of one conversation work with, open in one transaction."""

    db: Db
    conversation: Conversation
    books: Books
    tier: Tier
    enclosures: Enclosures
    mail_address: str
    public_url: str
    person: str
    deletes: bool
    sends: bool
    """Lines are sent by the channel; on our own page the page fetches them."""

    @property
    def keeps_transcript(self) -> bool:
        return not self.sends

    @property
    def providers(self) -> tuple[Provider, ...]:
        return tuple(self.books.registry.providers_of(self.person)) if self.person else ()

    def context(self, event: StoredEvent) -> Context:
        providers = self.providers
        return Context(
            today=local_date(event.received, self.books.policy),
            event=event.external_id,
            tier=self.tier,
            policy=self.books.policy,
            roster=self.books.roster,
            providers=providers,
            person=self.person if providers else "",
            look_up=BooksLookUp(self.db, self.books, providers),
            mail_address=self.mail_address,
            deletes=self.deletes,
        )


@dataclass(frozen=True, slots=True)
class BooksLookUp:
    """`conversations.turn.LookUp` on the real tickets: nothing of another provider is ever found."""

    db: Db
    books: Books
    providers: tuple[Provider, ...]

    def open_claims(self, numbers: Sequence[str]) -> Sequence[OpenClaim]:
        """Without the lock of `submit`: a turn that only asks holds up nobody else of the same clinic."""
        found = (look_at_open_claims(self.db, provider.id, numbers) for provider in self.providers)
        return [claim for claims in found for claim in claims]

    def ticket(self, number: str) -> TicketStatus | None:
        ticket = self.books.ledger.find(number)
        if ticket is None or ticket.provider_id not in {provider.id for provider in self.providers}:
            return None
        policy = self.books.policy
        disposition: Disposition | None = ticket.disposition
        return TicketStatus(
            number=ticket.number,
            state=ticket.state.value,
            mco=ticket.mco,
            claims=ticket.claims,
            opened=local_date(ticket.opened, policy),
            closed=local_date(ticket.closed, policy) if ticket.closed else None,
            disposition=disposition.value if disposition else None,
        )


def with_enclosure(scene: Scene, turn: Turn) -> tuple[Say, ...]:
    """What an effect adds to the turn's own words: a one-time link."""
    if not isinstance(turn.effect, HandLink):
        return ()
    ticket = turn.effect.ticket
    purpose = LinkPurpose.DETAILS if ticket else LinkPurpose.DRAFT
    token = chat_links.new_link(scene.db, scene.conversation.id, purpose, ticket, scene.person)
    link = f"{scene.public_url}/go/{token}"
    return (Say("filed.add_details" if ticket else "draft.link", {"link": link}),)


def perform(scene: Scene, event: StoredEvent, turn: Turn) -> ChatEvent | None:
    """Do it; what came of it, when that is an event."""
    match turn.effect:
        case SendCode(address):
            _send_code(scene, event, address, turn.session.language)
        case TryCode(code):
            return _try_code(scene, code)
        case Unlink():
            chats.set_person(scene.db, scene.conversation.id, "")
            scene.person = ""
            return Unlinked()
        case Submit():
            return _submit(scene, event, turn.effect)
        case HandSheet():
            payload = {"conversation": scene.conversation.id, "event": event.id}
            enqueue(scene.db, SHEET_KIND, f"chat_sheet:{event.id}", payload)
        case ReadSheetAgain(file):
            _come_again(scene, event, file)
        case HandLink() | None:
            pass
    return None


_CALLS = frozenset(waiting.value for waiting in Waiting)


def call_by_mail(scene: Scene, event: StoredEvent, turn: Turn) -> None:
    """Our own page calls nobody: what a conversation that waits has to say goes to the person's mailbox as well."""
    if scene.sends or not scene.person:
        return
    for say in turn.says:
        if say.key in _CALLS:
            days = say.words.get("days", 0)
            today = local_date(event.received, scene.books.policy)
            waits = ChatWaits(
                Waiting(say.key), days if isinstance(days, int) else 0, today, scene.public_url, turn.session.language
            )
            scene.books.notices.put(waits, ReplyRoute("mail", scene.person), f"waits:{event.id}")


def _send_code(scene: Scene, event: StoredEvent, address: str, language: str) -> None:
    """Mail a code to a registered address. To any other nothing goes, and the chat says the same.

    A code is made for any address: without one, a guess would be answered otherwise ("you need a new one" at once), and
    that would tell strangers who is registered.
    """
    code = chat_links.new_code(scene.db, scene.conversation.id, address)
    if code is None or not scene.books.registry.providers_of(address):  # too many were asked for, or not registered
        return
    link = ""
    if not scene.sends:  # only our own page can tell that the link is opened where the code was asked for
        token = chat_links.new_link(scene.db, scene.conversation.id, LinkPurpose.SIGN_IN, "", address)
        link = f"{scene.public_url}/go/{token}"
    notice = SignInCode(code, link, language)
    scene.books.notices.put(notice, ReplyRoute("mail", address), f"code:{event.id}")


def _try_code(scene: Scene, code: str) -> ChatEvent:
    tried = chat_links.try_code(scene.db, scene.conversation.id, code, account=scene.conversation.account)
    if isinstance(tried, chat_links.Wrong):
        return CodeRefused(tried.tries_left)
    if not scene.books.registry.providers_of(tried.address):  # a lucky guess, or not registered any more
        return CodeRefused(0)
    chats.set_person(scene.db, scene.conversation.id, tried.address)
    scene.person = tried.address
    return Linked()


def _submit(scene: Scene, event: StoredEvent, effect: Submit) -> ChatEvent:
    conversation = scene.conversation
    route = ReplyRoute(conversation.channel, conversation.address, person=scene.person)
    submission = Submission(
        complaint=effect.complaint,
        route=route,
        received=event.received,
        key=f"chat:{conversation.id}:{effect.key}",
        enclosures=scene.enclosures,
        submitter=scene.person,
    )
    done = submit(submission, scene.books)
    if done.ticket and effect.files:
        details.add(scene.db, done.ticket, event.received, scene.person, {}, effect.files)
    if effect.sheet and needs_marking(done.verdict):
        payload = {"conversation": conversation.id, "event": event.id, "file": effect.sheet}
        enqueue(scene.db, MARK_KIND, f"chat_mark:{event.id}", payload)
    return Submitted(done.ticket)


def _come_again(scene: Scene, event: StoredEvent, file: str) -> None:
    """The sheet that waited for its sender to be known comes as an event of its own, behind all others."""
    conversation = scene.conversation
    chats.put_event(
        scene.db,
        channel=conversation.channel,
        address=conversation.address,
        account=conversation.account,
        external_id=f"{event.external_id}:sheet",
        position=f"{event.position}:sheet",
        kind=EventKind.FILE.value,
        payload={"file": file},
        received=event.received,
    )
