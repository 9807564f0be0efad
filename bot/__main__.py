"""`python -m bot` is `recourse`."""

from bot.cli import main

main()
