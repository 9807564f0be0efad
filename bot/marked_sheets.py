"""From verdicts to what is marked in the workbook that they are about."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from complaints.verdict import Finding, Outcome, Verdict
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from templates.marked_words import cell_comment, row_status, summary
from tickets.submission import Judged


def needs_marking(verdict: Verdict) -> bool:
    """Whether there is something to mend or to know in the sheet: not when all of it is filed, now or before."""
    rejecting = [finding for finding in verdict.findings if finding.rejects]
    return verdict.outcome is not Outcome.ACCEPTED and not all(finding.is_on_ticket for finding in rejecting)


def marking_of(judged: Sequence[Judged], stamp: str) -> Marking:
    """The marks for one workbook; `judged` are the complaints in it, each on a sheet of its own."""
    title, lines = summary([(one.verdict, one.number) for one in judged])
    several = len(judged) > 1
    return Marking(
        title,
        tuple(lines),
        tuple(fault for one in judged for fault in _faults(one.verdict, several=several)),
        tuple(_marks(one.verdict, one.number) for one in judged),
        stamp,
    )


def _marks(verdict: Verdict, ticket: str | None) -> SheetMarks:
    """Only what has to be mended is coloured: a warning stands in the mail."""
    how = verdict.complaint.how_read
    cells: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for finding in _to_mend(verdict):
        if finding.place.row is not None and finding.place.column is not None:
            cells[finding.place.row, finding.place.column].append(cell_comment(finding))
    marks = [CellMark(row, column, "\n\n".join(dict.fromkeys(said))) for (row, column), said in cells.items()]
    return SheetMarks(
        how.sheet if how else "",
        how.header_row if how else 1,
        tuple(marks),
        tuple(
            RowMark(
                claim.claim.row,
                row_status(claim, ticket),
                settled=claim.accepted or any(finding.is_on_ticket for finding in claim.findings),
            )
            for claim in verdict.claims
        ),
    )


def _faults(verdict: Verdict, *, several: bool) -> Iterator[Fault]:
    """Those of the whole sheet first, then row by row."""
    sheet = verdict.complaint.how_read.sheet if verdict.complaint.how_read else ""
    for finding in sorted(_to_mend(verdict), key=lambda finding: finding.row or 0):
        place = finding.place
        cell = f"{place.column}{place.row}" if place.column and place.row else None
        where = [f"Row {finding.row}"] if finding.row is not None else []
        if place.column and finding.row is not None:
            where.append(f"column {place.column}")
        if cell and finding.row is None:
            where.append(f"Cell {cell}")
        if several:
            where.insert(0, sheet)
        yield Fault(", ".join(where) or "The whole sheet", cell_comment(finding), sheet, cell)


def _to_mend(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rejects and not finding.is_on_ticket]
