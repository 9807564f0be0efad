"""How a sheet was read: which column was taken for what, what was put right on the way, what was left out.

It is part of every verdict, so that nobody has to guess what we saw in their file. Pure data; `templates` puts it into
words. A header is somebody's own words: it may be shown at their own terminal, and in their own workbook, never in a
mail or a chat (columns are named there by letter).
"""

from dataclasses import dataclass
from enum import StrEnum

from complaints.fields import Field


class Layout(StrEnum):
    """Whose sheet it is."""

    CURRENT = "current"  # ours, as given out today
    OLDER = "older"  # ours, of an earlier version
    FOREIGN = "foreign"  # somebody's own table in which the columns were found


class How(StrEnum):
    """How a column's field was recognized."""

    HEADER = "header"  # by words that we know
    SPELLING = "spelling"  # nearly those
    VALUES = "values"  # several columns could be it: what stands in them decided


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One column that has a header. `field` None: it is not part of the claim sheet, and was kept and not used."""

    letter: str
    header: str
    field: Field | None = None
    how: How = How.HEADER


class NoteCode(StrEnum):
    """What a person should know of how the sheet was read. Never a reason to reject."""

    COLUMN_CHOSEN = "column_chosen"  # `columns`: the one taken for `field`, then the others that it could have been
    COLUMNS_NOT_USED = "columns_not_used"  # `columns` are not part of the claim sheet
    HIDDEN_ROWS = "hidden_rows"  # `rows` are hidden, and were read all the same
    FILTERED_ROWS = "filtered_rows"  # `rows` are hidden by a filter, and were read all the same
    ZEROS_RESTORED = "zeros_restored"  # the workbook kept `field` as a number: zeros in front were put back in `rows`
    NOT_CLAIMS = "not_claims"  # `rows` were taken for totals, notes or samples
    OTHER_SHEETS = "other_sheets"  # `count` more sheets of the file hold no claims that could be read
    REPEATED_SHEETS = "repeated_sheets"  # `count` more sheets of the file hold the same claims once more
    HIDDEN_SHEETS = "hidden_sheets"  # the file has sheets that are hidden; they were not read
    MACROS = "macros"  # the file has macros; they were not run
    EXTERNAL_LINKS = "external_links"  # the file refers to other files; they were not opened


@dataclass(frozen=True, slots=True)
class Note:
    """One note. Letters of columns and row numbers are as the person sees them."""

    code: NoteCode
    field: Field | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class HowRead:
    """The reading of one table of claims."""

    sheet: str
    """The name of the sheet in the workbook; "" in a .csv."""
    header_row: int
    """As the person sees it; the last one of headers in several lines."""
    columns: tuple[ColumnRead, ...] = ()
    layout: Layout = Layout.FOREIGN
    notes: tuple[Note, ...] = ()
