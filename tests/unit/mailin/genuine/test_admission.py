"""What becomes of a mail by how well its sender is proved."""

from datetime import UTC, datetime, timedelta

import pytest

from mailin.genuine.admission import Admit, Defer, Hold, Quarantine, Refuse, admission
from mailin.genuine.standing import SenderStanding, Standing

NOW = datetime(2026, 11, 24, 22, 55, tzinfo=UTC)
DAY = timedelta(days=1)


def decided(standing: Standing, *, faces_client: bool = True, waits: timedelta | None = None) -> object:
    found = SenderStanding(standing, "billing@clinic.example", "why")
    first = None if waits is None else NOW - waits
    return admission(found, faces_client=faces_client, first_deferred=first, now=NOW)


@pytest.mark.parametrize(
    ("standing", "to_its_face", "behind_a_queue"),
    [
        (Standing.GENUINE, Admit, Admit),
        (Standing.BELIEVED, Admit, Admit),
        (Standing.SPF_ONLY, Hold, Hold),
        (Standing.ARC_ONLY, Hold, Hold),
        (Standing.NOT_PROVED, Refuse, Quarantine),
        (Standing.NO_SENDER, Refuse, Quarantine),
        (Standing.UNKNOWN_NOW, Defer, Defer),
    ],
)
def test_each_standing_has_its_admission(standing: Standing, to_its_face: type, behind_a_queue: type) -> None:
    assert type(decided(standing)) is to_its_face
    assert type(decided(standing, faces_client=False)) is behind_a_queue


@pytest.mark.parametrize(
    ("waits", "then"),
    [(timedelta(0), Defer), (DAY - timedelta(seconds=1), Defer), (DAY, Quarantine), (3 * DAY, Quarantine)],
)
def test_what_cannot_be_checked_for_a_day_is_kept_in_quarantine(waits: timedelta, then: type) -> None:
    assert type(decided(Standing.UNKNOWN_NOW, waits=waits)) is then


def test_a_refusal_begins_with_its_enhanced_status_code() -> None:
    for standing in (Standing.NOT_PROVED, Standing.NO_SENDER):
        refused = decided(standing)
        assert isinstance(refused, Refuse)
        assert refused.why.startswith("5.7.")
    deferred = decided(Standing.UNKNOWN_NOW)
    assert isinstance(deferred, Defer)
    assert deferred.why.startswith("4.4.3 ")
