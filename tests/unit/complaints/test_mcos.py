from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.mcos import Ambiguous, Close, Known, Mco, SharedName, Unknown, load_roster
from complaints.model import Coverage

ROSTER = load_roster()
TODAY = date(2026, 11, 24)
BY_NAME = {mco.name: mco for mco in ROSTER.mcos}

AETNA = "Aetna Better Health of Illinois"
BLUE_CROSS = "Blue Cross Community Health Plans (BCBSIL)"
MERIDIAN = "Meridian Health Plan of Illinois"
MOLINA = "Molina Healthcare of Illinois"
YOUTHCARE = "YouthCare HealthChoice Illinois"
HUMANA = "Humana Gold Plus Integrated"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Aetna", AETNA),
        ("AETNA BETTER HEALTH", AETNA),
        ("Aetna Better Health of Illinois, Inc.", AETNA),
        ("Aetna Better Health (ABH)", AETNA),
        ("Aetna Premier Plan", AETNA),
        ("BCBS IL", BLUE_CROSS),
        ("bcbsil", BLUE_CROSS),
        ("Blue Cross Blue Shield of Illinois", BLUE_CROSS),
        ("BlueCross BlueShield", BLUE_CROSS),
        ("Blue Cross Community Health Plan (BCCHP)", BLUE_CROSS),
        ("BCBS/BCCHP", BLUE_CROSS),
        ("BCCHP", BLUE_CROSS),
        ("county care", "CountyCare"),
        ("CountyCare Health Plan", "CountyCare"),
        ("CCHHS", "CountyCare"),
        ("MERIDIAN", MERIDIAN),
        ("Meridian Health", MERIDIAN),
        ("MeridianHealth", MERIDIAN),
        ("Meridian - MMAI", MERIDIAN),
        ("Molina Health Care", MOLINA),
        ("Molina Healthcare of IL", MOLINA),
        ("Molina Dual Options", MOLINA),
        ("Youth Care", YOUTHCARE),
        ("DCFS plan", YOUTHCARE),
        ("Humana MMAI", HUMANA),
        ("NextLevel Health", "NextLevel Health"),
        ("FHN", "Family Health Network (FHN)"),
    ],
)
def test_what_a_billing_clerk_writes(said: str, meant: str) -> None:
    found = ROSTER.find(said, TODAY)
    assert isinstance(found, Known)
    assert found.mco.name == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Merdian", MERIDIAN),
        ("Meridien", MERIDIAN),
        ("Atena", AETNA),
        ("Molena", MOLINA),
        ("Bule Cross", BLUE_CROSS),
        ("Aetna Beter Health", AETNA),
        ("Meridian Helth Plan", MERIDIAN),
        ("CountyCar", "CountyCare"),
    ],
)
def test_a_misspelling_of_one_name_is_taken(said: str, meant: str) -> None:
    assert ROSTER.find(said, TODAY) == Close(BY_NAME[meant], said)


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("IlliniCare", (AETNA, YOUTHCARE)),
        ("Illini Care Health Plan", (AETNA, YOUTHCARE)),
        ("Ilinicare", (AETNA, YOUTHCARE)),
        ("WellCare of Illinois", (MERIDIAN, "Harmony (WellCare)")),
        ("Aetna / Meridian", (AETNA, MERIDIAN)),
    ],
)
def test_a_name_with_several_meanings_is_asked_about(said: str, choices: tuple[str, ...]) -> None:
    assert ROSTER.find(said, TODAY) == ROSTER.find(said, None) == Ambiguous(choices)


@pytest.mark.parametrize(
    ("said", "on", "meant"),
    [
        ("IlliniCare", date(2018, 1, 1), "IlliniCare Health"),
        ("IlliniCare", date(2020, 11, 30), "IlliniCare Health"),
        ("IlliniCare", date(2020, 12, 1), None),
        ("WellCare", date(2018, 12, 31), "Harmony (WellCare)"),
        ("WellCare", date(2019, 1, 1), None),
    ],
)
def test_on_the_days_of_its_own_plan_a_shared_name_means_that_plan(said: str, on: date, meant: str | None) -> None:
    found = ROSTER.find(said, on)
    assert isinstance(found, Ambiguous) if meant is None else found == Known(BY_NAME[meant])


