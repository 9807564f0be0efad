"""The number in what a person typed when they were asked for one: "it's AP-5501", "5501 for the claim of May". Pure.

It is kept as it was written (domain.md, Identifiers), and nothing of what stands around it.
"""

import re
from datetime import date

from complaints.model import Flaw
from conversations.spoken_dates import read_spoken

_BEFORE = re.compile(
    r"(?:(?:it'?s|it is|my|the|our|their|mco|plan|es|el|mi)\s+)*"
    r"(?:tracking|trk|track|reference|ref|dispute|claim|seguimiento|referencia)?\b[\s.]*"
    r"(?:number|nr|no\.?|num\.?|id|n[uú]mero(?: de \w+)?)?\s*(?:is|was|es|:|=|#)?\s*[:#]?\s*",
    re.IGNORECASE,
)
_PIECE = r"(?=[^ ]*\d)[A-Z0-9](?:[A-Z0-9./_-]*[A-Z0-9])?"
_PLAIN = re.compile(rf"(?:(?:[A-Z]{{1,5}}|[a-z]{{1,3}}) )?(?i:{_PIECE}(?: {_PIECE}){{0,3}})", re.ASCII)
"""A number that is all that was said, with blanks in it, or a few letters before it."""
_IN_WORDS = re.compile(rf"(?<![\w./-])#?((?i:{_PIECE}))(?![\w-])", re.ASCII)
_SHORTEST_IN_WORDS = 4
"""Characters of a number among words: "3 of them" tells none."""
_LONGEST = 60
_LONGEST_SENTENCE = 500


def without_its_name(said: str) -> str:
    """ "The tracking number is none" → "none"."""
    before = _BEFORE.match(said[:_LONGEST])
    return (said[before.end() :] if before else "") or said


def number_in(said: str, today: date) -> str:
    """The one number of these words; "" for none, for several, and for a day."""
    bare = without_its_name(said).rstrip(" .,;!")
    if _tells_a_day(bare, today):
        return ""
    if len(bare) <= _LONGEST and _PLAIN.fullmatch(bare):
        return bare
    found = dict.fromkeys(_IN_WORDS.findall(said[:_LONGEST_SENTENCE]))
    numbers = [number for number in found if len(number) >= _SHORTEST_IN_WORDS]
    return numbers[0] if len(found) == len(numbers) == 1 and not _tells_a_day(numbers[0], today) else ""


def _tells_a_day(words: str, today: date) -> bool:
    """ "Oct 15", "10/15/2026" or "5 weeks ago"; digits alone may be anybody's number."""
    return not words.isalnum() and read_spoken(words, today, "en").flaw is not Flaw.NOT_A_DATE
