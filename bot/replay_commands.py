"""What `recourse letters replay` has done: letters judged again in rehearsal, and the results as JSON."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from bot.house import House
from storage import rehearsing
from storage.states import LetterOutcome

if TYPE_CHECKING:
    from bot.replaying import Became, Replayed

Json = Any


async def choose(house: House, args: dict[str, Any]) -> Json:
    """The letters to replay: since a moment, with an outcome."""
    since = datetime.fromisoformat(args["since"]) if args.get("since") else None
    outcome = LetterOutcome(args["outcome"]) if args.get("outcome") else None
    return list(await house.database.run(lambda session: rehearsing.chosen(session, since, outcome)))


async def replay(house: House, args: dict[str, Any]) -> Json:
    """Some letters, one after the other; with `text` also where the answers' texts differ, which hold member data."""
    from bot.replaying import replay as again  # what reads mail: other commands need not load it

    return [_view(await again(house, number), text=args["text"]) for number in args["ids"]]


def _view(replayed: "Replayed", *, text: bool) -> dict[str, Any]:
    before, now = replayed.before, replayed.now
    view = {
        "id": replayed.letter,
        "received": replayed.received.isoformat(),
        "was_decided": replayed.was_decided,
        "before": _became(before),
        "now": _became(now) if now else None,
        "differs": list(replayed.differs),
        "trouble": replayed.trouble,
    }
    return view | ({"text": _text(before, now)} if text and now else {})


def _became(became: "Became") -> dict[str, Any]:
    return {
        "outcome": became.outcome,
        "detail": became.detail,
        "subject": became.answer.subject if became.answer else None,
        "files": list(became.answer.files) if became.answer else [],
    }


def _text(before: "Became", now: "Became") -> list[str]:
    old, new = (one.answer.text.splitlines() if one.answer else [] for one in (before, now))
    return list(unified_diff(old, new, "before", "now", lineterm="", n=1))


REPLAY_COMMANDS: dict[str, Callable[[House, dict[str, Any]], Awaitable[Json]]] = {
    "letters.choose": choose,
    "letters.replay": replay,
}
