"""The stamp in a workbook that went back marked: which letter it answered, so that the corrected file is recognized
whatever it is called and whoever sends it.

It proves nothing: who sends it must be one who may speak for the provider of that letter (`bot.threads`).
"""

import re

from storage import inbox
from storage.database import Session
from storage.inbox import StoredLetter

_STAMP = re.compile(r"letter ([0-9]{1,18}) ([0-9a-f]{16})")
_DIGITS_OF_DIGEST = 16


def stamp_of(letter: StoredLetter) -> str:
    return f"letter {letter.id} {letter.digest[:_DIGITS_OF_DIGEST]}"


def stamped_letter(session: Session, stamp: str) -> StoredLetter | None:
    """The letter whose answer carried the workbook with this stamp."""
    written = _STAMP.fullmatch(stamp)
    letter = inbox.find(session, int(written[1])) if written else None
    return letter if written and letter and letter.digest.startswith(written[2]) else None
