"""`recourse tickets`: what staff do with tickets, for scripts and for a terminal."""

import getpass
import os
from typing import Any

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table, short_times
from complaints.lifecycle import Disposition, State


@click.group()
def tickets() -> None:
    """List, show and close tickets."""


@tickets.command("list")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only tickets in this state.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, state: str | None, as_json: bool) -> None:
    """The newest tickets first."""
    found = ask_database(settings, "tickets.list", state=state)
    if as_json:
        return print_json(found)
    columns = ("number", "state", "mco", "provider", "opened", "claims")
    return print_table(
        columns,
        [[ticket[name] for name in columns] for ticket in found],
        "There are no such tickets." if state else "There are no tickets.",
    )


@tickets.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text; with the claims, which hold member data.")
@click.pass_obj
def show(settings: SettingsLoader, number: str, as_json: bool) -> None:
    """One ticket with its timeline and its notices."""
    ticket = ask_database(settings, "tickets.show", number=number)
    if as_json:
        return print_json(ticket)
    return _print(ticket)


@tickets.command()
@click.argument("number")
@click.option("--disposition", required=True, type=click.Choice([word.value for word in Disposition]), help="How.")
@click.option("--note", default="", help="A sentence for the provider; it is in the notice, so never member data.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def close(settings: SettingsLoader, number: str, disposition: str, note: str, as_json: bool) -> None:
    """Close a ticket and tell the provider."""
    who = os.environ.get("SUDO_USER") or getpass.getuser()  # the person, not the account that owns the database
    args = {"number": number, "disposition": disposition, "note": note, "who": who}
    ticket = ask_database(settings, "tickets.close", **args)
    if as_json:
        return print_json(ticket)
    return click.echo(f"Ticket {ticket['number']} is closed ({disposition}). Told: {', '.join(ticket['told'])}.")


def _print(ticket: dict[str, Any]) -> None:
    click.echo(f"Ticket {ticket['number']} · {ticket['state']} · {ticket['claims']} claims against {ticket['mco']}")
    click.echo(f"Provider: {ticket['provider']}, filed by {ticket['filed_by']} (letter {ticket['letter']})\n")
    print_table(("when", "what", "who", ""), [list(event.values()) for event in ticket["timeline"]], "No events.")
    notices = [[n["subject"], n["to"], n["state"], n["sent"] or n["error"]] for n in ticket["notices"]]
    for added in ticket["details"]:
        what = ", ".join([*added["fields"], f"{len(added['files'])} files"])
        click.echo(f"Added {short_times(added['moment'])} by {added['who']}: {what} (`--json` shows it)")
    click.echo()
    print_table(("notice", "to", "state", ""), notices, "No notices.")
