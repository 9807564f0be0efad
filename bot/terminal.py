"""How commands print: JSON where a script asked for it, a table where a person looks."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:\+00:00|Z)")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], none: str) -> None:
    """A plain table; `none` is said when there are no rows. What does not fit is folded, never cut."""
    if not rows:
        click.echo(none)
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(in_words(cell)) for cell in row))
    console().print(table)


def in_words(value: object) -> str:
    """A value of a JSON answer for a person: times without their seconds (UTC), lists and objects without brackets."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return short_times(value) if _MOMENT.fullmatch(value) else value
        case Mapping():
            return ", ".join(f"{name} {said}" if (said := in_words(one)) else str(name) for name, one in value.items())
        case list() | tuple():
            return "; ".join(in_words(one) for one in value)
    return str(value)


def short_times(text: str) -> str:
    """Times in UTC as a person writes them: 2026-11-24 20:26."""
    return _MOMENT.sub(r"\1 \2", text)


def coloured(text: str, style: str) -> Text:
    """A cell of a table in a colour; the words must say the same without it."""
    return Text(text, style)


def console() -> Console:
    """To standard output, with colours only on a terminal and no guesses about markup in somebody's words."""
    return Console(markup=False, highlight=False, emoji=False)