@pytest.mark.parametrize(
    "said", ["UnitedHealthcare", "Anthem", "Medicaid", "HealthChoice Illinois", "", "MHX", "x" * 50_000]
)
def test_what_is_no_mco_is_unknown(said: str) -> None:
    found = ROSTER.find(said, TODAY)
    assert isinstance(found, Unknown)
    assert found.suggestions
    assert set(found.suggestions) <= set(ROSTER.names_on(TODAY))


def test_near_names_are_suggested_first_and_else_all_of_the_day() -> None:
    assert ROSTER.find("Humana Medicare", TODAY) == Unknown((HUMANA,))
    assert ROSTER.find("Anthem", TODAY) == Unknown(ROSTER.names_on(TODAY))


@pytest.mark.parametrize(
    ("said", "payer"),
    [
        ("Medicare", Coverage.MEDICARE),
        ("original medicare", Coverage.MEDICARE),
        ("HFS", Coverage.FEE_FOR_SERVICE),
        ("Fee-for-Service", Coverage.FEE_FOR_SERVICE),
        ("FFS", Coverage.FEE_FOR_SERVICE),
        ("State Medicaid", Coverage.FEE_FOR_SERVICE),
        ("Medicaid", None),
        ("Meridian", None),
    ],
)
def test_payers_that_are_no_mco(said: str, payer: Coverage | None) -> None:
    assert ROSTER.other_payer(said) is payer


@pytest.mark.parametrize(
    ("name", "on", "active"),
    [
        (AETNA, date(2017, 12, 31), True),
        (AETNA, date(2018, 1, 1), False),
        (AETNA, date(2020, 11, 30), False),
        (AETNA, date(2020, 12, 1), True),
        (AETNA, TODAY, True),
        (HUMANA, date(2025, 12, 31), True),
        (HUMANA, date(2026, 1, 1), True),
        ("NextLevel Health", date(2020, 6, 30), True),
        ("NextLevel Health", date(2020, 7, 1), False),
        (YOUTHCARE, date(2020, 1, 31), False),
        (YOUTHCARE, date(2020, 2, 1), True),
        ("CountyCare", date(2018, 1, 1), True),
        ("CountyCare", date(2017, 12, 31), False),
    ],
)
def test_active_on_the_day(name: str, on: date, active: bool) -> None:
    assert ROSTER.active(BY_NAME[name], on) is active
    assert (name in ROSTER.names_on(on)) is active


def test_the_names_of_today_for_the_drop_down() -> None:
    assert ROSTER.names_on(TODAY) == (AETNA, BLUE_CROSS, "CountyCare", MERIDIAN, MOLINA, YOUTHCARE, HUMANA)


def test_every_name_in_the_file_means_what_it_stands_under() -> None:
    for mco in ROSTER.mcos:
        for name in mco.aliases:
            assert ROSTER.find(name, TODAY) == Known(mco), name


def test_successors_and_choices_are_names_of_the_roster() -> None:
    shared = [meaning for meaning in ROSTER.meanings.values() if isinstance(meaning, SharedName)]
    named = {mco.successor for mco in ROSTER.mcos if mco.successor} | {name for one in shared for name in one.choices}
    assert named <= set(BY_NAME)
    assert "" not in ROSTER.meanings


@given(
    st.sampled_from(ROSTER.mcos),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["  {} ", "{}, Inc.", "The {}"]),
)
def test_case_blanks_and_company_words_do_not_matter(mco: Mco, case: type[str], around: str) -> None:
    written = around.format(case(mco.name))
    assert ROSTER.find(written, TODAY) == ROSTER.find(mco.name, TODAY)
