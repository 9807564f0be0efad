"""What was typed as an answer: to who somebody is, in a paste that fills many answers, or to the question asked."""

import re
from dataclasses import replace

from complaints.model import Complaint
from conversations.drafting import answers_in, first_trouble
from conversations.events import Edited
from conversations.going_on import go_back_to, go_on, take_answer, with_answer, with_answers
from conversations.obeying import go_on_or_rest, hand_sheet, obey
from conversations.pasted import holds_more_than, kept_on, read_pasted
from conversations.questions import (
    BY_KEY,
    CODE,
    DISPUTE_DATE,
    MCO,
    PROVIDER,
    REVIEW,
    SIGN_IN,
    TRACKING_NUMBER,
    WHO,
    Question,
    Reads,
)
from conversations.reading import Heard, Unclear, as_answer, may_keep, read_answer
from conversations.said_together import read_by_name, read_together, tells_all
from conversations.session import Answer, Offer, Session
from conversations.speaking import HELP, asked, choices_for, echoed, example_of, items, no, speak
from conversations.turn import Choice, Context, Say, SendCode, TryCode, Turn

MISSES_UNTIL_HELP = 3
_BEFORE_IT_IS_JUDGED = frozenset({"", *(one.key for one in (WHO, PROVIDER, MCO, TRACKING_NUMBER, DISPUTE_DATE))})
"""While one of these is asked, any two of the facts that the rules need are taken from a sentence; later all three."""
_ADDRESS = re.compile(r"[^\s<>()@,;:\"]+@[^\s<>()@,;:\"]+\.[^\s<>()@,;:\"]{2,}")
_LONGEST_ADDRESS = 254
_WANTS_ANOTHER = re.compile(
    r"\b(?:again|re-?send|(?:new|another|other) code|did ?n[o'’]?t (?:get|receive|come|arrive)|no (?:code|mail|e-?mail)"
    r"|never (?:got|came)|otra vez|(?:nuevo|otro) c[oó]digo|no (?:me )?(?:lleg|recib)\w*)",
    re.IGNORECASE,
)
_NOT_REGISTERED = re.compile(
    r"(?:\b(?:not? registered|(?:no|don[o'’]?t have an?) account|how (?:do|can) (?:i|we) register"
    r"|no estoy registrad[oa]|c[oó]mo me registro)|n[o'’]?t registered)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"[B-DF-HJ-NP-TV-Z0-9]{8}")
"""Codes have no vowels, so that a name is not tried as one."""


def answer_typed(session: Session, text: str, context: Context) -> Turn:
    """The answer to the question asked last; what cannot be read is said with an example, and help after the third."""
    question = BY_KEY[session.asking]
    reading = read_answer(question, text, session, context)
    if isinstance(reading, Unclear):
        return _missed(session, question, reading, context)
    written = text if may_keep(text, context) else reading.value
    return take_answer(session, question, as_answer(reading, written, context.event), context)


def _missed(session: Session, question: Question, reading: Unclear, context: Context) -> Turn:
    misses = session.misses + 1
    says = [*reading.says]
    if not reading.choices and question is not REVIEW:
        says.append(example_of(question, context))
    choices = reading.choices or _buttons(session, question, context)
    if misses >= MISSES_UNTIL_HELP:
        says.append(Say("miss.offer_help", {"mail_address": context.mail_address}))
        choices = (*choices, HELP)
    return speak(replace(session, misses=misses), tuple(says), choices)


def _buttons(session: Session, question: Question, context: Context) -> tuple[Choice, ...]:
    """Those that stood under the question: what could not be read takes no way on from anybody."""
    trouble = first_trouble(session, context)
    if trouble and trouble[1] is question:
        return no(*trouble)[1]
    return asked(question, session, context)[1]


def answer_sign_in(session: Session, text: str, context: Context) -> Turn:
    """An address to send a code to, the code, or "check first"."""
    said = " ".join(text.split())
    question = BY_KEY[session.asking]
    address = _ADDRESS.search(said[:_LONGEST_ADDRESS])
    if address:
        asking = replace(session, address=address[0].lower().rstrip("."), asking=CODE.key, misses=0, revisit="")
        choices = choices_for(CODE, context)
        return speak(asking, (Say("sign_in.sent"), Say("ask.code")), choices, SendCode(asking.address))
    code = "".join(letter for letter in said.upper() if letter.isalnum())
    if question is CODE and _CODE.fullmatch(code):
        return Turn(session, (), (), TryCode(code))
    if question is WHO:
        reading = read_answer(question, text, session, context)
        if isinstance(reading, Heard):
            return take_answer(session, question, as_answer(reading, said, context.event), context)
        plan = read_answer(MCO, text, session, context)
        if isinstance(plan, Heard):  # they told us what it is about first; who they are can wait
            checking = with_answer(session, WHO, Answer("", "", ""))
            written = said if may_keep(text, context) else plan.value
            return take_answer(checking, MCO, as_answer(plan, written, context.event), context)
    if question is CODE and _WANTS_ANOTHER.search(said):
        return obey(Offer("new_code"), session, context)
    if question is not CODE and _NOT_REGISTERED.search(said):
        help_them = Say("sign_in.how_to_register", {"mail_address": context.mail_address})
        return speak(session, (help_them,), choices_for(question, context))
    key = "miss.code" if question is CODE else "sign_in.not_address"
    return _missed(session, question, Unclear((Say(key),)), context)


def told_in(session: Session, text: str, context: Context) -> Complaint | None:
    """What a paste or a sentence with several answers tells; None when it is the answer to what was asked, or none."""
    pasted = read_pasted(text, context.today, context.roster)
    if pasted is not None or session.asking in (CODE.key, SIGN_IN.key):
        return pasted
    together = read_together(text, context.today, session.language, context.roster)
    if together is not None and (session.asking in _BEFORE_IT_IS_JUDGED or tells_all(together)):
        return together
    return read_by_name(text, context.today, session.language)


def take_pasted(session: Session, complaint: Complaint, text: str, context: Context) -> Turn:
    """Fill what a paste of one complaint holds and may be kept here; several complaints go on the claim sheet, filled
    with them."""
    keeps_all = may_keep(text, context) and not holds_more_than(complaint, context.tier)
    kept = None if keeps_all else kept_on(complaint, context.tier)
    turn = _filled(session, complaint, kept, context)
    return turn if kept is None else private(turn, kept, context)


def private(turn: Turn, kept: str, context: Context) -> Turn:
    """Say that not all of what was typed is kept, and what is."""
    told = Say("kept_private.deleted" if context.deletes else "kept_private.please_delete")
    return replace(turn, says=(told, *turn.says), kept=kept)


def _filled(session: Session, complaint: Complaint, kept: str | None, context: Context) -> Turn:
    if len(complaint.claims) > 1:
        if kept is not None:
            complaint = read_pasted(kept, context.today, context.roster) or complaint
        return hand_sheet(session, context, complaint, "several.pasted")
    told = {
        key: answer if kept is None else replace(answer, written=answer.value)
        for key, answer in answers_in(complaint, context).items()
        if BY_KEY[key].is_asked(session, context)
    }
    filled = with_answers(session, told)
    listed = items(filled, context, iter(told))
    says = (Say("pasted.filled", {"items": listed}),) if listed else ()
    return go_on(filled, context, says)


def look_at_edit(session: Session, edit: Edited, context: Context) -> Turn | None:
    """The answers that the edited words gave, read again from the new words; None when they gave none."""
    keys = [key for key, answer in session.answers.items() if answer.event == edit.event]
    if not keys:
        return None
    if len(keys) > 1:
        return _edited_paste(session, edit, keys, context)
    question = BY_KEY[keys[0]]
    reading = read_answer(question, edit.text, session, context)
    if isinstance(reading, Unclear) or question.reads in (Reads.ADDRESS, Reads.CODE):
        says = reading.says if isinstance(reading, Unclear) else ()
        return go_back_to(question.key, session, context, says)
    written = edit.text if may_keep(edit.text, context) else reading.value
    answer = as_answer(reading, written, edit.event)
    corrected = replace(session, answers={**session.answers, question.key: answer})
    if session.revisit == question.key:
        corrected = replace(corrected, revisit="")
    says = (Say("edited.heard", {"question": f"~field.{question.key}"}), *echoed(question, answer, context))
    return go_on_or_rest(corrected, context, says)


def _edited_paste(session: Session, edit: Edited, keys: list[str], context: Context) -> Turn:
    complaint = told_in(replace(session, asking=""), edit.text, context)
    if complaint is None or len(complaint.claims) != 1:
        return go_on_or_rest(session, context, (Say("edited.nothing"),))
    others = {key: answer for key, answer in session.answers.items() if key not in keys}
    read_again = replace(context, event=edit.event)
    return take_pasted(replace(session, answers=others), complaint, edit.text, read_again)
