"""When the DNS has trouble, and what SPF alone is worth: asked of a DNS server on loopback."""

import pytest

from mailin.genuine.standing import SenderStanding, Standing
from tests.parts.name_server import Fault, NameServer
from tests.parts.signing import signed
from tests.unit.mailin.genuine.asking import MAIL, SENDER, Check

# Temporary trouble


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.SERVFAIL, Fault.REFUSED, Fault.GARBAGE])
async def test_trouble_with_the_key_defers(check: Check, names: NameServer, fault: Fault) -> None:
    raw = signed(MAIL, "clinic.example")
    names.faults["s1._domainkey.clinic.example"] = fault
    found = await check(raw)
    assert (found.standing, found.why) == (Standing.UNKNOWN_NOW, "the key of clinic.example")
    names.faults.clear()
    assert (await check(raw)).standing is Standing.GENUINE


async def test_a_truncated_answer_is_asked_again_over_tcp(check: Check, names: NameServer) -> None:
    names.fault = Fault.TRUNCATED
    assert (await check(signed(MAIL, "clinic.example"))).standing is Standing.GENUINE


async def test_trouble_that_can_change_nothing_does_not_defer(check: Check, names: NameServer) -> None:
    names.faults["_dmarc.clinic.example"] = Fault.SERVFAIL
    assert (await check(signed(MAIL, "clinic.example"))).standing is Standing.GENUINE
    names.faults["s1._domainkey.esp.example"] = Fault.SERVFAIL
    assert (await check(signed(MAIL, "esp.example"))).standing is Standing.NOT_PROVED


async def test_trouble_with_the_policy_defers_where_it_decides(check: Check, names: NameServer) -> None:
    names.faults["_dmarc.clinic.example"] = Fault.SERVFAIL
    assert (await check(signed(MAIL, "mail.clinic.example"))).standing is Standing.UNKNOWN_NOW


async def test_trouble_with_a_listed_domain_defers(check: Check, names: NameServer) -> None:
    names.faults["s1._domainkey.esp.example"] = Fault.SILENT
    found = await check(signed(MAIL, "esp.example"), listed=frozenset({"esp.example"}))
    assert found.standing is Standing.UNKNOWN_NOW


async def test_an_altered_mail_is_refused_though_the_dns_of_others_is_down(check: Check, names: NameServer) -> None:
    raw = signed(signed(MAIL, "clinic.example"), "esp.example").replace(b"attached", b"attacked")
    names.faults["s1._domainkey.esp.example"] = Fault.SERVFAIL
    assert (await check(raw)).standing is Standing.NOT_PROVED


# SPF and ARC


@pytest.mark.parametrize(
    ("peer", "mail_from", "standing"),
    [
        ("192.0.2.10", SENDER, Standing.SPF_ONLY),
        ("192.0.2.10", "other@clinic.example", Standing.SPF_ONLY),
        ("198.51.100.7", SENDER, Standing.NOT_PROVED),
        ("192.0.2.10", "x@other.example", Standing.NOT_PROVED),
        ("", SENDER, Standing.NOT_PROVED),
        ("192.0.2.10", "", Standing.NOT_PROVED),
    ],
)
async def test_spf_alone_is_for_a_person_to_look_at(
    check: Check, peer: str, mail_from: str, standing: Standing
) -> None:
    assert (await check(MAIL, peer=peer, mail_from=mail_from)).standing is standing


@pytest.mark.parametrize(
    "record", ["v=spf1 +all ~", "v=spf1 include:loop.clinic.example -all", "v=spf1 exists:%{x} -all"]
)
async def test_a_broken_spf_record_allows_nothing(check: Check, names: NameServer, record: str) -> None:
    names.txt("clinic.example", record)
    names.txt("loop.clinic.example", "v=spf1 include:loop.clinic.example -all")
    assert (await check(MAIL, peer="192.0.2.10")).standing is Standing.NOT_PROVED


async def test_spf_goes_through_includes_hosts_and_exchangers(check: Check, names: NameServer) -> None:
    names.txt("clinic.example", "v=spf1 include:_spf.esp.example a:hosts.clinic.example mx -all")
    names.txt("_spf.esp.example", "v=spf1 ip4:203.0.113.0/28 -all")
    names.zone["hosts.clinic.example", "A"] = ["198.51.100.20"]
    names.zone["clinic.example", "MX"] = ["10 mx1.clinic.example."]
    names.zone["mx1.clinic.example", "A"] = ["198.51.100.30"]
    for peer in ("203.0.113.5", "198.51.100.20", "198.51.100.30"):
        assert (await check(MAIL, peer=peer)).standing is Standing.SPF_ONLY
    assert (await check(MAIL, peer="198.51.100.21")).standing is Standing.NOT_PROVED


async def test_trouble_with_spf_defers(check: Check, names: NameServer) -> None:
    names.faults["clinic.example"] = Fault.SERVFAIL
    found = await check(MAIL, peer="192.0.2.10")
    assert (found.standing, found.why) == (Standing.UNKNOWN_NOW, "the SPF record of clinic.example")


@pytest.mark.parametrize("mail_from", ["x@evil.example@clinic.example", '"x@evil.example"@clinic.example'])
async def test_an_envelope_that_can_be_read_in_two_ways_proves_nothing(check: Check, mail_from: str) -> None:
    assert (await check(MAIL, peer="192.0.2.10", mail_from=mail_from)).standing is Standing.NOT_PROVED


async def test_a_client_known_by_its_ipv4_address_in_ipv6_is_the_same_client(check: Check) -> None:
    assert (await check(MAIL, peer="::ffff:192.0.2.10")).standing is Standing.SPF_ONLY


async def test_a_null_sender_is_known_by_what_the_client_calls_itself(check: Check, names: NameServer) -> None:
    names.txt("mx.clinic.example", "v=spf1 ip4:192.0.2.10 -all")
    assert (await check(MAIL, peer="192.0.2.10", mail_from="")).standing is Standing.SPF_ONLY
    assert (await check(MAIL, peer="192.0.2.11", mail_from="")).standing is Standing.NOT_PROVED


def test_what_is_told_names_no_local_part() -> None:
    assert "billing" not in repr(SenderStanding(Standing.NOT_PROVED, None, "clinic.example did not sign it"))


ALLOWED = "192.0.2.10"


async def test_what_is_not_signed_at_all_is_spf_alone(check: Check) -> None:
    found = await check(MAIL, peer=ALLOWED)
    assert found.why == "SPF alone: the client may send for clinic.example, and it is not signed"


@pytest.mark.parametrize(
    ("signer", "told"),
    [
        ("clinic.example", "its signature does not fit: the text or a file was altered"),
        ("mail.clinic.example", "the signature of mail.clinic.example does not fit: the text or a file was altered"),
        ("esp.example", "no right signature of clinic.example: the text or a file was altered"),
    ],
)
async def test_spf_alone_says_when_a_signature_does_not_fit(check: Check, signer: str, told: str) -> None:
    found = await check(signed(MAIL, signer).replace(b"attached", b"attacked"), peer=ALLOWED)
    assert found.standing is Standing.SPF_ONLY
    assert found.why == f"SPF alone: the client may send for clinic.example; {told}"


async def test_spf_alone_says_when_only_somebody_else_signed(check: Check) -> None:
    found = await check(signed(MAIL, "esp.example"), peer=ALLOWED)
    assert (
        found.why == "SPF alone: the client may send for clinic.example; only esp.example signed it, not clinic.example"
    )
