"""What people paste into a chat: what is filled in, what is left alone, and what of it may be kept."""

import time
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.claim_sheet import CLAIM_COLUMNS
from complaints.mcos import load_roster
from complaints.model import Category, ClaimIssue, Complaint, Coverage, Entry, Field, Flaw, Source
from complaints.privacy import MAY_ASK, Tier
from conversations.pasted import holds_more_than, kept_on, read_pasted

TODAY = date(2026, 11, 24)
ROSTER = load_roster()
OCTOBER_15 = date(2026, 10, 15)
OUR_ROW = "193450004656\t10/15/2026\t\tPat Sample\t012345678\t08/03/2026\t08/05/2026\tCLM-1\t\t120.00\t0\tCO-16\tcall"
NEXT_ROW = OUR_ROW.replace("4656\t10/15", "4657\t10/16")
HEADERS = "\t".join(column.header for column in CLAIM_COLUMNS)
SHORT_HEADERS = "Tracking number  Dispute date  Member name"


def read(text: str) -> Complaint:
    complaint = read_pasted(text, TODAY, ROSTER)
    assert complaint is not None
    assert complaint.source is Source.CHAT
    assert [claim.row for claim in complaint.claims] == list(range(1, len(complaint.claims) + 1))
    return complaint


def core(complaint: Complaint) -> list[tuple[str | None, str | None, date | None]]:
    return [
        (complaint.mco.value or claim.mco.value, claim.tracking_number.value, claim.dispute_date.value)
        for claim in complaint.claims
    ]


@pytest.mark.parametrize(
    "text",
    [
        "MCO: Aetna\nTracking number: PDXGR1234567\nDate submitted to MCO: 10/15/2026",
        "Hello,\n\nwe dispute this.\nMCO: Aetna\nTracking # PDXGR1234567\nDispute date: Oct 15, 2026\n\nThanks\nMaria",
        "MCO: Aetna | Tracking number: PDXGR1234567 | Date sent to plan: 10/15/2026",
        "MCO\tAetna\nTracking number\tPDXGR1234567\nDispute date\t10/15/2026",
        "MCO\tTracking number\tDispute date\nAetna\tPDXGR1234567\t10/15/2026",
        "| MCO | Tracking number | Dispute date |\n|---|---|---|\n| Aetna | PDXGR1234567 | 10/15/2026 |",
        "MCO   Tracking number   Dispute date\nAetna   PDXGR1234567   10/15/2026\n\nThanks",
        "MCO\tCheck number\tTracking number\tDispute date\nAetna\t\tPDXGR1234567\t10/15/2026",
        "Aetna\tPDXGR1234567\t10/15/2026",
        "10/15/2026\tPDXGR1234567\tAetna",
        "Aetna | PDXGR1234567 | 10/15/2026",
        "Aetna   PDXGR1234567   Oct 15, 2026",
        "Here it is:\nAetna\tPDXGR1234567\t10/15/2026\nThanks\nMaria",
        "Aetna\tPDXGR1234567\t10/15/2026\t$120.00\tCO-16\t(312) 555-0100",
    ],
)
def test_one_complaint_is_read(text: str) -> None:
    assert core(read(text)) == [("Aetna", "PDXGR1234567", OCTOBER_15)]


def test_a_row_of_our_own_sheet_is_read_by_the_order_of_its_columns() -> None:
    (claim,) = read(OUR_ROW).claims
    values = [getattr(claim, column.field.value).value for column in CLAIM_COLUMNS]
    assert values == [
        "193450004656", OCTOBER_15, None, "Pat Sample", "012345678", date(2026, 8, 3), date(2026, 8, 5), "CLM-1", None,
        12000, 0, "CO-16", "call",
    ]  # fmt: skip
    assert core(read(f"Meridian\t{OUR_ROW}")) == [("Meridian", "193450004656", OCTOBER_15)]


def test_the_order_is_seen_without_the_column_that_is_often_empty() -> None:
    (claim,) = read("T-12  10/15/2026  Jane Doe  123456789  08/03/2026").claims
    assert (claim.tracking_number.value, claim.dispute_date.value) == ("T-12", OCTOBER_15)
    assert (claim.rin.value, claim.service_from.value) == ("123456789", date(2026, 8, 3))


