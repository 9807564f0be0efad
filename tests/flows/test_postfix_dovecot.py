"""The real way of a mail: swaks, a private Postfix in front, Recourse, Postfix as relay, Dovecot, IMAP."""

import asyncio
import re
import shutil
import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from mailin.receiver import Limits
from tests.parts import clerk, libreoffice, office, swaks
from tests.parts.cut_wire import cut_wire
from tests.parts.dovecot import LEFT
from tests.parts.postfix import SIZE_LIMIT
from tests.parts.postgres import Postgres
from tests.parts.program import PORTAL, Installation, installation, serving
from tests.parts.town import CLINIC, OUTSIDE, SECOND, Town
from tests.parts.waiting import until_async

pytestmark = [pytest.mark.real("postfix"), pytest.mark.real("dovecot"), pytest.mark.real("swaks")]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`recourse sheet`, filled by a clerk."""
    folder = tmp_path_factory.mktemp("sheets")
    blank, filled = folder / "blank.xlsx", folder / "claims.xlsx"
    asyncio.run(installation(folder).done("sheet", "--out", str(blank), "--mco", "Meridian"))
    for path, series in ((filled, "A"), (folder / "second.xlsx", "B"), (folder / "third.xlsx", "C")):
        clerk.fill(blank, path, series)
    return filled


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which the clinic is registered."""
    place = installation(tmp_path_factory.mktemp("registered"))
    asyncio.run(place.register(CLINIC))
    return place.folder / "recourse.sqlite3"


@pytest.fixture
def place(town: Town, on_sqlite: Installation, registered: Path) -> Installation:
    shutil.copy(registered, on_sqlite.folder)
    return town.answering(on_sqlite)


@pytest.fixture(scope="module")
def opened_and_saved(sheet: Path) -> tuple[Path, Path]:
    """Two more such sheets, one opened and saved by LibreOffice as xlsx, one as csv."""
    saved = sheet.parent / "saved"
    saved.mkdir()

    async def save_both() -> tuple[Path, Path]:
        return await asyncio.gather(
            libreoffice.save_as(sheet.parent / "second.xlsx", saved, "xlsx"),
            libreoffice.save_as(sheet.parent / "third.xlsx", saved, "csv"),
        )

    return asyncio.run(save_both())


def assert_a_machine_speaks(mail: EmailMessage) -> None:
    """What keeps two machines from answering each other for ever (RFC 3834), and lets us hear what came back."""
    notice = re.fullmatch(r"<notice-(\d+)\.\d{14}\.[a-z2-7]{16}\.recourse@example\.org>", mail["Message-ID"])
    assert notice
    assert re.fullmatch(rf"<portal\+b\.{notice[1]}\.[a-z2-7]{{16}}@example\.org>", mail["Return-Path"])
    assert mail["Auto-Submitted"] == ("auto-replied" if mail["In-Reply-To"] else "auto-generated")
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert clerk.MEMBER.partition(",")[0] not in mail.as_string()


async def assert_one_thread(town: Town, *mails: EmailMessage) -> None:
    """Dovecot itself calls these mails of the clinic's inbox, and no others, a thread."""
    ids = [str(mail["Message-ID"]) for mail in await town.mailboxes.mails(CLINIC)]
    threads = await asyncio.to_thread(town.mailboxes.threads, CLINIC)
    assert {ids.index(str(mail["Message-ID"])) + 1 for mail in mails} in threads


async def assert_answered_once(town: Town, place: Installation, message_id: str) -> None:
    """Whatever happened on its way: one letter, one ticket, one answer that went out and one that came."""
    receipt = await town.answer_to(message_id, "Ticket ")
    number = receipt["Subject"].split()[1].rstrip(":")
    commands = ("tickets", "list"), ("letters", "list"), ("tickets", "show", number)
    looked = await asyncio.gather(*(place.done(*command, "--json") for command in commands))
    (ticket,), (letter,), shown = [ended.json for ended in looked]
    assert ticket["number"] == number
    assert (letter["outcome"], letter["ticket"]) == ("ticket", ticket["number"])
    assert [notice["state"] for notice in shown["notices"]] == ["sent"]
    assert [mail["Subject"] for mail in await town.answers(message_id)] == [receipt["Subject"]]


