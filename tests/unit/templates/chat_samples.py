"""Every kind of finding, told in every way that a chat has for it, and notices beside the mails' samples."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from complaints.model import Field, Flaw, Place, Source
from complaints.notices import (
    AlreadyFiled,
    ChatWaits,
    HarmFound,
    Notice,
    PartlyAccepted,
    PersonWillLook,
    Receipt,
    Rejection,
    SheetRequired,
    SignInCode,
    Waiting,
)
from complaints.verdict import Finding, ReasonCode, Severity
from templates.file_words import DAMAGED, REASONS
from tests.unit.templates.samples import PROVIDER, SAMPLES, TODAY, claim, no_number, too_early, verdict

_MANY = tuple(f"Plan {number}" for number in range(7))
_READ = ("", "quagga", *REASONS, *DAMAGED)
_CHOICES: tuple[tuple[str, ...], ...] = (
    (),
    ("2026-04-13",),
    ("CountyCare", "IlliniCare Health"),
    _MANY,
    (Field.TRACKING_NUMBER, "Claim no."),
)


def _dated(finding: Finding) -> Finding:
    return replace(
        finding,
        dispute_date=date(2026, 11, 12),
        eligible_from=date(2026, 12, 12),
        eligible_until=date(2027, 1, 11),
    )


def findings() -> Iterator[Finding]:
    """Every code with and without each of the things a finding may carry."""
    fields = (None, Field.TRACKING_NUMBER, Field.HFS_ID, Field.NPI, Field.CATEGORY, Field.MCO, Field.RIN,
              Field.SERVICE_FROM, Field.DISPUTE_DATE, Field.DESCRIPTION)  # fmt: skip
    for code, field, read, choices in product(ReasonCode, fields, _READ, _CHOICES):
        if read in ("", "quagga") or code is ReasonCode.UNREADABLE_FILE:
            found = Finding(code, field=field, read=read, choices=choices)
            yield from (found, _dated(found))
    for field, flaw, read, choices in product(Field, Flaw, ("", "quagga"), _CHOICES[:2]):
        yield Finding(ReasonCode.INVALID_FIELD, field=field, read=read, flaw=flaw, choices=choices)
    yield _dated(Finding(ReasonCode.MCO_NOT_ACTIVE, field=Field.MCO, read="NextLevel Health", successor=_MANY[0]))
    yield Finding(ReasonCode.DUPLICATE, ticket="2026-004101-6")
    yield Finding(ReasonCode.DUPLICATE, other_row=1200)


def _many_rows() -> Notice:
    """More places than are named, more reasons than are told, and a fault of one cell that is in no row."""
    rows = range(1, 60, 2)
    faults = [no_number(row) for row in rows] + [replace(no_number(row + 1), place=Place(row + 1)) for row in (2, 4)]
    others = [too_early(row, date(2026, 11, row % 20 + 1)) for row in range(100, 120)]
    whole = Finding(ReasonCode.UNKNOWN_MCO, field=Field.MCO, place=Place(3, "B"), read="Acme")
    lone = replace(no_number(8), read="n/a", place=Place(8))
    claims = [claim(row) for row in (*rows, 3, 5, 8, *range(100, 120))]
    return Rejection(verdict(claims, [whole, lone, *faults, *others], mco=None))


def _odd_category(row: int) -> Finding:
    return Finding(
        ReasonCode.INVALID_FIELD, Severity.WARNS, Field.CATEGORY, row=row, read="misc.", flaw=Flaw.NOT_A_CHOICE
    )


CHAT_SAMPLES = SAMPLES | {
    "many rows": _many_rows,
    "one more row": lambda: Rejection(
        verdict([claim(row) for row in range(1, 10)], [too_early(row, date(2026, 11, row)) for row in range(1, 10)])
    ),
    "one claim": lambda: Receipt("2026-004187-3", PROVIDER, verdict([claim(1)], source=Source.CHAT), TODAY),
    "one cell to fill": lambda: SheetRequired(verdict([claim(1), claim(2)], source=Source.TEXT), 1),
    "two tickets": lambda: AlreadyFiled(("2026-004101-6", "2026-004102-4"), verdict([claim(1), claim(2)])),
    "warned": lambda: PartlyAccepted(
        "2026-004187-3", PROVIDER, verdict([claim(1), claim(2)], [too_early(1), _odd_category(2)]), TODAY
    ),
    "a person will look at a chat": lambda: PersonWillLook(TODAY),
    "harm found": lambda: HarmFound(TODAY),
    "a chat that waits": lambda: ChatWaits(Waiting.IDLE, 7, TODAY, "https://recourse.example", "en"),
    "a code": lambda: SignInCode("K7QM2XPD", "https://recourse.example/go/abc", "en"),
}  # fmt: skip
