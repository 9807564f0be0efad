from datetime import date

from complaints.model import Field, Source
from complaints.policy import load_policy


def test_the_policy_in_force() -> None:
    policy = load_policy()
    assert (policy.first_day, policy.last_day) == (30, 60)
    assert policy.program_start == date(2020, 2, 28)
    assert policy.time_zone == "America/Chicago"
    assert policy.present_within_business_days == 10
    assert policy.response_limb_days == 30
    assert policy.phone_line == "877-782-5565"


def test_what_is_required_depends_on_the_way_of_filing() -> None:
    required = load_policy().required
    assert set(required) == set(Source)
    assert required[Source.SHEET] == (
        Field.TRACKING_NUMBER,
        Field.DISPUTE_DATE,
        Field.MEMBER_NAME,
        Field.RIN,
        Field.SERVICE_FROM,
    )
    assert required[Source.TEXT] == required[Source.CHAT] == (Field.TRACKING_NUMBER, Field.DISPUTE_DATE)