@pytest.mark.real("libreoffice")
@pytest.mark.parametrize("way", ["straight", "through Postfix"])
async def test_sheets_become_tickets_and_a_closing_comes_in_the_mails_thread(
    town: Town, place: Installation, sheet: Path, opened_and_saved: tuple[Path, Path], way: str
) -> None:
    await place.register(SECOND)
    earlier = [f"{name}: <earlier@lakeside.example>" for name in ("In-Reply-To", "References")]
    async with serving(place, town.portal_port) as server:
        port = server.port if way == "straight" else town.postfix.port
        for name, path in zip("abc", (sheet, *opened_and_saved), strict=True):
            await town.mail_in(port, f"<{name}@lakeside.example>", path, earlier if name == "a" else ())
        receipts = [await town.answer_to(f"<{name}@lakeside.example>", "Ticket ") for name in "abc"]
        tickets = (await place.done("tickets", "list", "--json")).json
        number = receipts[0]["Subject"].split()[1].rstrip(":")
        closed = await place.done("tickets", "close", number, "--disposition", "paid", "--json")
        notice = await town.answer_to("<a@lakeside.example>", f"Ticket {number} is closed")
        second = await town.answer_to(None, f"Ticket {number} is closed", SECOND)

    assert sorted(receipt["Subject"] for receipt in receipts) == sorted(
        f"Ticket {ticket['number']}: your 3 claims against Meridian Health Plan of Illinois" for ticket in tickets
    )
    assert closed.json["told"] == [CLINIC, SECOND]
    for mail in (receipts[0], notice):
        assert mail["References"].split() == ["<earlier@lakeside.example>", "<a@lakeside.example>"]
    for mail in (*receipts, notice, second):
        assert_a_machine_speaks(mail)
    sent = await town.keep_copy("<a@lakeside.example>", earlier)
    await assert_one_thread(town, sent, receipts[0], notice)


async def test_over_lmtp(town: Town, place: Installation, sheet: Path) -> None:
    """The shipped lines with lmtp: for smtp:."""
    message_id = "<lmtp@lakeside.example>"
    with town.another_postfix("lmtp") as (front, port):
        async with serving(place, settings={"RECOURSE_LMTP_LISTEN": f"127.0.0.1:{port}"}):
            await town.mail_in(front.port, message_id, sheet)
            await assert_answered_once(town, place, message_id)
            await town.logged(front, "postfix/lmtp", "250 2.0.0 kept as letter 1")


async def test_mail_waits_in_postfix_while_we_are_away(town: Town, place: Installation, sheet: Path) -> None:
    message_id = "<away@lakeside.example>"
    await town.mail_in(town.postfix.port, message_id, sheet)
    await town.logged(town.postfix, f"[127.0.0.1]:{town.portal_port}: Connection refused")
    async with serving(place, town.portal_port):
        await assert_answered_once(town, place, message_id)


@pytest.mark.real("postgres")
async def test_mail_waits_in_postfix_while_the_database_is_away(
    town: Town, on_postgres: Installation, cluster: Postgres, sheet: Path
) -> None:
    place, message_id = town.answering(on_postgres), "<no-database@lakeside.example>"
    await place.register(CLINIC)
    async with serving(place, town.portal_port):
        await asyncio.to_thread(cluster.stop)
        try:
            await town.mail_in(town.postfix.port, message_id, sheet)
            await town.logged(town.postfix, "451 4.3.0 Could not be stored just now")
        finally:
            await asyncio.to_thread(cluster.start)
        await assert_answered_once(town, place, message_id)


async def test_mail_that_postfix_delivers_twice_is_one_letter(town: Town, place: Installation, sheet: Path) -> None:
    """Our 250 is lost on its way: Postfix sends the same bytes again."""
    message_id = "<lost-250@lakeside.example>"
    async with serving(place) as server, cut_wire(town.portal_port, server.port, b"250 2.0.0 kept") as wire:
        await town.mail_in(town.postfix.port, message_id, sheet)
        await wire.passed.wait()
        await assert_answered_once(town, place, message_id)
    assert wire.cut


async def test_mail_that_was_sent_twice_is_answered_once(town: Town, place: Installation) -> None:
    """The second copy has other bytes, Postfix's own Received line, and another spelling of our address."""
    mail = office.with_csv(1)
    mail.replace_header("From", CLINIC)
    raw = mail.as_bytes()
    async with serving(place, town.portal_port):
        await asyncio.to_thread(_send, town.postfix.port, raw, CLINIC, PORTAL)
        await town.answer_to(mail["Message-ID"], "Ticket ")
        await asyncio.to_thread(_send, town.postfix.port, raw, CLINIC, "Portal@Example.Org")

        async def outcomes() -> list[str] | None:
            found = [letter["outcome"] for letter in (await place.done("letters", "list", "--json")).json]
            return found if len(found) == 2 and all(found) else None

        assert await until_async(outcomes, "the second copy's outcome") == ["duplicate_letter", "ticket"]
        (ticket,) = (await place.done("tickets", "list", "--json")).json
    assert ticket["state"] == "open"
    assert len(await town.answers(mail["Message-ID"])) == 1


def _send(port: int, raw: bytes, sender: str, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, [to], raw)


async def test_the_edge_refuses_what_we_cannot_take(town: Town, place: Installation) -> None:
    """Whoever sends is told at once, by Postfix as by us: nothing is taken that would bounce to a forged sender."""
    other = PORTAL.replace("portal", "portal-2")
    async with serving(place, town.portal_port):
        for port, client, limit in (
            (town.postfix.port, OUTSIDE, SIZE_LIMIT),
            (town.portal_port, None, Limits().max_size),
        ):
            unknown = await swaks.send(port, sender=CLINIC, to=other, client=client)
            assert unknown.code == 24, unknown.transcript
            assert "550 5.1.1" in unknown.transcript
            declared = await asyncio.to_thread(_sizes_taken, port, CLINIC, (limit, limit + 1))
            assert declared == [250, 552]
        assert (await place.done("letters", "list", "--json")).json == []


