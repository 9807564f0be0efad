"""The questions of guided filing, as data in the order in which they are asked. Which is next is computed each turn.

What is said for a question is `ask.<key>`, `example.<key>`, `why.<key>`, `heard.<key>` and `miss.<key>` of the
catalogue; how its answer is read is in `conversations.reading`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from complaints.model import Field
from complaints.privacy import MAY_ASK, Tier, may_keep_files
from conversations.session import Session
from conversations.turn import Context


class Reads(Enum):
    """How an answer is read."""

    ADDRESS = auto()
    CODE = auto()
    PROVIDER = auto()
    PLAN = auto()
    NUMBER = auto()
    DAY = auto()
    DAYS = auto()  # one day, or the first and last
    COVERAGE = auto()
    CATEGORY = auto()
    NAME = auto()
    RIN = auto()
    PROSE = auto()
    FILES = auto()
    REVIEW = auto()
    HANDED_OVER = auto()


Asked = Callable[[Session, Context], bool]


def _always(session: Session, context: Context) -> bool:  # noqa: ARG001  the shape of every `Asked`
    return True


def _is_stranger(session: Session, context: Context) -> bool:  # noqa: ARG001
    return not context.person


def _was_sent_a_code(session: Session, context: Context) -> bool:
    return bool(session.address) and not context.person


def _speaks_for_several(session: Session, context: Context) -> bool:  # noqa: ARG001
    return len(context.providers) > 1


def _files_may_be_kept(session: Session, context: Context) -> bool:  # noqa: ARG001
    return may_keep_files(context.tier)


def _goes_on_elsewhere(session: Session, context: Context) -> bool:  # noqa: ARG001
    return context.tier is Tier.OPAQUE


@dataclass(frozen=True, slots=True)
class Question:
    """`fields` are what its answer fills; it is asked only where the tier may carry all of them. `names` are what
    people call it in "change the …", in both languages. `optional`: "skip" is an answer."""

    key: str
    reads: Reads
    names: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    optional: bool = False
    when: Asked = _always
    is_private: bool = False
    """Its answer is never repeated, not even in the review."""

    def is_asked(self, session: Session, context: Context) -> bool:
        return MAY_ASK[context.tier].issuperset(self.fields) and self.when(session, context)


CODE = Question("code", Reads.CODE, ("code", "código"), when=_was_sent_a_code)
WHO = Question("who", Reads.ADDRESS, ("email", "address", "correo"), optional=True, when=_is_stranger)
PROVIDER = Question(
    "provider", Reads.PROVIDER, ("provider", "clinic", "facility", "proveedor", "clínica"),
    fields=(Field.HFS_ID,), when=_speaks_for_several,
)  # fmt: skip
MCO = Question(
    "mco", Reads.PLAN, ("mco", "plan", "health plan", "insurance", "plan de salud", "seguro"), fields=(Field.MCO,)
)
TRACKING_NUMBER = Question(
    "tracking_number", Reads.NUMBER,
    ("tracking number", "tracking", "number", "reference", "número de seguimiento", "número", "seguimiento"),
    fields=(Field.TRACKING_NUMBER,),
)  # fmt: skip
DISPUTE_DATE = Question(
    "dispute_date", Reads.DAY,
    ("date", "dispute date", "submission date", "date submitted", "date sent", "date sent to the plan", "day", "fecha",
     "fecha de la disputa", "fecha de envío", "fecha de envío al plan"),
    fields=(Field.DISPUTE_DATE,),
)  # fmt: skip
RESPONSE_DATE = Question(
    "response_date", Reads.DAY,
    ("response date", "answer date", "response", "answer", "date of the answer", "date of the plan's answer",
     "fecha de respuesta", "fecha de respuesta del plan", "respuesta"),
    fields=(Field.RESPONSE_DATE,), optional=True,
)  # fmt: skip
COVERAGE = Question(
    "coverage", Reads.COVERAGE, ("coverage", "medicaid", "payer", "cobertura"), fields=(Field.COVERAGE,)
)
CATEGORY = Question(
    "category",
    Reads.CATEGORY,
    ("category", "kind", "kind of problem", "type", "issue", "categoría", "tipo", "tipo de problema"),
    fields=(Field.CATEGORY,),
)
CLAIM_NUMBER = Question(
    "claim_number", Reads.NUMBER, ("claim number", "claim", "número de reclamación", "reclamación"),
    fields=(Field.CLAIM_NUMBER,), optional=True,
)  # fmt: skip
SERVICE_DATES = Question(
    "service_dates", Reads.DAYS,
    ("service dates", "service date", "dates of service", "date of service", "dos", "fechas de servicio"),
    fields=(Field.SERVICE_FROM, Field.SERVICE_TO), optional=True,
)  # fmt: skip
MEMBER_NAME = Question(
    "member_name", Reads.NAME,
    ("member", "member name", "member's name", "patient", "patient name", "paciente", "miembro"),
    fields=(Field.MEMBER_NAME,), optional=True, is_private=True,
)  # fmt: skip
RIN = Question(
    "rin", Reads.RIN,
    ("rin", "member's rin", "recipient number", "recipient id", "medicaid id", "número de beneficiario"),
    fields=(Field.RIN,), optional=True, is_private=True,
)  # fmt: skip
WHAT_HAPPENED = Question(
    "what_happened", Reads.PROSE, ("description", "what happened", "story", "descripción", "qué pasó"),
    fields=(Field.DESCRIPTION,), optional=True,
)  # fmt: skip
WANTED = Question(
    "wanted", Reads.PROSE, ("outcome", "desired outcome", "what i want", "what you want", "resultado", "lo que quiero"),
    fields=(Field.DESIRED_OUTCOME,), optional=True,
)  # fmt: skip
FILES = Question(
    "files", Reads.FILES, ("file", "files", "attachments", "archivos", "archivo"),
    optional=True, when=_files_may_be_kept,
)  # fmt: skip
DRAFT = Question("draft", Reads.HANDED_OVER, when=_goes_on_elsewhere)
SIGN_IN = Question("sign_in", Reads.ADDRESS, when=_is_stranger)
REVIEW = Question("review", Reads.REVIEW)

QUESTIONS = (
    CODE, WHO, PROVIDER, MCO, TRACKING_NUMBER, DISPUTE_DATE, RESPONSE_DATE, COVERAGE, CATEGORY, CLAIM_NUMBER,
    SERVICE_DATES, MEMBER_NAME, RIN, WHAT_HAPPENED, WANTED, FILES, DRAFT, SIGN_IN, REVIEW,
)  # fmt: skip
"""In this order. The last three have no answer that is kept: they are asked until what they lead to happens."""

BY_KEY = {question.key: question for question in QUESTIONS}
ABOUT_THE_COMPLAINT = tuple(question for question in QUESTIONS if question.fields or question is FILES)
OF_FIELD = {field: question for question in QUESTIONS for field in question.fields}

NOT_IN_ANOTHER = frozenset(
    question.key
    for question in (TRACKING_NUMBER, DISPUTE_DATE, RESPONSE_DATE, CLAIM_NUMBER, SERVICE_DATES, MEMBER_NAME, RIN, FILES)
)
"""What "another like this one" does not take over: it is about one claim."""


def next_question(session: Session, context: Context) -> Question:
    """The one the person went back to, else the first that is asked here and has no answer yet."""
    if session.revisit and BY_KEY[session.revisit].is_asked(session, context):
        return BY_KEY[session.revisit]
    return next(
        question
        for question in QUESTIONS
        if question.key not in session.answers and question.is_asked(session, context)
    )
