"""The readable text of an HTML body: lines stay lines, the cells of a row are joined by tabs, quotes get "> ".

The standard library's HTMLParser needs 54 s of CPU for 80 kB of `<a <a <a …` (3.11.7), so the few things that matter
here are found with one regular expression that never goes back.
"""

import html
import re
from dataclasses import dataclass, field
from enum import Enum, auto

from mailin.cloud_links import links_to_files

_TOKEN = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>|<[!?][^<>]*+>")
_UNSEEN = frozenset({"script", "style", "title", "textarea", "select"})
_LINES = frozenset(
    {"address", "article", "aside", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2",
     "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "ul"}
)  # fmt: skip
_MAX_OPEN = 60
"""Open tables, rows, cells and quotes; text in deeper ones joins the one they are in."""


class _Kind(Enum):
    PAGE = auto()
    QUOTE = auto()
    TABLE = auto()
    ROW = auto()
    CELL = auto()


_TAGS = {"blockquote": _Kind.QUOTE, "table": _Kind.TABLE, "tr": _Kind.ROW, "td": _Kind.CELL, "th": _Kind.CELL}
_PARENT = {_Kind.ROW: _Kind.TABLE, _Kind.CELL: _Kind.ROW}


@dataclass(slots=True)
class _Open:
    kind: _Kind
    pieces: list[str] = field(default_factory=list)

    def text(self) -> str:
        """What is in it, as its parent shows it."""
        match self.kind:
            case _Kind.TABLE:
                return "\n" + "\n".join(self.pieces) + "\n"
            case _Kind.ROW:
                layout = any("\n" in cell for cell in self.pieces)  # a table that only arranges the page
                return ("\n" if layout else "\t").join(self.pieces)
            case _Kind.QUOTE:
                lines = _tidy("".join(self.pieces)).split("\n")
                return "\n" + "\n".join(f"> {line}" for line in lines) + "\n"
            case _:
                return _tidy("".join(self.pieces))


def html_to_text(page: str) -> str:
    """Plain text, lines ended by "\\n"."""
    builder = _Builder()
    at = 0
    while match := _TOKEN.search(page, at):
        builder.text(page[at : match.start()])
        at = match.end()
        name = (match[2] or "").lower()
        if match[0] == "<!--":
            at = page.find("-->", at) + 3
            if at < 3:
                break
        elif name in _UNSEEN and not match[1]:
            end = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
            if end is None:
                break
            at = end.start()
        elif name == "a" and not match[1]:
            builder.text(_shared_file(match[0]))
        elif name:
            builder.tag(name, closes=bool(match[1]))
    else:
        builder.text(page[at:])
    return builder.finish()


_TARGET = re.compile(r"""\bhref\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""", re.IGNORECASE)


def _shared_file(tag: str) -> str:
    """Where a link leads, when that is a shared file: programs show only the file's name, as if it were attached."""
    match = _TARGET.search(tag)
    target = html.unescape(match[1] or match[2] or match[3]) if match else ""
    return f" {target} " if target and links_to_files(target) else ""


class _Builder:
    def __init__(self) -> None:
        self._stack = [_Open(_Kind.PAGE)]

    def text(self, written: str) -> None:
        top = self._stack[-1]
        said = re.sub(r"[ \t\r\n\f\u00a0]+", " ", html.unescape(written))
        if top.kind in {_Kind.TABLE, _Kind.ROW}:
            if said.strip():
                top.pieces.append(said.strip())
        elif said:
            top.pieces.append(said)

    def tag(self, name: str, *, closes: bool) -> None:
        kind = _TAGS.get(name)
        if kind is None:
            if name in _LINES and self._stack[-1].kind not in {_Kind.TABLE, _Kind.ROW}:
                self._stack[-1].pieces.append("\n")
        elif closes:
            self._close(kind)
        else:
            self._open(kind)

    def _open(self, kind: _Kind) -> None:
        if kind in _PARENT:
            self._close(kind)  # rows and cells often have no end tag
            if kind is _Kind.CELL and self._stack[-1].kind is _Kind.TABLE:
                self._open(_Kind.ROW)
            if self._stack[-1].kind is not _PARENT[kind]:
                self._stack[-1].pieces.append(" ")
                return
        if len(self._stack) < _MAX_OPEN:
            self._stack.append(_Open(kind))

    def _close(self, kind: _Kind) -> None:
        """Close the innermost of this kind and what is in it, but nothing beyond the table we are in."""
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth].kind is kind:
                while len(self._stack) > depth:
                    closed = self._stack.pop()
                    self._stack[-1].pieces.append(closed.text())
                return
            if self._stack[depth].kind is _Kind.TABLE:
                return

    def finish(self) -> str:
        while len(self._stack) > 1:
            closed = self._stack.pop()
            self._stack[-1].pieces.append(closed.text())
        return self._stack[0].text()


def _tidy(text: str) -> str:
    lines = (re.sub(r" {2,}", " ", line).strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
