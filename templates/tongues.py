"""Small words in the languages of the chats: dates, numbers and lists as a person says them."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

_LOCALES = {"en": "en_US", "es": "es_US"}
_DAYS = {"en": "EEEE, MMMM d, y", "es": "EEEE, d 'de' MMMM 'de' y"}
_AND = {"en": "and", "es": "y"}
_OR = {"en": "or", "es": "o"}


def day_in(when: date, language: str) -> str:
    """Tuesday, November 3, 2026; martes, 3 de noviembre de 2026."""
    return format_date(when, _DAYS[language], locale=_LOCALES[language])


def number_in(number: int, language: str) -> str:
    return format_decimal(number, locale=_LOCALES[language])


def listed_in(items: Sequence[str], language: str, *, any_of: bool = False) -> str:
    """a; a and b; a, b and c. `any_of` joins with "or"."""
    if len(items) < 2:
        return "".join(items)
    joint = (_OR if any_of else _AND)[language]
    if language == "es":
        joint = _before(joint, items[-1])
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def _before(joint: str, word: str) -> str:
    """Spanish says "e" before the sound i, and "u" before the sound o."""
    sound = unicodedata.normalize("NFD", word.casefold()).lstrip("“¿(")
    if joint == "y" and sound.startswith(("i", "hi")) and not sound.startswith(("hia", "hie", "io", "ia")):
        return "e"
    return "u" if joint == "o" and sound.startswith(("o", "ho", "8", "11")) else joint
