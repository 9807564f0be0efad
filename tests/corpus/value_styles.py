"""Ways to write the values of a table, right and wrong ones: every row with what must be read and found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from complaints.model import Field, Flaw
from complaints.verdict import ReasonCode
from tests.corpus.books import US_DATE, Feature, Value, Written, serial
from tests.corpus.invented import AMOUNTS, DATES, NUMBERS, TODAY, Truth, claim, claims, in_digits

Write = Callable[[Field, Value, int], Written]


@dataclass(frozen=True, slots=True)
class Flawed:
    """A finding that a row must have."""

    code: ReasonCode
    field: Field
    flaw: Flaw | None = None
    rejects: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is a claim. `meant` is what must be read: None where it cannot be."""

    meant: Truth
    cells: dict[Field, Written]
    flaws: tuple[Flawed, ...] = ()
    is_hidden: bool = False
    zeros_restored: bool = False

    @property
    def unread(self) -> frozenset[Field]:
        """Fields that say nothing: how their entries look is nobody's business."""
        return frozenset(flaw.field for flaw in self.flaws if flaw.code.value.startswith("missing"))


@dataclass(frozen=True, slots=True)
class Filler:
    """One row that is no claim. `first` stands in the table's first column."""

    first: str = ""
    cells: dict[Field, Written] = field(default_factory=dict)
    is_noted: bool = True
    repeats_headers: bool = False


@dataclass(frozen=True, slots=True)
class ValueStyle:
    name: str
    about: str
    rows: tuple[Row | Filler, ...]
    needs: frozenset[Feature] = frozenset()
    days_from_1904: bool = False
    is_filtered: bool = False
    blank_tail: int = 0
    is_plain: bool = True
    """Every claim is right: fit for any headers."""


def as_typed(name: Field, value: Value, number: int = 0) -> Written:
    """Dates as dates, amounts as numbers, numbers of somebody's as texts."""
    if isinstance(value, date):
        return Written(value, US_DATE)
    if name in AMOUNTS and isinstance(value, int):
        return Written(value / 100, "#,##0.00")
    return Written(value, "@" if name in NUMBERS else "")


def row(
    meant: Truth, number: int = 0, write: Write = as_typed, *, is_hidden: bool = False, zeros_restored: bool = False
) -> Row:
    cells = {name: write(name, value, number) for name, value in meant.items()}
    return Row(meant, cells, is_hidden=is_hidden, zeros_restored=zeros_restored)


def changed(
    number: int, name: Field, written: Value | Written, *flaws: Flawed, meant: str | int | date | None = None
) -> Row:
    """A right claim but for one cell."""
    right = row(claim(number), number)
    cell = written if isinstance(written, Written) else Written(written)
    return replace(right, meant=right.meant | {name: meant}, cells=right.cells | {name: cell}, flaws=flaws)


def _all(write: Write, truths: Iterable[Truth]) -> tuple[Row, ...]:
    return tuple(row(truth, number, write) for number, truth in enumerate(truths))


def _dates_as(forms: Sequence[Callable[[date], Value]], number_format: str = "") -> Write:
    def write(name: Field, value: Value, number: int) -> Written:
        if isinstance(value, date):
            return Written(forms[(number + DATES.index(name)) % len(forms)](value), number_format)
        return as_typed(name, value)

    return write


AMERICAN: tuple[Callable[[date], Value], ...] = (
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{day:%m/%d/%Y}",
    lambda day: f"{day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%b} {day.day} {day.year}",
    lambda day: f"{day:%m-%d-%Y}",
    lambda day: f"{day.month}/{day.day}/{day:%y}",
    lambda day: f"{day:%m.%d.%Y}",
    lambda day: f"{day:%d-%b-%y}",
    lambda day: f"{day:%a} {day.month}/{day.day}/{day.year}",
    lambda day: f" {day:%m/%d/%Y} ",
)
WITH_TIMES: tuple[Callable[[date], Value], ...] = (
    lambda day: f"{day.month}/{day.day}/{day.year} 2:30 PM",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%Y-%m-%d}T14:30:00Z",
    lambda day: f"{day:%m/%d/%Y} 14:30",
)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(14, 30))


def _numbers(name: Field, value: Value, number: int) -> Written:
    return Written(int(value)) if name in NUMBERS and isinstance(value, str) else as_typed(name, value)


