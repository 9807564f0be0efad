"""What may be said at any point instead of an answer: back, change, help, why, status, start over, and so on.

A command is the whole of what was typed, so that a story which begins with "help" stays a story.
"""

import re
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz, process

from complaints.identifiers import MistypedNumber, parse_ticket_number
from conversations.questions import ABOUT_THE_COMPLAINT


class Act(Enum):
    BACK = "back"
    CHANGE = "change"
    HELP = "help"
    WHY = "why"
    STATUS = "status"
    START_OVER = "start_over"
    CANCEL = "cancel"
    STOP = "stop"
    ANOTHER = "another"
    THANKS = "thanks"
    LANGUAGE = "language"
    SIGN_IN = "sign_in"
    UNLINK = "unlink"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Command:
    """`about`: for CHANGE a question's key ("" when it is not clear which), for STATUS what stood behind it, for
    LANGUAGE its code. `value`: what it is to be changed to, "" when that was not said."""

    act: Act
    about: str = ""
    value: str = ""


_LONGEST = 80
_PLAIN: dict[Act, str] = {
    Act.BACK: r"(?:go )?back|previous|undo|atr[aá]s|volver|regresar|anterior",
    Act.HELP: r"help(?: me)?|(?:i need )?help|what can (?:i|you) (?:say|do)|\?+|/help|ayuda|ay[uú]deme|/ayuda",
    Act.WHY: r"why|why do you (?:ask|need (?:it|that|this))(?: (?:that|this|me))?|what for|por qu[eé]"
    r"|por qu[eé] (?:lo )?(?:pregunta|preguntan|necesita|necesitan)|para qu[eé]",
    Act.START_OVER: r"start (?:over|again|new)|restart|begin again|empezar de nuevo|empezar otra vez|reiniciar",
    Act.CANCEL: r"cancel(?: (?:it|this|everything|my complaint))?|/cancel|cancelar(?:lo|la)?",
    Act.STOP: r"stop|quit|exit|bye|not now|stop here|parar|salir|alto|ahora no|adi[oó]s",
    Act.ANOTHER: r"another(?: one)?(?: like (?:this|that)(?: one)?)?|one more(?: like (?:this|that)(?: one)?)?"
    r"|new (?:complaint|one)|(?:otra|una m[aá]s)(?: (?:igual|como (?:esta|esa)))?|otra queja",
    Act.THANKS: r"(?:ok(?:ay)?,? )?(?:many )?thank(?:s| you)(?: (?:so|very) much| a lot)?|(?:muchas )?gracias",
    Act.SIGN_IN: r"(?:sign|log) ?in|login|link(?: me)?|iniciar sesi[oó]n|identificarme|/link|/login",
    Act.UNLINK: r"unlink(?: me)?|(?:sign|log) ?out|logout|forget me|/unlink|cerrar sesi[oó]n|desvincular(?:me)?",
    Act.SHEET: r"(?:the |a |blank |claim )*(?:sheet|spreadsheet|template|workbook)|(?:la )?(?:hoja|plantilla)",
}
_COMMANDS = {act: re.compile(pattern) for act, pattern in _PLAIN.items()}
_ENGLISH = re.compile(r"(?:in )?english(?: please)?|ingl[eé]s|en ingl[eé]s")
_SPANISH = re.compile(r"(?:in )?spanish(?: please)?|(?:en )?espa[nñ]ol(?: por favor)?")
_CHANGE = re.compile(
    r"(?:(?:i )?(?:want|need|would like) to |quiero |please )?"
    r"(?:change|edit|correct|fix|cambiar|corregir|cambie|modificar)(?: an answer| una respuesta)?"
    r"(?: (?:the|my|a|el|la|los|las|mi))?\b\s*(.*)"
)
_WRONG = re.compile(
    r"(?:(?:wait|no|sorry|oops|perd[oó]n|espere)[,.]? )?(?:the|my|el|la|los|las|mi) (.{1,40}?)"
    r" (?:is|was|are|es|est[aá]|son|est[aá]n) (?:wrong|incorrect|not right|mal|incorrect[oa]s?|equivocad[oa]s?)"
)
_TO = re.compile(r",? (?:to|into|a|por|para)\b:? ")
_STATUS = re.compile(r"/?(?:status|estado|estatus|what about|where is)(?: (?:of|for|de|del))?\b\W*(.*)")
_SEVERAL = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|twenty|\d{1,4}|several|multiple|many|a (?:few|lot of|bunch of)"
    r"|more than one|dos|tres|cuatro|cinco|varias|muchas|m[aá]s de una)\s+"
    r"(?:different |similar |denied |other )?(?:claims|complaints|denials|disputes|reclamaciones|quejas|denegaciones)\b"
)
_NEAR = 80
_NAMES = {name: question.key for question in ABOUT_THE_COMPLAINT for name in question.names}


def command_in(text: str, *, in_prose: bool = False) -> Command | None:
    """The command that this is, or None: it is an answer.

    `in_prose`: a sentence is awaited, and "fix the denial" is one. Then "change" needs the name of an answer, or stands
    alone.
    """
    said = " ".join(text.lower().replace("’", "'").split()).rstrip(" .!")
    if not said or len(said) > _LONGEST:
        return None
    for act, pattern in _COMMANDS.items():
        if pattern.fullmatch(said.rstrip("?").rstrip() or said):
            return Command(act)
    if _ENGLISH.fullmatch(said) or _SPANISH.fullmatch(said):
        return Command(Act.LANGUAGE, "en" if _ENGLISH.fullmatch(said) else "es")
    if status := _status(text, said):
        return status
    change = _CHANGE.fullmatch(said) or (None if in_prose else _WRONG.fullmatch(said))
    if change is None:
        return None
    has_value = change[1] not in _NAMES and not in_prose  # "change the claim to paid" is what somebody wants
    for to in reversed([*_TO.finditer(change[1])] if has_value else []):  # "date sent to the plan" is a name
        if named := _question_called(change[1][: to.start()]):
            return Command(Act.CHANGE, named, _as_typed(text, change[1][to.end() :]))
    key = _question_called(change[1])
    return Command(Act.CHANGE, key) if key or not (in_prose and change[1]) else None


def several_complaints(text: str) -> bool:
    """Whether this speaks of more than one complaint: "I have 20 claims against Meridian"."""
    return len(text) <= 500 and _SEVERAL.search(text.lower()) is not None


def _status(text: str, said: str) -> Command | None:
    if parse_ticket_number(text) is not None:  # the number alone
        return Command(Act.STATUS, text.strip())
    asked = _STATUS.fullmatch(said)
    if asked is None:
        return None
    is_number = isinstance(parse_ticket_number(asked[1]), str | MistypedNumber)
    bare = said.lstrip("/").split(" ")[0] in ("status", "estado", "estatus")
    return Command(Act.STATUS, asked[1]) if is_number or (bare and (not asked[1] or asked[1][0].isdigit())) else None


def _as_typed(text: str, lowered: str) -> str:
    """The end of what was typed, with its capitals."""
    end = " ".join(text.split()).rstrip(" .!")
    return end[len(end) - len(lowered) :]


def _question_called(name: str) -> str:
    """The key of the question that people call so; "" when none is near."""
    if not name:
        return ""
    if name in _NAMES:
        return _NAMES[name]
    near = process.extractOne(name, _NAMES.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return _NAMES[near[0]] if near else ""
