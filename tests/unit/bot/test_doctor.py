"""What the doctor says of the ways by which mail comes in, of the DNS, and of a mailbox."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import doctor
from bot.dns_check import examine_dns
from bot.mailbox_check import examine_mailbox
from bot.settings import Settings
from tests.parts.name_server import Fault, NameServer, name_server

FETCHED = Settings(smtp_listen="", imap="imaps://portal@127.0.0.1:1/Complaints", imap_password="hidden")


@pytest.fixture
def dns() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


def settings_of(dns: NameServer) -> Settings:
    return Settings(dns=dns.address, mail_address="portal@recourse.example")


async def test_one_question_to_the_dns_is_asked_and_no_such_record_is_an_answer(dns: NameServer) -> None:
    assert await examine_dns(settings_of(dns)) == (f"{dns.address}: answered", "")
    assert dns.asked == [("recourse.example", "TXT")]


async def test_a_dns_that_does_not_answer_is_to_be_mended(dns: NameServer) -> None:
    dns.fault = Fault.SERVFAIL
    found, mend = await examine_dns(settings_of(dns))
    assert found.startswith(f"{dns.address}: no answer about recourse.example (")
    assert "mails are told to come again" in mend


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (FETCHED, "fetched from a mailbox only"),
        (replace(FETCHED, lmtp_listen="127.0.0.1:24"), "by LMTP and fetched from a mailbox only"),
        (Settings(smtp_listen="", lmtp_listen="127.0.0.1:24"), "by LMTP only"),
        (Settings(smtp_listen=""), "nowhere but by a pipe: nothing is listened on"),
    ],
)
async def test_the_ways_by_which_mail_comes_are_told(settings: Settings, found: str) -> None:
    assert await doctor._mail_port(settings) == doctor.Check("mail in", found)


async def test_a_mailbox_that_cannot_be_reached_is_told_with_host_user_and_folder() -> None:
    found, mend = await examine_mailbox(FETCHED)
    assert found.startswith("portal at 127.0.0.1:1, folder Complaints: the mailbox cannot be reached")
    assert mend


async def test_nobody_waits_for_a_mailbox_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"imap://portal@127.0.0.1:{silent.getsockname()[1]}/INBOX"
        found, mend = await examine_mailbox(Settings(imap=url, imap_password="hidden"), patience=0.3)
    assert found.endswith(": no answer in 0 s")
    assert "Is the mail server up" in mend
