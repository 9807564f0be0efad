"""A DNS server on loopback with a clinic in it, and a verifier that asks it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailin.arriving import Received, Way
from mailin.genuine.resolving import DnsResolver
from mailin.genuine.standing import SenderStanding
from mailin.genuine.verifying import Verifier
from tests.parts.name_server import NameServer, name_server
from tests.parts.signing import ed25519_key, rsa_key
from tests.unit.mailin.genuine.asking import NOW, SENDER, Check


@pytest.fixture(scope="module")
def running() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


@pytest.fixture
def names(running: NameServer) -> NameServer:
    """With the clinic's key, a DMARC policy that reaches below, and an SPF record."""
    running.zone.clear()
    running.faults.clear()
    running.fault = None
    running.txt("s1._domainkey.clinic.example", rsa_key().record)
    running.txt("e1._domainkey.clinic.example", ed25519_key().record)
    running.txt("s1._domainkey.mail.clinic.example", rsa_key().record)
    running.txt("s1._domainkey.esp.example", rsa_key().record)
    running.txt("_dmarc.clinic.example", "v=DMARC1; p=reject")
    running.txt("clinic.example", "v=spf1 ip4:192.0.2.0/24 -all")
    return running


@pytest.fixture
def check(names: NameServer) -> Check:
    async def ask(
        raw: bytes,
        *,
        listed: frozenset[str] = frozenset(),
        now: datetime | None = None,
        mail_from: str = SENDER,
        peer: str = "198.51.100.7",
        sender: str = SENDER,
    ) -> SenderStanding:
        resolver = DnsResolver((("127.0.0.1", names.port),), seconds=0.5)
        verifier = Verifier(resolver, (lambda: now) if now else lambda: datetime.now(UTC))

        async def domains(address: str) -> frozenset[str]:
            assert address == sender
            return listed

        received = Received(raw, mail_from, "portal@example.org", peer, NOW, helo="mx.clinic.example", way=Way.SMTP)
        return await verifier.check(received, domains)

    return ask
