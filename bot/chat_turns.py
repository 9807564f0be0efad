"""The turns of one conversation, in one transaction: every event that waits, in the platform's order.

Read `take_turns` downwards. An event that comes late (the platform sent it before one that was taken already) is put
where it belongs: everything since the last checkpoint is gone through again. An effect makes a checkpoint, because it
is not undone; so does signing in, because what was asked of a stranger would now be gone through as a known person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chat_effects import Scene, call_by_mail, perform, with_enclosure
from bot.chat_ports import EventKind
from complaints.privacy import may_keep_files
from conversations.engine import step
from conversations.events import ChatEvent, Edited, FileCame, Linked, Opened, Pressed, Said, SheetCame, TimePassed
from conversations.session import Offer, Session
from conversations.turn import HandLink, Say, Submit, Turn
from storage import chats
from storage.chats import Conversation, StoredEvent
from storage.work import enqueue
from templates.chat_words import label, told

DELETE_KIND = "chat_delete"
"""The kind of the jobs that delete what a person wrote, where it may not be kept: {"conversation", "event"}."""

_NOT_THEIRS = frozenset({EventKind.GONE, EventKind.TIME})
"""Events that do not show that the person is there."""

Prepared = Mapping[int, SheetCame | FileCame]
"""What was read in the files of these events, outside the transaction."""


@dataclass(slots=True)
class _Progress:
    """How far one conversation got."""

    session: Session
    position: str
    checkpoint: bool = False


def take_turns(scene: Scene, prepared: Prepared, most: int | None = None) -> tuple[Session, Session] | None:
    """Take every event that waits; the session as it stood and as it stands now, None when nothing waited.

    An event whose file was not read yet stops the row: a job reads it first. `most` stops it too: the rest is for the
    next job.
    """
    conversation = scene.conversation
    waiting, unread = _until_an_unread_file(chats.events_waiting(scene.db, conversation.id), scene, prepared)
    if most is not None and len(waiting) > most:
        waiting, unread = waiting[:most], None
        chats.wake(scene.db, conversation.id)
    if unread is not None:
        enqueue(scene.db, chats.FILE_KIND, f"chat_file:{unread.id}", {"event": unread.id})
    if not waiting:
        return None
    if conversation.gone and any(event.kind not in _NOT_THEIRS for event in waiting):  # they are back
        chats.set_gone(scene.db, conversation.id, gone=False)
    now = session_of(conversation.session, conversation)
    between = conversation.checkpoint_position, conversation.last_position
    is_late = any(between[0] < event.position < between[1] for event in waiting)
    if is_late:
        since = chats.events_since(scene.db, conversation.id, between[0])
        taken = {event.id for event in waiting}
        again = [event for event in since if event.position > between[0] and (event.done or event.id in taken)]
        progress = _go_through_again(scene, again, now, prepared)
    else:
        progress = _Progress(now, conversation.last_position)
        for event in waiting:
            _take(scene, progress, event, prepared)
    chats.mark_done(scene.db, [event.id for event in waiting])
    chats.save(
        scene.db,
        conversation.id,
        session_json=progress.session.to_json(),
        last_position=progress.position,
        checkpoint=progress.checkpoint,
    )
    return now, progress.session


def _until_an_unread_file(
    waiting: list[StoredEvent], scene: Scene, prepared: Prepared
) -> tuple[list[StoredEvent], StoredEvent | None]:
    for index, event in enumerate(waiting):
        if event.kind == EventKind.FILE and event.id not in prepared and may_keep_files(scene.tier):
            return waiting[:index], event
    return waiting, None


def session_of(stored: Mapping[str, object] | None, conversation: Conversation) -> Session:
    """What is stored; for None a new one, in the language that the platform told."""
    if stored is not None:
        return Session.from_json(stored)
    return Session(language="es" if conversation.language.lower().startswith("es") else "en")


def _take(scene: Scene, progress: _Progress, event: StoredEvent, prepared: Prepared) -> None:
    """One event, and everything that comes of it."""
    what = _event_of(event, progress.session, scene, prepared)
    if what is None:
        return
    _write_down(scene, event, what, progress.session)
    turn = step(progress.session, what, scene.context(event))
    _forget(scene, event, turn)
    call_by_mail(scene, event, turn)
    while True:
        turn, outcome = _say_and_do(scene, event, turn)
        progress.checkpoint |= turn.effect is not None or isinstance(what, Linked)
        if outcome is None:
            break
        turn = step(turn.session, outcome, scene.context(event))
    progress.session = turn.session
    progress.position = max(progress.position, event.position)


def _go_through_again(scene: Scene, events: list[StoredEvent], now: Session, prepared: Prepared) -> _Progress:
    """Everything since the checkpoint in its right order, in silence; then where that leads is said.

    Nothing is filed on the way: what was shown to the person was another review.
    """
    conversation = scene.conversation
    session = session_of(conversation.checkpoint, conversation)
    turn = Turn(session, ())
    has_effect = False
    for event in events:
        what = _event_of(event, session, scene, prepared)
        if what is None:
            continue
        if not event.done:
            _write_down(scene, event, what, session)
        turn = step(session, what, scene.context(event))
        if not event.done:
            _forget(scene, event, turn)
        if isinstance(turn.effect, Submit) or (event.done and turn.effect is not None):
            continue  # as if it had not been said
        has_effect |= turn.effect is not None or isinstance(what, Linked)
        outcome = perform(scene, event, turn)
        turn = step(turn.session, outcome, scene.context(event)) if outcome else turn
        session = _with_labels(turn)  # typed, they press buttons
    last = max((event.position for event in events), default=conversation.last_position)
    session = replace(session, turn=max(session.turn, now.turn + 1))
    link = turn.effect if isinstance(turn.effect, HandLink) else None  # a link is words; all else was done above
    closing = replace(turn, session=session, says=(Say("late.read"), *turn.says), effect=link)
    spoken, _ = _say_and_do(scene, events[-1], closing)
    return _Progress(spoken.session, max(last, conversation.last_position), has_effect)


def _event_of(event: StoredEvent, session: Session, scene: Scene, prepared: Prepared) -> ChatEvent | None:
    """What the engine is told; None for what only the program hears."""
    payload = event.payload
    match EventKind(event.kind):
        case EventKind.OPENED:
            return Opened()
        case EventKind.SAID:
            return Said(payload["text"])
        case EventKind.EDITED:
            return Edited(payload["event"], payload["text"])
        case EventKind.PRESSED:
            return _press(event, session, scene)
        case EventKind.FILE:
            return prepared.get(event.id, FileCame(payload.get("file") if may_keep_files(scene.tier) else None))
        case EventKind.GONE:
            if not event.done:  # gone through again, it says nothing of now
                chats.set_gone(scene.db, scene.conversation.id, gone=True)
            return None
        case EventKind.LINKED:
            return Linked()
        case EventKind.TIME:
            return TimePassed(payload["ends"])


def _press(event: StoredEvent, session: Session, scene: Scene) -> Pressed:
    """A press keeps what it meant when it was taken first, so that going through again changes nothing about it."""
    payload = event.payload
    if "meant" in payload:
        return Pressed(payload["turn"], payload["choice"], Offer(**payload["meant"]), payload["asking"])
    pressed = Pressed(payload["turn"], payload["choice"])
    if pressed.turn == session.turn and 0 <= pressed.choice < len(session.offers):
        offer = session.offers[pressed.choice]
        meant = {"act": offer.act, "value": offer.value, "label": offer.label}
        chats.set_payload(scene.db, event.id, {**payload, "meant": meant, "asking": session.asking})
        return replace(pressed, meant=offer, asking=session.asking)
    return pressed


def _write_down(scene: Scene, event: StoredEvent, what: ChatEvent, session: Session) -> None:
    """On our own page the person's words are part of what is shown. Elsewhere the platform keeps them."""
    if not scene.keeps_transcript:
        return
    text = ""
    match what:
        case Said(said) | Edited(text=said):
            text = said
        case Pressed(meant=Offer(label=words)):
            text = words
        case SheetCame() | FileCame():
            text = told((Say("file.sent"),), session.language)
    if text:
        chats.put_line(scene.db, scene.conversation.id, text, ours=False, send=False, key=f"heard:{event.id}")


