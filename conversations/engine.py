"""One step of a chat: session + event + context → what is said, and what the program is to do. Pure.

Read `step` downwards: what kind of event; a button is obeyed only when it was shown last; typed words are a button's
label, a command, something pasted, or the answer to what was asked. Whatever it was, the turn ends with the first
trouble, if there is one, or with the next question.
"""

from dataclasses import replace

from conversations.answering import answer_sign_in, answer_typed, look_at_edit, private, take_pasted, told_in
from conversations.commands import command_in, several_complaints
from conversations.events import ChatEvent, Edited, FileCame, Opened, PersonEvent, Pressed, Said, SheetCame
from conversations.going_on import go_on
from conversations.obeying import act_on, change, go_on_or_rest, hand_sheet, obey, press, typed_choice
from conversations.outcomes import came_of_it, file_came, sheet_came
from conversations.questions import BY_KEY, REVIEW, Reads
from conversations.reading import may_keep, says_yes
from conversations.second_thoughts import second_thought
from conversations.session import Offer, Session
from conversations.turn import Context, Say, TryCode, Turn

_FILE_IT = frozenset(
    {"submit", "file", "file it", "send", "send it", "go ahead", "looks good", "looks right", "all good", "it is right"}
    | {"enviar", "presentar", "envíela", "está bien", "todo bien", "adelante"}
)
_NOT_SO = frozenset({"no", "nope", "wrong", "not right", "it is wrong", "that is wrong", "incorrecto", "está mal"})

_HELLOS = frozenset(
    {"hello", "hi", "hey", "hello there", "start", "good morning", "good afternoon"}
    | {"hola", "buenos días", "buenos dias", "buenas tardes"}
)


def step(session: Session, event: ChatEvent, context: Context) -> Turn:
    """Take one event. Never raises; a turn that says nothing has an effect that leads to words. Only when time has
    passed and nothing was open is nothing said."""
    if isinstance(event, PersonEvent):
        session = replace(session, last_heard=context.today.isoformat(), reminded=False)
    match event:
        case Opened():
            return _greet(session, context)
        case Said(text):
            return _said(replace(session, stopped=False), text, context)
        case Pressed():
            return press(replace(session, stopped=False), event, context)
        case Edited():
            return _edited(session, event, context)
        case SheetCame():
            return sheet_came(session, event, context)
        case FileCame():
            return file_came(session, event, context)
        case _:
            return came_of_it(session, event, context)


def _greet(session: Session, context: Context) -> Turn:
    if session.asking:
        return go_on(session, context)
    if context.providers:
        names = tuple(provider.name for provider in context.providers[:5])
        return go_on(session, context, (Say("greeting.known", {"provider": names}), Say("greeting.needs")))
    return go_on(session, context, (Say("greeting.welcome"), Say("greeting.needs")))


def _said(session: Session, text: str, context: Context) -> Turn:
    """Typed words. On a tier that may not keep them all, the turn says what of them is kept."""
    if offer := typed_choice(session, text):
        return obey(offer, session, context)
    question = BY_KEY.get(session.asking)
    in_prose = question is not None and question.reads is Reads.PROSE
    if command := command_in(text, in_prose=in_prose):
        return act_on(command, session, context)
    if not in_prose:
        told = told_in(session, text, context)
        if told is not None:
            return take_pasted(session, told, text, context)
        if several_complaints(text):
            return hand_sheet(session, context, key="several.sheet_required")
    turn = _answered(session, text, context)
    if isinstance(turn.effect, TryCode) or may_keep(text, context):
        return turn
    answer = next((answer for answer in turn.session.answers.values() if answer.event == context.event), None)
    return private(turn, answer.value if answer else "", context)


def _answered(session: Session, text: str, context: Context) -> Turn:
    question = BY_KEY.get(session.asking)
    if question is None and (session.filed or session.before):
        return go_on_or_rest(session, context, (Say("help.commands"),))
    if " ".join(text.lower().split()).strip("¡!/. ") in _HELLOS:
        return _greet(session, context)
    if question is None:
        return _greeted(session, text, context)
    if not text.strip():
        return go_on(session, context)
    if question.reads in (Reads.ADDRESS, Reads.CODE):
        return answer_sign_in(session, text, context)
    said = " ".join(text.lower().split()).rstrip(".!")
    if question is REVIEW and (says_yes(text) or said in _FILE_IT):
        submit = next((offer for offer in session.offers if offer.act == "submit"), Offer("submit"))
        return obey(submit, session, context)
    if question is REVIEW and said in _NOT_SO:
        return change("", session, context)
    corrected = None if question.reads is Reads.PROSE else second_thought(session, text, context)
    return corrected or answer_typed(session, text, context)


def _greeted(session: Session, text: str, context: Context) -> Turn:
    """The first words: what already answers the first question is not lost over the greeting."""
    greeting = _greet(session, context)
    if not text.strip():
        return greeting
    answered = _answered(greeting.session, text, context)
    if answered.session.misses:
        return greeting
    return replace(answered, says=(*greeting.says[:1], *answered.says))


def _edited(session: Session, edit: Edited, context: Context) -> Turn:
    """New words for what was said before: they correct the answer that it gave. What gave none is heard anew."""
    if turn := look_at_edit(session, edit, context):
        return turn if turn.kept is not None or may_keep(edit.text, context) else private(turn, "", context)
    if edit.event in session.replaced:
        turn = go_on_or_rest(session, context, (Say("edited.replaced"),))
        return turn if may_keep(edit.text, context) else private(turn, "", context)
    if any(answer.event == edit.event for answer in session.before.values()):
        ticket = next((filed.ticket for filed in reversed(session.filed) if filed.ticket), None)
        if ticket:
            return go_on_or_rest(session, context, (Say("edited.too_late", {"ticket": ticket}),))
    return _said(replace(session, stopped=False), edit.text, replace(context, event=edit.event))
