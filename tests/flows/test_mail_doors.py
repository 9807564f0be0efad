"""The doors for mail of `recourse serve`: the limits of the operator's table, STARTTLS, a local socket, metrics."""

import asyncio
import re
import smtplib
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.parts import office
from tests.parts.certificates import write_certificate
from tests.parts.program import PORTAL, Installation, Server, serving


def metrics(server: Server, headers: dict[str, str] | None = None) -> str:
    request = urllib.request.Request(f"{server.web}/metrics", headers=headers or {})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        text: str = answer.read().decode()
        return text


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} in\n{text}"
    return float(found[1])


def send(port: int, number: int = 1, sender: str = office.CLINIC) -> None:
    mail = office.with_csv(number)
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [PORTAL], mail.as_bytes())


def refusal(port: int) -> tuple[int, bytes]:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        return client.mail(office.CLINIC)


async def test_metrics_count_mails_and_what_waits(place: Installation) -> None:
    await place.register(office.CLINIC)
    async with serving(place) as server:
        await asyncio.to_thread(send, server.port)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(_to_nobody, server.port)
        text = await asyncio.to_thread(metrics, server)
    assert value(text, 'recourse_mails_total{code="250",way="smtp"}') == 1
    assert value(text, 'recourse_notices{state="suppressed"}') == 0
    assert value(text, 'recourse_letters_apart{outcome="held"}') == 0
    assert value(text, 'recourse_mail_bytes_in_flight{way="smtp"}') == 0
    assert value(text, "recourse_resident_bytes") > 10_000_000
    for word in ("lakeside", "127.0.0.1", "recourse.sqlite3"):
        assert word not in text, "no address, and nothing that a mail says"


def _to_nobody(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(office.CLINIC, ["nobody@example.org"], b"x")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_metrics_do_not_exist_for_whoever_comes_through_a_web_server(
    on_sqlite: Installation, header: str
) -> None:
    async with serving(on_sqlite) as server:
        with pytest.raises(urllib.error.HTTPError) as refused:
            await asyncio.to_thread(metrics, server, {header: "127.0.0.1"})
        refused.value.close()
    assert refused.value.code == 404


@pytest.mark.parametrize(("name", "beyond"), [("memory_mb", 1), ("free_disk_mb", 10**9)])
async def test_a_full_machine_says_later(on_sqlite: Installation, name: str, beyond: int) -> None:
    (on_sqlite.folder / "limits.toml").write_text(f"[receiving]\n{name} = {beyond}\n")
    async with serving(on_sqlite, settings={"RECOURSE_LIMITS": "limits.toml"}) as server:
        later = (451, b"4.3.1 Not enough room here just now, send it again later")
        assert await asyncio.to_thread(refusal, server.port) == later
        text = await asyncio.to_thread(metrics, server)
        assert name in server.log.read_text()
    assert value(text, f'recourse_limits_reached_total{{limit="{name}"}}') == 1


async def test_the_limits_of_one_client_are_the_operators(on_sqlite: Installation) -> None:
    (on_sqlite.folder / "limits.toml").write_text(
        "[receiving]\nletters_per_peer = [1, 3600]\nconnections_per_peer = 2\n"
    )
    settings = {"RECOURSE_LIMITS": "limits.toml", "RECOURSE_TRUSTED_PEERS": "192.0.2.1"}
    async with serving(on_sqlite, settings=settings) as server:
        await asyncio.to_thread(send, server.port)
        assert (await asyncio.to_thread(refusal, server.port))[0] == 451
        assert await asyncio.to_thread(_third_at_once, server.port) == 421
        text = await asyncio.to_thread(metrics, server)
        assert [
            letter["outcome"] is None or letter["id"]
            for letter in (await on_sqlite.done("letters", "list", "--json")).json
        ]
    assert value(text, 'recourse_limits_reached_total{limit="letters_per_peer"}') == 1
    assert value(text, 'recourse_limits_reached_total{limit="connections_per_peer"}') == 1


def _third_at_once(port: int) -> int:
    with (
        smtplib.SMTP("127.0.0.1", port),
        smtplib.SMTP("127.0.0.1", port),
        pytest.raises(smtplib.SMTPConnectError) as refused,
    ):
        smtplib.SMTP("127.0.0.1", port)
    return refused.value.smtp_code


async def test_starttls_as_the_settings_say(on_sqlite: Installation, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "localhost", days=3)
    settings = {
        "RECOURSE_SMTP_TLS": "offer",
        "RECOURSE_SMTP_CERTIFICATE": str(certificate),
        "RECOURSE_SMTP_KEY": str(key),
    }
    async with serving(on_sqlite, settings=settings) as server:
        assert await asyncio.to_thread(_over_tls, server.port, certificate) == 250
        examined = (await on_sqlite.run("doctor", "--json", settings=settings)).json
    (encryption,) = [check for check in examined["checks"] if check["name"] == "encryption"]
    assert not encryption["ok"]
    assert encryption["mend"].startswith("It ends in 2 days")


def _over_tls(port: int, certificate: Path) -> int:
    with smtplib.SMTP("localhost", port) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        client.ehlo()
        return client.mail(office.CLINIC)[0]


async def test_a_certificate_that_cannot_be_used_stops_the_start(on_sqlite: Installation) -> None:
    settings = {"RECOURSE_SMTP_TLS": "require", "RECOURSE_SMTP_CERTIFICATE": "no.pem", "RECOURSE_SMTP_KEY": "no.key"}
    ended = await on_sqlite.run("serve", settings=settings)
    assert ended.code == 2
    assert "no.pem cannot be used for STARTTLS: No such file or directory" in ended.err


async def test_lmtp_on_a_local_socket(on_sqlite: Installation) -> None:
    await on_sqlite.register(office.CLINIC)
    socket = on_sqlite.folder / "lmtp"
    async with serving(on_sqlite, settings={"RECOURSE_LMTP_LISTEN": f"unix:{socket}"}):

        def send_there() -> None:
            with smtplib.LMTP(str(socket)) as client:
                client.ehlo()
                assert client.docmd("XFORWARD", "ADDR=192.0.2.7 HELO=mail.clinic.example")[0] == 250
                client.sendmail(office.CLINIC, [PORTAL], office.with_csv(1).as_bytes())

        await asyncio.to_thread(send_there)
        (letter,) = (await on_sqlite.done("letters", "list", "--json")).json
        shown = (await on_sqlite.done("letters", "show", str(letter["id"]), "--json")).json
    assert shown["peer"] == "192.0.2.7"
