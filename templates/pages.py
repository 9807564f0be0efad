"""Our own pages as HTML: the welcome, the chat and its lines, one-time links, the details form, and what went wrong.

The same template makes a line for the whole page and for a page that is open already, so that both look the same.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files as packaged
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from complaints.policy import load_policy
from templates.page_words import PAGE_WORDS

LANGUAGES = tuple(PAGE_WORDS)
_WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file that pages refer to. `url` changes with its bytes, so a browser may keep it for ever."""

    url: str
    etag: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of the transcript. `seq` 0: it is not stored as a line yet."""

    seq: int
    ours: bool
    text: str
    file_name: str = ""
    choices: Sequence[str] = ()
    turn: int = 0


@dataclass(frozen=True, slots=True)
class ChatView:
    """What the chat's page shows. `client_id` makes a form that is sent twice one event; `kept` are words that were
    typed and not taken, with `trouble`, a key of the page's words, as the reason."""

    language: str
    lines: Sequence[PageLine]
    form_token: str
    client_id: str
    last_seq: int = 0
    waiting: bool = False
    kept: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class DetailsView:
    """The form for member details as it was filled in. `errors` are keys of the page's words by field."""

    language: str
    ticket: str
    form_token: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def welcome_page(language: str, mail_address: str, *, has_chat: bool) -> str:
    policy = load_policy()
    days = {"first": policy.first_day, "last": policy.last_day}
    return _page("welcome.html", language, mail_address=mail_address, has_chat=has_chat, days=days)


def chat_page(view: ChatView) -> str:
    return _page("chat.html", view.language, view=view, asked=last_choices(view.lines))


def lines_html(lines: Sequence[PageLine], language: str) -> str:
    """These lines alone, for a page that is open."""
    return _page("lines.html", language, lines=lines)


def choices_html(line: PageLine | None, language: str) -> str:
    """The buttons of this line alone; no buttons for None."""
    return _page("choices.html", language, asked=line)


def last_choices(lines: Sequence[PageLine]) -> PageLine | None:
    """The line whose buttons are shown: the last of ours, when it has any."""
    last = next((line for line in reversed(lines) if line.ours), None)
    return last if last is not None and last.choices else None


def link_page(language: str, purpose: str, form_token: str, ticket: str = "") -> str:
    """Ask for the press that uses a one-time link. `purpose` is sign_in, draft or details."""
    return _page("link.html", language, purpose=purpose, form_token=form_token, ticket=ticket)


def details_page(view: DetailsView) -> str:
    return _page("details.html", view.language, view=view)


def note_page(language: str, key: str, **words: object) -> str:
    """One heading and one paragraph: `note_{key}_title` and `note_{key}` of the page's words."""
    return _page("note.html", language, key=key, words=words)


@cache
def static_files() -> Mapping[str, StaticFile]:
    """By name, for example chat.js."""
    found = {}
    for entry in packaged("templates").joinpath("pages", "static").iterdir():
        body = entry.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:12]
        media_type = _TYPES[entry.name.rpartition(".")[2]]
        found[entry.name] = StaticFile(f"/static/{digest}/{entry.name}", f'"{digest}"', media_type, body)
    return found


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["told"] = _told
    environment.globals |= {"static": lambda name: static_files()[name].url}
    return environment


def _told(text: str) -> Markup:
    """What we say, as paragraphs and, where lines begin with “• ”, as lists."""
    html: list[Markup] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for is_list, lines in groupby(paragraph.splitlines(), lambda line: line.startswith("• ")):
            if is_list:
                items = (Markup("<li>{}</li>").format(_with_links(line[2:])) for line in lines)
                html.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
            else:
                html.append(Markup("<p>{}</p>").format(Markup("<br>").join(_with_links(line) for line in lines)))
    return Markup("").join(html)


def _with_links(text: str) -> Markup:
    """The text with its web addresses to be pressed. Mail addresses stay words: most are examples."""
    parts = _WEB_ADDRESS.split(text)  # every second one is an address
    linked = (
        Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
    return Markup("").join(linked)


def _page(name: str, language: str, **values: object) -> str:
    known = language if language in PAGE_WORDS else "en"
    return _environment().get_template(name).render(values, lang=known, t=PAGE_WORDS[known])
