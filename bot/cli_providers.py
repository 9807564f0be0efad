"""`recourse providers`: the registry of providers and the people who may file for them."""

from pathlib import Path

import click

from bot.asking import ask_database
from bot.registration import read_registration_file
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table
from complaints.model import Role


@click.group()
def providers() -> None:
    """Register providers and their people."""


@providers.command()
@click.option("--name", required=True, help="The provider or facility.")
@click.option("--hfs-id", required=True, metavar="12DIGITS", help="HFS (Medicaid) provider ID.")
@click.option("--npi", metavar="10DIGITS", help="National Provider Identifier; some have none.")
@click.option("--email", required=True, metavar="ADDRESS", help="Who may file, and is told what becomes of it.")
@click.option("--person", default="", help="The name of that person.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.PROVIDER.value, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def add(
    settings: SettingsLoader, name: str, hfs_id: str, npi: str | None, email: str, person: str, role: str, as_json: bool
) -> None:
    """Add a provider, or one more person to it."""
    row = {"name": name, "hfs_id": hfs_id, "npi": npi, "email": email, "person": person, "role": role}
    added = ask_database(settings, "providers.add", **row)
    if as_json:
        return print_json(added)
    return click.echo(f"{added['email']} may file for {added['provider']} ({added['hfs_id']}).")


@providers.command("import")
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def import_(settings: SettingsLoader, sheet: Path, as_json: bool) -> None:
    """Register everybody in a filled registration sheet, or, if a row is wrong, nobody."""
    rows = read_registration_file(sheet)
    added = ask_database(settings, "providers.import", rows=rows)
    if as_json:
        return print_json(added)
    for row in added:
        click.echo(f"{row['email']} may file for {row['provider']} ({row['hfs_id']}).")
    return None


@providers.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, as_json: bool) -> None:
    """Everybody who may file."""
    found = ask_database(settings, "providers.list")
    if as_json:
        return print_json(found)
    rows = [[p["name"], p["hfs_id"], p["npi"], q["email"], q["name"], q["role"]] for p in found for q in p["people"]]
    return print_table(("provider", "HFS ID", "NPI", "e-mail", "person", "role"), rows, "Nobody is registered yet.")
