"""What the command line can have done about answers and other notices; see `bot.commands` for how it gets here."""

from typing import Any

from bot.views import notice_view
from complaints.errors import Broken, NotPossible, UsageError
from storage import answers, outbox
from storage.database import Session
from storage.states import NoticeState
from tickets.submission import Books


def list_notices(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    state = NoticeState(args["state"]) if args.get("state") else None
    return [notice_view(notice) for notice in outbox.list_notices(session, state)]


def send_notice(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    """Send a suppressed notice after all; it uses up no budget, since a person decided it."""
    number = args["id"]
    if not (0 < number < 2**63 and _is_there(session, number)):
        raise UsageError(f"no notice {number}. `recourse notices list` shows those there are.")
    if not outbox.send_suppressed(session, number):
        raise NotPossible(
            f"notice {number} is not suppressed; only such a notice can be sent: "
            "`recourse notices list --state suppressed`"
        )
    return {"id": number, "state": NoticeState.QUEUED.value}


def status(session: Session, args: dict[str, Any], books: Books) -> Any:  # noqa: ARG001
    """Do answers go out, and how many are kept by what."""
    now = answers.paused(session)
    return {
        "paused": now is not None,
        "since": now.since.isoformat() if now else None,
        "why": now.why if now else None,
        "suppressed": answers.count_kept(session),
    }


def pause(session: Session, args: dict[str, Any], books: Books) -> Any:
    note = " ".join(str(args["note"] or "").split())
    if args["note"] is not None and not note:
        raise UsageError("the note is empty. Say why answers are kept back, without member data.")
    if not answers.pause(session, f"{args['who']}: {note}" if note else args["who"]):
        raise NotPossible("answers are paused already: `recourse answers status` says since when and why")
    return status(session, args, books)


def resume(session: Session, args: dict[str, Any], books: Books) -> Any:
    queued = answers.resume(session)
    if queued is None:
        raise NotPossible("answers are not paused")
    return status(session, args, books) | {"queued": queued}


def _is_there(session: Session, number: int) -> bool:
    try:
        outbox.load(session, number)
    except Broken:
        return False
    return True


ANSWER_COMMANDS = {
    "notices.list": list_notices,
    "notices.send": send_notice,
    "answers.status": status,
    "answers.pause": pause,
    "answers.resume": resume,
}
