"""The words in which people tell a day, in English and Spanish, as patterns over `plain` text.

Every pattern may begin with a hedge ("about", group `rough`) or with a word that makes it no day at all ("before
Oct 15", "next Friday", group `no`). A day of the week beside a date belongs to it.
"""

import re
import unicodedata

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "ene": 1, "abr": 4, "ago": 8, "set": 9, "dic": 12,
}  # fmt: skip
_WEEKDAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "lun": 0, "mar": 1, "mie": 2, "jue": 3, "vie": 4, "sab": 5, "dom": 6,
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20, "treinta": 30,
}  # fmt: skip
DAYS_BACK = {
    "today": 0, "this morning": 0, "hoy": 0, "esta manana": 0, "yesterday": 1, "last night": 1, "ayer": 1, "anoche": 1,
    "the day before yesterday": 2, "day before yesterday": 2, "anteayer": 2, "antes de ayer": 2, "antier": 2,
}  # fmt: skip

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?!\s+(?:be|have|not|or)\b)|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|ene|febrero|marzo|abril|abr|mayo|junio|julio"
    r"|agosto|(?<=[-/])ago(?=[-/])|sep?tiembre|setiembre|octubre|noviembre|diciembre|dic)(?![a-z])\.?"
)
_DAY = r"(?P<day>\d{1,2}|primero(?=\s))(?:st|nd|rd|th|er[oa]?|ro|o)?(?!\d)"
_GAP = r"[\s,./-]*"
_YEAR = (
    r"(?:[\s,./-]*(?:del?\s+)?(?:ano\s+)?(?P<year>(?:19|20|21)\d\d|'\d\d)(?!\d)"
    r"|(?:[-/]|\s+del?\s+)(?P<short_year>\d\d)(?!\d)"
    r"|[\s,.]+(?P<last_year>\d\d)(?=\s*(?:$|[.,;!?)])))?"
)
_WEEKDAY = (
    r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo"
)
_HEDGE = (
    r"(?:\b(?:about|around|approximately|approx|roughly|maybe|probably|like|some|almost|nearly|circa|over|under"
    r"|(?:more|less) than|unos|unas|como|casi|tal vez|quizas?|aproximadamente|aprox|mas o menos|(?:mas|menos) de"
    r"|cerca de|alrededor de|hacia)\b\.?|~)"
)
_NO = (
    r"\b(?:before|after|since|until|till|by|next|every|each|antes del?|despues del?|desde|hasta|proximo|cada"
    r"|todos los)\s+"
)
_LEAD = (
    rf"(?:(?P<no>{_NO}))?(?:(?P<rough>{_HEDGE})\s*)?(?:\b(?:on|the|el|dia)\s+){{0,2}}"
    rf"(?:\b(?:{_WEEKDAY})\b\.?,?\s+(?:the\s+|el\s+)?)?"
)
_TAIL = rf"(?:,?\s*\(?\b(?:{_WEEKDAY})\b\)?)?"
_APART = r"(?<![\w./,$#-])(?<!\d:)"
"""What stands before a number that is a number of its own."""
_NUMBER = rf"\d{{1,3}}|(?:a|un)\s+(?:couple(?:\s+of)?|par\s+de)|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_UNIT = r"(?:days?|dias?|d|weeks?|wks?|w|semanas?|months?|mos?|mes(?:es)?|years?|yrs?|anos?)\b\.?"
_AMOUNT = (
    rf"{_APART}(?P<count>{_NUMBER})(?:\s*(?:-|\bto\b|\bor\b|\bo\b|\ba\b|\bu\b)\s*(?P<other>{_NUMBER}))?"
    rf"[\s-]*(?P<unit>{_UNIT})(?:\s*(?:,|&|\band\b|\by\b)\s*(?P<more>{_NUMBER})\s*(?P<more_unit>{_UNIT}))?"
    r"(?P<ish>\s*(?:or so|ish|mas o menos|aproximadamente)\b)?"
)