def _zeros_lost(name: Field, value: Value, number: int) -> Written:
    return Written(int(value)) if name is Field.RIN and isinstance(value, str) else as_typed(name, value)


def _float_texts(name: Field, value: Value, number: int) -> Written:
    exported = name in (Field.TRACKING_NUMBER, Field.CLAIM_NUMBER)
    return Written(f"{value}.0") if exported else as_typed(name, value)


def _amount_texts(name: Field, value: Value, number: int) -> Written:
    if name in AMOUNTS and isinstance(value, int):
        dollars = value / 100
        return Written((f"${dollars:,.2f}", f"{dollars:,.2f}", f"USD {dollars:.2f}", f"$ {dollars:.2f}")[number % 4])
    return as_typed(name, value)


def _spaced(name: Field, value: Value, number: int) -> Written:
    plain = as_typed(name, value)
    if isinstance(value, str) and name is not Field.NOTES:
        return replace(plain, value=(f"  {value} ", f"\u00a0{value}\u00a0", f"{value}\n", f"\t{value}")[number % 4])
    return plain


def _formulas(name: Field, value: Value, number: int) -> Written:
    if name in (Field.DISPUTE_DATE, Field.SERVICE_FROM) and isinstance(value, date):
        return Written(value, US_DATE, f"DATE({value.year},{value.month},{value.day})")
    if name in (Field.TRACKING_NUMBER, Field.MEMBER_NAME):
        return Written(value, "", f'CONCATENATE("{value}","")')
    if name is Field.BILLED_AMOUNT and isinstance(value, int):
        return Written(value / 100, "0.00", f"{value}/100")
    return as_typed(name, value)


def _formula_like(number: int) -> Truth:
    texts = ("=HYPERLINK(1)", "+1 call back", "-see remit", "@clinic")
    return claim(number) | {Field.NOTES: texts[number % 4], Field.MEMBER_NAME: f"Muñoz-Ñandú, José {number}"}


def _hidden(truths: Sequence[Truth]) -> tuple[Row, ...]:
    return tuple(row(truth, number, is_hidden=number in (1, 2)) for number, truth in enumerate(truths))


def _invalid(name: Field, flaw: Flaw, *, rejects: bool = True) -> Flawed:
    return Flawed(ReasonCode.INVALID_FIELD, name, flaw, rejects)


def _bad_dates() -> tuple[Row, ...]:
    sent, first, answered = Field.DISPUTE_DATE, Field.SERVICE_FROM, Field.RESPONSE_DATE
    return (
        row(claim(0)),
        changed(1, sent, "02/30/2026", _invalid(sent, Flaw.NO_SUCH_DATE)),
        changed(2, sent, "13/10/2026", _invalid(sent, Flaw.AMBIGUOUS_DATE)),
        changed(3, sent, "October 5", _invalid(sent, Flaw.NO_YEAR)),
        changed(4, sent, "last week", _invalid(sent, Flaw.NOT_A_DATE)),
        changed(5, first, "2/29/2026", _invalid(first, Flaw.NO_SUCH_DATE)),
        changed(6, first, "20261340", _invalid(first, Flaw.NO_SUCH_DATE)),
        changed(7, answered, "by phone", _invalid(answered, Flaw.NOT_A_DATE, rejects=False)),
    )


def _missing() -> tuple[Row, ...]:
    number, sent = Field.TRACKING_NUMBER, Field.DISPUTE_DATE
    return (
        row(claim(0)),
        changed(1, number, None, Flawed(ReasonCode.MISSING_TRACKING_NUMBER, number)),
        changed(2, number, "pending", Flawed(ReasonCode.MISSING_TRACKING_NUMBER, number)),
        changed(3, sent, None, Flawed(ReasonCode.MISSING_DISPUTE_DATE, sent)),
        changed(4, Field.MEMBER_NAME, None, Flawed(ReasonCode.MISSING_FIELD, Field.MEMBER_NAME)),
        changed(5, Field.RIN, "n/a", Flawed(ReasonCode.MISSING_FIELD, Field.RIN)),
        changed(6, Field.SERVICE_FROM, None, Flawed(ReasonCode.MISSING_FIELD, Field.SERVICE_FROM)),
    )


