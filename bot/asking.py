"""How the command line's modules ask for something to be done in the database."""

import asyncio
from typing import Any

from bot.settings import SettingsLoader


def ask_database(settings: SettingsLoader, what: str, /, **args: Any) -> Any:
    """Have one of `bot.commands` done. Raises PersonError with one clear line.

    The storage is imported only here: it takes 0.4 s of CPU, which --help, `sheet` and `judge` need not pay.
    """
    from bot.backstage import command

    return asyncio.run(command(settings(), what, **args))
