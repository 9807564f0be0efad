"""`recourse providers`: the registry of providers and the people who may file for them."""

from pathlib import Path

import click

from bot.asking import ask_database
from bot.registration import read_registration_file
from bot.settings import SenderCheck, SettingsLoader
from bot.terminal import print_json, print_table
from complaints.errors import UsageError
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


@providers.command()
@click.argument("address")
@click.option("--anyway", is_flag=True, help="Also when its mails look like a program's.")
@click.option("--as-usual", is_flag=True, help="As everybody again.")
@click.pass_obj
def answer(settings: SettingsLoader, address: str, anyway: bool, as_usual: bool) -> None:
    """Answer a registered address although its mails look like a program's, or as usual again.

    For a billing program that writes from a no-reply address, say. What never gets an answer gets none from it either:
    bounces, automatic replies, mailing lists, our own mail.
    """
    if anyway is as_usual:
        raise UsageError("say --anyway or --as-usual.")
    done = ask_database(settings, "providers.answer", address=address, anyway=anyway)
    click.echo(f"{done['email']} is answered {'whatever its mails look like' if anyway else 'as everybody'}.")


@providers.group()
def signing() -> None:
    """Domains whose signatures count for a provider's mail."""


@signing.command("add")
@click.argument("hfs_id")
@click.argument("domain")
@click.pass_obj
def add_domain(settings: SettingsLoader, hfs_id: str, domain: str) -> None:
    """From now on a right signature of DOMAIN proves the mails of this provider's people.

    Whoever can sign for DOMAIN can then write as them: only for a domain that lets nobody else do so.
    """
    done = ask_database(settings, "signing.add", hfs_id=hfs_id, domain=domain)
    click.echo(f"A signature of {done['domain']} counts for {done['provider']} ({done['hfs_id']}).")
    click.echo("List only a domain whose owner lets each customer sign that customer's own mail and no other.")
    if settings().sender_check is not SenderCheck.VERIFY:
        click.echo(
            f"RECOURSE_SENDER_CHECK is {settings().sender_check}: there this list is not asked, only with verify."
        )


@signing.command("remove")
@click.argument("hfs_id")
@click.argument("domain")
@click.pass_obj
def remove_domain(settings: SettingsLoader, hfs_id: str, domain: str) -> None:
    """A signature of DOMAIN counts no more for this provider."""
    done = ask_database(settings, "signing.remove", hfs_id=hfs_id, domain=domain)
    click.echo(f"A signature of {done['domain']} counts no more for {done['provider']} ({done['hfs_id']}).")


@signing.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_domains(settings: SettingsLoader, as_json: bool) -> None:
    """The providers that have some."""
    found = ask_database(settings, "signing.list")
    if as_json:
        return print_json(found)
    rows = [[one["provider"], one["hfs_id"], domain] for one in found for domain in one["domains"]]
    return print_table(("provider", "HFS ID", "domain"), rows, "No domains are listed.")
