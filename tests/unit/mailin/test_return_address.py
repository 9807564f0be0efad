"""Bounce addresses and Message-IDs: what we signed is known again, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailin.headers import read_headers
from mailin.limits import ReadingLimits
from mailin.return_address import ReturnAddresses, bounce_recipient, looks_signed

OURS = ReturnAddresses("Portal@Example.org", b"k" * 32)
THEIRS = ReturnAddresses("Portal@Example.org", b"x" * 32)
CREATED = datetime(2026, 11, 24, 15, 4, 5, tzinfo=UTC)


@given(st.integers(1, 10**17))
def test_a_bounce_address_is_known_for_its_notice_however_its_case_is_folded(notice: int) -> None:
    address = OURS.bounce_address(notice)
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.upper(), address.title()):
        assert OURS.notice_of(written) == notice
        assert OURS.accepts(written) == address


@given(st.integers(1, 10**9), st.data())
def test_one_wrong_letter_makes_it_nobodys_address(notice: int, data: st.DataObject) -> None:
    address = OURS.bounce_address(notice)
    at = data.draw(st.integers(len("portal+b."), address.index("@") - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567890.").filter(lambda one: one != address[at]))
    assert OURS.accepts(address[:at] + letter + address[at + 1 :]) is None


@pytest.mark.parametrize(
    "written",
    [
        THEIRS.bounce_address(7),
        OURS.bounce_address(7).replace("example.org", "example.com"),
        OURS.bounce_address(7).replace("b.7.", "b.07."),
        OURS.bounce_address(7).replace("b.7.", "b.٧."),
        OURS.bounce_address(7).replace("portal", "office"),
        OURS.bounce_address(7) + "\n",
        "portal+b.7.@example.org",
        "portal+anything@example.org",
        "someone@example.org",
        "",
    ],
)
def test_no_other_address_is_accepted(written: str) -> None:
    assert OURS.accepts(written) is None


def test_our_own_address_is_accepted_as_it_is_configured() -> None:
    assert OURS.accepts("PORTAL@example.ORG") == "Portal@Example.org"
    assert OURS.notice_of("portal@example.org") is None


def test_an_address_of_ours_too_long_to_add_to_has_the_null_sender_instead() -> None:
    long = ReturnAddresses("a" * 50 + "@example.org", b"k" * 32)
    assert long.bounce_address(7) == ""


@given(st.integers(1, 10**17))
def test_a_message_id_is_known_for_its_notice_and_no_other_is(notice: int) -> None:
    mine = OURS.message_id(notice, CREATED)
    assert mine == OURS.message_id(notice, CREATED)
    assert OURS.answered(mine) == OURS.answered(mine.upper()) == notice
    assert THEIRS.answered(mine) is None
    assert OURS.answered(mine.replace("20261124150405", "20261124150406")) is None
    assert looks_signed(mine)


def test_a_message_id_does_not_tell_the_bounce_address() -> None:
    mac = OURS.bounce_address(7).partition("@")[0].rpartition(".")[2]
    assert mac not in OURS.message_id(7, CREATED)


def test_an_id_of_before_there_were_tokens_is_not_taken_for_a_signed_one() -> None:
    assert not looks_signed("<notice-7.20261124150405.recourse@example.org>")
    assert OURS.answered("<notice-7.20261124150405.recourse@example.org>") is None


@pytest.mark.parametrize(
    "field",
    [
        "Delivered-To: {0}",
        "X-Original-To: {0}",
        "Envelope-to: <{0}>",
        'To: "Somebody, else" <x@example.com>,\r\n Portal <{0}>',
        "to: {0}",
    ],
)
def test_a_mail_without_an_envelope_names_its_bounce_address_in_a_header(field: str) -> None:
    address = OURS.bounce_address(12)
    raw = f"Subject: Undeliverable\r\n{field.format(address.upper())}\r\n\r\nHello\r\n".encode()
    headers, _ = read_headers(raw, 0, len(raw), ReadingLimits())
    assert bounce_recipient(headers, OURS) == address
    assert bounce_recipient(headers, THEIRS) is None


def test_only_so_many_addresses_of_a_header_are_looked_at() -> None:
    for others, found in ((49, OURS.bounce_address(7)), (50, None)):
        names = [*(f"x{number}@example.com" for number in range(others)), OURS.bounce_address(7)]
        block = f"Delivered-To: {', '.join(names)}\r\n\r\n".encode()
        headers, _ = read_headers(block, 0, len(block), ReadingLimits())
        assert bounce_recipient(headers, OURS) == found


def test_a_mail_for_the_portal_is_no_bounce_whatever_else_its_sender_names() -> None:
    """A bounce address in Cc, of an old answer for example, must not keep a complaint from being read."""
    back = OURS.bounce_address(7)
    delivered, also = f"Delivered-To: {OURS.mail_address}\r\n", f"To: {OURS.mail_address}\r\nCc: {back}\r\n"
    for block in (delivered + also, also, f"Cc: {back}, {OURS.mail_address}\r\n", delivered + f"To: {back}\r\n"):
        headers, _ = read_headers(block.encode() + b"\r\n", 0, len(block) + 2, ReadingLimits())
        assert bounce_recipient(headers, OURS) is None
