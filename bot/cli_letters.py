"""`recourse letters`: every mail that came in and what became of it; parked ones can be tried again."""

import base64
import sys

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table
from storage.states import LetterOutcome


@click.group()
def letters() -> None:
    """List, show and retry mail that came in."""


@letters.command("list")
@click.option("--outcome", type=click.Choice([o.value for o in LetterOutcome]), help="Only letters that ended so.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, outcome: str | None, as_json: bool) -> None:
    """The newest letters first."""
    found = ask_database(settings, "letters.list", outcome=outcome)
    if as_json:
        return print_json(found)
    columns = ("id", "received", "from", "outcome", "detail", "ticket")
    return print_table(columns, [[letter[name] for name in columns] for letter in found], "There are no letters.")


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.option("--raw", is_flag=True, help="Print the mail itself as it came. It holds member data.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def show(settings: SettingsLoader, letter_id: int, raw: bool, as_json: bool) -> None:
    """One letter: from whom, what became of it, what was answered."""
    letter = ask_database(settings, "letters.show", id=letter_id, raw=raw)
    if raw and not as_json:
        sys.stdout.buffer.write(base64.b64decode(letter["raw"]))
        return None
    if as_json:
        return print_json(letter)
    answers = letter.pop("answers")
    for name, value in letter.items():
        click.echo(f"{name:9} {'' if value is None else value}")
    return print_table(("answer", "state"), [list(answer.values()) for answer in answers], "No answer.")


@letters.command()
@click.argument("letter_id", type=int, metavar="ID")
@click.pass_obj
def retry(settings: SettingsLoader, letter_id: int) -> None:
    """Read a parked letter again."""
    ask_database(settings, "letters.retry", id=letter_id)
    click.echo(f"Letter {letter_id} will be read again, as of the time it arrived.")
