"""The words of the chats, in each language: gettext catalogues (chat/*.po), read once, when first asked for.

A msgid is a key such as "ask.mco"; its msgstr has named places, "Plan: {value}." What is counted has a plural, whose
msgid_plural repeats the key.
"""

import gettext
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from complaints.errors import Broken

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands under one key: one text, or one for each plural form."""

    forms: tuple[str, ...]
    form_of: Callable[[int], int]
    """Which of the forms goes with a number."""

    @property
    def is_counted(self) -> bool:
        return len(self.forms) > 1

    @property
    def places(self) -> frozenset[str]:
        """The named places of all forms together."""
        parsed = (part for form in self.forms for part in string.Formatter().parse(form))
        return frozenset(name for _, name, _, _ in parsed if name)

    def text(self, number: int = 1) -> str:
        return self.forms[self.form_of(number)] if self.is_counted else self.forms[0]


@cache
def phrases(language: str) -> Mapping[str, Phrase]:
    """Everything that is said in one of LANGUAGES, by key."""
    with files("templates").joinpath("chat", f"{language}.po").open("rb") as written:
        catalogue = read_po(written, locale=language, abort_invalid=True)
    form_of = gettext.c2py(catalogue.plural_expr)
    found = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:  # the header has none
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            found[key] = Phrase(forms, form_of)
    return found


def phrase(key: str, language: str) -> Phrase:
    """Raises Broken for a key that no catalogue has."""
    found = phrases(language).get(key)
    if found is None:
        raise Broken(f"the chat catalogue {language}.po has no {key!r}")
    return found
