"""STARTTLS at the receiver, with certificates made here."""

import asyncio
import smtplib
import ssl
from ipaddress import ip_network
from pathlib import Path

import pytest

from complaints.errors import SettingsError
from mailin.receiving.certificate import Certificate
from tests.flows.test_receiver import ADDRESS, Client, Start, in_thread, start  # noqa: F401
from tests.parts.certificates import write_certificate

HOST = "mx.recourse.example"


def trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    return context


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return write_certificate(tmp_path, HOST)


async def encrypted(client: Client, certificate: Path) -> None:
    """STARTTLS from here on."""
    assert (await client.say(b"STARTTLS")).startswith("220")
    await client.writer.start_tls(trusting(certificate), server_hostname=HOST)


async def test_a_mail_over_starttls_is_known_to_be_encrypted(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, kept = await start(settings={"certificate": Certificate(*pair)})

    def send() -> object:
        with smtplib.SMTP("127.0.0.1", receiver.port) as client:
            client.ehlo()
            assert client.has_extn("starttls")
            client.starttls(context=trusting(pair[0]))
            client.ehlo()
            said = set(client.esmtp_features)
            client.sendmail("ann@clinic.example", [ADDRESS], b"in secret\r\n" * 100_000)
            return said

    said = await in_thread(send)
    assert said == {"size", "8bitmime", "smtputf8", "help"}, "no STARTTLS inside TLS, and nobody logs in"
    assert [(mail.tls, mail.peer, len(mail.raw)) for mail in kept] == [(True, "127.0.0.1", 1_100_000)]
    await receiver.close(10)
    assert receiver.connections == 0


async def test_a_mail_in_clear_is_known_to_be_so(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, kept = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    assert (await client.data(b"x")).startswith("250")
    assert not kept[0].tls


async def test_what_was_said_before_the_handshake_is_forgotten(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    """Commands slipped in after STARTTLS in clear are never carried out (CVE-2011-0411), nor is an envelope kept."""
    receiver, kept = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    client.writer.write(b"STARTTLS\r\nNOOP\r\nDATA\r\nslipped in\r\n.\r\n")
    assert (await client.reply()).startswith("220")
    await client.writer.start_tls(trusting(pair[0]), server_hostname=HOST)
    assert (await client.say(b"DATA")).startswith("503 Error: send HELO first")
    assert (await client.say(b"EHLO x")).startswith("250")
    assert (await client.say(b"DATA")).startswith("503 5.5.1 Need RCPT first")
    assert kept == []


async def test_starttls_twice_and_logging_in_are_refused(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    await encrypted(client, pair[0])
    assert (await client.say(b"EHLO x")).startswith("250")
    assert (await client.say(b"STARTTLS")).startswith("503")
    assert (await client.say(b"AUTH PLAIN AGFubgBzZWNyZXQ=")).startswith("502")
    assert (await client.say(b"NOOP")).startswith("250")


async def test_nothing_older_than_tls_1_2(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    assert Certificate(*pair).context().minimum_version is ssl.TLSVersion.TLSv1_2


async def test_a_handshake_that_fails_costs_only_its_connection(
    start: Start,  # noqa: F811
    pair: tuple[Path, Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    client.writer.write(b"STARTTLS\r\n")
    assert (await client.reply()).startswith("220")
    assert await client.say(b"this is no handshake") == ""
    again = await Client.ready(receiver)
    assert (await again.data(b"x")).startswith("250")
    await receiver.close(10)
    assert receiver.connections == 0
    assert "broke off" not in caplog.text


async def test_a_client_that_leaves_during_the_handshake(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    await client.say(b"STARTTLS")
    client.leave()
    await receiver.close(10)
    assert receiver.connections == 0


async def test_the_end_comes_over_tls_too(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    client = await Client.ready(receiver)
    await encrypted(client, pair[0])
    assert (await client.say(b"EHLO x")).startswith("250")
    closing = asyncio.create_task(receiver.close(10))
    assert (await client.reply()).startswith("421 4.3.2 ")
    await closing


@pytest.mark.parametrize(("lmtp", "code"), [(False, "530 5.7.0 "), (True, "451 4.7.0 ")])
async def test_where_it_is_required_no_mail_comes_without_it(
    start: Start,  # noqa: F811
    pair: tuple[Path, Path],
    lmtp: bool,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mail server on this machine is let off (below), so here nobody is on this machine."""
    monkeypatch.setattr("mailin.receiving.session.is_on_this_machine", lambda _peer: False)
    receiver, kept = await start(lmtp=lmtp, settings={"certificate": Certificate(*pair), "require_tls": True})
    client = await Client.connect(receiver)
    await client.reply()
    hello = b"LHLO x" if lmtp else b"EHLO x"
    assert (await client.say(hello)).startswith("250")
    assert (await client.say(b"MAIL FROM:<ann@clinic.example>")).startswith(code)
    await encrypted(client, pair[0])
    for line in (hello, b"MAIL FROM:<ann@clinic.example>", b"RCPT TO:<complaints@recourse.example>"):
        assert (await client.say(line)).startswith("250")
    assert (await client.data(b"x")).startswith("250")
    assert kept[0].tls


async def test_where_it_is_required_a_server_on_this_machine_is_let_off(
    start: Start,  # noqa: F811
    pair: tuple[Path, Path],
) -> None:
    receiver, _ = await start(settings={"certificate": Certificate(*pair), "require_tls": True})
    assert (await (await Client.ready(receiver)).data(b"x")).startswith("250")


async def test_a_renewed_certificate_is_used_without_a_restart(start: Start, tmp_path: Path) -> None:  # noqa: F811
    pair = write_certificate(tmp_path)
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    seen = []
    for _ in range(2):
        client = await Client.ready(receiver)
        await encrypted(client, pair[0])
        seen.append(client.writer.get_extra_info("ssl_object").getpeercert()["serialNumber"])
        assert pair == write_certificate(tmp_path)
    assert seen[0] != seen[1]


async def test_half_a_renewal_does_not_end_encryption(
    start: Start,  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pair = write_certificate(tmp_path)
    receiver, _ = await start(settings={"certificate": Certificate(*pair)})
    old = tmp_path / "old.pem"
    old.write_bytes(pair[0].read_bytes())
    key = pair[1].read_bytes()
    write_certificate(tmp_path)
    pair[1].write_bytes(key)  # of another pair
    await encrypted(await Client.ready(receiver), old)
    await encrypted(await Client.ready(receiver), old)
    assert caplog.text.count("goes on being used") == 1


@pytest.mark.parametrize("broken", ["missing", "empty", "no key", "not a pair"])
def test_files_that_cannot_be_used_are_told_at_the_start(broken: str, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    if broken == "missing":
        key.unlink()
    elif broken == "empty":
        certificate.write_bytes(b"")
    elif broken == "no key":
        key.write_text("a letter to the editor")
    else:
        (tmp_path / "other").mkdir()
        key = write_certificate(tmp_path / "other")[1]
    wrong = certificate if broken == "empty" else key
    with pytest.raises(SettingsError, match=f"^{wrong} cannot be used for STARTTLS: "):
        Certificate(certificate, key)


async def test_our_own_server_says_over_tls_from_whom_it_has_a_mail(start: Start, pair: tuple[Path, Path]) -> None:  # noqa: F811
    receiver, kept = await start(settings={"certificate": Certificate(*pair), "trusted": (ip_network("127.0.0.1"),)})
    client = await Client.ready(receiver)
    await encrypted(client, pair[0])
    for line in (b"EHLO x", b"XFORWARD ADDR=192.0.2.7", b"MAIL FROM:<>", b"RCPT TO:<complaints@recourse.example>"):
        assert (await client.say(line)).startswith("250")
    assert (await client.data(b"x")).startswith("250")
    assert (kept[0].peer, kept[0].handed_over_by, kept[0].tls) == ("192.0.2.7", "127.0.0.1", True)
