"""What each notice has to say, made ready for its templates: which folder, and the words that go into it.

Strings from outside are cleaned here, once; the templates only place them (and Jinja escapes them in HTML).
"""

from dataclasses import dataclass, field
from typing import assert_never

from complaints.claim_sheet import CLAIM_COLUMNS, COMPLAINT_FIELDS
from complaints.notices import (
    EXAMPLE_IN_WORDS,
    AlreadyFiled,
    ChatWaits,
    ClosureNotice,
    CouldNotRead,
    HarmFound,
    NoComplaint,
    Notice,
    NotRegistered,
    PartlyAccepted,
    PersonWillLook,
    Receipt,
    RegistrationApproved,
    RegistrationReceived,
    RegistrationRefused,
    Rejection,
    SeveralSheets,
    SheetRequired,
    SignInCode,
    StatusReport,
)
from conversations.turn import Say, Word
from templates import answers
from templates.chat_words import LANGUAGES, spoken
from templates.endings import ENDINGS
from templates.reasons import reasons
from templates.registration_words import approved_words, received_words, refused_words
from templates.several import several
from templates.standing import standing
from templates.words import clean, counted, day

LONGEST_NAME = 100
LONGEST_NOTE = 2000
LONGEST_LINK = 1000


@dataclass(frozen=True, slots=True)
class View:
    """A folder under mail/, and what its three templates are given."""

    folder: str
    words: dict[str, object] = field(default_factory=dict)


def view(notice: Notice, mail_address: str) -> View:
    match notice:
        case Receipt():
            return View("receipt", answers.opened(notice))
        case PartlyAccepted():
            return View("partly_accepted", answers.opened(notice) | answers.left_out(notice))
        case Rejection():
            return View("rejection", answers.rejected(notice))
        case AlreadyFiled():
            return View("already_filed", answers.already_filed(notice))
        case SheetRequired():
            return View("sheet_required", answers.sheet_required(notice))
        case NotRegistered():
            return View("not_registered")
        case CouldNotRead():
            return View("could_not_read", _could_not_read(notice))
        case NoComplaint():
            return View("no_complaint", {"example": _EXAMPLE})
        case PersonWillLook():
            return View("person_will_look", {"received": day(notice.received)})
        case HarmFound():
            return View("harm_found", {"received": day(notice.received)})
        case SeveralSheets():
            return View("several_sheets", several(notice))
        case RegistrationReceived():
            return View("registration_received", received_words(notice))
        case RegistrationApproved():
            return View("registration_approved", approved_words(notice))
        case RegistrationRefused():
            return View("registration_refused", refused_words(notice))
        case ClosureNotice():
            return View("closure", _closed(notice))
        case StatusReport():
            return View("status_report", standing(notice))
        case ChatWaits():
            return View("chat_waits", _chat_waits(notice, mail_address))
        case SignInCode():
            return View("sign_in_code", _sign_in_code(notice, mail_address))
        case _:
            assert_never(notice)


def _could_not_read(notice: CouldNotRead) -> dict[str, object]:
    short = answers.short(notice.findings) or "the file could not be read"
    return {"why": reasons(notice.findings), "short": short}


def _sign_in_code(notice: SignInCode, mail_address: str) -> dict[str, object]:
    """In the language of the chat that asked for it, so its words are in the catalogue of the chats."""
    language = notice.language if notice.language in LANGUAGES else LANGUAGES[0]
    words = {"mail_address": mail_address}
    said = {name: spoken(Say(f"code_mail.{name}", words), language) for name in _OF_A_CODE_MAIL}
    return {"language": language, "said": said, "code": clean(notice.code), "link": clean(notice.link, LONGEST_LINK)}


def _chat_waits(notice: ChatWaits, mail_address: str) -> dict[str, object]:
    """In the language of the chat, too."""
    language = notice.language if notice.language in LANGUAGES else LANGUAGES[0]
    words: dict[str, Word] = {"mail_address": mail_address, "days": notice.days, "day": notice.today}
    said = {
        "headline": spoken(Say(f"wait_mail.{notice.what.name.lower()}"), language),
        "told": spoken(Say(notice.what.value, words), language),
        "go_on": spoken(Say("wait_mail.go_on"), language),
        "footer": spoken(Say("code_mail.footer", words), language),
    }
    return {"language": language, "said": said, "link": clean(notice.link, LONGEST_LINK)}


_OF_A_CODE_MAIL = ("headline", "type_it", "or_link", "valid", "ignore", "footer")


_HEADERS = {column.field: column.header for column in (*COMPLAINT_FIELDS, *CLAIM_COLUMNS)}
_EXAMPLE = [(_HEADERS[name], value) for name, value in EXAMPLE_IN_WORDS]


def _closed(notice: ClosureNotice) -> dict[str, object]:
    short, told, next_step = ENDINGS[notice.disposition]
    return {
        "ticket": clean(notice.ticket),
        "short": short,
        "told": told,
        "next_step": next_step,
        "mco": clean(notice.mco, LONGEST_NAME),
        "claims": counted(notice.claims, "claim"),
        "facts": [("Provider", clean(notice.provider, LONGEST_NAME))],
        "note": clean(notice.note, LONGEST_NOTE),
        "closed_on": day(notice.closed_on),
    }