def _windows() -> tuple[Row, ...]:
    def sent(number: int, days_ago: int, code: ReasonCode | None) -> Row:
        day = TODAY - timedelta(days=days_ago)
        flaws = (Flawed(code, Field.DISPUTE_DATE),) if code else ()
        return changed(number, Field.DISPUTE_DATE, as_typed(Field.DISPUTE_DATE, day), *flaws, meant=day)

    return (
        sent(0, 30, None),
        sent(1, 60, None),
        sent(2, 29, ReasonCode.TOO_EARLY),
        sent(3, 61, ReasonCode.TOO_LATE),
        sent(4, -5, ReasonCode.DATE_IN_FUTURE),
    )


def _twice() -> tuple[Row, ...]:
    again = replace(row(claim(1)), flaws=(Flawed(ReasonCode.DUPLICATE, Field.TRACKING_NUMBER),))
    return (row(claim(0)), row(claim(1)), row(claim(2)), again)


def _bad_identifiers() -> tuple[Row, ...]:
    rin = Field.RIN
    return (
        row(claim(0)),
        changed(1, rin, "12345678", _invalid(rin, Flaw.WRONG_LENGTH)),
        changed(2, rin, "1234567890", _invalid(rin, Flaw.WRONG_LENGTH)),
        changed(3, rin, "12345678A", _invalid(rin, Flaw.NOT_DIGITS)),
        changed(4, Field.BILLED_AMOUNT, "about 500", _invalid(Field.BILLED_AMOUNT, Flaw.NOT_AN_AMOUNT, rejects=False)),
    )


def _shortened() -> tuple[Row, ...]:
    name = Field.TRACKING_NUMBER
    return (
        row(claim(0)),
        changed(1, name, "1.93450004656E+11", _invalid(name, Flaw.SHORTENED_NUMBER)),
        changed(2, name, "1.93E+11", _invalid(name, Flaw.SHORTENED_NUMBER)),
        row(claim(3)),
    )


def _errors() -> tuple[Row, ...]:
    sent, number = Field.DISPUTE_DATE, Field.TRACKING_NUMBER
    return (
        row(claim(0)),
        changed(1, sent, Written("#N/A", formula="NA()"), _invalid(sent, Flaw.ERROR_CELL)),
        changed(2, number, Written("#VALUE!", formula='VALUE("x")'), _invalid(number, Flaw.ERROR_CELL)),
        row(claim(3)),
    )


def _uncached() -> tuple[Row, ...]:
    def uncached(formula: str) -> Written:
        return Written(None, US_DATE, formula, is_cached=False)

    sent, number = Field.DISPUTE_DATE, Field.TRACKING_NUMBER
    return (
        row(claim(0)),
        changed(1, sent, uncached("DATE(2026,10,3)"), _invalid(sent, Flaw.NOT_CALCULATED)),
        changed(2, number, uncached('CONCATENATE("A","B")'), _invalid(number, Flaw.NOT_CALCULATED)),
        row(claim(3)),
    )


def _totals() -> tuple[Row | Filler, ...]:
    sums = {Field.BILLED_AMOUNT: Written(5008.22, "#,##0.00"), Field.PAID_AMOUNT: Written(0, "0.00")}
    return (*map(row, claims()), Filler("Total", sums), Filler("Grand total:", sums))


def _notes_below() -> tuple[Row | Filler, ...]:
    return (
        *map(row, claims()),
        Filler(is_noted=False),
        Filler("Please look into these as soon as possible. Thank you, the billing office"),
        Filler("* amounts are in US dollars"),
    )


def _sample() -> tuple[Row | Filler, ...]:
    shown = row(claim(9)).cells | {
        Field.TRACKING_NUMBER: Written("EXAMPLE"),
        Field.MEMBER_NAME: Written("Example, Jane"),
        Field.RIN: Written("123456789"),
        Field.NOTES: Written("Example row, do not submit"),
    }
    return (Filler(cells=shown), *map(row, claims()))


def _with_blank_rows() -> tuple[Row | Filler, ...]:
    blank = Filler(is_noted=False)
    first, second, third, fourth = map(row, claims())
    return (blank, first, blank, blank, second, third, blank, fourth)


def _headers_again() -> tuple[Row | Filler, ...]:
    first, second, third, fourth = map(row, claims())
    return (first, second, Filler(repeats_headers=True), third, fourth)


