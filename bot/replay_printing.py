"""Replayed letters for a terminal: only those are told of that differ, or that wait for staff."""

from collections.abc import Sequence
from typing import Any

import click


def print_replayed(found: Sequence[dict[str, Any]]) -> None:
    for one in found:
        if one["now"] is None:
            click.echo(f"letter {one['id']}: not tried, {one['trouble']}")
        elif not one["was_decided"]:
            click.echo(f"letter {one['id']} is {_say(one['before'])}; read now: {_say(one['now'])}")
            _print_text(one)
        elif one["differs"]:
            click.echo(f"letter {one['id']} differs ({', '.join(one['differs'])})")
            click.echo(f"  before: {_say(one['before'])}")
            click.echo(f"  now:    {_say(one['now'])}")
            _print_text(one)


def summary(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All of them, counted and sorted: `if_read` are letters that were never decided."""
    tried = [one for one in found if one["now"] is not None]
    decided = [one for one in tried if one["was_decided"]]
    differences = [one for one in decided if one["differs"]]
    return {
        "judged": len(decided),
        "same": len(decided) - len(differences),
        "differ": len(differences),
        "differences": differences,
        "if_read": [one for one in tried if not one["was_decided"]],
        "not_tried": [one for one in found if one["now"] is None],
    }


def print_summary(counted: dict[str, Any]) -> None:
    """The last lines: how many there were of each kind. Letters that were never decided cannot be the same."""
    if counted["judged"]:
        click.echo("{judged} judged again, {same} the same, {differ} different.".format(**counted))
    if read := len(counted["if_read"]):
        click.echo(
            f"{_letters(read)} not decided yet: told is what would become of {'it' if read == 1 else 'them'} now."
        )
    if untried := len(counted["not_tried"]):
        click.echo(f"{_letters(untried)} not tried.")
    if not (counted["judged"] or read or untried):
        click.echo("There are no such letters.")


def _letters(number: int) -> str:
    return "1 letter was" if number == 1 else f"{number} letters were"


def _say(became: dict[str, Any]) -> str:
    files = f", with {', '.join(became['files'])}" if became["files"] else ""
    subject = f", answered “{became['subject']}”" if became["subject"] else ""
    return str(became["outcome"]) + (f" ({became['detail']})" if became["detail"] else "") + subject + files


def _print_text(one: dict[str, Any]) -> None:
    for line in one.get("text", ()):
        click.echo(f"    {line}")
