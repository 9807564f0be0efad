"""What comes beside plain answers: pastes, sheets and files, signing in, what a tier may carry, and time."""

import pytest

from complaints.privacy import Tier
from conversations.events import CodeRefused, FileCame, Linked, SheetCame, Submitted, TimePassed, Unlinked
from conversations.turn import HandLink, HandSheet, ReadSheetAgain, SendCode, TryCode, Unlink
from tests.parts.talk import CLINIC, PERSON, SECOND, Talk
from tests.unit.conversations.sheets import sheet_with

MERIDIAN = "Meridian Health Plan of Illinois"


MAIL = """Hello,
MCO: Meridian
Tracking number: M-5501
Date submitted to MCO: 10/15/2026
Member name: Pat Sample
RIN: 012345678
Thanks"""


def test_a_pasted_mail_fills_what_it_holds_and_shows_it() -> None:
    talk = Talk()
    talk.open()
    heard = talk.say(MAIL)
    assert talk.answers["tracking_number"] == "M-5501"
    assert talk.answers["rin"] == "012345678"
    assert "M-5501" in heard
    assert "012345678" not in heard
    assert talk.session.asking == "response_date"


def test_two_complaints_go_on_the_sheet_filled_with_what_was_said() -> None:
    talk = Talk()
    talk.open()
    talk.say("MCO: Aetna\nTracking number: A-1, A-2\nDate submitted to MCO: 10/15/2026")
    assert [len(effect.complaint.claims) for effect in talk.effects if isinstance(effect, HandSheet)] == [2]


def test_speaking_of_many_claims_hands_over_the_sheet() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian")
    talk.say("I have 20 claims against them")
    assert [effect.complaint.mco.value for effect in talk.effects if isinstance(effect, HandSheet)] == [MERIDIAN]
    talk.take(SheetCame(sheet_with("M-1", "M-2"), "f" * 64))
    assert len(talk.submitted.complaint.claims) == 2


def test_who_is_not_known_may_check_but_not_file() -> None:
    talk = Talk(person="")
    talk.open()
    talk.press(talk.labels[0])
    talk.say("Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no")
    assert talk.session.asking == "sign_in"
    talk.say("Billing@Lakeside.example")
    assert talk.effects == [SendCode(PERSON)]
    talk.say("CDFH2347")
    assert talk.effects[-1] == TryCode("CDFH2347")
    talk.take(CodeRefused(2))
    assert "2" in talk.heard
    talk.person = PERSON
    talk.take(Linked())
    assert talk.session.asking == "review"
    talk.press(talk.labels[0])
    assert talk.submitted.complaint.claims[0].tracking_number.value == "M-5501"


def test_a_stranger_s_sheet_waits_until_they_are_known() -> None:
    talk = Talk(person="")
    talk.open()
    talk.take(SheetCame(sheet_with("M-1"), "d" * 64))
    assert talk.session.asking == "sign_in"
    talk.say(PERSON)
    talk.person = PERSON
    talk.take(Linked())
    assert talk.effects[-1] == ReadSheetAgain("d" * 64)


def test_who_speaks_for_several_providers_is_asked_for_which() -> None:
    talk = Talk(providers=(CLINIC, SECOND))
    talk.open()
    assert talk.session.asking == "provider"
    talk.say("riverside pediatrics")
    assert talk.answers["provider"] == SECOND.hfs_id


def test_unlink_works_anywhere() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "unlink")
    assert talk.effects == [Unlink()]
    talk.person = ""
    talk.take(Unlinked())
    assert talk.answers["mco"] == MERIDIAN


@pytest.mark.parametrize("tier", [Tier.REFERENCE, Tier.OPAQUE])
def test_what_may_not_be_kept_is_neither_asked_nor_kept(tier: Tier) -> None:
    talk = Talk(tier=tier, deletes=True)
    talk.open()
    asked = set()
    for text in ("Meridian", "M-1", "5 weeks ago", "not yet", "Medicaid", "claims"):
        asked.add(talk.session.asking)
        talk.say(text)
    asked.add(talk.session.asking)
    assert not asked & {"member_name", "rin", "service_dates", "what_happened", "wanted", "files", "claim_number"}


def test_a_complaint_is_filed_whole_on_the_reference_tier_and_details_go_elsewhere() -> None:
    talk = Talk(tier=Tier.REFERENCE)
    talk.open()
    talk.say("Meridian", "M-1", "Oct 15", "not yet", "Medicaid", "claims")
    assert talk.session.asking == "review"
    talk.press(talk.labels[0])
    assert talk.submitted.complaint.claims[0].rin.is_blank
    talk.take(Submitted("2026-000001-0"))
    assert talk.effects[-1] == HandLink("2026-000001-0")


def test_volunteered_member_data_is_not_kept_on_the_reference_tier() -> None:
    talk = Talk(tier=Tier.REFERENCE, deletes=True)
    talk.open()
    talk.say(MAIL)
    assert talk.kept is not None
    assert "012345678" not in talk.kept
    assert "Pat" not in talk.kept
    assert talk.answers["tracking_number"] == "M-5501"
    assert "rin" not in talk.answers
    assert "Pat" not in str(talk.session.to_json())


def test_the_opaque_tier_goes_on_by_a_link_to_our_own_page() -> None:
    talk = Talk(tier=Tier.OPAQUE)
    talk.open()
    talk.press(MERIDIAN)
    talk.say("6", "Medicaid", "claims")
    assert talk.effects[-1] == HandLink("")


def test_a_file_goes_with_the_complaint_where_it_may_be_kept() -> None:
    talk = Talk()
    talk.open()
    talk.take(FileCame("a" * 64))
    assert talk.session.files == ("a" * 64,)
    reference = Talk(tier=Tier.REFERENCE)
    reference.open()
    reference.take(FileCame(None))
    assert reference.session.files == ()


def test_an_idle_conversation_is_reminded_of_and_ends() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian")
    talk.take(TimePassed(ends=False))
    assert talk.heard
    assert talk.session.reminded
    assert talk.answers["mco"] == MERIDIAN
    talk.take(TimePassed(ends=True))
    assert talk.heard
    assert talk.answers == {}


def test_who_filed_is_not_told_that_nothing_was_heard_of_them() -> None:
    talk = Talk()
    talk.open()
    talk.say("Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no", "file it")
    talk.take(Submitted("2026-004187-3"))
    assert talk.session.before
    assert talk.take(TimePassed(ends=True)).says == ()
    assert not talk.session.before


def test_a_provider_is_chosen_anew_by_somebody_who_does_not_file_for_it() -> None:
    talk = Talk(providers=(CLINIC, SECOND))
    talk.open()
    talk.say("riverside pediatrics", "Meridian", "unlink")
    talk.person = ""
    talk.take(Unlinked())
    talk.person, talk.providers = "other@lakeside.example", (CLINIC,)
    talk.take(Linked())
    assert talk.answers == {"mco": MERIDIAN}
