"""What `recourse letters` has done in the database (see `commands`), and what `doctor` asks about letters."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.harm import DETAIL
from bot.reconciling import look_since
from bot.views import letter_page, letter_view
from complaints.errors import UsageError
from storage import deferrals, desk, inbox, outbox, pickups, reconciling, registry
from storage.database import Session
from storage.inbox import StoredLetter
from storage.reconciling import Balance
from storage.states import LetterOutcome
from tickets.submission import Books

Json = Any

WAITING = "waiting"
"""In the place of an outcome: nothing became of it yet."""


def list_letters(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    word = args.get("outcome")
    if word == WAITING:
        found = desk.list_waiting(session)
    else:
        found = inbox.list_letters(session, LetterOutcome(word) if word else None)
    registered = _registered(session, found)
    return [letter_view(letter, registered) for letter in found]


def show_letter(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """A letter with its answers; with `raw` its own bytes, which hold member data."""
    letter = letter_of(session, args["id"])
    trouble = desk.job_error(session, letter.id) if letter.outcome is None else None
    answers = outbox.list_notices(session, letter_id=letter.id)
    view = letter_page(letter, answers, trouble, _registered(session, [letter]))
    return view | ({"raw": base64.b64encode(inbox.raw(session, letter.id)).decode()} if args.get("raw") else {})


def retry_letter(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    letter = letter_of(session, args["id"], "parked")
    desk.retry(session, letter.id)
    return {"id": letter.id, "outcome": None}


def release_letter(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    letter = letter_of(session, args["id"], "held")
    desk.release(session, letter.id, args["who"], datetime.now(UTC))
    harmful = letter.outcome is LetterOutcome.QUARANTINE and letter.outcome_detail.startswith(DETAIL)
    return {"id": letter.id, "outcome": None, "received": letter.received.isoformat(), "harmful": harmful}


def discard_letter(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    letter = letter_of(session, args["id"], "held")
    reason = " ".join(str(args["reason"]).split())
    if not reason:
        raise UsageError("the reason is empty. Say why nothing is to be done, without member data.")
    desk.discard(session, letter.id, args["who"], reason)
    return {"id": letter.id, "outcome": LetterOutcome.DISCARDED.value}


def reconcile(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """Each day's books as they are now; those of days that are over are kept."""
    since = date.fromisoformat(args["since"]) if args.get("since") else None
    return [balance_view(found) for found in look_since(session, since, datetime.now(UTC))]


def list_put_off(session: Session, args: dict[str, Any], books: Books) -> Json:  # noqa: ARG001
    """Mails in a mailbox that we fetch from which could not be taken yet."""
    return [
        {"mailbox": one.mailbox, "uid": one.uid, "since": one.first.isoformat(), "times": one.times, "why": one.why}
        for one in pickups.list_put_off(session)
    ]


def balance_view(found: Balance) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "accepted": found.accepted,
        "outcomes": dict(found.outcomes),
        "waiting": found.waiting,
        "gap": found.gap,
        "stuck": list(found.stuck),
    }


def letter_counts(session: Session) -> dict[str, Any]:
    """For `doctor`."""
    today = datetime.now(UTC).date()
    waiting, looked = desk.waiting(session), reconciling.last_looked(session)
    doubted = desk.doubted(session, DETAIL)
    put_off = pickups.list_put_off(session)
    return {
        "parked": len(inbox.list_letters(session, LetterOutcome.PARKED)),
        "held": waiting.held,
        "held_since": waiting.held_since.isoformat() if waiting.held_since else None,
        "quarantined": waiting.quarantined,
        "doubted": doubted.number,
        "doubted_since": doubted.since.isoformat() if doubted.since else None,
        "doubted_oldest": list(doubted.oldest),
        "deferred": waiting.deferred,
        "deferred_since": waiting.deferred_since.isoformat() if waiting.deferred_since else None,
        "kept_waiting": deferrals.count_kept_waiting(session),
        "put_off": len(put_off),
        "put_off_since": min(one.first for one in put_off).isoformat() if put_off else None,
        "reconciled": looked.isoformat() if looked else None,
        "unbalanced": [[day.isoformat(), gap] for day, gap in reconciling.unbalanced(session, today)],
        "overlooked": [day.isoformat() for day in reconciling.overlooked(session, today)],
    }


def _registered(session: Session, letters: Sequence[StoredLetter]) -> frozenset[str]:
    return registry.registered(session, {letter.sender for letter in letters if letter.sender})


def letter_of(session: Session, number: int, which: str = "") -> StoredLetter:
    """No database keeps an id of more than 63 bits, and to ask for one is an error there."""
    letter = inbox.find(session, number) if 0 < number < 2**63 else None
    if letter is None:
        only = f" --outcome {which}" if which else ""
        raise UsageError(f"no letter {number}. `recourse letters list{only}` shows those there are.")
    return letter


LETTER_COMMANDS: dict[str, Callable[[Session, dict[str, Any], Books], Json]] = {
    "letters.list": list_letters,
    "letters.show": show_letter,
    "letters.retry": retry_letter,
    "letters.release": release_letter,
    "letters.discard": discard_letter,
    "letters.reconcile": reconcile,
    "letters.mailbox": list_put_off,
}