@pytest.mark.parametrize("text", [f"{OUR_ROW}\n{NEXT_ROW}", f"{HEADERS}\n{OUR_ROW}\n{NEXT_ROW}\n\nThanks"])
def test_several_rows_are_several_claims(text: str) -> None:
    assert core(read(text)) == [
        (None, "193450004656", OCTOBER_15),
        (None, "193450004657", date(2026, 10, 16)),
    ]


def test_the_block_above_our_own_table_is_read_too() -> None:
    complaint = read(f"MCO\tMeridian\nProvider name\tPrairie Clinic\n\n{HEADERS}\n{OUR_ROW}")
    assert core(complaint) == [("Meridian", "193450004656", OCTOBER_15)]
    assert complaint.provider_name.value == "Prairie Clinic"
    assert complaint.columns == {}


def test_an_empty_cell_moves_no_other() -> None:
    (claim,) = read("Tracking number\tDate of MCO response\tDispute date\tMember\nT-1\t\t10/15/2026\tPat").claims
    assert (claim.dispute_date.value, claim.response_date.value) == (OCTOBER_15, None)


def test_the_plans_of_several_rows_stay_with_them_unless_they_are_one() -> None:
    both = read("Aetna\tPDXGR1234567\t10/15/2026\nMeridian\tM-5501234\t10/16/2026")
    assert core(both) == [("Aetna", "PDXGR1234567", OCTOBER_15), ("Meridian", "M-5501234", date(2026, 10, 16))]
    assert both.mco.is_blank
    same = read("Aetna\tPDXGR1234567\t10/15/2026\nAetna\tPDXGR1234568\t10/16/2026")
    assert same.mco.value == "Aetna"


def test_a_nine_digit_number_beside_another_number_is_the_rin() -> None:
    (claim,) = read("Aetna\tPDXGR1234567\t123456789").claims
    assert (claim.tracking_number.value, claim.rin.value) == ("PDXGR1234567", "123456789")


@pytest.mark.parametrize(
    ("row", "expected", "rest"),
    [
        ("Aetna\tPDXGR1234567\t10/15/2026\t8/3/2026", ("Aetna", "PDXGR1234567", None), "10/15/2026; 8/3/2026"),
        ("Aetna\tPDXGR1234567\tCLM-555666\t10/15/2026", ("Aetna", None, OCTOBER_15), "PDXGR1234567; CLM-555666"),
        ("Aetna\t123456789\t10/15/2026", ("Aetna", None, OCTOBER_15), "123456789"),
        ("Aetna\t99213\t10/15/2026", ("Aetna", None, OCTOBER_15), "99213"),
        ("Aetna\tPDXGR1234567\t03/04/1985", ("Aetna", "PDXGR1234567", None), "03/04/1985"),
        ("Aetna\tPDXGR1234567\tJane Doe", ("Aetna", "PDXGR1234567", None), "Jane Doe"),
        ("BCBS\t193450004656\t1913700CJT00\t10/15/2026", ("BCBS", "193450004656", OCTOBER_15), "1913700CJT00"),
    ],
)
def test_what_could_be_two_things_is_not_guessed_and_not_lost(
    row: str, expected: tuple[str | None, str | None, date | None], rest: str
) -> None:
    complaint = read(row)
    assert core(complaint) == [expected]
    assert complaint.claims[0].notes.value == rest


