"""Files that come in a chat, and what came of the effects that earlier turns asked for."""

from dataclasses import replace

from complaints.identifiers import fold
from complaints.privacy import Tier
from conversations.events import CodeRefused, FileCame, Linked, OutcomeEvent, SheetCame, Submitted, TimePassed, Unlinked
from conversations.going_on import ask, go_on
from conversations.obeying import forget_draft, go_on_or_rest
from conversations.patience import IDLE_DAYS, REMIND_DAYS
from conversations.questions import BY_KEY, CODE, FILES, PROVIDER, SIGN_IN
from conversations.session import Filed, Offer, Session
from conversations.speaking import CHANGE, HELP, STOP, speak
from conversations.turn import Choice, Context, HandLink, ReadSheetAgain, Say, Submit, Turn

_OF_A_SHEET = "sheet"


def sheet_came(session: Session, event: SheetCame, context: Context) -> Turn:
    """A filled claim sheet is filed as it would be by mail, once the person is known."""
    if not context.person:
        waiting = replace(session, waiting_sheet=event.file, stopped=False)
        return ask(SIGN_IN, waiting, context, (Say("sheet.needs_sign_in"),))
    numbers = {fold(claim.tracking_number.value or "") for claim in event.complaint.claims}
    told = session.answers.get("tracking_number")
    if session.sheet_handed or (told and fold(told.value) in numbers):  # what was said is on the sheet
        session = forget_draft(session)
    filed = (*session.filed, Filed(session.turn, _OF_A_SHEET, None))
    after = replace(session, turn=session.turn + 1, offers=(), filed=filed)
    return Turn(after, (), (), Submit(event.complaint, f"sheet:{context.event}", sheet=event.file))


def file_came(session: Session, event: FileCame, context: Context) -> Turn:
    """Another file goes with the complaint, where the tier lets us keep it."""
    says = [Say("sheet.trouble", {"finding": event.trouble})] if event.trouble else []
    if event.file is None:
        not_kept = Say("file.not_kept", {"mail_address": context.mail_address})
        return go_on_or_rest(session, context, tuple(says) or (not_kept,))
    files = tuple(dict.fromkeys((*session.files, event.file)))
    says.append(Say("file.kept", {"number": len(files)}))
    kept = replace(session, files=files, stopped=False)
    if session.asking == FILES.key:
        return speak(kept, tuple(says), (Choice(Say("button.that_is_all"), Offer("answer")),))
    return go_on_or_rest(kept, context, tuple(says))


def came_of_it(session: Session, event: OutcomeEvent, context: Context) -> Turn:
    match event:
        case Linked():
            return _linked(session, context)
        case Unlinked():
            return go_on_or_rest(session, context, (Say("unlinked.done"),))
        case CodeRefused(tries_left=left):
            return _refused(session, left, context)
        case Submitted(ticket=ticket):
            return _submitted(session, ticket, context)
        case TimePassed(ends=ends):
            return _time_passed(session, context, ends=ends)


def _linked(session: Session, context: Context) -> Turn:
    names = tuple(provider.name for provider in context.providers[:5])
    theirs = {provider.hfs_id for provider in context.providers}
    answers = {key: one for key, one in session.answers.items() if key != PROVIDER.key or one.value in theirs}
    waiting = session.waiting_sheet
    known = replace(session, answers=answers, address="", waiting_sheet="", misses=0)
    says = (Say("sign_in.done", {"provider": names}),)
    if waiting:
        return speak(known, (*says, Say("sheet.read_now")), (), ReadSheetAgain(waiting))
    return go_on(known, context, says) if session.asking in BY_KEY else go_on_or_rest(known, context, says)


def _refused(session: Session, left: int, context: Context) -> Turn:
    if left:
        return ask(CODE, session, context, (Say("sign_in.wrong", {"left": left}),))
    return ask(SIGN_IN, replace(session, address=""), context, (Say("sign_in.none_left"),))


def _submitted(session: Session, ticket: str | None, context: Context) -> Turn:
    """The answer itself is said already; now what may be done next."""
    *earlier, last = session.filed
    if ticket is None:
        kept = replace(session, filed=tuple(earlier))
        return speak(
            kept, (Say("not_filed.next"),), (CHANGE, Choice(Say("button.start_over"), Offer("start_over")), STOP)
        )
    filed = replace(session, filed=(*earlier, replace(last, ticket=ticket)))
    if last.answers != _OF_A_SHEET:
        filed = forget_draft(filed)
    choices = (Choice(Say("button.another"), Offer("another")), HELP) if filed.before else (HELP,)
    details = HandLink(ticket) if context.tier is Tier.REFERENCE else None
    return speak(filed, (Say("filed.next", {"ticket": ticket}),), choices, details)


def _time_passed(session: Session, context: Context, *, ends: bool) -> Turn:
    if ends:
        gone = replace(forget_draft(session), before={})
        if not (session.answers or session.files):  # all was filed: only what "another like this one" takes over goes
            return Turn(gone, ())
        return speak(gone, (Say("ended.idle", {"days": IDLE_DAYS}),))
    if session.wakes_on and context.today.isoformat() >= session.wakes_on:
        awake = replace(session, wakes_on="", revisit="", stopped=False, reminded=True)
        return go_on(awake, context, (Say("remind.eligible", {"day": context.today}),))
    return go_on_or_rest(
        replace(session, stopped=False, reminded=True), context, (Say("remind.idle", {"days": REMIND_DAYS}),)
    )
