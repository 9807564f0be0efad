"""The reference pages say what the program does: every setting, command, option, reason and outcome."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot.cli import recourse
from bot.settings import PREFIX, Settings
from complaints.lifecycle import Disposition
from complaints.privacy import Tier
from complaints.verdict import ReasonCode
from storage.states import LetterOutcome

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `(RECOURSE_\w+)` \| (?:`([^`]*)`|\(empty: off\)) \|", page("settings.md"), re.MULTILINE)
    assert dict(rows) == {PREFIX + field.name.upper(): str(field.default) for field in fields(Settings)}


def commands(group: click.Group, path: str = "recourse") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = command
    return found


def documented_usages() -> list[tuple[str, str]]:
    """(command, its whole usage) of each code span in the table; "· show NUMBER" goes on from the row's first."""
    usages = []
    for line in page("command-line.md").splitlines():
        if not line.startswith("| `recourse "):
            continue
        spans = re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", line)[1])
        group = " ".join(spans[0].split()[:2])
        for span in spans:
            usage = span if span.startswith("recourse") else f"{group} {span}"
            words = [word for word in usage.split() if re.fullmatch(r"[a-z]+", word)]
            usages.append((" ".join(words), usage))
    return usages


def test_every_command_is_documented() -> None:
    assert sorted(name for name, _ in documented_usages()) == sorted(commands(recourse))


@pytest.mark.parametrize(("name", "usage"), documented_usages())
def test_documented_options_exist(name: str, usage: str) -> None:
    known = {option for parameter in commands(recourse)[name].params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", usage)) <= known


def test_every_reason_is_documented() -> None:
    table = page("command-line.md").rpartition("Reason codes:")[2]
    assert set(re.findall(r"`(\w+)`", table)) == set(ReasonCode)


def test_every_outcome_of_a_letter_is_documented() -> None:
    table = page("staff.md").partition("## Letters")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?: · )?)+) \|", table, re.MULTILINE)
    assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == set(LetterOutcome)


def test_every_disposition_is_documented() -> None:
    table = page("staff.md").partition("## Letters")[0].partition("The dispositions:")[2]
    assert set(re.findall(r"`(\w+)`", table)) == set(Disposition)


def test_every_tier_is_documented() -> None:
    table = page("staff.md").partition("## Chats")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(Tier)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
