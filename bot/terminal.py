"""How commands print: JSON where a script asked for it, a table where a person looks."""

import json
from collections.abc import Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


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
        table.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def coloured(text: str, style: str) -> Text:
    """A cell of a table in a colour; the words must say the same without it."""
    return Text(text, style)


def console() -> Console:
    """To standard output, with colours only on a terminal and no guesses about markup in somebody's words."""
    return Console(markup=False, highlight=False, emoji=False)
