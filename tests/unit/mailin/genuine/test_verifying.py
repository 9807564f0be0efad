"""Who sent a mail: signed by dkimpy, asked of a DNS server on loopback whose faults are switched."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailin.arriving import Received
from mailin.genuine.resolving import DnsResolver
from mailin.genuine.standing import Standing
from mailin.genuine.verifying import Verifier
from tests.parts.name_server import NameServer
from tests.parts.signing import ed25519_key, hand_signed, rsa_key, signed
from tests.unit.mailin.genuine.asking import MAIL, NOW, SENDER, Check

# What is right


@pytest.mark.parametrize("forms", [(a, b) for a in (b"simple", b"relaxed") for b in (b"simple", b"relaxed")])
async def test_a_right_signature_of_the_from_domain_is_genuine(check: Check, forms: tuple[bytes, bytes]) -> None:
    found = await check(signed(MAIL, "clinic.example", forms=forms))
    assert (found.standing, found.sender) == (Standing.GENUINE, SENDER)
    assert found.why == "signed by clinic.example"


async def test_ed25519_is_as_good(check: Check) -> None:
    assert (await check(signed(MAIL, "clinic.example", "e1", ed25519_key()))).standing is Standing.GENUINE


async def test_a_signature_of_the_very_domain_asks_for_no_policy(check: Check, names: NameServer) -> None:
    names.asked.clear()
    await check(signed(MAIL, "clinic.example"))
    assert names.asked == [("s1._domainkey.clinic.example", "TXT")]


async def test_what_relaxed_lines_allow_changes_nothing(check: Check) -> None:
    raw = (
        signed(MAIL, "clinic.example").replace(b"The sheet  is", b"The sheet   is").replace(b": Claims", b":   Claims")
    )
    assert (await check(raw)).standing is Standing.GENUINE


@pytest.mark.parametrize("signer", ["mail.clinic.example"])
async def test_a_domain_below_counts_with_relaxed_alignment_and_not_with_strict(
    check: Check, names: NameServer, signer: str
) -> None:
    raw = signed(MAIL, signer)
    assert (await check(raw)).standing is Standing.GENUINE
    names.txt("_dmarc.clinic.example", "v=DMARC1; p=reject; adkim=s")
    assert (await check(raw)).standing is Standing.NOT_PROVED


async def test_without_any_policy_only_the_very_domain_counts(check: Check, names: NameServer) -> None:
    del names.zone["_dmarc.clinic.example", "TXT"]
    assert (await check(signed(MAIL, "mail.clinic.example"))).standing is Standing.NOT_PROVED
    assert (await check(signed(MAIL, "clinic.example"))).standing is Standing.GENUINE


async def test_a_domain_below_that_says_psd_n_is_an_organization_of_its_own(check: Check, names: NameServer) -> None:
    names.txt("_dmarc.mail.clinic.example", "v=DMARC1; p=none; psd=n")
    assert (await check(signed(MAIL, "mail.clinic.example"))).standing is Standing.NOT_PROVED


async def test_below_a_public_suffix_each_is_an_organization(check: Check, names: NameServer) -> None:
    names.txt("_dmarc.gov.example", "v=DMARC1; p=reject; psd=y")
    names.txt("s1._domainkey.other.gov.example", rsa_key().record)
    names.txt("s1._domainkey.mx.hospital.gov.example", rsa_key().record)
    mail = MAIL.replace(b"billing@clinic.example", b"billing@hospital.gov.example")

    async def found(raw: bytes) -> Standing:
        async def nobody(address: str) -> frozenset[str]:
            return frozenset()

        verifier = Verifier(DnsResolver((("127.0.0.1", names.port),), seconds=0.5))
        received = Received(raw, "", "portal@example.org", "", NOW)
        return (await verifier.check(received, nobody)).standing

    assert await found(signed(mail, "other.gov.example")) is Standing.NOT_PROVED
    assert await found(signed(mail, "mx.hospital.gov.example")) is Standing.GENUINE


async def test_one_right_signature_of_two_is_enough(check: Check) -> None:
    both = signed(signed(MAIL, "clinic.example"), "esp.example")
    assert (await check(both)).standing is Standing.GENUINE
    bad_too = signed(
        signed(MAIL.replace(b"sheet", b"cheat"), "esp.example").replace(b"cheat", b"sheet"), "clinic.example"
    )
    assert (await check(bad_too)).standing is Standing.GENUINE


async def test_a_domain_that_staff_listed_for_the_provider_counts(check: Check) -> None:
    raw = signed(MAIL, "esp.example")
    assert (await check(raw)).standing is Standing.NOT_PROVED
    assert (await check(raw, listed=frozenset({"other.example"}))).standing is Standing.NOT_PROVED
    found = await check(raw, listed=frozenset({"esp.example"}))
    assert found.standing is Standing.GENUINE
    assert found.why == "signed by esp.example, which is listed for the provider"


async def test_lines_that_lost_their_carriage_returns_in_a_pipe_are_read_as_they_were_signed(check: Check) -> None:
    raw = signed(MAIL, "clinic.example").replace(b"\r\n", b"\n")
    assert (await check(raw)).standing is Standing.GENUINE


# What is not


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw.replace(b"attached", b"attacked"), "the text or a file was altered"),
        (lambda raw: raw.replace(b"Subject: Claims", b"Subject: Other"), "a signed header field was altered"),
        (lambda raw: raw.replace(b"bh=", b"l=5; bh="), "only a part of the mail is signed (l=)"),
        (lambda raw: raw.replace(b"v=1;", b"v=2;"), "of an unknown version"),
        (lambda raw: raw.replace(b"d=clinic.example;", b"d=clinic.example; d=clinic.example;"), "malformed"),
        (lambda raw: raw.replace(b"i=@clinic.example", b"i=@other.example"), "speaks for another domain"),
        (lambda raw: raw.replace(b"rsa-sha256", b"rsa-sha1"), "an algorithm that is not accepted"),
    ],
)
async def test_what_was_altered_is_not_proved(check: Check, change: Callable[[bytes], bytes], why: str) -> None:
    raw = signed(MAIL, "clinic.example")
    changed = change(raw)
    assert changed != raw
    found = await check(changed)
    assert found.standing is Standing.NOT_PROVED
    assert why in found.why


async def test_text_behind_a_signed_length_is_not_proved(check: Check) -> None:
    raw = signed(MAIL, "clinic.example", length=True) + b"and pay somebody else\r\n"
    assert (await check(raw)).standing is Standing.NOT_PROVED


async def test_a_second_from_field_is_nobody(check: Check) -> None:
    raw = b"From: boss@other.example\r\n" + signed(MAIL, "clinic.example")
    assert (await check(raw)).standing is Standing.NO_SENDER


@pytest.mark.parametrize(
    "written",
    [
        b"billing@clinic.example, x@evil.example",
        b"undisclosed: billing@clinic.example;",
        b"billing@clinic.example <x@evil.example>",
        b"Billing <billing@clinic.example> <x@evil.example>",
        b"",
    ],
)
async def test_anything_but_one_plain_address_is_nobody_or_who_it_says(check: Check, written: bytes) -> None:
    raw = signed(MAIL.replace(b"Billing <billing@clinic.example>", written), "clinic.example")
    found = await check(raw)
    assert found.sender != SENDER
    assert found.standing in (Standing.NO_SENDER, Standing.NOT_PROVED)


@pytest.mark.parametrize(
    "domain", ["clinic-example.example", "clinic.example.evil.example", "xclinic.example", "not-clinic.example"]
)
async def test_lookalikes_do_not_count(check: Check, names: NameServer, domain: str) -> None:
    names.txt(f"s1._domainkey.{domain}", rsa_key().record)
    names.txt("_dmarc.example", "v=DMARC1; p=none")
    assert (await check(signed(MAIL, domain))).standing is Standing.NOT_PROVED


async def test_hyphenated_relatives_of_an_envelope_prove_nothing(check: Check) -> None:
    found = await check(MAIL, mail_from="x@clinic.example-evil.example", peer="192.0.2.9")
    assert found.standing is Standing.NOT_PROVED


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("v=DKIM1; p=", "was revoked"),
        ("v=DKIM1; t=y; p={p}", "only testing"),
        ("v=DKIM1; h=sha1; p={p}", "other hashes"),
        ("v=DKIM1; s=tlsrpt; p={p}", "not for mail"),
        ("v=DKIM1; k=dsa; p={p}", "unknown kind"),
        ("v=DKIM2; p={p}", "malformed"),
        ("p={p}; v=DKIM1", "malformed"),
        ("v=DKIM1; p=nonsense", "malformed"),
        ("v=DKIM1; k=ed25519; p={p}", "malformed"),
    ],
)
async def test_a_key_that_does_not_count(check: Check, names: NameServer, record: str, why: str) -> None:
    names.txt("s1._domainkey.clinic.example", record.format(p=rsa_key().record.partition("p=")[2]))
    found = await check(signed(MAIL, "clinic.example"))
    assert found.standing is Standing.NOT_PROVED
    assert why in found.why


async def test_no_key_and_several_keys_do_not_count(check: Check, names: NameServer) -> None:
    raw = signed(MAIL, "clinic.example")
    records = names.zone["s1._domainkey.clinic.example", "TXT"]
    names.zone["s1._domainkey.clinic.example", "TXT"] = [*records, '"v=DKIM1; p=AAAA"']
    assert (await check(raw)).standing is Standing.NOT_PROVED
    del names.zone["s1._domainkey.clinic.example", "TXT"]
    assert "no key is published" in (await check(raw)).why


@pytest.mark.parametrize(("bits", "standing"), [(1024, Standing.GENUINE), (512, Standing.NOT_PROVED)])
async def test_small_keys_do_not_count(check: Check, names: NameServer, bits: int, standing: Standing) -> None:
    if bits < 1024:  # no library makes such keys any more: only its public half is asked for
        number = (1 << 511) | 1
        body = b"\x00" + number.to_bytes(64, "big")
        inner = b"\x02" + bytes([len(body)]) + body + b"\x02\x03\x01\x00\x01"
        record = base64.b64encode(b"\x30" + bytes([len(inner)]) + inner).decode()
        names.txt("s1._domainkey.clinic.example", f"v=DKIM1; p={record}")
        assert (await check(signed(MAIL, "clinic.example"))).standing is standing
        return
    names.txt("small._domainkey.clinic.example", rsa_key(bits).record)
    assert (await check(signed(MAIL, "clinic.example", "small", rsa_key(bits)))).standing is standing


async def test_a_signature_of_the_future_does_not_count(check: Check) -> None:
    raw = signed(MAIL, "clinic.example")
    assert "of the future" in (await check(raw, now=datetime.now(UTC) - timedelta(hours=1))).why
    assert (await check(raw, now=datetime.now(UTC) + timedelta(days=9))).standing is Standing.GENUINE


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"x": "1000000000"}, "has expired"),
        ({"t": "99999999999"}, "of the future"),
        ({"l": "10"}, "only a part of the mail is signed"),
        ({"i": "@other.example"}, "speaks for another domain"),
        ({"i": "@evilclinic.example"}, "speaks for another domain"),
        ({"q": "http"}, "in an unknown way"),
        ({"v": "2"}, "of an unknown version"),
        ({"a": "rsa-sha1"}, "an algorithm that is not accepted"),
        ({"a": "ed25519-sha256"}, "for another algorithm"),
        ({"c": "nofws"}, "malformed"),
        ({"d": "example"}, "names no domain"),
    ],
)
async def test_a_signature_right_in_itself_does_not_count_for_what_it_says(
    check: Check, tags: dict[str, str], why: str
) -> None:
    found = await check(hand_signed(MAIL, tags))
    assert found.standing is Standing.NOT_PROVED
    assert why in found.why


@pytest.mark.parametrize("tags", [{}, {"x": "99999999999"}, {"i": "ann@mail.clinic.example"}, {"n": "a note"}])
async def test_a_signature_made_by_hand_counts_as_any(check: Check, tags: dict[str, str]) -> None:
    assert (await check(hand_signed(MAIL, tags))).standing is Standing.GENUINE


async def test_a_key_only_for_the_very_domain_does_not_speak_for_those_below(check: Check, names: NameServer) -> None:
    names.txt("s1._domainkey.clinic.example", rsa_key().record.replace("v=DKIM1;", "v=DKIM1; t=s;"))
    assert (await check(hand_signed(MAIL, {"i": "@clinic.example"}))).standing is Standing.GENUINE
    found = await check(hand_signed(MAIL, {"i": "@mail.clinic.example"}))
    assert found.standing is Standing.NOT_PROVED
    assert "not for domains below it" in found.why


async def test_a_signature_that_does_not_sign_the_from_field_does_not_count(check: Check) -> None:
    found = await check(hand_signed(MAIL, fields=(b"to", b"subject")))
    assert found.standing is Standing.NOT_PROVED
    assert "the From field is not signed" in found.why


async def test_a_field_that_was_signed_as_missing_may_not_be_put_in(check: Check) -> None:
    raw = hand_signed(MAIL, fields=(b"from", b"to", b"reply-to"))
    assert (await check(raw)).standing is Standing.GENUINE
    assert (await check(b"Reply-To: x@evil.example\r\n" + raw)).standing is Standing.NOT_PROVED


@pytest.mark.parametrize("field", [b"From : billing@clinic.example\r\n", b"X-Note : 1\r\n", b"X-Note\t: 1\r\n"])
async def test_blanks_before_a_colon_prove_nothing(check: Check, field: bytes) -> None:
    found = await check(signed(MAIL, "clinic.example").replace(b"To: ", field + b"To: ", 1))
    assert found.standing in (Standing.NO_SENDER, Standing.NOT_PROVED)


async def test_no_more_than_eight_signatures_are_looked_at(check: Check, names: NameServer) -> None:
    own = signed(MAIL, "clinic.example")
    many = own
    for _ in range(8):
        many = signed(MAIL, "esp.example").removesuffix(MAIL) + many
    names.asked.clear()
    assert (await check(many)).standing is Standing.NOT_PROVED
    assert len([name for name, _ in names.asked if "._domainkey." in name]) == 8


@pytest.mark.parametrize(
    "record", ["v=DMARC1; p=none", "v=DMARC1; p=reject; sp=none; np=none", "v=DMARC1; p=none; pct=0"]
)
@pytest.mark.parametrize("sender", [b"billing@clinic.example", b"billing@mail.clinic.example"])
async def test_no_policy_however_mild_lets_in_what_is_not_proved(
    names: NameServer, check: Check, record: str, sender: bytes
) -> None:
    names.txt("_dmarc.clinic.example", record)
    raw = signed(MAIL.replace(b"billing@clinic.example", sender), "esp.example")
    assert (await check(raw, sender=sender.decode())).standing is Standing.NOT_PROVED


async def test_the_desk_is_told_the_policy_that_applies(names: NameServer, check: Check) -> None:
    names.txt("_dmarc.clinic.example", "v=DMARC1; p=reject; sp=quarantine")
    below = MAIL.replace(b"billing@clinic.example", b"billing@mail.clinic.example")
    found = await check(signed(below, "clinic.example"), sender="billing@mail.clinic.example")
    assert found.standing is Standing.GENUINE
    assert found.details["dmarc"] == {"domain": "clinic.example", "policy": "quarantine"}


# What costs much


@pytest.mark.parametrize("written", [b" " * 30_000 + b"x", b"()" * 15_000 + b"x", b'""' * 15_000, b"<" * 30_000])
async def test_an_endless_from_field_does_not_hold_the_loop(check: Check, written: bytes) -> None:
    """That the loop was not held is asserted for every test, by its CPU time."""
    assert (await check(b"From: " + written + b"\r\n\r\nhello\r\n")).standing is Standing.NO_SENDER


async def test_a_record_of_another_kind_beside_the_key_is_no_second_key(check: Check, names: NameServer) -> None:
    records = names.zone["s1._domainkey.clinic.example", "TXT"]
    names.zone["s1._domainkey.clinic.example", "TXT"] = [*records, '"v=spf1 exp=x.example -all"']
    assert (await check(signed(MAIL, "clinic.example"))).standing is Standing.GENUINE
