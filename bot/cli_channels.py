"""`recourse channels`: how much may be said on each chat channel. A change is an administrator's recorded decision."""

import getpass

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table
from complaints.privacy import Tier

CHANNELS = ("web", "slack", "telegram")


@click.group()
def channels() -> None:
    """List the chat channels and decide how much may be said on each."""


@channels.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, as_json: bool) -> None:
    """Each channel with its tier, and who decided it when."""
    found = ask_database(settings, "channels.list", channels=list(CHANNELS))
    if as_json:
        return print_json(found)
    columns = ("channel", "tier", "since", "who", "note")
    return print_table(columns, [[row[name] or "" for name in columns] for row in found], "There are no channels.")


@channels.command()
@click.argument("channel", type=click.Choice(CHANNELS))
@click.argument("word", type=click.Choice([tier.value for tier in Tier]), metavar="TIER")
@click.option("--note", required=True, help="Why, for the record: for `phi`, where the signed contract (BAA) is kept.")
@click.pass_obj
def tier(settings: SettingsLoader, channel: str, word: str, note: str) -> None:
    """Decide how much may be said on a channel: opaque, reference, phi or own. It is recorded with your name."""
    ask_database(settings, "channels.tier", channel=channel, tier=word, note=note, who=getpass.getuser())
    click.echo(f"{channel} carries the tier {word} from now on.")
