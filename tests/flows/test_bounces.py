"""Answers that come back: read by the signed return address, told to the next person on file and to staff, once.

And letters that name a ticket without answering a mail of ours. Every test is an office of its own with one server.
"""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio

from complaints.identifiers import ticket_number
from tests.parts.correspondence import (
    Became,
    Correspondence,
    corresponding,
    mail,
    row,
    text_of,
    with_sheet,
    workbook,
)
from tests.parts.office import today
from tests.parts.postgres import Postgres
from tests.parts.program import PORTAL, Installation, installation
from tests.parts.waiting import until_async

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOUNCE_ADDRESS = re.compile(r"<(portal\+b\.(\d+)\.[a-z2-7]{16}@example\.org)>")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real("postgres"))])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("bounces")
    if request.param == "sqlite":
        yield installation(folder)
        return
    cluster: Postgres = request.getfixturevalue("cluster")
    with cluster.database() as url:
        yield installation(folder, url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(place: Installation) -> AsyncIterator[Correspondence]:
    async with corresponding(place) as correspondence:
        yield correspondence


def return_address(answer: EmailMessage) -> str:
    match = BOUNCE_ADDRESS.fullmatch(str(answer["Return-Path"]))
    assert match, answer["Return-Path"]
    return match[1]


def report(answer: EmailMessage, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server sends to the return address of an answer."""
    to = return_address(answer)
    return (
        f"From: MAILER-DAEMON@mx.lakeside.example\r\nTo: {to}\r\nMessage-ID: <dsn-{action}{status}.{to}>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.lakeside.example\r\n\r\n"
        f"Final-Recipient: rfc822; {answer['To']}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "--b--\r\n"
    ).encode()


async def put_in(portal: Correspondence, to: str, raw: bytes, sender: str = "") -> int:
    """The letter that a mail to a return address is kept as."""

    def send() -> str:
        with smtplib.SMTP("127.0.0.1", portal.server.port) as client:
            client.ehlo("mx.lakeside.example")
            for said, expected in ((client.mail(sender), 250), (client.rcpt(to), 250)):
                assert said[0] == expected, said
            return client.data(raw)[1].decode()

    kept = re.search(r"kept as letter (\d+)", await asyncio.to_thread(send))
    assert kept
    return int(kept[1])


async def bounce(portal: Correspondence, answer: EmailMessage, **how: str) -> Any:
    letter = await put_in(portal, return_address(answer), report(answer, **how))
    return await looked_at(portal, letter)


async def looked_at(portal: Correspondence, letter: int) -> Any:
    async def look() -> Any:
        seen = await portal.ask("letters.show", id=letter)
        return seen if seen["outcome"] else None

    return await until_async(look, f"an outcome of letter {letter}")


async def another_person(portal: Correspondence, address: str, hfs_id: str, name: str) -> str:
    person = {"npi": None, "person": "", "role": "provider"}
    await portal.ask("providers.add", name=name, hfs_id=hfs_id, email=address, **person)
    return address


async def notices_of(portal: Correspondence, became: Became) -> dict[str, Any]:
    """The state of every notice about a letter's ticket, by address, once none is queued."""

    async def look() -> Any:
        notices = (await portal.ticket(became.ticket))["notices"]
        return notices if all(one["state"] != "queued" for one in notices) else None

    return {one["to"]: one["state"] for one in await until_async(look, "the notices to go out")}


def to(portal: Correspondence, address: str) -> EmailMessage:
    """The newest answer to this address."""
    return [one for one in portal.all_answers() if one["To"] == address][-1]


async def test_an_answer_that_came_back_goes_once_to_the_next_person_and_to_staff(portal: Correspondence) -> None:
    first = await portal.office("returned", hfs_id="036200000001", provider="Returned Clinic")
    second = await another_person(portal, "kim@second.example", "036200000001", "Returned Clinic")
    filed = await portal.write(with_sheet(mail(first), workbook(row("RT-1"))))

    seen = await bounce(portal, filed.answer)
    notice = BOUNCE_ADDRESS.fullmatch(str(filed.answer["Return-Path"]))
    assert notice
    assert (seen["outcome"], seen["ticket"]) == ("bounce", filed.ticket)
    assert seen["detail"] == f"notice {notice[2]}: undelivered 5.1.1"
    assert seen["answers"] == []
    assert await notices_of(portal, filed) == {first: "undelivered", second: "sent"}

    told = to(portal, second)
    assert told["Subject"] == filed.answer["Subject"]
    assert told["In-Reply-To"] is None
    assert text_of(told).splitlines() == [
        "This mail was for another person who is registered for your provider, at returned.example. "
        "It could not be delivered there, so it comes to you.",
        "",
        *filed.text.splitlines(),
    ]
    assert "billing@" not in told.as_string()
    html = told.get_body(("html",))
    assert html is not None
    assert html.get_content().count("at returned.example.") == 1

    again = await bounce(portal, filed.answer, status="5.2.2")
    assert (again["outcome"], again["ticket"]) == ("bounce", filed.ticket)
    assert len((await portal.ticket(filed.ticket))["notices"]) == 2

    events = [one for one in (await portal.ticket(filed.ticket))["timeline"] if one["event"] == "notice_undelivered"]
    assert [one["detail"].partition("; ")[0] for one in events] == [f"notice {notice[2]}: it came back with 5.1.1"]
    assert "sent to another person as notice" in events[0]["detail"]


async def test_it_ends_when_nobody_else_is_on_file(portal: Correspondence) -> None:
    first = await portal.office("ended", hfs_id="036200000002", provider="Ended Clinic")
    second = await another_person(portal, "kim@ended.example", "036200000002", "Ended Clinic")
    filed = await portal.write(with_sheet(mail(first), workbook(row("EN-1"))))
    before = await portal.ask("doctor.counts")
    await bounce(portal, filed.answer)
    assert await notices_of(portal, filed) == {first: "undelivered", second: "sent"}
    await bounce(portal, to(portal, second))
    assert await notices_of(portal, filed) == {first: "undelivered", second: "undelivered"}
    events = (await portal.ticket(filed.ticket))["timeline"]
    assert "nobody else on file to send it to" in events[-1]["detail"]
    counts = await portal.ask("doctor.counts")
    assert counts["undelivered"] - before["undelivered"] == 2
    assert counts["reached_nobody"] - before["reached_nobody"] == 1


async def test_a_reply_of_the_next_person_goes_on_in_the_thread(portal: Correspondence) -> None:
    first = await portal.office("taken", hfs_id="036200000003", provider="Taken Clinic")
    second = await another_person(portal, "kim@taken.example", "036200000003", "Taken Clinic")
    filed = await portal.write(with_sheet(mail(first), workbook(row("TK-1"))))
    await bounce(portal, filed.answer)
    await notices_of(portal, filed)
    told = to(portal, second)
    thanks = await portal.write(mail(second, "Thank you, Dana has left.", In_Reply_To=told["Message-ID"]))
    assert (thanks.outcome, thanks.ticket) == ("added_to_ticket", filed.ticket)


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0"), ("exploded", "")]
)
async def test_a_delay_or_a_delivery_changes_nothing(portal: Correspondence, action: str, status: str) -> None:
    office = await portal.office(f"slow{action}")
    filed = await portal.write(with_sheet(mail(office), workbook(row("SL-1"))))
    seen = await bounce(portal, filed.answer, action=action, status=status)
    assert (seen["outcome"], seen["answers"]) == ("bounce", [])
    assert await notices_of(portal, filed) == {office: "sent"}


async def test_what_writes_to_a_return_address_is_neither_answered_nor_a_complaint(portal: Correspondence) -> None:
    office = await portal.office("writes")
    filed = await portal.write(with_sheet(mail(office), workbook(row("WR-1"))))
    back = return_address(filed.answer)
    number_of_answers = len(portal.all_answers())
    automatic = mail(office, "I am away until Monday.", Subject="Automatic reply", Auto_Submitted="auto-replied")
    person = with_sheet(mail(office, "One more:"), workbook(row("WR-2")))
    for letter, sender, detail in ((automatic, "", "null_sender"), (person, office, "no_report")):
        seen = await looked_at(
            portal, await put_in(portal, back.upper(), bytes(letter).replace(b"\n", b"\r\n"), sender)
        )
        assert (seen["outcome"], seen["detail"].partition(": ")[2], seen["answers"]) == ("bounce", detail, [])
    assert await notices_of(portal, filed) == {office: "sent"}
    assert len(portal.all_answers()) == number_of_answers
    tickets = [one for one in await portal.ask("tickets.list") if one["provider"] == "Writes Clinic"]
    assert [one["number"] for one in tickets] == [filed.ticket]


async def test_a_made_up_return_address_is_nobodys(portal: Correspondence) -> None:
    filed = await portal.write(with_sheet(mail(await portal.office("madeup")), workbook(row("MU-1"))))
    right = return_address(filed.answer)
    other = right.replace("portal+b.", "portal+b.9")

    def replies() -> list[int]:
        with smtplib.SMTP("127.0.0.1", portal.server.port) as client:
            client.ehlo("mx.lakeside.example")
            client.mail("")
            return [client.rcpt(one)[0] for one in (other, f"portal+x@{PORTAL.partition('@')[2]}", right)]

    assert await asyncio.to_thread(replies) == [550, 550, 250]


async def test_who_speaks_for_several_providers_does_not_let_others_see_their_mail(portal: Correspondence) -> None:
    """A billing company's rejection may be about any of its providers: only who speaks for all of them gets it."""
    company = await portal.office("company", hfs_id="036200000010", provider="First Clinic")
    await another_person(portal, company, "036200000011", "Other Clinic")
    await another_person(portal, "only@first.example", "036200000010", "First Clinic")
    rejected = await portal.write(mail(company, "MCO: Meridian\nTracking number: pending\n"))
    assert rejected.outcome == "rejected"
    await bounce(portal, rejected.answer)
    assert [one for one in portal.all_answers() if one["To"] == "only@first.example"] == []
    for hfs_id, name in (("036200000010", "First Clinic"), ("036200000011", "Other Clinic")):
        await another_person(portal, "partner@company.example", hfs_id, name)
    rejected = await portal.write(mail(company, "MCO: Meridian\nTracking number: n/a\n"))
    await bounce(portal, rejected.answer)

    async def has_come() -> bool:
        return any(one["To"] == "partner@company.example" for one in portal.all_answers())

    await until_async(has_come, "the answer to come to the partner")
    assert [one for one in portal.all_answers() if one["To"] == "only@first.example"] == []


async def test_a_closing_that_came_back_goes_to_nobody_who_has_it(portal: Correspondence) -> None:
    first = await portal.office("shut", hfs_id="036200000012", provider="Shut Clinic")
    second = await another_person(portal, "kim@shut.example", "036200000012", "Shut Clinic")
    filed = await portal.write(with_sheet(mail(first), workbook(row("SH-1"))))
    await portal.ask("tickets.close", number=filed.ticket, disposition="paid", note="", who="staff")
    closings = await portal.closure_notices(str(filed.ticket))
    assert set(closings) == {first, second}
    await bounce(portal, closings[first])
    closed = [one["state"] for one in (await portal.ticket(filed.ticket))["notices"] if "closed" in one["subject"]]
    assert sorted(closed) == ["sent", "undelivered"]


# A ticket that is named, and no mail of ours answered


@pytest.mark.parametrize("where", ["subject", "text"])
async def test_a_letter_that_names_a_ticket_goes_to_it(portal: Correspondence, where: str) -> None:
    office = await portal.office(f"named{where}")
    filed = await portal.write(with_sheet(mail(office), workbook(row("NA-1"))))
    words = {"Subject": f"Re: Ticket {filed.ticket}: your claim"} if where == "subject" else {}
    text = "Thank you." if where == "subject" else f"Thank you for opening {filed.ticket}. We wait."
    told = await portal.write(mail(office, text, **words))
    assert (told.outcome, told.ticket, told.answers) == ("added_to_ticket", filed.ticket, ())
    asked = await portal.write(mail(office, "STATUS", Subject=f"Re: Ticket {filed.ticket}: your claim"))
    assert (asked.outcome, asked.ticket) == ("status", filed.ticket)


async def test_what_was_missing_is_supplied_by_naming_the_ticket(portal: Correspondence) -> None:
    office = await portal.office("supplied")
    partly = await portal.write(with_sheet(mail(office), workbook(row("SU-1"), row(None))))
    assert partly.outcome == "partly"
    words = mail(office, "The tracking number is SU-0004656", Subject=f"RE: Ticket {partly.ticket}: 1 claim filed")
    made = await portal.write(words)
    assert (made.outcome, await portal.tracking_numbers(made.ticket)) == ("ticket", ["SU-0004656"])


async def test_a_new_complaint_that_names_another_ticket_is_filed(portal: Correspondence) -> None:
    office = await portal.office("newone")
    filed = await portal.write(with_sheet(mail(office), workbook(row("NW-1"))))
    more = await portal.write(with_sheet(mail(office, f"As for {filed.ticket}."), workbook(row("NW-2"))))
    assert more.outcome == "ticket"
    assert more.ticket != filed.ticket


async def test_a_mail_of_ours_that_is_answered_counts_before_a_number(portal: Correspondence) -> None:
    office = await portal.office("answersfirst")
    one = await portal.write(with_sheet(mail(office), workbook(row("AF-1"))))
    two = await portal.write(with_sheet(mail(office), workbook(row("AF-2"))))
    told = await portal.write(mail(office, f"Not {two.ticket}.", In_Reply_To=one.answer["Message-ID"]))
    assert (told.outcome, told.ticket) == ("added_to_ticket", one.ticket)


async def test_a_made_up_message_id_of_ours_answers_nothing(portal: Correspondence) -> None:
    office = await portal.office("forgedid")
    filed = await portal.write(with_sheet(mail(office), workbook(row("FI-1"))))
    right = str(filed.answer["Message-ID"])
    made_up = re.sub(r"\.([a-z2-7]{16})\.", lambda found: f".{found[1][::-1]}.", right)
    assert made_up != right
    for message_id, outcome in ((made_up, "no_complaint"), (right.lower(), "added_to_ticket")):
        told = await portal.write(mail(office, "Thank you.", In_Reply_To=message_id))
        assert told.outcome == outcome


@pytest.mark.parametrize(
    ("mark", "text"),
    [("thanks", "Thank you for {0}."), ("status", "STATUS {0}"), ("tracking", "{0}: the tracking number is 4711-2")],
)
async def test_a_stranger_who_knows_a_number_learns_nothing(portal: Correspondence, mark: str, text: str) -> None:
    """The answer is the same, word for word, as to a number of nobody, and nothing that is kept tells them apart."""
    owner = await portal.office(f"owner{mark}")
    other = await portal.office(f"other{mark}")
    filed = await portal.write(with_sheet(mail(owner), workbook(row(f"ST-{mark}"))))
    assert filed.ticket
    nobodys = ticket_number(today().year, 912_345)
    for sender in (other, f"who{mark}@elsewhere.example"):
        said = []
        for number in (filed.ticket, nobodys):
            became = await portal.write(mail(sender, text.format(number), Subject=f"About {number}"))
            seen = [became.outcome, became.detail, became.ticket]
            for answer in became.answers:
                seen += [str(answer["Subject"]), text_of(answer), repr(sorted(answer.keys()))]
            said.append(repr(seen).replace(number, "NUMBER"))
        assert said[0] == said[1]
    assert all(one["event"] != "mail_added" for one in (await portal.ticket(filed.ticket))["timeline"])
