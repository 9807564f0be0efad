"""The command line: `recourse COMMAND`. Commands of one kind are in a module each; this one starts them.

Exit codes: 0 done (for `judge`: a verdict was reached, whatever it says), 2 bad usage, 1 we failed.
"""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import click

from bot import (
    cli_channels,
    cli_chats,
    cli_judge,
    cli_letters,
    cli_notices,
    cli_providers,
    cli_registrations,
    cli_tickets,
)
from bot.settings import SettingsLoader, load, unknown_variables
from complaints.errors import RecourseError, SettingsError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recourse", message="recourse %(version)s")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (default: recourse.toml, then /etc).")
@click.pass_context
def recourse(context: click.Context, config: Path | None) -> None:
    """The intake clerk of a provider resolution portal."""
    context.obj = lambda: load(config)


@recourse.command()
@click.pass_obj
def serve(settings: SettingsLoader) -> None:
    """Take mail in, answer it, send what is owed; until SIGTERM."""
    gc.disable()  # all that is imported stays: looking through it for garbage is a seventh of the start
    from bot.serve import serve as run

    gc.freeze()
    gc.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in unknown_variables():
        click.echo(f"recourse: {name} is not a setting and has no effect (docs/settings.md lists them)", err=True)
    asyncio.run(run(settings(), lambda line: click.echo(f"recourse: {line}")))


@recourse.command()
@click.pass_obj
def migrate(settings: SettingsLoader) -> None:
    """Make the database, or bring it to this release. Stop `serve` first on SQLite."""
    from storage.schema import migrate as upgrade

    done = asyncio.run(upgrade(settings().database_url))
    click.echo("\n".join(f"upgraded: {step}" for step in done) or "The database is up to date.")


@recourse.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def doctor(settings: SettingsLoader, as_json: bool) -> None:
    """Is this installation sane? Exit code 1 when something must be mended."""
    from bot.doctor import examine, report

    if not report(asyncio.run(examine(settings())), as_json=as_json):
        sys.exit(1)


@recourse.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write it (default: claim-sheet.xlsx here, or a free name like it).",
)
@click.option("--mco", help="Fill in the name of the health plan.")
@click.option("--registration", is_flag=True, help="The registration sheet instead.")
def sheet(out: Path | None, mco: str | None, registration: bool) -> None:
    """Write a blank claim sheet, or a registration sheet."""
    from bot.blank_sheets import write_sheet

    click.echo(f"Wrote {write_sheet(out, mco, registration=registration)}")


@recourse.command()
@click.option("--keep", type=click.Path(path_type=Path), default=Path("demo-out"), show_default=True,
              help="Folder for the mails, as .eml and .html, and the chats, as .txt.")  # fmt: skip
def demo(keep: Path) -> None:
    """Play the whole story, by real mail and in chats, on a temporary database."""
    from bot.demo import play

    asyncio.run(play(keep))


recourse.add_command(cli_judge.judge)
recourse.add_command(cli_providers.providers)
recourse.add_command(cli_registrations.registrations)
recourse.add_command(cli_tickets.tickets)
recourse.add_command(cli_letters.letters)
recourse.add_command(cli_notices.notices)
recourse.add_command(cli_notices.answers)
recourse.add_command(cli_channels.channels)
recourse.add_command(cli_chats.chats)


def main() -> None:
    """The console script. What a person did wrong is told in one line; a surprise keeps its traceback."""
    try:
        recourse(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "recourse"
        said = " ".join(error.format_message().split())  # click lists choices over several lines
        fail(f"{said} `{where} --help` tells more.", 2)
    except click.ClickException as error:
        fail(error.format_message(), 1)
    except (UsageError, SettingsError) as error:
        fail(str(error), 2)
    except RecourseError as error:
        fail(str(error), 1)


def fail(line: str, code: int) -> None:
    click.echo(f"recourse: {line}", err=True)
    sys.exit(code)
