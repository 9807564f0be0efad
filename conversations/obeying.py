"""What buttons and commands do. A button may be pressed or typed: its label, its beginning, its number, nearly it."""

import re
import unicodedata
from dataclasses import replace

from rapidfuzz import fuzz

from complaints.identifiers import MistypedNumber, parse_ticket_number
from complaints.model import Complaint
from complaints.privacy import Tier, may_keep_files
from conversations.commands import Act, Command
from conversations.drafting import drafted, first_trouble
from conversations.events import Pressed
from conversations.going_on import corrected, go_back_to, go_on, take_answer, with_answer
from conversations.questions import (
    BY_KEY,
    CODE,
    NOT_IN_ANOTHER,
    QUESTIONS,
    REVIEW,
    SIGN_IN,
    WHO,
    Reads,
    next_question,
)
from conversations.reading import Unclear, as_answer, may_keep, read_answer
from conversations.session import Answer, Filed, Offer, Session
from conversations.speaking import HELP, STOP, choices_for, kept_until, speak
from conversations.turn import Choice, Context, HandSheet, Say, SendCode, Submit, Turn, Unlink

_NEAR = 88
_SHORTEST_NEAR = 4
_MOST_BUTTONS = 12
_TYPED_FREELY = frozenset({Reads.NUMBER, Reads.DAYS, Reads.RIN, Reads.NAME, Reads.PROSE, Reads.CODE})
"""A bare number is an answer to these, and not the number of a button."""


def press(session: Session, pressed: Pressed, context: Context) -> Turn:
    """A press counts only on the buttons that were shown last; on others it is answered, and nothing is done."""
    if pressed.meant is not None:
        return obey(pressed.meant, replace(session, asking=pressed.asking), context)
    if pressed.turn == session.turn and 0 <= pressed.choice < len(session.offers):
        return obey(session.offers[pressed.choice], session, context)
    filed = [filed for filed in session.filed if filed.turn == pressed.turn and filed.ticket]
    if filed:
        return go_on_or_rest(session, context, (Say("filed.again", {"ticket": filed[-1].ticket or ""}),))
    return go_on_or_rest(session, context, (Say("old_button"),))


def typed_choice(session: Session, text: str) -> Offer | None:
    """The button that these words press."""
    said = _plain(text)
    if not said or not session.offers:
        return None
    for offer in session.offers:
        if offer.label and _plain(offer.label) == said:
            return offer
    question = BY_KEY.get(session.asking)
    days = any(offer.act == "answer" and offer.value for offer in session.offers)
    free = question is None or question.reads in _TYPED_FREELY or (question.reads is Reads.DAY and not days)
    if said.isdecimal() and len(said) <= 2 and not free:
        number = int(said)
        return session.offers[number - 1] if 1 <= number <= len(session.offers) else None
    if len(said) < _SHORTEST_NEAR or (question is not None and question.reads is Reads.PROSE):
        return None
    labelled = [(offer, _plain(offer.label)) for offer in session.offers if offer.label]
    begun = [offer for offer, label in labelled if re.match(rf"{re.escape(said)}\b", label)]
    near = begun or [offer for offer, label in labelled if fuzz.ratio(label, said) >= _NEAR]
    return near[0] if len(near) == 1 else None


def _plain(text: str) -> str:
    """For comparing: "Sí." and "si" press the same button."""
    letters = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split()).rstrip(".!")


def obey(offer: Offer, session: Session, context: Context) -> Turn:
    match offer.act:
        case "answer" if session.asking in BY_KEY:
            question = BY_KEY[session.asking]
            return take_answer(session, question, Answer(offer.value, offer.label, context.event), context)
        case "answer_kept" | "no":
            return go_on(replace(session, revisit=""), context)
        case "submit":
            return _submit(offer, session, context)
        case "change":
            return change(offer.value, session, context)
        case "keep":
            return _keep(offer, session, context)
        case "later":
            return go_on(with_answer(replace(session, address=""), WHO, Answer("", "", context.event)), context)
        case "new_code" if session.address:
            sent = Say("sign_in.sent"), Say("ask.code")
            return speak(session, sent, choices_for(CODE, context), SendCode(session.address))
        case "status":
            return act_on(Command(Act.STATUS, offer.value), session, context)
        case "erase":
            return _begin_anew(session, context, Say("start_over.done"))
        case act if act in {one.value for one in Act}:
            return act_on(Command(Act(act), offer.value), session, context)
        case _:
            return go_on(session, context)