def _sizes_taken(port: int, sender: str, sizes: tuple[int, ...]) -> list[int]:
    """What the server says to mails that are announced with these sizes."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("mail.example.org")
        replies = []
        for size in sizes:
            replies.append(client.mail(sender, [f"SIZE={size}"])[0])
            client.rset()
        return replies


async def test_the_largest_mail_that_postfix_takes_is_taken_by_us(town: Town, place: Installation) -> None:
    mail = office.with_csv(1)
    mail.replace_header("From", CLINIC)
    mail.add_attachment(bytes(18_260_000), maintype="image", subtype="jpeg", filename="photo.jpg")
    raw = mail.as_bytes(policy=SMTP)
    assert 0.999 < len(raw) / SIZE_LIMIT < 1
    async with serving(place, town.portal_port):
        await asyncio.to_thread(_send, town.postfix.port, raw, CLINIC, PORTAL)
        await assert_answered_once(town, place, mail["Message-ID"])


@pytest.mark.parametrize("others", [False, True], ids=["alone", "with others"])
async def test_an_answer_that_the_relay_refuses_goes_to_others_or_is_seen_by_staff(
    town: Town, place: Installation, sheet: Path, others: bool
) -> None:
    town = town.of("gone@lakeside.example")
    await place.register(town.clinic, "036112345001" if others else "036112345003")
    async with serving(place) as server:
        await town.mail_in(server.port, "<refused@lakeside.example>", sheet)

        async def settled() -> bool:
            return "1 undeliverable notices, 0 to send" in (await place.run("doctor", "--json")).out

        await until_async(settled, "the receipt to be marked")
        examined = await place.run("doctor")
        (ticket,) = (await place.done("tickets", "list", "--json")).json
        shown = (await place.done("tickets", "show", ticket["number"], "--json")).json
    assert examined.code == (0 if others else 1)
    word = "ok " if others else "BAD"
    assert f"{word}  waiting: 0 parked letters, 1 undeliverable notices, 0 to send" in examined.out
    refused = (town.clinic, "undeliverable", "the relay refused the mail with 550")
    notices = [(n["to"], n["state"], n["error"]) for n in shown["notices"]]
    assert sorted(notices) == sorted([refused, (CLINIC, "sent", None)] if others else [refused])
    event = next(one for one in shown["timeline"] if one["event"] == "notice_undeliverable")
    assert ("sent to another person as notice" in event["detail"]) is others


async def test_an_answer_that_the_relay_could_not_deliver_is_told_to_the_second_person(
    town: Town, place: Installation, sheet: Path
) -> None:
    """The relay took it; the mailbox behind it did not. Postfix's own report comes to our return address."""
    town = town.of(LEFT)
    await place.register(LEFT, "036112345002", "Left Clinic")
    await place.register(SECOND, "036112345002", "Left Clinic")
    async with serving(place, town.portal_port) as server:
        await town.mail_in(server.port, "<left@lakeside.example>", sheet)
        told = await town.answer_to(None, "Ticket ", SECOND)
        number = told["Subject"].split()[1].rstrip(":")

        async def sent() -> list[tuple[str, str]] | None:
            notices = (await place.done("tickets", "show", number, "--json")).json["notices"]
            found = sorted((one["to"], one["state"]) for one in notices)
            return found if all(state != "queued" for _, state in found) else None

        assert await until_async(sent, "the second notice to be marked") == [(LEFT, "undelivered"), (SECOND, "sent")]
        (undelivered,) = (await place.done("notices", "list", "--state", "undelivered", "--json")).json
        bounces = (await place.done("letters", "list", "--outcome", "bounce", "--json")).json
        examined = await place.run("doctor")
    assert undelivered["error"] == "it came back with 5.1.1"
    assert [(one["ticket"], one["detail"]) for one in bounces] == [
        (number, f"notice {undelivered['id']}: undelivered 5.1.1")
    ]
    assert "1 notices that came back" in examined.out
    assert LEFT.partition("@")[0] + "@" not in told.as_string()
    assert_a_machine_speaks(told)


async def test_an_answer_waits_for_a_relay_that_is_down(town: Town, place: Installation, sheet: Path) -> None:
    message_id = "<relay-down@lakeside.example>"
    async with serving(place) as server:
        await asyncio.to_thread(town.postfix.stop)
        try:
            await town.mail_in(server.port, message_id, sheet)

            async def set_back() -> bool:
                return "set back after attempt" in server.log.read_text()

            await until_async(set_back, "the first try to send")
            (ticket,) = (await place.done("tickets", "list", "--json")).json
            shown = (await place.done("tickets", "show", ticket["number"], "--json")).json
            assert [notice["state"] for notice in shown["notices"]] == ["queued"]
        finally:
            await asyncio.to_thread(town.postfix.start)
        await assert_answered_once(town, place, message_id)
