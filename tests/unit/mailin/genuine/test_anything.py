"""Whatever a mail says and whatever the DNS answers: there is a standing, and a mail nobody signed is not accepted."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mailin.arriving import Received, Way
from mailin.genuine.dmarc import read_policy
from mailin.genuine.keys import Key, read_key
from mailin.genuine.signature import Signature, read_seal, read_signature
from mailin.genuine.standing import Standing
from mailin.genuine.trusted_header import TrustedHeader
from mailin.genuine.verifying import Verifier

NOW = datetime(2026, 11, 24, 22, 55, tzinfo=UTC)
DOMAINS = (
    "clinic.example",
    "mail.clinic.example",
    "evil.example",
    "example",
    "",
    ".",
    "x" * 64 + ".example",
    "é.example",
)


def joined(*words: str) -> st.SearchStrategy[str]:
    """Such words in any order, with anything between."""
    return st.lists(st.sampled_from(words) | st.text(max_size=5), max_size=14).map("".join)


TAGS = joined(
    *("v=1", "v=DKIM1", "v=DMARC1", "; ", ";", "=", "a=rsa-sha256", "a=ed25519-sha256", "b=AAAA", "bh=AAAA", "h=from"),
    *("d=clinic.example", "s=s1", "sp=", "p=", "p=none", "p=AAAA", "p=MIGf", "k=rsa", "k=ed25519", "t=y", "t=s", "l=1"),
    *("i=@x", "i=1", "cv=none", "x=1", "t=9", "psd=y", "psd=n", "adkim=s", "c=relaxed/simple", "\r\n ", "\t", "\0"),
)
SPF = joined(
    *("v=spf1", " ", "include:", "redirect=", "exists:", "a", "mx", "ptr", "ip4:", "ip6:", "192.0.2.0/24", "::/0", "/"),
    *("clinic.example", "mail.clinic.example", "%{", "%{i}", "%{l1r-}", "%{h}", "}", "exp=", "-all", "?all", "//", "%"),
)
FIELDS = joined(
    *(
        "From: ",
        "billing@clinic.example",
        "\r\n",
        "DKIM-Signature: ",
        "ARC-Seal: ",
        "ARC-Message-Signature: ",
        "\r\n\r\n",
    ),
    *("ARC-Authentication-Results: ", "i=1; ", "dmarc=pass header.from=clinic.example", " ", "Received: x\r\n", "text"),
    *(
        "Authentication-Results: mx.example.org;",
        "dmarc=",
        "(",
        ")",
        '"',
        "\\",
        "Subject: Claims\r\n",
        "v=1; a=rsa-sha256;",
    ),
    *("d=clinic.example; s=s1; h=from; bh=AAAA; b=AAAA",),
)
BEGINNING = b"From: billing@clinic.example\r\n"


class Anything:
    """A `Resolver` with one answer for each kind of question."""

    def __init__(self, texts: list[str], hosts: list[str]) -> None:
        self._texts = tuple(text.encode("utf-8", "replace") for text in texts)
        self._hosts = tuple(hosts)

    async def txt(self, name: str) -> tuple[bytes, ...]:
        return self._texts

    async def addresses(self, name: str, version: int) -> tuple[str, ...]:
        return ("192.0.2.10",) if version == 4 else ("2001:db8::1",)

    async def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        return tuple((10, host) for host in self._hosts)

    async def ptr(self, address: str) -> tuple[str, ...]:
        return self._hosts


async def nobody(address: str) -> frozenset[str]:
    return frozenset()


@given(TAGS)
def test_any_record_and_any_field_is_read_or_is_none(written: str) -> None:
    record = written.encode("utf-8", "replace")
    assert isinstance(read_key((record,)), (Key, str))
    assert isinstance(read_signature(record, NOW), (Signature, str))
    read_signature(record, NOW, arc=True)
    read_seal(record, 1, NOW)
    read_policy("clinic.example", (record,))


@given(
    texts=st.lists(SPF | TAGS | SPF.map("v=spf1 ".__add__) | TAGS.map("v=DMARC1; ".__add__), max_size=2),
    hosts=st.lists(st.sampled_from(DOMAINS), max_size=12),
    fields=FIELDS,
    mail_from=st.sampled_from(["", "billing@clinic.example", '"@"@clinic.example', "é@clinic.example", "@", "x@"]),
    helo=st.sampled_from(DOMAINS),
    peer=st.sampled_from(["192.0.2.10", "2001:db8::1", "::ffff:192.0.2.10", "", "unix", "fe80::1%eth0"]),
)
@settings(deadline=None)
async def test_there_is_a_standing_and_nothing_unsigned_is_genuine(
    texts: list[str], hosts: list[str], fields: str, mail_from: str, helo: str, peer: str
) -> None:
    raw = BEGINNING + fields.encode("utf-8", "replace")
    received = Received(raw, mail_from, "portal@example.org", peer, NOW, helo=helo, way=Way.SMTP)
    found = await Verifier(Anything(texts, hosts), lambda: NOW).check(received, nobody)
    assert found.standing in (Standing.NOT_PROVED, Standing.NO_SENDER, Standing.SPF_ONLY)
    assert found.why.isascii()
    assert "\n" not in found.why
    assert (await TrustedHeader("mx.example.org", ()).check(received, nobody)).standing is not Standing.GENUINE