def _styles() -> tuple[ValueStyle, ...]:
    digits = [in_digits(number) for number in range(4)]
    typed, hidden = frozenset({Feature.TYPES}), _hidden(claims(5))
    return (
        ValueStyle("plain", "dates as dates, numbers of somebody's as texts", tuple(map(row, claims()))),
        ValueStyle("american_dates", "dates as Americans type them, ten ways", _all(_dates_as(AMERICAN), claims(6))),
        ValueStyle("date_times", "dates typed with times", _all(_dates_as(WITH_TIMES), claims())),
        ValueStyle("moments", "date cells with a time of day",
                   _all(_dates_as([_moment], "m/d/yyyy h:mm"), claims()), typed),
        ValueStyle("eight_digits", "20261103 as text", _all(_dates_as([lambda day: f"{day:%Y%m%d}"]), claims())),
        ValueStyle("eight_digit_numbers", "20261103 as a number",
                   _all(_dates_as([lambda day: int(f"{day:%Y%m%d}")]), claims())),
        ValueStyle("serials", "dates as bare serial numbers", _all(_dates_as([lambda day: int(serial(day))]), claims()),
                   typed),
        ValueStyle("days_from_1904", "dates of the 1904 system", tuple(map(row, claims())),
                   frozenset({Feature.DAYS_FROM_1904}), days_from_1904=True),
        ValueStyle("numbers", "numbers of somebody's kept as numbers", _all(_numbers, digits)),
        ValueStyle("zeros_lost", "RINs kept as numbers, without their leading zero",
                   tuple(row(truth, 0, _zeros_lost, zeros_restored=True) for truth in claims()), typed),
        ValueStyle("float_texts", "260300044600.0 as text", _all(_float_texts, digits)),
        ValueStyle("amount_texts", "$1,250.00 as text", _all(_amount_texts, claims())),
        ValueStyle("odd_spaces", "spaces, no-break spaces and line ends around the values", _all(_spaced, claims())),
        ValueStyle("formula_like", "texts that begin like formulas, names with accents",
                   tuple(row(_formula_like(number)) for number in range(4)), frozenset({Feature.UNICODE})),
        ValueStyle("formulas", "formulas with their cached results", _all(_formulas, claims()),
                   frozenset({Feature.CACHED_FORMULAS})),
        ValueStyle("hidden_rows", "two rows hidden", hidden, frozenset({Feature.HIDDEN_ROWS})),
        ValueStyle("filtered_rows", "two rows hidden by a filter", hidden, frozenset({Feature.FILTERS}),
                   is_filtered=True),
        ValueStyle("totals", "sums below the table", _totals()),
        ValueStyle("notes_below", "sentences below the table", _notes_below()),
        ValueStyle("sample_row", "a sample row under the headers", _sample()),
        ValueStyle("blank_rows", "blank rows between claims", _with_blank_rows()),
        ValueStyle("headers_again", "the headers repeated as for printing", _headers_again()),
        ValueStyle("blank_tail", "20,000 formatted rows without a value", tuple(map(row, claims())),
                   frozenset({Feature.BLANK_TAIL}), blank_tail=20_000),
        ValueStyle("one_claim", "a table of one row", (row(claim(0)),)),
        ValueStyle("bad_dates", "days that do not exist, could be two, or are none", _bad_dates(), is_plain=False),
        ValueStyle("missing", "required cells empty, pending, n/a", _missing(), is_plain=False),
        ValueStyle("windows", "days 29, 30, 60, 61 and a day to come", _windows(), is_plain=False),
        ValueStyle("twice", "a claim twice in the sheet", _twice(), is_plain=False),
        ValueStyle("bad_identifiers", "RINs of 8 and 10 digits and with a letter, an amount in words",
                   _bad_identifiers(), is_plain=False),
        ValueStyle("shortened", "tracking numbers ruined to 1.93E+11", _shortened(), is_plain=False),
        ValueStyle("errors", "#N/A and #VALUE! in required cells", _errors(), frozenset({Feature.ERRORS}),
                   is_plain=False),
        ValueStyle("uncached", "formulas without a result", _uncached(), frozenset({Feature.UNCACHED_FORMULAS}),
                   is_plain=False),
    )  # fmt: skip


VALUE_STYLES = _styles()