def _submit(offer: Offer, session: Session, context: Context) -> Turn:
    """File what the review showed, and nothing else."""
    if next_question(session, context) is not REVIEW or first_trouble(session, context):
        return go_on(session, context)
    if offer.value != session.answers_hash:
        return go_on(session, context, (Say("review.changed"),))
    filed = (*session.filed, Filed(session.turn, session.answers_hash, None))
    after = replace(session, turn=session.turn + 1, offers=(), filed=filed)
    key = f"review:{session.turn}:{session.answers_hash}"
    return Turn(after, (), (), Submit(drafted(session, context.person), key, session.files))


def change(key: str, session: Session, context: Context) -> Turn:
    """Ask one answer again; which, when that was not said."""
    if key in BY_KEY and BY_KEY[key].is_asked(session, context):
        return go_back_to(key, session, context)
    answered = [question for question in QUESTIONS if question.key in session.answers and question is not WHO]
    if not answered:
        return go_on(session, context, (Say("back.first"),))
    choices = tuple(
        Choice(Say(f"field.{question.key}"), Offer("change", question.key)) for question in answered[:_MOST_BUTTONS]
    )
    return speak(session, (Say("change.which"),), (*choices, Choice(Say("button.keep_it"), Offer("no"))))


def _changed(command: Command, session: Session, context: Context) -> Turn:
    """ "Change the date to Oct 16" puts it right at once; what cannot be read is asked for."""
    question = BY_KEY.get(command.about)
    if not command.value or question is None or not question.is_asked(session, context):
        return change(command.about, session, context)
    reading = read_answer(question, command.value, session, context)
    if isinstance(reading, Unclear):
        return go_back_to(question.key, session, context, reading.says)
    written = command.value if may_keep(command.value, context) else reading.value
    return corrected(session, question, as_answer(reading, written, context.event), context)


def _keep(offer: Offer, session: Session, context: Context) -> Turn:
    trouble = first_trouble(session, context)
    if trouble is None or trouble[0].eligible_from is None or trouble[0].eligible_from.isoformat() != offer.value:
        return go_on(session, context)
    kept = kept_until(session, context, trouble[0].eligible_from)
    return speak(kept, (Say("no.keep_until", {"day": trouble[0].eligible_from}),))


def act_on(command: Command, session: Session, context: Context) -> Turn:
    match command.act:
        case Act.BACK:
            return _back(session, context)
        case Act.CHANGE:
            return _changed(command, session, context)
        case Act.HELP:
            words = {"mail_address": context.mail_address}
            return go_on_or_rest(session, context, (Say("help.text", words), Say("help.commands")))
        case Act.WHY:
            why = (Say(f"why.{session.asking}"),) if session.asking in BY_KEY else (Say("help.commands"),)
            return go_on_or_rest(session, context, why)
        case Act.STATUS:
            return _status(command.about, session, context)
        case Act.START_OVER if session.answers:
            yes, no = Choice(Say("button.yes"), Offer("erase")), Choice(Say("button.no"), Offer("no"))
            return speak(session, (Say("start_over.sure"),), (yes, no))
        case Act.START_OVER:
            return _begin_anew(session, context, Say("start_over.done"))
        case Act.CANCEL:
            emptied = replace(_emptied(session), asking="", stopped=True)
            return speak(emptied, (Say("cancel.done"),), (Choice(Say("button.new"), Offer("start_over")),))
        case Act.STOP:
            again = Choice(Say("button.go_on"), Offer("no"))
            return speak(replace(session, stopped=True), (Say("stopped"),), (again,))
        case Act.THANKS:
            return Turn(session, (Say("thanks.welcome"),))
        case Act.ANOTHER:
            return _another(session, context)
        case Act.LANGUAGE:
            spoken = replace(session, language=command.about)
            return go_on_or_rest(spoken, context, (Say("language.is"),))
        case Act.SIGN_IN if context.person:
            return go_on_or_rest(session, context, (_already_known(context),))
        case Act.SIGN_IN:
            asking = replace(session, asking=SIGN_IN.key, revisit="", address="")
            return speak(asking, (Say("ask.sign_in"), Say("example.sign_in")))
        case Act.UNLINK if context.person:
            return Turn(session, (), (), Unlink())
        case Act.UNLINK:
            return go_on_or_rest(session, context, (Say("unlinked.not"),))
        case Act.SHEET:
            return hand_sheet(session, context)


