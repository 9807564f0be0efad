"""When the Authentication-Results of the mail server in front is believed: every condition, and each one broken."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from mailin.arriving import Received, Way
from mailin.genuine.standing import Missing, Standing
from mailin.genuine.trusted_header import TrustedHeader

OURS = "Received: from client by mx.example.org; Tue, 24 Nov 2026 16:55:00 -0600\r\n"
PASS = (
    "Authentication-Results: mx.example.org;\r\n dkim=pass header.d=clinic.example;"
    " dmarc=pass (p=reject) header.from=clinic.example\r\n"
)
AR = "Authentication-Results: mx.example.org; spf=none "
"""To be gone on with by what a stranger chose."""
THEIRS = "Received: from desk by mx.clinic.example; Tue, 24 Nov 2026 16:54:00 -0600\r\n"
FROM = "From: Billing <billing@clinic.example>\r\n"


async def standing(
    *fields: str, peer: str = "127.0.0.1", way: Way = Way.LMTP, handed_over_by: str = "", sender: str = FROM
) -> Standing:
    raw = ("".join(fields) + sender + "\r\nhello\r\n").encode()
    received = Received(raw, "billing@clinic.example", "portal@example.org", peer, datetime.now(UTC), way=way)
    header = TrustedHeader("mx.example.org", (ip_network("127.0.0.0/8"), ip_network("10.0.5.0/24")))

    async def nobody(address: str) -> frozenset[str]:
        return frozenset()

    return (await header.check(replace(received, handed_over_by=handed_over_by), nobody)).standing


async def test_all_conditions_together_are_genuine() -> None:
    assert await standing(OURS, PASS, THEIRS) is Standing.GENUINE
    assert await standing(OURS, PASS) is Standing.GENUINE
    assert await standing(OURS, PASS.replace("=clinic.example\r", '="clinic.example"\r'), THEIRS) is Standing.GENUINE
    assert await standing(OURS, PASS.replace("mx.example.org;", "mx.example.org 1;"), THEIRS) is Standing.GENUINE
    assert await standing(OURS, "X-Spam: no\r\n", PASS, THEIRS) is Standing.GENUINE


@pytest.mark.parametrize(
    ("peer", "handed_over_by", "way", "believed"),
    [
        ("10.0.5.9", "", Way.SMTP, True),
        ("192.0.2.1", "10.0.5.9", Way.SMTP, True),
        ("", "unix", Way.LMTP, True),
        ("", "", Way.PICKUP, True),
        ("", "", Way.PIPE, True),
        ("192.0.2.1", "", Way.SMTP, False),
        ("10.0.6.1", "", Way.LMTP, False),
        ("", "", Way.SMTP, False),
        ("127.0.0.1", "192.0.2.1", Way.SMTP, False),
    ],
)
async def test_only_a_listed_peer_is_believed(peer: str, handed_over_by: str, way: Way, believed: bool) -> None:
    found = await standing(OURS, PASS, THEIRS, peer=peer, handed_over_by=handed_over_by, way=way)
    assert found is (Standing.GENUINE if believed else Standing.NOT_PROVED)


@pytest.mark.parametrize(
    "fields",
    [
        (PASS, OURS, THEIRS),
        (OURS, THEIRS, PASS),
        (OURS, THEIRS),
        (OURS, PASS, PASS, THEIRS),
        (OURS, PASS.replace("mx.example.org", "mx.example.org.evil.example"), THEIRS),
        (OURS, PASS.replace("mx.example.org", "mx.clinic.example"), THEIRS),
        (OURS, PASS.replace("dmarc=pass", "dmarc=none"), THEIRS),
        (OURS, PASS.replace("dmarc=pass", "dmarc=temperror"), THEIRS),
        (OURS, PASS.replace("dmarc=pass", "spf=pass"), THEIRS),
        (OURS, PASS.replace("dmarc=pass", "x (; dmarc=pass header.from=clinic.example) spf=pass"), THEIRS),
        (OURS, AR + 'smtp.mailfrom="x; dmarc=pass header.from=clinic.example"@evil.example\r\n', THEIRS),
        (OURS, AR + 'smtp.mailfrom="\\"; dmarc=pass header.from=clinic.example"@evil.example\r\n', THEIRS),
        (OURS, AR + "smtp.helo=(; dmarc=pass header.from=clinic.example)\r\n", THEIRS),
        (OURS, AR + "smtp.helo=(a (b) ; dmarc=pass header.from=clinic.example\r\n", THEIRS),
        (OURS, AR + "smtp.helo=a) ; dmarc=pass header.from=clinic.example\r\n", THEIRS),
        (OURS, PASS.rstrip() + "; dmarc=fail header.from=clinic.example\r\n", THEIRS),
    ],
)
async def test_without_exactly_one_answer_in_its_place_it_is_to_come_again(fields: tuple[str, ...]) -> None:
    assert await standing(*fields) is Standing.UNKNOWN_NOW


@pytest.mark.parametrize(
    "answer",
    [
        PASS.replace("dmarc=pass", "dmarc=fail"),
        PASS.replace("dmarc=pass", "dmarc=permerror"),
        PASS.replace("header.from=clinic.example", "header.from=other.example"),
        PASS.replace("header.from=clinic.example", "header.d=clinic.example"),
        PASS.replace("header.from=clinic.example", "header.from=clinic.example header.from=x.example"),
    ],
)
async def test_another_answer_proves_nothing(answer: str) -> None:
    assert await standing(OURS, answer, THEIRS) is Standing.NOT_PROVED


async def test_two_from_fields_are_nobody() -> None:
    assert await standing(OURS, PASS, THEIRS, sender=FROM + FROM) is Standing.NO_SENDER


async def test_another_servers_answer_beside_ours_changes_nothing() -> None:
    theirs = PASS.replace("mx.example.org", "mx.clinic.example").replace("dmarc=pass", "dmarc=fail")
    assert await standing(OURS, PASS, theirs, THEIRS) is Standing.GENUINE


@pytest.mark.parametrize(
    ("peer", "missing", "why"),
    [
        ("127.0.0.1", Missing.DMARC, "mx.example.org says dmarc=fail for clinic.example"),
        ("192.0.2.1", Missing.WAY, "it came from no mail server of ours"),
    ],
)
async def test_what_would_prove_the_sender_is_told_beside_what_was_found(peer: str, missing: Missing, why: str) -> None:
    raw = (OURS + PASS.replace("dmarc=pass", "dmarc=fail") + FROM + "\r\nhello\r\n").encode()
    header = TrustedHeader("mx.example.org", (ip_network("127.0.0.0/8"),))

    async def nobody(address: str) -> frozenset[str]:
        return frozenset()

    received = Received(raw, "billing@clinic.example", "portal@example.org", peer, datetime.now(UTC))
    found = await header.check(received, nobody)
    assert (found.standing, found.missing, found.why) == (Standing.NOT_PROVED, missing, why)
