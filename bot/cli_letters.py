"""`recourse letters`: every mail that came in and what became of it; what waits for staff is released or discarded."""

import base64
import getpass
import os
import sys
from datetime import UTC, date, datetime
from typing import Any

import click

from bot.asking import ask_database
from bot.cli_take import take
from bot.replay_printing import print_replayed, print_summary, summary
from bot.settings import MalwareScan, SettingsLoader
from bot.terminal import in_words, print_json, print_table
from complaints.errors import UsageError
from storage.states import LetterOutcome

WAITING = "waiting"
"""As `bot.letter_commands` calls a letter that nothing became of yet."""
NAMES_REGISTERED = "names a registered sender"
AT_ONCE = 20
"""Letters that are replayed with one command: so the server is free between them, and progress is seen."""
as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


@click.group()
def letters() -> None:
    """List and show mail that came in; release, discard or retry what waits for you."""


@letters.command("list")
@click.option(
    "--outcome",
    type=click.Choice([*(o.value for o in LetterOutcome), WAITING]),
    help="Only letters that ended so, or that still wait.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, outcome: str | None, as_json: bool) -> None:
    """The newest letters first."""
    found = ask_database(settings, "letters.list", outcome=outcome)
    if as_json:
        return print_json(found)
    columns = ("id", "received", "from", "outcome", "detail", "ticket")
    rows = [[letter[name] for name in columns] for letter in map(_for_people, found)]
    none = {None: "There are no letters.", WAITING: "No letter waits."}.get(outcome, "No letter ended so.")
    return print_table(columns, rows, none)


def _for_people(letter: dict[str, Any]) -> dict[str, Any]:
    """A letter with its outcome in a word, and said before the detail that it names somebody registered."""
    said = dict(letter, outcome=letter["outcome"] or WAITING)
    if said.pop("names_registered"):
        said["detail"] = f"{NAMES_REGISTERED}; {letter['detail']}"
    return said


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.option("--raw", is_flag=True, help="Print the mail itself as it came. It holds member data.")
@as_json_option
@click.pass_obj
def show(settings: SettingsLoader, letter_id: int, raw: bool, as_json: bool) -> None:
    """One letter: from whom, how well that is proved, what became of it, what was answered."""
    letter = ask_database(settings, "letters.show", id=letter_id, raw=raw)
    if raw and not as_json:
        sys.stdout.buffer.write(base64.b64decode(letter["raw"]))
        return None
    if as_json:
        return print_json(letter)
    letter = _for_people(letter)
    answers, standing = letter.pop("answers"), letter.pop("standing") or {}
    for name, value in (letter | {f"  {key}": value for key, value in standing.items()}).items():
        click.echo(f"{name:13} {in_words(value)}".rstrip())
    rows = [[answer["id"], answer["subject"], answer["state"], answer["error"]] for answer in answers]
    return print_table(("notice", "answer", "state", ""), rows, "No answer.")


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.pass_obj
def retry(settings: SettingsLoader, letter_id: int) -> None:
    """Read a parked letter again, or one that waits and that nothing works on."""
    ask_database(settings, "letters.retry", id=letter_id)
    click.echo(f"Letter {letter_id} will be read again, as of the time it arrived.")


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.pass_obj
def release(settings: SettingsLoader, letter_id: int) -> None:
    """Read a letter that was held or put into quarantine, as of the time it arrived."""
    done = ask_database(settings, "letters.release", id=letter_id, who=who())
    click.echo(f"Letter {letter_id} is released: it is read as of {done['received']}.")
    if not done["harmful"]:
        return
    if settings().malware_scan is MalwareScan.OFF:
        click.echo("It lay there for malware, and RECOURSE_MALWARE_SCAN is off: nothing scans it again.")
    else:
        click.echo("It is scanned again first, and stays in quarantine if clamd still finds something in it.")


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why nothing is to be done about it; no member data.")
@click.pass_obj
def discard(settings: SettingsLoader, letter_id: int, reason: str) -> None:
    """Have nothing done about a letter that is held, in quarantine or parked. It is kept, and not answered."""
    ask_database(settings, "letters.discard", id=letter_id, who=who(), reason=reason)
    click.echo(f"Letter {letter_id} is discarded; it is kept and will not be answered.")


@letters.command()
@click.option("--since", metavar="DAY", help="The first day (UTC) to look at; without it, the last 35 days.")
@as_json_option
@click.pass_obj
def reconcile(settings: SettingsLoader, since: str | None, as_json: bool) -> None:
    """Hold each day's accepted letters against what became of them. Exit code 1 when a day has a gap."""
    days = ask_database(settings, "letters.reconcile", since=_day(since))
    if as_json:
        print_json(days)
    else:
        _print_days(days)
    if any(day["gap"] for day in days):
        sys.exit(1)


@letters.command()
@as_json_option
@click.pass_obj
def mailbox(settings: SettingsLoader, as_json: bool) -> None:
    """Mails in the mailbox that is fetched from which could not be taken yet. They stay there, unread."""
    found = ask_database(settings, "letters.mailbox")
    if as_json:
        return print_json(found)
    columns = ("mailbox", "uid", "since", "times", "why")
    return print_table(columns, [[one[name] for name in columns] for one in found], "Every mail there was taken.")


@letters.command()
@click.argument("letter_ids", type=int, metavar="[ID]...", nargs=-1)
@click.option("--since", metavar="DAY", help="Letters that arrived then or later (ISO 8601; without a zone, UTC).")
@click.option("--outcome", type=click.Choice([o.value for o in LetterOutcome]), help="Only letters that ended so.")
@click.option("--text", is_flag=True, help="Also where the answers' texts differ. They may hold member data.")
@as_json_option
@click.pass_obj
def replay(
    settings: SettingsLoader,
    letter_ids: tuple[int, ...],
    since: str | None,
    outcome: str | None,
    text: bool,
    as_json: bool,
) -> None:
    """What would become of letters by today's rules and wording, beside what became of them. Nothing is written."""
    ids = list(letter_ids)
    if not ids:
        ids = ask_database(settings, "letters.choose", since=_moment(since), outcome=outcome)
    elif since or outcome:
        raise UsageError("either name letters by their ID, or choose them by --since and --outcome.")
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ask_database(settings, "letters.replay", ids=ids[start : start + AT_ONCE], text=text)
        found += some
        if not as_json:
            print_replayed(some)
    if as_json:
        print_json(summary(found))
    else:
        print_summary(summary(found))


def _day(since: str | None) -> str | None:
    if since is None:
        return None
    try:
        return date.fromisoformat(since).isoformat()
    except ValueError as error:
        raise UsageError(f"--since reads {since!r}; write it as 2026-11-24.") from error


def _moment(since: str | None) -> str | None:
    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise UsageError(f"--since reads {since!r}; write it as 2026-11-24 or 2026-11-24T16:55Z.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _print_days(days: list[dict[str, Any]]) -> None:
    rows = [
        [day["day"], day["accepted"], sum(day["outcomes"].values()), day["waiting"], day["gap"] or "balanced"]
        for day in days
    ]
    print_table(("day", "accepted", "with an outcome", "waiting", "gap"), rows, "No letter came in these days.")
    stuck = [number for day in days for number in day["stuck"]]
    if stuck:
        said = " ".join(map(str, stuck))
        click.echo(f"Waiting, and nothing works on them: {said}. `recourse letters retry ID` has one read.")


def who() -> str:
    """The person, not the account that owns the database."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


letters.add_command(take)