@pytest.mark.parametrize(
    "text",
    [
        "", "193450004656", "Aetna", "Blue Cross Community", "10/15/2026", "about 3 wks", "I sent it on Oct 15",
        "status 2026-004187-3", "status: 2026-004187-3", "change the date", "maria@example.org", "Meridian: T-12",
        "They denied it twice.\nWe do not know why.", "I sent it.  They denied it.  Thanks.",
        "The plan denied this: no authorization.\nWe appealed on 10/15/2026 and got number 193450004656.",
        "Dates:\nOct 15\nOct 16", "Jane\tDoe\t123456789", "one | two | three", "tracking number\nPDXGR1234567",
        "Tracking number  Dispute date  Member name\nT-12  10/15/2026",
        f"{SHORT_HEADERS}\nT-12  10/15/2026  Pat Sample\nT-13  10/16/2026", SHORT_HEADERS, HEADERS,
        "a\nb\nc\nd\ne\nAetna\tPDXGR1234567\t10/15/2026",
        "Aetna\tPDXGR1234567\t10/15/2026\nJane\tDoe\tnobody knows",
    ],
)  # fmt: skip
def test_an_ordinary_answer_is_not_swallowed(text: str) -> None:
    assert read_pasted(text, TODAY, ROSTER) is None


# What may be kept


FULL = "MCO: Meridian\nIssue category: Contracting\nMember name: Pat Sample\nTracking number: M-5501\nRIN: 012345678\n"


def test_only_what_the_tier_may_carry_is_kept() -> None:
    complaint = read(FULL + "Date submitted to MCO: 10/15/2026\nDescription: Pat was denied")
    assert kept_on(complaint, Tier.REFERENCE) == (
        "MCO: Meridian\nIssue category: Contracting\n"
        "MCO tracking number: M-5501\nDate dispute submitted to MCO: 2026-10-15"
    )
    assert kept_on(complaint, Tier.OPAQUE) == (
        "MCO: Meridian\nIssue category: Contracting\nDate dispute submitted to MCO: 2026-10-15"
    )
    assert "Pat was denied" in kept_on(complaint, Tier.OWN)
    assert [holds_more_than(complaint, tier) for tier in Tier] == [True, True, False, False]


def test_words_in_a_field_that_may_be_kept_are_more_than_may_be_kept() -> None:
    """What could not be read may be anything."""
    for line in (
        "Dispute date: ask Pat Sample", "Tracking number: Pat Sample 012345678", "Category: Pat Sample",
        "MCO: Aetna / Pat Sample",
    ):  # fmt: skip
        complaint = read(f"{line}\nMCO: Aetna\nTracking number: T-1\nDispute date: 10/15/2026\nCoverage: Medicaid")
        assert holds_more_than(complaint, Tier.REFERENCE)
        assert "Pat" not in kept_on(complaint, Tier.REFERENCE)


def test_a_row_with_more_than_is_known_holds_more() -> None:
    assert holds_more_than(read("Aetna\tPDXGR1234567\tJane Doe"), Tier.REFERENCE)
    assert not holds_more_than(read("Aetna\tPDXGR1234567\t10/15/2026"), Tier.REFERENCE)


def test_little_is_kept_so_that_it_is_read_again() -> None:
    only_plan = Complaint(Source.CHAT, (ClaimIssue(1),), mco=Entry("Aetna", "Aetna"))
    for tier in Tier:
        assert read(kept_on(only_plan, tier)).mco.value == "Aetna"
    assert read(kept_on(Complaint(Source.CHAT, ()), Tier.OPAQUE)).mco.is_blank


T = TypeVar("T")
NUMBERS = st.from_regex(r"[A-Z]{0,5}[0-9]{4,12}(-[A-Z0-9]{1,3})?", fullmatch=True)
DAYS = st.dates(TODAY - timedelta(days=800), TODAY)
NAMES = st.sampled_from(["Aetna", "BCBS", "Meridian", "CountyCare", "Molina Healthcare of Illinois", "IlliniCare"])
WORDS = st.lists(st.sampled_from(["it", "was", "denied", "twice", "by", "them"]), min_size=2, max_size=6).map(" ".join)


def entries(values: st.SearchStrategy[T]) -> st.SearchStrategy[Entry[T]]:
    return st.none().map(lambda _: Entry()) | values.map(lambda value: Entry(value, str(value)))


