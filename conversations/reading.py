"""How the answer to each question is read from what a person typed: heard, or unclear with what to say about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from complaints.assembling import read_category, read_coverage
from complaints.identifiers import check_rin, fold, is_no_number
from complaints.mcos import Ambiguous, Close, Known, name_key
from complaints.model import Category, Coverage, Field, Flaw
from complaints.privacy import Tier
from complaints.values import read_number
from complaints.verdict import Finding, ReasonCode
from conversations.member_data import may_hold_member_data
from conversations.questions import DISPUTE_DATE, Question, Reads
from conversations.said_together import plan_inside
from conversations.session import Answer, Offer, Session
from conversations.spoken_dates import Spoken, read_spoken, read_spoken_range
from conversations.spoken_numbers import number_in, without_its_name
from conversations.turn import Choice, Context, Say

_LONGEST_REPEATED = 60
_LONGEST_NAME = 100
_MOST_WORDS = 15
_WEEKS = re.compile(r"[1-9][0-9]?", re.ASCII)
_LIKE_A_RIN = re.compile(r"[0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heard:
    value: str
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """What to say about it, and what it may have meant."""

    says: tuple[Say, ...]
    choices: tuple[Choice, ...] = ()


Reading = Heard | Unclear

_DO_NOT_KNOW = frozenset(
    {"unknown", "i don't know", "i do not know", "don't know", "i dont know", "dont know", "dunno", "idk", "not sure"}
    | {"i'm not sure", "im not sure", "no idea", "?", "no sé", "no se", "no lo sé", "no lo se", "ni idea"}
    | {"no estoy seguro", "no estoy segura"}
)
_SKIPS = _DO_NOT_KNOW | frozenset(
    {"skip", "none", "no", "nope", "n/a", "na", "-", "nothing", "no answer yet", "not yet", "no answer", "done"}
    | {"that is all", "that's all", "no files", "no thanks"}
    | {"omitir", "saltar", "ninguno", "ninguna", "nada", "todavía no", "todavia no", "aún no", "aun no", "listo"}
    | {"eso es todo", "no gracias"}
)
WHERE_TO_LOOK = frozenset({"mco", "dispute_date", "coverage", "category"})
"""Questions with something to say to whoever does not know; for a tracking number the rule itself says it."""


def read_answer(question: Question, text: str, session: Session, context: Context) -> Reading:
    """Read what was typed as the answer to this question."""
    said = " ".join(text.split())
    bare = said.lower().replace("’", "'").rstrip(".!?")
    if question.optional and bare in _SKIPS:
        return Heard("")
    if bare in _DO_NOT_KNOW and question.key in WHERE_TO_LOOK:
        return Unclear((Say(f"unknown.{question.key}"),))
    return _READERS[question.reads](question, text if question.reads is Reads.PROSE else said, session, context)


def may_keep(text: str, context: Context) -> bool:
    """Whether what was typed may be kept and repeated on this tier."""
    if context.tier in (Tier.OWN, Tier.PHI):
        return True
    if context.tier is Tier.OPAQUE and _holds_a_number(text, context):
        return False
    return not may_hold_member_data(text, context.roster, context.today)


def _holds_a_number(text: str, context: Context) -> bool:
    """Of a dispute, a claim or a member: the plan knows by it who that is."""
    parts = text.split()
    return bool(number_in(text, context.today) or any(number_in(part, context.today) for part in parts)) and not (
        _WEEKS.fullmatch(text.strip()) or read_spoken(text, context.today, "en").day
    )


def unclear(question: Question, said: str, context: Context) -> Unclear:
    """It could not be read: what was read is repeated where that is safe."""
    may_be_private = question.is_private or not may_keep(said, context)
    safe = len(said) <= _LONGEST_REPEATED and not may_be_private
    return Unclear((Say(f"miss.{question.key}", {"read": said}) if safe else Say("miss.private"),))


def _trouble(code: ReasonCode, field: Field, read: str = "", flaw: Flaw | None = None) -> Unclear:
    return Unclear((Say("no.finding", {"finding": Finding(code, field=field, read=read, flaw=flaw)}),))


def offered(value: str, label: Say) -> Choice:
    return Choice(label, Offer("answer", value))


def _provider(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    wanted = name_key(said)
    for provider in context.providers:
        if fold(said) == provider.hfs_id or (wanted and wanted == name_key(provider.name)):
            return Heard(provider.hfs_id)
    near = [provider for provider in context.providers if wanted and wanted in name_key(provider.name)]
    return Heard(near[0].hfs_id) if len(near) == 1 else unclear(question, said, context)


def _plan(question: Question, said: str, session: Session, context: Context) -> Reading:
    day = session.answers.get(DISPUTE_DATE.key)
    on = date.fromisoformat(day.value) if day and day.value else None
    payer = context.roster.other_payer(said)
    if payer is not None:
        code = ReasonCode.MEDICARE_ONLY if payer is Coverage.MEDICARE else ReasonCode.FEE_FOR_SERVICE
        return _trouble(code, Field.MCO)
    found = context.roster.find(said, on)
    if not isinstance(found, Known | Close) and (inside := plan_inside(said, context.roster)):
        found = context.roster.find(inside, on)
    match found:
        case Known(mco) | Close(mco):
            return Heard(mco.name)
        case Ambiguous(choices):
            says: tuple[Say, ...] = (
                Say("miss.mco_ambiguous", {"read": said if len(said) <= _LONGEST_REPEATED else ""}),
            )
        case _:
            choices, says = found.suggestions, unclear(question, said, context).says
    return Unclear(says, tuple(offered(name, Say("button.plan", {"name": name})) for name in choices[:10]))


def _number(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    field = question.fields[0]
    if is_no_number(said) or is_no_number(without_its_name(said)) or said.lower().rstrip(".!") in _SKIPS:
        if question.optional:
            return Heard("")
        return _trouble(ReasonCode.MISSING_TRACKING_NUMBER, field)
    entry = read_number(without_its_name(said))
    if entry.flaw and may_keep(said, context):
        return _trouble(ReasonCode.INVALID_FIELD, field, entry.written, entry.flaw)
    number = "" if entry.flaw else number_in(said, context.today)
    if not may_keep(number, context):  # "SMITH 5501"
        number = " ".join(piece for piece in number.split() if any(letter.isdigit() for letter in piece))
    if _LIKE_A_RIN.fullmatch(number) and not may_keep(said, context):  # "RIN 012345678"
        number = ""
    return Heard(number) if number else unclear(question, said, context)


def _day(question: Question, said: str, session: Session, context: Context) -> Reading:
    if question is DISPUTE_DATE and context.tier is Tier.OPAQUE and _WEEKS.fullmatch(said):
        return Heard((context.today - timedelta(weeks=int(said))).isoformat(), is_rough=True)
    spoken = read_spoken(said, context.today, session.language)
    filed = session.answers.get(DISPUTE_DATE.key)
    if spoken.day and question is not DISPUTE_DATE and filed and spoken.day.isoformat() < filed.value:
        return Unclear((Say("miss.before_dispute", {"day": spoken.day, "filed": date.fromisoformat(filed.value)}),))
    return _heard_day(question, said, spoken, context)


def _heard_day(question: Question, said: str, spoken: Spoken, context: Context) -> Reading:
    if spoken.day:
        return Heard(spoken.day.isoformat(), spoken.rough)
    if spoken.choices:
        days = tuple(offered(day.isoformat(), Say("button.day", {"day": day})) for day in spoken.choices[:4])
        other = Choice(Say("button.different_date"), Offer("change", question.key))
        return Unclear((Say("miss.choose_date"),), (*days, other))
    return unclear(question, said, context)


def _days(question: Question, said: str, session: Session, context: Context) -> Reading:
    pair = read_spoken_range(said, context.today, session.language)
    if pair and pair[0].day and pair[1].day and pair[0].day <= pair[1].day:
        return Heard(f"{pair[0].day.isoformat()}/{pair[1].day.isoformat()}")
    return _heard_day(question, said, read_spoken(said, context.today, session.language), context)


_YES = frozenset({"yes", "y", "yeah", "yep", "ok", "okay", "sure", "sí", "si", "claro", "correct", "right", "correcto"})


def says_yes(text: str) -> bool:
    said = " ".join(text.lower().replace(",", " ").split()).rstrip(" .!")
    return said.removesuffix(" please").removesuffix(" por favor") in _YES


def _coverage(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    if says_yes(said):
        return Heard(Coverage.MEDICAID_MANAGED_CARE.value)
    found = _one_inside(said, lambda words: read_coverage(words).value)
    return Heard(found) if found else unclear(question, said, context)


def _category(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    found = _one_inside(said, lambda words: read_category(words).value)
    return Heard(found) if found else unclear(question, said, context)


_DENIES = frozenset({"not", "no", "isn't", "isnt", "ni", "nor", "neither", "or", "o"})


def _one_inside(said: str, read: Callable[[str], Coverage | Category | None]) -> str:
    """The one value of a list that these words name, the longest name first: "it's the Medicaid part". "" for none,
    for several, and where one is denied or doubted."""
    words = [word.strip(".,;:!?()") for word in said.split()][:_MOST_WORDS]
    if value := read(said):
        return value.value
    if _DENIES & {word.lower() for word in words}:
        return ""
    for length in range(len(words), 0, -1):
        parts = (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))
        found = {value.value for part in parts if (value := read(part))}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _name(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    letters = sum(letter.isalpha() for letter in said)
    return Heard(said) if letters > 1 and len(said) <= _LONGEST_NAME else unclear(question, said, context)


def _rin(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    digits = fold(said)
    flaw = check_rin(digits)
    if flaw is Flaw.WRONG_LENGTH:
        return _trouble(ReasonCode.INVALID_FIELD, Field.RIN, f"{len(digits)} digits", flaw)
    return unclear(question, said, context) if flaw else Heard(digits)


def _prose(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    return Heard(said.strip())


def _not_typed(question: Question, said: str, session: Session, context: Context) -> Reading:  # noqa: ARG001
    return unclear(question, said, context)


Reader = Callable[[Question, str, Session, Context], Reading]
_READERS: dict[Reads, Reader] = {
    Reads.ADDRESS: _not_typed,
    Reads.CODE: _not_typed,
    Reads.PROVIDER: _provider,
    Reads.PLAN: _plan,
    Reads.NUMBER: _number,
    Reads.DAY: _day,
    Reads.DAYS: _days,
    Reads.COVERAGE: _coverage,
    Reads.CATEGORY: _category,
    Reads.NAME: _name,
    Reads.RIN: _rin,
    Reads.PROSE: _prose,
    Reads.FILES: _not_typed,
    Reads.REVIEW: _not_typed,
    Reads.HANDED_OVER: _not_typed,
}


def as_answer(heard: Heard, written: str, event: str) -> Answer:
    return Answer(heard.value, written, event, heard.is_rough)
