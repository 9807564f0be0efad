"""A stored mail's bytes to a Letter, within limits, or to the reason why not."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mailin.armour import without_armour
from mailin.attached import take_out_files
from mailin.decoding import clean_line, clean_text, decode_text
from mailin.flowed import unflowed
from mailin.headers import Headers, read_headers
from mailin.html_text import html_to_text
from mailin.letter import Letter, Part
from mailin.limits import BeyondLimit, ReadingLimits, Unreadable, UnreadableReason
from mailin.machines import MediaType, sign_of_machine
from mailin.mime import Leaf, take_apart
from mailin.quoting import is_forward, without_quotes
from mailin.sender import sender_of

_MESSAGE_ID = re.compile(r"<[!-;=?A-Z\[-~]{1,200}@[!-;=?A-Z\[-~]{1,200}>")
_MAX_REFERENCES = 50
_MAX_BODY = 4_000_000
_MAX_HTML = 2_000_000
_MAX_TAGS = 100_000
_MAX_TEXT = 200_000
"""Of one text part at most so many bytes are decoded, and of all HTML in a letter so many characters and tags turned
into text; of the text so many characters are looked at. A complaint in words has a few hundred."""


_CUT = "the text is far too long; only its beginning was looked at"


def read_letter(
    raw: bytes, mail_from: str, our_addresses: frozenset[str], limits: ReadingLimits | None = None
) -> Letter | Unreadable:
    """Read one mail. `mail_from` is its envelope sender, `our_addresses` are in lower case. Never raises.

    It runs in a limited child (`bot.children`): ask `bot.letter_reader`.
    """
    try:
        return _read(raw, mail_from, our_addresses, limits or ReadingLimits())
    except BeyondLimit as beyond:
        return Unreadable(beyond.reason, len(raw), beyond.found, beyond.allowed)
    except Exception as error:  # noqa: BLE001  mail is hostile; one bad mail stops nothing else, and staff see this one
        return Unreadable(UnreadableReason.BROKEN, len(raw), surprise=type(error).__name__)


def read_head(raw: bytes, mail_from: str, our_addresses: frozenset[str]) -> Letter | Unreadable:
    """As `read_letter`, but by the header block alone: whom to answer, and whether it shows that a machine wrote it.

    So it costs little, whatever the mail is like: it is used where a mail has surprised us.
    """
    try:
        lines = raw if b"\n" in raw else raw.replace(b"\r", b"\n")  # as `take_apart` does
        headers, body = read_headers(lines, 0, len(lines), ReadingLimits(), of_mail=True)
        return _head(headers, raw[:body], [headers.media_type()], mail_from, our_addresses)
    except BeyondLimit as beyond:
        return Unreadable(beyond.reason, len(raw), beyond.found, beyond.allowed)
    except Exception as error:  # noqa: BLE001  as above
        return Unreadable(UnreadableReason.BROKEN, len(raw), surprise=type(error).__name__)


def _read(raw: bytes, mail_from: str, our_addresses: frozenset[str], limits: ReadingLimits) -> Letter:
    headers, body, leaves = take_apart(raw, limits)
    own_parts = [(leaf.media_type, leaf.parameters) for leaf in leaves if not leaf.inside]
    head = _head(headers, raw[:body], own_parts, mail_from, our_addresses)
    chosen, set_aside = _choose_text(leaves)
    words = _Words()
    text = "\n\n".join(filter(None, (_text_of(leaf, words) for leaf in chosen)))
    losses, in_text = words.losses, words.files
    if len(text) > _MAX_TEXT:
        losses.append(_CUT)
    left_out = [leaf for leaf in leaves if leaf in set_aside or (leaf not in chosen and _is_no_file(leaf))]
    losses.extend(loss for leaf in left_out for loss in leaf.losses)
    others = (leaf for leaf in leaves if leaf not in chosen and leaf not in left_out)
    attachments = (*(_part(leaf, losses) for leaf in others), *in_text)
    return replace(
        head,
        text=without_quotes(text[:_MAX_TEXT], forwarded=is_forward(head.subject)),
        attachments=attachments,
        losses=tuple(dict.fromkeys(losses)),
        body_digest=hashlib.sha256(memoryview(raw)[body:]).hexdigest(),
    )


def _head(
    headers: Headers, block: bytes, parts: Sequence[MediaType], mail_from: str, our_addresses: frozenset[str]
) -> Letter:
    return Letter(
        sender=sender_of(headers, block),
        message_id=next(iter(_message_ids(headers, "Message-ID")), None),
        in_reply_to=next(iter(_message_ids(headers, "In-Reply-To")), None),
        references=tuple(_message_ids(headers, "References")[-_MAX_REFERENCES:]),
        subject=headers.text("Subject"),
        text="",
        attachments=(),
        machine=sign_of_machine(headers, mail_from, our_addresses, parts),
    )


def _message_ids(headers: Headers, name: str) -> list[str]:
    return _MESSAGE_ID.findall(headers.first(name))


def _choose_text(leaves: tuple[Leaf, ...]) -> tuple[list[Leaf], list[Leaf]]:
    """The parts whose text is the letter's, and their twins in the other form, which are neither text nor attachment.

    An attached mail's text is taken only when the letter has none of its own, and a part with the name of a text only
    when there is no other.
    """
    for inside in sorted({leaf.inside for leaf in leaves}):
        texts = [leaf for leaf in leaves if leaf.inside == inside and leaf.is_text and leaf.body.strip()]
        chosen = [leaf for leaf in texts if leaf is _best_of(leaf, texts)]
        if chosen:
            return chosen, [leaf for leaf in texts if leaf not in chosen]
    return [leaf for leaf in leaves if leaf.may_be_text and leaf.body.strip()][:1], []


def _best_of(leaf: Leaf, texts: list[Leaf]) -> Leaf:
    """Of the alternatives to `leaf` the first in plain text, else the first; itself when there are none."""
    if leaf.alternative is None:
        return leaf
    twins = [other for other in texts if other.alternative == leaf.alternative]
    return next((twin for twin in twins if twin.media_type == "text/plain"), twins[0])


_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
     "application/pgp-encrypted", "application/pgp-keys"}
)  # fmt: skip
_OTHER_FORMS = frozenset({"text/calendar", "text/rtf", "application/rtf", "text/x-amp-html", "text/watch-html",
                          "text/x-watch-html"})  # fmt: skip


def _is_no_file(leaf: Leaf) -> bool:
    """What goes with a mail or with a file, and is nothing that somebody attached."""
    if leaf.media_type in _SIGNATURES:
        return True
    if leaf.media_type == "application/applefile":
        return leaf.within == "multipart/appledouble"
    return leaf.media_type in _OTHER_FORMS and leaf.within == "multipart/alternative" and not leaf.name


@dataclass(slots=True)
class _Words:
    """What is told and found while the texts of a letter are read, and how much of them may still be looked at."""

    losses: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    page: int = _MAX_HTML
    tags: int = _MAX_TAGS
    text: int = 2 * _MAX_TEXT

    def tell(self, *losses: str | None) -> None:
        self.losses.extend(filter(None, losses))

    def of_page(self, page: str) -> str:
        whole = len(page)
        page = page[: self.page]
        if page.count("<") > self.tags:
            page = "<".join(page.split("<", self.tags)[: self.tags])
        self.page -= len(page)
        self.tags -= page.count("<")
        if len(page) < whole:
            self.tell(_CUT)
        return page

    def of_text(self, text: str) -> str:
        if len(text) > self.text:
            self.tell(_CUT)
            text = text[: self.text]
        self.text -= len(text)
        return text


def _text_of(leaf: Leaf, words: _Words) -> str:
    if words.text <= 0:
        words.tell(_CUT)
        return ""
    body, loss = leaf.decoded()
    words.tell(*leaf.losses, loss)
    if leaf.media_type == "text/plain":
        body, found, damage = take_out_files(body)
        words.files.extend(found)
        words.tell(damage)
    if len(body) > _MAX_BODY:
        body = body[: body.rfind(b"\n", 0, _MAX_BODY) + 1 or _MAX_BODY]
        words.tell(_CUT)
    text, other_loss = decode_text(body, leaf.parameters.get("charset", "") or _charset_inside(leaf, body))
    words.tell(other_loss)
    if leaf.media_type != "text/plain":
        return clean_text(html_to_text(words.of_page(text))).strip("\n")
    text, hidden = _as_written(clean_text(words.of_text(text)), leaf)
    words.tell(hidden)
    return text.strip("\n")


def _as_written(text: str, leaf: Leaf) -> tuple[str, str | None]:
    """Plain text without what mail programs do to its lines and put around it, and what is lost."""
    if leaf.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, without_blank=leaf.parameters.get("delsp", "").lower() == "yes")
    return without_armour(text) if "-----BEGIN PGP " in text else (text, None)


_CHARSET_INSIDE = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


def _charset_inside(leaf: Leaf, body: bytes) -> str:
    """What a page says of itself when its part says nothing."""
    match = _CHARSET_INSIDE.search(body, 0, 2_000) if leaf.media_type != "text/plain" else None
    return match[1].decode("ascii") if match else "utf-8"


def _part(leaf: Leaf, losses: list[str]) -> Part:
    body, loss = leaf.decoded()
    losses.extend((*leaf.losses, *filter(None, [loss])))
    return Part(name=clean_line(leaf.name), media_type=leaf.media_type, body=body)
