"""What becomes of a mail by how well its sender is proved."""

from datetime import UTC, datetime, timedelta

import pytest

from mailin.genuine.admission import LONGEST, Admit, Defer, Hold, Quarantine, Refuse, admission
from mailin.genuine.standing import Missing, SenderStanding, Standing

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


PORTAL = "https://complaints.example.gov"


def refused(why: str, missing: Missing = Missing.SIGNATURE, portal: str = PORTAL) -> str:
    found = SenderStanding(Standing.NOT_PROVED, "billing@clinic.example", why, missing=missing)
    decision = admission(found, faces_client=True, first_deferred=None, now=NOW, portal=portal)
    assert isinstance(decision, Refuse)
    return decision.why


def test_who_reads_a_refusal_in_a_bounce_hears_that_nothing_was_filed_and_what_to_do() -> None:
    assert refused("clinic.example did not sign it") == (
        "5.7.26 Mail must be signed (DKIM) by the domain of its From address (clinic.example did not sign it). "
        "Nothing was filed: ask whoever runs your mail to sign it with DKIM. "
        "You may also file at https://complaints.example.gov."
    )
    assert "file at" not in refused("clinic.example did not sign it", portal="")
    nobody = SenderStanding(Standing.NO_SENDER, None, "why")
    decision = admission(nobody, faces_client=True, first_deferred=None, now=NOW)
    assert decision == Refuse("5.7.1 The From field must hold exactly one plain address. Nothing was filed.")


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        (Missing.DMARC, "mx.example.gov says dmarc=fail for clinic.example"),
        (Missing.WAY, "it came from no mail server of ours"),
    ],
)
def test_what_another_server_found_is_named_and_not_called_an_unsigned_mail(missing: Missing, why: str) -> None:
    told = refused(why, missing)
    assert told.startswith("5.7.26 ")
    assert f"({why}). Nothing was filed: " in told
    assert "must be signed" not in told
    assert ("sign it with DKIM" in told) == (missing is Missing.DMARC)


@pytest.mark.parametrize("missing", Missing)
@pytest.mark.parametrize("length", [0, 150, 250, 310, 600])
def test_a_refusal_is_short_and_ascii_and_its_reason_goes_before_the_rest(missing: Missing, length: int) -> None:
    why = "x" * length
    told = refused(why, missing)
    assert len(told) < LONGEST
    assert told.isascii()
    assert why in told or length == 600
    assert refused("why", missing, "https://b\xfcro.example").isascii()
