"""A mail that somebody passed on and sealed: a person may look at it, and no more."""

import dkim
import pytest

from mailin.genuine.standing import Standing
from tests.parts.name_server import Fault, NameServer
from tests.parts.signing import rsa_key, signed
from tests.unit.mailin.genuine.asking import MAIL, Check

FORWARDER = "list.example"


def passed_on(
    raw: bytes, said: str = "dkim=pass header.d=clinic.example; dmarc=pass header.from=clinic.example"
) -> bytes:
    """As a forwarder hands it on that has changed the subject and sealed what it found before."""
    raw = raw.replace(b"Subject: Claims", b"Subject: [list] Claims")
    raw = f"Authentication-Results: {FORWARDER}; {said}\r\n".encode() + raw
    sealed = dkim.arc_sign(raw, b"s1", FORWARDER.encode(), rsa_key().private, FORWARDER.encode(), timestamp=1)
    return b"".join(sealed) + raw


@pytest.fixture
def forwarder(names: NameServer) -> NameServer:
    names.txt(f"s1._domainkey.{FORWARDER}", rsa_key().record)
    return names


async def test_what_was_right_before_it_was_passed_on_waits_for_a_person(
    forwarder: NameServer,
    check: Check,
) -> None:
    found = await check(passed_on(signed(MAIL, "clinic.example")))
    assert (found.standing, found.why) == (
        Standing.ARC_ONLY,
        "ARC alone: list.example says that it was right before",
    )


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=fail header.from=clinic.example",
        "dmarc=pass header.from=other.example",
        "dmarc=pass header.from=clinic.example.evil.example",
        "dkim=pass header.d=clinic.example",
    ],
)
async def test_who_passes_on_must_say_that_the_from_domain_passed(
    forwarder: NameServer,
    check: Check,
    said: str,
) -> None:
    assert (await check(passed_on(signed(MAIL, "clinic.example"), said))).standing is Standing.NOT_PROVED


async def test_a_seal_that_does_not_fit_proves_nothing(forwarder: NameServer, check: Check) -> None:
    raw = passed_on(signed(MAIL, "clinic.example"))
    assert (await check(raw.replace(b"attached", b"attacked"))).standing is Standing.NOT_PROVED
    assert (await check(raw.replace(b"ARC-Seal: i=1", b"ARC-Seal: i=2"))).standing is Standing.NOT_PROVED
    unsealed = raw.partition(b"ARC-Message-Signature")
    assert (await check(unsealed[1] + unsealed[2])).standing is Standing.NOT_PROVED
    forwarder.zone.pop((f"s1._domainkey.{FORWARDER}", "TXT"))
    assert (await check(raw)).standing is Standing.NOT_PROVED


async def test_words_put_into_the_mouth_of_who_passed_it_on_prove_nothing(forwarder: NameServer, check: Check) -> None:
    raw = passed_on(signed(MAIL, "clinic.example"), "dmarc=fail header.from=clinic.example")
    changed = raw.replace(b"dmarc=fail", b"dmarc=pass")
    assert changed != raw
    assert (await check(changed)).standing is Standing.NOT_PROVED


async def test_of_two_hands_the_newest_speaks(forwarder: NameServer, check: Check) -> None:
    once = passed_on(signed(MAIL, "clinic.example"))
    said = "arc=pass; dmarc=pass header.from=clinic.example"
    twice = f"Authentication-Results: second.example; {said}\r\n".encode() + once
    forwarder.txt("s1._domainkey.second.example", rsa_key().record)
    key = rsa_key().private
    signer = dkim.ARC(twice)
    sealed = signer.sign(b"s1", b"second.example", key, b"second.example", timestamp=2)
    found = await check(b"".join(sealed) + twice)
    assert (found.standing, "second.example" in found.why) == (Standing.ARC_ONLY, True)


async def test_trouble_with_the_key_of_who_passed_it_on_defers(
    forwarder: NameServer,
    check: Check,
) -> None:
    forwarder.faults[f"s1._domainkey.{FORWARDER}"] = Fault.SERVFAIL
    assert (await check(passed_on(signed(MAIL, "clinic.example")))).standing is Standing.UNKNOWN_NOW


async def test_endless_results_do_not_hold_the_loop(forwarder: NameServer, check: Check) -> None:
    """Nothing need be signed for them to be read. That the loop was not held is asserted for every test."""
    hand = b"".join(b"ARC-%s: i=1; x\r\n" % name for name in (b"Seal", b"Message-Signature"))
    said = b"ARC-Authentication-Results: i=1; list.example; " + b"dmarc=pass " * 2_800 + b"\r\n"
    assert (await check(hand + said + MAIL)).standing is Standing.NOT_PROVED