def go_on_or_rest(session: Session, context: Context, says: tuple[Say, ...]) -> Turn:
    """Say it; then go on with the question that is open, if one is."""
    if session.asking in BY_KEY and not session.stopped:
        return go_on(session, context, says)
    new = Choice(Say("button.new"), Offer("start_over"))
    another = (Choice(Say("button.another"), Offer("another")),) if session.before else ()
    return speak(session, says, (*another, new, HELP))


def _already_known(context: Context) -> Say:
    return Say("sign_in.already", {"provider": tuple(provider.name for provider in context.providers[:5])})


def _back(session: Session, context: Context) -> Turn:
    """To the answer given before the one that is asked now."""
    given = [key for key in session.answers if BY_KEY[key].is_asked(session, context)]
    if session.revisit in given:
        given = given[: given.index(session.revisit)]
    if not given:
        return go_on(session, context, (Say("back.first"),))
    return go_back_to(given[-1], session, context, (Say("back.to", {"question": f"~field.{given[-1]}"}),))


def _status(written: str, session: Session, context: Context) -> Turn:
    if not context.person:
        return go_on_or_rest(session, context, (Say("status.sign_in"),))
    last = next((filed.ticket for filed in reversed(session.filed) if filed.ticket), "")
    number = parse_ticket_number(written or last or "")
    if isinstance(number, MistypedNumber):
        words = {"number": number.written, "meant": number.meant}
        return go_on_or_rest(session, context, (Say("status.mistyped", words),))
    if number is None:
        return go_on_or_rest(session, context, (Say("status.which"),))
    ticket = context.look_up.ticket(number)
    if ticket is None:
        return go_on_or_rest(session, context, (Say("status.unknown", {"number": number}),))
    if context.tier is Tier.OPAQUE:  # whose plan and how many claims may point to somebody
        opaque = Say("status.opaque", {"number": number, "state": f"~state.{ticket.state}"})
        return go_on_or_rest(session, context, (opaque,))
    if ticket.closed and ticket.disposition:
        closed = Say("status.closed", {"number": number, "closed": ticket.closed,
                                       "disposition": f"~disposition.{ticket.disposition}"})  # fmt: skip
        return go_on_or_rest(session, context, (closed,))
    state = Say("status.is", {"number": number, "state": f"~state.{ticket.state}", "mco": ticket.mco,
                              "claims": ticket.claims, "opened": ticket.opened})  # fmt: skip
    return go_on_or_rest(session, context, (state,))


def _emptied(session: Session) -> Session:
    """Without a complaint; what was told stays for "another like this one"."""
    return replace(
        session, answers={}, before=session.answers or session.before, replaced=(), files=(), revisit="", misses=0,
        address="", waiting_sheet="", keeps_until="", wakes_on="", sheet_handed=False, stopped=False,
    )  # fmt: skip


def _begin_anew(session: Session, context: Context, say: Say) -> Turn:
    return go_on(_emptied(session), context, (say,))


def forget_draft(session: Session) -> Session:
    """After it was filed: nothing is asked any more."""
    return replace(_emptied(session), asking="")


def _another(session: Session, context: Context) -> Turn:
    """A new complaint with what the last one told, but what is about its one claim."""
    told = session.before or session.answers
    shared = {key: answer for key, answer in told.items() if key not in NOT_IN_ANOTHER}
    if "mco" not in shared:
        return _begin_anew(session, context, Say("another.none"))
    anew = replace(_emptied(session), answers=shared, before=told)
    return go_on(anew, context, (Say("another.like", {"mco": shared["mco"].value}),))


def hand_sheet(session: Session, context: Context, complaint: Complaint | None = None, key: str = "sheet.here") -> Turn:
    """Hand the claim sheet over, filled with what was said: more than one complaint goes on it."""
    says = [Say(key)]
    if not may_keep_files(context.tier):
        says.append(Say("sheet.not_here", {"mail_address": context.mail_address}))
    handed = replace(session, sheet_handed=True)
    choices = (Choice(Say("button.one_only"), Offer("no")), STOP)
    return speak(handed, tuple(says), choices, HandSheet(complaint or drafted(session, context.person)))
