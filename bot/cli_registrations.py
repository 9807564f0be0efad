"""`recourse registrations`: what came on registration sheets by mail and waits for staff."""

import getpass
import os
from typing import Any

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table, short_times

_STATES = ("waiting", "approved", "refused")  # those of `tickets.requests`, which takes long to import


@click.group()
def registrations() -> None:
    """List, show, approve and refuse registration sheets that came by mail."""


@registrations.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only registrations in this state.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, state: str | None, as_json: bool) -> None:
    """The newest first."""
    found = ask_database(settings, "registrations.list", state=state)
    if as_json:
        return print_json(found)
    columns = ("id", "state", "received", "from", "rows", "providers")
    rows = [[*(one[name] for name in columns[:-1]), ", ".join(one["providers"])] for one in found]
    return print_table(columns, rows, "There are no such registrations." if state else "There are no registrations.")


@registrations.command()
@click.argument("registration_id", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def show(settings: SettingsLoader, registration_id: int, as_json: bool) -> None:
    """One registration with its rows, each beside what is registered already."""
    found = ask_database(settings, "registrations.show", id=registration_id)
    if as_json:
        return print_json(found)
    rows = "1 row" if found["rows"] == 1 else f"{found['rows']} rows"
    click.echo(f"Registration {found['id']} · {found['state']} · {rows}")
    click.echo(f"From {found['from']} (letter {found['letter']}), received {short_times(found['received'])}")
    if found["decided"]:
        click.echo(
            f"Decided {short_times(found['decided'])} by {found['who']}"
            + (f": {found['reason']}" if found["reason"] else "")
        )
    for row in found["registrations"]:
        click.echo("\n" + "\n  ".join(_told(row)))
    return None


def _told(row: dict[str, Any]) -> list[str]:
    """One person and provider in four lines, for a terminal of any width."""
    provider = [row["provider_name"], f"HFS ID {row['hfs_id']}", f"NPI {row['npi'] or 'none'}", row["provider_type"]]
    person = [row["email"], row["user_name"], row["phone"], row["role"].replace("_", " ")]
    return [f"Row {row['row']}", *(" · ".join(filter(None, told)) for told in (provider, person)), _beside(row)]


@registrations.command()
@click.argument("registration_id", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def approve(settings: SettingsLoader, registration_id: int, as_json: bool) -> None:
    """Register everybody of one registration, and tell who sent it."""
    done = ask_database(settings, "registrations.approve", id=registration_id, who=_who())
    if as_json:
        return print_json(done)
    for one in done["registered"]:
        click.echo(f"{one['email']} may file for {one['provider']}.")
    return click.echo(f"Registration {done['id']} is approved. Told: {done['from']}.")


@registrations.command()
@click.argument("registration_id", type=int, metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Goes to who sent the sheet: what is to be put right.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def refuse(settings: SettingsLoader, registration_id: int, reason: str, as_json: bool) -> None:
    """Refuse one registration as a whole, and tell who sent it why."""
    done = ask_database(settings, "registrations.refuse", id=registration_id, reason=reason, who=_who())
    if as_json:
        return print_json(done)
    return click.echo(f"Registration {done['id']} is refused. Told: {done['from']}.")


def _who() -> str:
    """The person, not the account that owns the database."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def _beside(row: dict[str, Any]) -> str:
    """What the registry says of this provider and person."""
    provider, person = row["provider_registered"], row["person_registered"]
    if provider is None:
        return "Not registered yet: neither the provider nor the person."
    named = "" if provider["name"] == row["provider_name"] else f" as {provider['name']}"
    npi = f" with NPI {provider['npi']}" if provider["npi"] and row["npi"] and provider["npi"] != row["npi"] else ""
    if person is None:
        return f"The provider is registered{named}{npi}; the person is not."
    role = "" if person["role"] == row["role"] else f" as {person['role'].replace('_', ' ')}"
    return f"The provider is registered{named}{npi}; the person too{role}."
