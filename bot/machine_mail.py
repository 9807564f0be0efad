"""Mails that look like a machine's and are answered all the same: a billing program at an address that staff listed."""

from dataclasses import replace

from bot.house import House
from mailin.genuine.standing import Standing
from mailin.letter import Letter
from mailin.machines import YIELDING
from storage import registry
from storage.inbox import StoredLetter

_PROVED = frozenset({Standing.GENUINE.value, Standing.BELIEVED.value})


async def as_answered(house: House, stored: StoredLetter, letter: Letter) -> Letter:
    """The letter without its sign of a machine, where staff want its sender answered anyway and who it is is proved.

    What must never be answered has a sign that does not yield: bounces, automatic replies, our own mail.
    """
    sender = letter.sender
    if letter.machine not in YIELDING or sender is None or (stored.standing or {}).get("standing") not in _PROVED:
        return letter
    listed = await house.database.run(lambda session: registry.is_answered_anyway(session, sender))
    return replace(letter, machine=None) if listed else letter
