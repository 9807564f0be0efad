"""The corpus as tables for docs/workbooks.md: what was tried, how often, and how much of it was read right."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from tests.corpus.cases import Case, workbook_cases
from tests.corpus.expected import Expected
from tests.corpus.header_styles import HEADER_STYLES
from tests.corpus.other_files import file_cases
from tests.corpus.programs import PROGRAMS
from tests.corpus.value_styles import VALUE_STYLES
from tests.corpus.whole_books import whole_book_cases, whole_books
from tests.corpus.wrappers import contents, mail_cases

BEGIN, END = "<!-- made by python -m tests.corpus --table -->", "<!-- end of the tables -->"


def all_workbooks() -> list[Case]:
    return [*workbook_cases(), *whole_book_cases()]


def tables(wrong: Collection[str] = ()) -> str:
    """Markdown. `wrong`: the names of all that was not read right."""
    cases = all_workbooks()
    what, nothing_made = contents(), defaultdict[str, bytes](bytes)
    mails = list(mail_cases(what, {"msg": b""}))
    files = list(file_cases(what, nothing_made))
    names = [*(case.name for case in cases), *(mail.name for mail in mails), *(file.name for file in files)]
    right = sum(name not in wrong for name in names)
    parts = [
        f"{len(cases)} workbooks, {len(mails)} mails and {len(files)} other files: "
        f"{right} of {len(names)} are read as declared.",
        "### Who wrote the workbook",
        _counted(("program", "file"), [(p.name, f"`{p.suffix}`") for p in PROGRAMS],
                 [((case.program.name, f"`{case.program.suffix}`"), case.name) for case in cases], wrong),
        "### The headers",
        _by_style(((style.name, style.about) for style in HEADER_STYLES), [(c.headers, c.name) for c in cases], wrong),
        "### The values",
        _by_style(((style.name, style.about) for style in VALUE_STYLES), [(c.values, c.name) for c in cases], wrong),
        "### The workbook as a whole",
        _by_style(((book.name, book.about) for book in whole_books()), [(c.values, c.name) for c in cases], wrong),
        "### What is around it in the mail",
        _listed(("one sheet, sent as", "comes to"), [(m.name, m.about, m.expected) for m in mails], wrong),
        "### Other files",
        _listed(("file", "comes to"), [(f.name, f.about, f.expected) for f in files], wrong),
    ]  # fmt: skip
    return "\n\n".join((BEGIN, *parts, END))


def _by_style(styles: Iterable[tuple[str, str]], cases: Sequence[tuple[str, str]], wrong: Collection[str]) -> str:
    about = dict(styles)
    rows = [(words,) for words in about.values()]
    return _counted(("what",), rows, [((about[style],), name) for style, name in cases if style in about], wrong)


def _counted(
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    cases: Iterable[tuple[tuple[str, ...], str]],
    wrong: Collection[str],
) -> str:
    tried, right = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for row, name in cases:
        tried[row] += 1
        right[row] += name not in wrong
    return _table((*head, "right"), [(*row, f"{right[row]} of {tried[row]}") for row in rows])


def _listed(head: tuple[str, ...], cases: Iterable[tuple[str, str, Expected]], wrong: Collection[str]) -> str:
    rows = [(about, _told(expected), "no" if name in wrong else "yes") for name, about, expected in cases]
    return _table((*head, "right"), rows)


def _told(expected: Expected) -> str:
    if expected.complaints:
        count = len(expected.complaints)
        return "1 complaint" if count == 1 else f"{count} complaints"
    return f"`{expected.fault}`" + (f" (`{expected.kind}`)" if expected.kind else "")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(line) + " |" for line in (head, *rows)]
    return "\n".join((lines[0], "|" + "---|" * len(head), *lines[1:]))
