"""A notice as a mail: one subject line, and the same words as plain text and as HTML.

Each kind of notice is a folder under mail/ with subject.txt, body.txt and body.html; layout/ is what they share.
"""

import re
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from complaints.notices import MOST_TOLD_OF, Notice
from complaints.policy import load_policy
from templates.findings import says
from templates.views import view
from templates.words import PROPOSAL_DAYS, clean

__all__ = ["Rendered", "in_place_of", "render", "says"]

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Rendered:
    """`subject` is one line without control characters. `text` has one paragraph or list item a line."""

    subject: str
    text: str
    html: str


def render(notice: Notice, *, mail_address: str) -> Rendered:
    """Put a notice into words. `mail_address` is whom the submitter writes to."""
    where = clean(mail_address, LONGEST_SUBJECT)
    seen = view(notice, where)
    words = seen.words | {"mail_address": where}
    subject = clean(_filled(f"{seen.folder}/subject.txt", words), LONGEST_SUBJECT)
    text = _flowed(_filled(f"{seen.folder}/body.txt", words))
    html = _filled(f"{seen.folder}/body.html", words | {"subject": subject})
    return Rendered(subject, text, html)


def in_place_of(words: Rendered, domain: str) -> Rendered:
    """The same notice for the next person on file, with a line on top that says why they get it.

    Of whom it was for only the domain is told.
    """
    told: dict[str, object] = {"domain": clean(domain, LONGEST_SUBJECT)}
    text = _flowed(_filled("layout/in_place_of.txt", told)) + "\n" + words.text
    before, title, after = words.html.partition("<h1 ")
    return Rendered(words.subject, text, f"{before}{_filled('layout/in_place_of.html', told)}{title}{after}")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", "mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    policy = load_policy()
    environment.globals |= {"window": f"from day {policy.first_day} to day {policy.last_day}"}
    environment.globals |= {"proposal_days": PROPOSAL_DAYS, "most": MOST_TOLD_OF}
    return environment


def _filled(name: str, words: dict[str, object]) -> str:
    return _environment().get_template(name).render(words)


def _flowed(text: str) -> str:
    """Templates have one sentence a line; a reader's mail program wraps. So the lines of a paragraph become one, an
    item (“- ”) starts its own, and paragraphs stay one blank line apart."""
    paragraphs = (paragraph for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())
    return "\n\n".join(re.sub(r"\s*\n(?!- )\s*", " ", paragraph.strip()) for paragraph in paragraphs) + "\n"