def _forget(scene: Scene, event: StoredEvent, turn: Turn) -> None:
    """What this tier may not keep is not kept, and deleted where the platform lets us."""
    if turn.kept is None:
        return
    chats.keep_only(scene.db, event.id, turn.kept)
    if scene.deletes:
        payload = {"conversation": scene.conversation.id, "event": event.external_id}
        enqueue(scene.db, DELETE_KIND, f"chat_delete:{event.id}", payload)


def _say_and_do(scene: Scene, event: StoredEvent, turn: Turn) -> tuple[Turn, ChatEvent | None]:
    """Put the turn's words into the outbox, with the buttons' labels in the session, and do what it asks for."""
    language = turn.session.language
    says = (*turn.says, *with_enclosure(scene, turn))
    session = _with_labels(turn)
    labels = tuple(offer.label for offer in session.offers) if turn.choices else ()
    if says:
        chats.put_line(
            scene.db,
            scene.conversation.id,
            told(says, language),
            choices=labels,
            turn=session.turn,
            send=scene.sends,
        )
    turn = replace(turn, session=session)
    return turn, perform(scene, event, turn)


def _with_labels(turn: Turn) -> Session:
    """The turn's session, with the words on the buttons that it shows."""
    if not turn.choices:
        return turn.session
    words = turn.session.language
    offers = tuple(replace(choice.offer, label=label(choice, words)) for choice in turn.choices)
    return replace(turn.session, offers=offers)