@st.composite
def complaints(draw: st.DrawFn) -> Complaint:
    numbers = draw(st.lists(NUMBERS, min_size=1, max_size=4, unique=True))
    claims = tuple(
        ClaimIssue(
            row,
            tracking_number=Entry(number, number),
            dispute_date=draw(entries(DAYS)),
            response_date=draw(entries(DAYS)),
            member_name=draw(entries(st.just("Pat Sample"))),
            rin=draw(entries(st.from_regex(r"[0-9]{9}", fullmatch=True))),
            service_from=draw(entries(DAYS)),
            claim_number=draw(entries(NUMBERS)),
            notes=draw(entries(WORDS)),
        )
        for row, number in enumerate(numbers, 1)
    )
    category = draw(st.none() | st.sampled_from(Category))
    coverage = draw(st.none() | st.sampled_from(Coverage))
    return Complaint(
        Source.CHAT,
        claims,
        mco=draw(entries(NAMES)),
        category=Entry(category, category.value) if category else Entry(),
        coverage=Entry(coverage, coverage.value) if coverage else Entry(),
        description=draw(entries(WORDS)),
    )


def values(part: Complaint | ClaimIssue, tier: Tier) -> dict[Field, Any]:
    told: dict[Field, Entry[Any]] = {field: getattr(part, field.value, Entry()) for field in MAY_ASK[tier]}
    return {field: entry.value for field, entry in told.items() if not entry.is_blank}


@given(complaints(), st.sampled_from(Tier))
def test_what_is_kept_reads_back(complaint: Complaint, tier: Tier) -> None:
    kept = kept_on(complaint, tier)
    again = read(kept)
    assert values(again, tier) == values(complaint, tier)
    assert not holds_more_than(again, tier)
    if tier is Tier.OPAQUE:  # without numbers, claims of one day are one
        days = {claim.dispute_date.value for claim in complaint.claims} - {None}
        assert {claim.dispute_date.value for claim in again.claims} - {None} == days
    else:
        assert kept_on(again, tier) == kept
        assert [values(claim, tier) for claim in again.claims] == [values(claim, tier) for claim in complaint.claims]


@given(st.text(), st.sampled_from([Tier.REFERENCE, Tier.OPAQUE]), st.sampled_from(Flaw))
def test_no_words_that_were_not_understood_are_kept(words: str, tier: Tier, flaw: Flaw) -> None:
    secret = f"Pat {words} Sample"
    claim = ClaimIssue(
        1,
        tracking_number=Entry(secret, secret),
        dispute_date=Entry(written=secret, flaw=flaw),
        member_name=Entry(secret, secret),
        notes=Entry(secret, secret),
        mco=Entry(secret, secret),
    )
    complaint = Complaint(Source.CHAT, (claim,), description=Entry(secret, secret), mco=Entry(secret, secret))
    kept = kept_on(complaint, tier)
    assert "Sample" not in kept
    assert holds_more_than(complaint, tier)


PIECES = st.sampled_from(
    ["MCO", ":", "\t", "|", "  ", "\n", "Aetna", "T-123456", "10/15/2026", "RIN", "123456789", "Tracking number", "#"]
)


@given(st.text() | st.lists(PIECES, max_size=40).map("".join))
def test_no_text_raises_and_everything_that_may_be_kept_is_kept(text: str) -> None:
    complaint = read_pasted(text, TODAY, ROSTER)
    if complaint is not None:
        for tier in Tier:
            again = read(kept_on(complaint, tier))
            assert not holds_more_than(again, tier)


@pytest.mark.parametrize(
    "hostile",
    ["\t" * 50_000, "a\t" * 25_000, "mco:" * 12_000, "MCO: x\n" * 7_000, "|" * 50_000, "a  " * 16_000, "- " * 25_000,
     "MCO\tTracking number\n" * 2_000, ("\t".join(["Aetna", "T-123456", "10/15/2026", *"x" * 30]) + "\n") * 500,
     "1\t" * 39 + "Aetna\tT-123456\t10/15/2026\n" * 900, "x" * 1_000_000],
)  # fmt: skip
def test_hostile_text_costs_little(hostile: str) -> None:
    began = time.process_time()
    read_pasted(hostile, TODAY, ROSTER)
    assert time.process_time() - began < 2
