"""`recourse notices` and `recourse answers`: what we wrote and whether it went out; budgets and the breaker."""

import getpass

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table, short_times
from storage.states import NoticeState


@click.group()
def notices() -> None:
    """List the mails that we wrote; send one that was kept back."""


@notices.command("list")
@click.option("--state", type=click.Choice([s.value for s in NoticeState]), help="Only notices in this state.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, state: str | None, as_json: bool) -> None:
    """The newest notices first, with why one did not go out."""
    found = ask_database(settings, "notices.list", state=state)
    if as_json:
        return print_json(found)
    columns = ("id", "created", "to", "subject", "state", "error", "letter", "ticket")
    return print_table(
        columns,
        [[notice[name] for name in columns] for notice in found],
        "There are no such notices." if state else "There are no notices.",
    )


@notices.command()
@click.argument("notice_id", type=int, metavar="ID")
@click.pass_obj
def send(settings: SettingsLoader, notice_id: int) -> None:
    """Send a suppressed notice after all."""
    ask_database(settings, "notices.send", id=notice_id)
    click.echo(f"Notice {notice_id} will be sent.")


@click.group()
def answers() -> None:
    """Do answers go out? Stop all of them, and let them go on."""


@answers.command()
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def status(settings: SettingsLoader, as_json: bool) -> None:
    """Whether answers go out, and how many are kept back by what."""
    found = ask_database(settings, "answers.status")
    if as_json:
        return print_json(found)
    click.echo(
        f"Answers are kept back since {short_times(found['since'])}: {found['why']}"
        if found["paused"]
        else "Answers go out."
    )
    kept = [[why, number] for why, number in found["suppressed"].items()]
    return print_table(("kept by", "notices"), kept, "None is suppressed.")


@answers.command()
@click.option("--note", help="Why; no member data.")
@click.pass_obj
def pause(settings: SettingsLoader, note: str | None) -> None:
    """Keep all answers back from now on; letters are read and filed as always."""
    ask_database(settings, "answers.pause", note=note, who=getpass.getuser())
    click.echo("Answers are kept back until `recourse answers resume`.")


@answers.command()
@click.pass_obj
def resume(settings: SettingsLoader) -> None:
    """Let answers go out again, and send those that the pause or the breaker kept."""
    done = ask_database(settings, "answers.resume")
    click.echo(f"Answers go out again; {done['queued']} that were kept will be sent.")
