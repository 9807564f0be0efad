"""`recourse judge FILE`: what would become of this file, for a person or a script. Writes nothing."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.judging import Judged, judge_file, unregistered_facts
from bot.settings import SettingsLoader
from bot.terminal import coloured, print_json, print_table
from bot.verdict_json import judged_json
from complaints.eligibility import Facts, OpenClaim
from complaints.errors import UsageError
from complaints.model import Complaint, Provider
from complaints.policy import load_policy
from complaints.verdict import ClaimVerdict, Finding, Verdict
from templates.how_read import LAYOUTS, mapping, told
from templates.rendering import says


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--received", metavar="ISO8601", help="When it came in (default: now); without a zone, Chicago time.")
@click.option("--from", "sender", metavar="ADDRESS", help="Ask whether this address is registered, too.")
@click.option(
    "--marked", type=click.Path(path_type=Path), metavar="OUT.xlsx", help="Write the workbook with its faults marked."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
def judge(
    settings: SettingsLoader, file: Path, received: str | None, sender: str | None, marked: Path | None, as_json: bool
) -> None:
    """Judge a filled claim sheet, or a mail or an archive that carries one, as if it had just come in."""
    moment = _moment(received)
    judged = asyncio.run(judge_file(file, moment, lambda complaint: _facts(settings, sender, complaint), marked))
    if as_json:
        return print_json(judged_json(judged))
    return _print(judged)


async def _facts(load: SettingsLoader, sender: str | None, complaint: Complaint) -> Facts:
    """The registry and the open tickets are asked only for a named sender."""
    if sender is None:
        return unregistered_facts()
    from bot.backstage import command, is_there  # see bot.asking

    settings = load()
    if not is_there(settings):
        raise UsageError(f"--from asks the registry, and there is none at {settings.database_url} yet.")
    numbers = [claim.tracking_number.value for claim in complaint.claims if claim.tracking_number.value]
    known = await command(settings, "judge.facts", address=sender, tracking_numbers=numbers)
    return _with_registry(known)


def _with_registry(known: dict[str, list[dict[str, str]]]) -> Facts:
    law = unregistered_facts()
    providers = tuple(Provider(int(p["id"]), p["name"], p["hfs_id"], p["npi"]) for p in known["providers"])
    claims = tuple(
        OpenClaim(**(c | {"service_from": date.fromisoformat(c["service_from"]) if c["service_from"] else None}))  # type: ignore[arg-type]
        for c in known["open_claims"]
    )
    return Facts(law.policy, law.roster, providers, claims)


def _moment(received: str | None) -> datetime:
    if received is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(received)
    except ValueError:
        moment = None
    if moment is None or not 1900 < moment.year < 9000:  # dates 60 days around it must exist
        raise UsageError(f"--received reads {received!r}; write it as 2026-11-24T16:55 or 2026-11-24.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(load_policy().time_zone))


def _print(judged: Judged) -> None:
    for number, verdict in enumerate(judged.verdicts, 1):
        if len(judged.verdicts) > 1:
            click.echo(f"Sheet {number} of {len(judged.verdicts)}\n")
        _print_verdict(verdict)
    if judged.findings:
        click.echo("No complaint could be read:" if not judged.verdicts else "Besides:")
    elif not judged.verdicts:
        click.echo("No complaint in this file.")
    for finding in judged.findings:
        click.echo(f"  {says(finding)}")


def _print_verdict(verdict: Verdict) -> None:
    accepted = len(verdict.accepted_claims)
    against = f" against {verdict.mco}" if verdict.mco else ""
    outcome = verdict.outcome.value.replace("_", " ")
    click.echo(f"{outcome}: {accepted} of {len(verdict.claims)} claims{against}, judged as of {verdict.today}\n")
    for finding in verdict.whole_findings:
        click.echo(f"  {says(finding)}\n")
    print_table(
        ("row", "verdict", "tracking number", "submitted", "why"), [_row(c) for c in verdict.claims], "No rows."
    )
    for note in _notes(verdict):
        click.echo(f"  please check: {note}")
    if how := verdict.complaint.how_read:
        click.echo(
            f"\nHow it was read{f' (sheet “{how.sheet}”)' if how.sheet else ''}, headers in row {how.header_row}:\n"
        )
        print_table(("column", "header", "read as", "how"), mapping(how), "No headers.")
        click.echo(f"  {LAYOUTS[how.layout]}")
        for said in told(how, headers=True):
            click.echo(f"  {said}")
        click.echo()


def _row(judged: ClaimVerdict) -> list[object]:
    claim = judged.claim
    why = "\n".join(says(finding) for finding in judged.findings if finding.rejects and finding.row is not None)
    verdict = coloured("accepted", "green") if judged.accepted else coloured("rejected", "bold red")
    return [claim.row, verdict, claim.tracking_number.value, claim.dispute_date.value, why]


def _notes(verdict: Verdict) -> list[str]:
    return [_placed(finding) for finding in verdict.findings if not finding.rejects]


def _placed(finding: Finding) -> str:
    return f"row {finding.row}: {says(finding)}" if finding.row is not None else says(finding)
