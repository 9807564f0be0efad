"""How a sheet was read, in words: which column was taken for what, what was put right, what was left out.

In a mail and in a chat a column is named by its letter. At somebody's own terminal, and in their own workbook, its
header may stand beside that (`headers`), because it is their own words that they see again.
"""

from collections.abc import Iterable, Sequence

from complaints.how_read import How, HowRead, Layout, Note, NoteCode
from complaints.model import Field
from complaints.verdict import ReasonCode, Verdict
from templates.words import FIELD_NAMES, capital, clean, counted, listed, numbered

MOST_COLUMNS = 12
"""Columns named in one sentence; more are counted."""

LAYOUTS: dict[Layout, str] = {
    Layout.CURRENT: "It is the current claim sheet.",
    Layout.OLDER: "It is an older version of the claim sheet. All required columns were found.",
    Layout.FOREIGN: "It is laid out in another way than the claim sheet. Its columns were found by their headers.",
}
_HOW: dict[How, str] = {
    How.HEADER: "by its header",
    How.SPELLING: "by a header that is spelled nearly so",
    How.VALUES: "by what stands in it",
}
OF_THE_FILE = frozenset(
    {
        NoteCode.OTHER_SHEETS,
        NoteCode.REPEATED_SHEETS,
        NoteCode.HIDDEN_SHEETS,
        NoteCode.MACROS,
        NoteCode.EXTERNAL_LINKS,
    }
)
"""Notes about the whole file, which each of its tabs may carry."""
_MAY_BE_IN_ANOTHER_COLUMN = frozenset(
    {ReasonCode.MISSING_FIELD, ReasonCode.MISSING_TRACKING_NUMBER, ReasonCode.MISSING_DISPUTE_DATE}
)


def told(how_read: HowRead, *, headers: bool = False) -> list[str]:
    """Every note as a sentence or two."""
    named = {column.letter: clean(column.header) for column in how_read.columns} if headers else {}
    return [_says(note, named) for note in how_read.notes]


def to_tell(verdict: Verdict) -> list[str]:
    """What an answer should tell of the reading. Columns beside ours are an office's own affair: they are only named
    when something is missing, because it may stand in one of them."""
    how_read = verdict.complaint.how_read
    if how_read is None:
        return []
    missing = any(finding.rejects and finding.code in _MAY_BE_IN_ANOTHER_COLUMN for finding in verdict.findings)
    return [_says(note, {}) for note in how_read.notes if missing or note.code is not NoteCode.COLUMNS_NOT_USED]


def mapping(how_read: HowRead) -> list[tuple[str, str, str, str]]:
    """Each column: its letter, its header, what it was read as ("" if it was not used), and how that was found."""
    return [
        (
            column.letter,
            clean(column.header),
            FIELD_NAMES[column.field] if column.field else "",
            _HOW[column.how] if column.field else "not part of the claim sheet, not used",
        )
        for column in how_read.columns
    ]


def _says(note: Note, named: dict[str, str]) -> str:
    rows = numbered("row", note.rows) if note.rows else "some rows"
    single = len(set(note.rows)) == 1
    match note.code:
        case NoteCode.COLUMN_CHOSEN:
            return _chosen(note, named)
        case NoteCode.COLUMNS_NOT_USED:
            columns, are = capital(_columns(note.columns, named)), "is" if len(note.columns) == 1 else "are"
            return f"{columns} {are} not part of the claim sheet. We did not use {_them(note.columns)}."
        case NoteCode.HIDDEN_ROWS:
            return f"{capital(rows)} {'is' if single else 'are'} hidden. We read {_them(note.rows)} like all others."
        case NoteCode.FILTERED_ROWS:
            return f"A filter hides {rows}. We read {_them(note.rows)} like all others."
        case NoteCode.ZEROS_RESTORED:
            where = f" in {rows}" if note.rows else ""
            return f"The {_field(note.field)} is kept as a number, which loses zeros in front. We put them back{where}."
        case NoteCode.NOT_CLAIMS:
            return f"We took {rows} for totals, notes or samples, and not for claims."
        case NoteCode.OTHER_SHEETS:
            return f"The file has {_more(note.count)} in which we found no claims."
        case NoteCode.REPEATED_SHEETS:
            return f"The file has {_more(note.count)} with the same claims. We counted them once."
        case NoteCode.HIDDEN_SHEETS:
            return "The file has hidden tabs. We did not read them."
        case NoteCode.MACROS:
            return "The file has macros. We did not run them."
        case NoteCode.EXTERNAL_LINKS:
            return "The file refers to other files. We did not open those."


def _chosen(note: Note, named: dict[str, str]) -> str:
    taken, others = note.columns[:1], note.columns[1:]
    if not taken or not others:
        return f"Several columns could be the {_field(note.field)}. We chose one by what stands in it."
    not_taken = _columns(others, named)
    return (
        f"Several columns could be the {_field(note.field)}. By what stands in them we took {_columns(taken, named)}, "
        f"and not {not_taken}."
    )


def _more(count: int) -> str:
    return counted(count, "more tab")


def _them(several: Sequence[object]) -> str:
    return "it" if len(set(several)) == 1 else "them"


def _field(field: Field | None) -> str:
    return FIELD_NAMES[field] if field else "value"


def _columns(letters: Sequence[str], named: dict[str, str]) -> str:
    shown = [_column(letter, named) for letter in _unique(letters)]
    rest = len(shown) - MOST_COLUMNS
    if rest > 0:
        shown = [*shown[:MOST_COLUMNS], f"{rest:,} more"]
    return f"{'column' if len(shown) == 1 else 'columns'} {listed(shown)}" if shown else "some columns"


def _column(letter: str, named: dict[str, str]) -> str:
    header = named.get(letter, "")
    return f"{clean(letter)} (“{header}”)" if header else clean(letter)


def _unique(letters: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(letters))