AMOUNT = re.compile(rf"(?P<no>(?!))?(?:(?P<rough>{_HEDGE})\s*)?{_AMOUNT}")
"""An amount of time that is all that was said: "about 3 wks"."""
AGO = re.compile(
    rf"(?:(?P<no>{_NO}))?(?:(?P<rough>{_HEDGE})\s*)?{_AMOUNT}"
    r"\s+(?:ago|back|earlier|atras)\b(?:\s+today\b)?(?P<so>\s+or so\b)?"
)
HACE = re.compile(rf"(?:(?P<no>{_NO}))?\bhace\s+(?:ya\s+)?(?:(?P<rough>{_HEDGE})\s*)?{_AMOUNT}(?!\s+(?:y|o|u)\b)")
IN_NUMBERS = re.compile(
    rf"{_LEAD}{_APART}(?P<date>\d{{1,4}}\s*(?P<mark>[-/.])\s*\d{{1,2}}\s*(?P=mark)\s*(?:\d{{4}}|\d{{1,2}}))(?!\d){_TAIL}"
)
_YEAR_FIRST = re.compile(rf"{_LEAD}{_APART}(?P<year>(?:19|20|21)\d\d){_GAP}{_MONTH}{_GAP}{_DAY}{_TAIL}")
_MONTH_FIRST = re.compile(
    rf"{_LEAD}\b(?<!\d)(?<!\d[ ./-]){_MONTH}{_GAP}(?:the\s+)?{_DAY}"
    rf"(?!\s*[-/.]\s*\d(?!\d(?:\d\d)?(?!\d))){_YEAR}(?!-\d){_TAIL}"
)
_DAY_FIRST = re.compile(rf"{_LEAD}{_APART}{_DAY}{_GAP}(?:(?:del?|of)\s+)?(?:mes\s+de\s+)?{_MONTH}{_YEAR}{_TAIL}")
IN_WORDS = (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST, _MONTH_FIRST)
"""To be tried in this order. A number right before the month is its day, unless it is that of another date."""
MONTH_AND_DAY = re.compile(
    rf"{_LEAD}{_APART}(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})(?!\w|\s*[-/.]\s*\d|\s*(?:{_UNIT})){_TAIL}"
)
"""3/14, without a year."""
WITH_HYPHEN = re.compile(r"(?P<first>\d{1,2})-(?P<second>\d{1,2})")
"""3-14, when it is all that was said."""
NAMED = re.compile(rf"\b(?P<name>{'|'.join(sorted(DAYS_BACK, key=len, reverse=True))})\b")
DAY_OF_MONTH = re.compile(
    rf"(?:(?P<no>{_NO}))?(?:(?P<rough>{_HEDGE})\s*)?(?:^|\b(?:the|on|{_WEEKDAY}),?\s+)(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b"
    r"(?=\s*(?:$|[.,;!?)]|(?:of|last|this|i|we|at|or|and|for|to|with|around|about|maybe|thanks)\b))"
)
DAY_OF_MONTH_ES = re.compile(
    rf"(?:(?P<no>{_NO}))?(?:(?P<rough>{_HEDGE})\s*)?\b(?:el|al)\s+(?:dia\s+|(?:{_WEEKDAY}),?\s+)?(?P<day>\d{{1,2}})(?![\w%]|[/.-]\d)"
)
DAY_OF_WEEK = re.compile(
    rf"(?:(?P<no>{_NO}|\b(?:{_NUMBER})\s+)(?:(?:last|this|past|the|el|pasado)\s+)*)?(?:(?P<rough>{_HEDGE})\s*)?"
    rf"\b(?P<weekday>{_WEEKDAY})\b(?!\s+(?:que viene|proximo))"
)

_TO_DAY = r"(?:st|nd|rd|th)?\s*(?:-|&|\b(?:to|thru|through|and|or|al?|y|o)\b)\s*(?:the\s+|el\s+)?"
DAYS_OF_ONE_MONTH = (
    re.compile(rf"{_LEAD}\b{_MONTH}[\s.]*(?P<first>\d{{1,2}}){_TO_DAY}{_DAY}{_YEAR}"),
    re.compile(rf"{_LEAD}{_APART}(?P<first>\d{{1,2}}){_TO_DAY}{_DAY}[\s,.]*(?:(?:del?|of)\s+)?{_MONTH}{_YEAR}"),
)
"""September 1-3, del 1 al 3 de septiembre de 2026."""
BETWEEN = re.compile(r"\s*(?:[-;]|\b(?:to|thru|through|until|till|al?|hasta)\b)\s*")
BETWEEN_AND = re.compile(r"\s+(?:and|y)\s+")
BEGINS_RANGE = re.compile(r"\s*(?:between|entre|from|del?|desde)\b\s*")

LAST_WEEK = re.compile(r"\b(?:last week|semana pasada|pasada semana)\b")
LAST_MONTH = re.compile(r"\b(?:last month|mes pasado|pasado mes)\b")
LAST_YEAR = re.compile(r"\b(?:last year|ano pasado|pasado ano)\b")


def plain(text: str) -> str:
    """Lower case, without accents, with plain hyphens, quotes and blanks."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    for odd, usual in (("–", "-"), ("—", "-"), ("−", "-"), ("’", "'"), ("⁄", "/")):
        text = text.replace(odd, usual)
    return " ".join(text.split())


def month_number(word: str) -> int:
    return _MONTHS[word[:3]]


def weekday_number(word: str) -> int:
    return _WEEKDAYS[word[:3]]


def number(word: str) -> int:
    """A count in digits or words; "a couple of" is 2."""
    return int(word) if word.isdecimal() else _NUMBERS.get(word, 2)


def is_couple(word: str) -> bool:
    return not word.isdecimal() and word not in _NUMBERS
