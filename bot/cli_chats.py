"""`recourse chats`: the conversations on the web, in Slack and in Telegram, and what did not get through in them."""

import click

from bot.asking import ask_database
from bot.settings import SettingsLoader
from bot.terminal import print_json, print_table


@click.group()
def chats() -> None:
    """List the chats, and those in which something could not be delivered."""


@chats.command("list")
@click.option("--undeliverable", is_flag=True, help="Only chats with lines that never got there.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.pass_obj
def list_(settings: SettingsLoader, undeliverable: bool, as_json: bool) -> None:
    """The newest first. What was said in them is not shown."""
    found = ask_database(settings, "chats.list", undeliverable=undeliverable)
    if as_json:
        return print_json(found)
    columns = ("id", "channel", "person", "lost", "tickets", "why")
    rows = [
        [
            *(chat[name] for name in columns[:3]),
            len(chat["undeliverable"]),
            " ".join(dict.fromkeys(line["ticket"] for line in chat["undeliverable"] if line["ticket"])),
            chat["undeliverable"][0]["error"] if chat["undeliverable"] else "gone" if chat["gone"] else "",
        ]
        for chat in found
    ]
    return print_table(columns, rows, "There are no such chats." if undeliverable else "There are no chats.")
