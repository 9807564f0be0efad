"""A mail is one turn of a conversation: what a reply in the thread of one of our answers does, and who may ask what.

Every test is an office of its own with one server, on SQLite and then on PostgreSQL.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
import pytest_asyncio

from complaints.cells import CellValue
from complaints.identifiers import ticket_number
from templates.words import day
from tests.parts.correspondence import (
    MEMBER,
    RIN,
    SERVICE_DAY,
    Became,
    Correspondence,
    Values,
    ago,
    corresponding,
    files_of,
    filled_in,
    mail,
    row,
    with_sheet,
    workbook,
)
from tests.parts.office import today
from tests.parts.postgres import Postgres
from tests.parts.program import Installation, installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

MERIDIAN = "Meridian Health Plan of Illinois"
NUMBER = "193450004656"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real("postgres"))])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("conversation")
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


def reply(sender: str, to: Became, text: str, **headers: str) -> EmailMessage:
    """An answer to our answer, in its thread, with what a mail program puts below it."""
    ours = to.answer
    quote = "\n".join(f"> {line}" for line in to.text.splitlines())
    thread = f"{ours['References'] or ''} {ours['Message-ID']}".strip()
    more = {"Subject": f"Re: {ours['Subject']}", "In_Reply_To": ours["Message-ID"], "References": thread} | headers
    return mail(sender, f"{text}\n\nOn Tuesday, Provider Resolution intake wrote:\n{quote}\n", **more)


def in_words(number: str = "", days: int = 40) -> str:
    return f"MCO: Meridian\nTracking number: {number}\nDate submitted to MCO: {ago(days):%m/%d/%Y}\n"


async def test_a_missing_tracking_number_is_supplied_in_words(portal: Correspondence) -> None:
    office = await portal.office("words")
    first = await portal.write(mail(office, in_words()))
    assert (first.outcome, first.detail) == ("rejected", "missing_tracking_number")
    assert "You need not repeat the rest" in first.text

    second = await portal.write(reply(office, first, "Sorry, the tracking number is W-0004656. Thanks, Dana"))
    assert second.outcome == "ticket"
    assert await portal.tracking_numbers(second.ticket) == ["W-0004656"]
    assert f"Since your mail of {day(today())}: the tracking number is right now." in second.text
    assert second.answer["References"].split()[-3:-1] == [
        first.answer["In-Reply-To"],
        first.answer["Message-ID"],
    ]  # one thread, in which ours answers theirs


async def test_only_the_number_is_enough_when_only_that_was_missing(portal: Correspondence) -> None:
    office = await portal.office("bare")
    first = await portal.write(mail(office, in_words()))
    second = await portal.write(reply(office, first, "N-0004656\n\nDana Ortiz\n312-555-0142"))
    assert await portal.tracking_numbers(second.ticket) == ["N-0004656"]


async def test_a_reply_in_html_with_our_mail_below_is_read_for_its_own_words(portal: Correspondence) -> None:
    """Outlook marks no quotation; phones put our mail below without even a heading."""
    office = await portal.office("outlook")
    first = await portal.write(mail(office, in_words()))
    ours = first.answer.get_body(("html",))
    assert ours is not None
    heading = "<p><b>From:</b> Intake<br><b>Sent:</b> Tuesday<br><b>To:</b> us<br><b>Subject:</b> Not filed</p>"
    for above, expected in (("<p>Thank you.</p>", "no_answer"), (f"<p>Thanks!</p>{heading}", "no_answer"),
                            ("<p>The tracking number is&nbsp;HT-0004656</p>", "ticket")):  # fmt: skip
        letter = reply(office, first, "")
        letter.set_content(f"<html><body>{above}{ours.get_content()}</body></html>", subtype="html")
        became = await portal.write(letter)
        assert became.outcome == expected
    assert await portal.tracking_numbers(became.ticket) == ["HT-0004656"]


async def test_two_things_are_supplied_one_after_the_other(portal: Correspondence) -> None:
    office = await portal.office("stepwise")
    first = await portal.write(mail(office, "MCO: Meridian\nTracking number: pending\n"))
    second = await portal.write(reply(office, first, f"Date submitted to MCO: {ago(40):%m/%d/%Y}"))
    assert (second.outcome, second.detail) == ("rejected", "missing_tracking_number")
    assert second.answer["Subject"] == "Not filed yet: no tracking number"
    assert "the date submitted to the MCO is right now" in second.text
    third = await portal.write(reply(office, second, "Tracking number: S-0004656"))
    (claim,) = (await portal.ticket(third.ticket))["rows"]
    assert (claim["tracking_number"], claim["dispute_date"]) == ("S-0004656", ago(40).isoformat())


async def test_a_reply_to_the_older_answer_goes_on_from_the_newest(portal: Correspondence) -> None:
    office = await portal.office("older")
    first = await portal.write(mail(office, "MCO: Meridian\nTracking number: pending\n"))
    await portal.write(reply(office, first, f"Date submitted to MCO: {ago(40):%m/%d/%Y}"))
    third = await portal.write(reply(office, first, "Tracking number: O-0004656"))
    assert (third.outcome, await portal.tracking_numbers(third.ticket)) == ("ticket", ["O-0004656"])


FAULTY = (row("CO-1"), row("CO-2"), row(None), row("1.93E+11"), row("CO-5", "13/4/2026"))


async def test_a_corrected_sheet_says_two_rows_fixed_one_still_wrong(portal: Correspondence) -> None:
    office = await portal.office("corrected")
    first = await portal.write(with_sheet(mail(office), workbook(*FAULTY)))
    assert first.answer["Subject"] == f"Ticket {first.ticket}: 2 claims filed, 3 need you"

    corrected = workbook(row("CO-1"), row("CO-2"), row("CO-3"), row("CO-4"), row("CO-5", "13/4/2026"))
    second = await portal.write(with_sheet(reply(office, first, "Corrected."), corrected))
    assert second.outcome == "partly"
    assert second.answer["Subject"] == f"Ticket {second.ticket}: 2 rows fixed, 1 still wrong"
    assert f"Since your mail of {day(today())}: 2 rows fixed, 1 still wrong." in second.text
    assert f"Rows 4 and 5 are on ticket {first.ticket} already." in second.text
    assert [line[:7] for line in second.text.splitlines() if line.startswith("- Row")] == ["- Row 8"]
    assert await portal.tracking_numbers(first.ticket) == ["CO-1", "CO-2"]
    assert await portal.tracking_numbers(second.ticket) == ["CO-3", "CO-4"]

    words = reply(office, second, f"Row 8: the date submitted to the MCO is {ago(33):%B %d, %Y}.")
    third = await portal.write(words)
    assert (third.outcome, await portal.tracking_numbers(third.ticket)) == ("ticket", ["CO-5"])
    assert "1 row fixed" in third.text


async def test_rows_of_a_sheet_are_completed_in_words(portal: Correspondence) -> None:
    office = await portal.office("rowwords")
    rows = (row("RW-1"), row(None), row(None))
    first = await portal.write(with_sheet(mail(office), workbook(*rows)))
    second = await portal.write(reply(office, first, "Hi,\n\nrow 5: RW-000005\n\nThanks, Dana"))
    assert second.answer["Subject"] == f"Ticket {second.ticket}: 1 row fixed, 1 still wrong"
    assert await portal.tracking_numbers(second.ticket) == ["RW-000005"]
    third = await portal.write(reply(office, second, "the tracking number for row 6 is RW-000006"))
    assert await portal.tracking_numbers(third.ticket) == ["RW-000006"]
    shown = await portal.ticket(third.ticket)
    assert [claim["rin"] for claim in shown["rows"]] == [RIN]


async def test_a_file_that_could_not_be_read_is_sent_again(portal: Correspondence) -> None:
    office = await portal.office("unreadable")
    first = await portal.write(with_sheet(mail(office), workbook(row("UR-1"))[:400]))
    assert first.outcome == "could_not_read"
    second = await portal.write(with_sheet(reply(office, first, "Here it is."), workbook(row("UR-1"))))
    assert (second.outcome, await portal.tracking_numbers(second.ticket)) == ("ticket", ["UR-1"])


async def test_the_sheet_we_asked_for_is_completed(portal: Correspondence) -> None:
    office = await portal.office("asked")
    one = f"Tracking number: AS-{{}}\nDate submitted to MCO: {ago(40):%m/%d/%Y}\n\n"
    first = await portal.write(mail(office, f"MCO: Meridian\n\n{one.format(1)}{one.format(2)}"))
    assert first.outcome == "sheet_required"
    (form,) = files_of(first.answer).values()
    person: Values = {"Member name": MEMBER, "RIN": RIN, "Date of service from": SERVICE_DAY}
    filled = filled_in(form, "MCO tracking number", [person, person])
    second = await portal.write(with_sheet(reply(office, first, "Filled in."), filled))
    assert (second.outcome, await portal.tracking_numbers(second.ticket)) == ("ticket", ["AS-1", "AS-2"])
    assert f"Since your mail of {day(today())}" in second.text


async def test_another_sheet_in_the_same_thread_is_a_complaint_of_its_own(portal: Correspondence) -> None:
    office = await portal.office("another")
    first = await portal.write(with_sheet(mail(office), workbook(row("AN-1"), row("AN-2", ago(61)))))
    others: list[list[CellValue]] = [[f"AN-{number}", ago(40), MEMBER, "990771306", SERVICE_DAY] for number in (8, 9)]
    second = await portal.write(with_sheet(reply(office, first, "And these."), workbook(*others)))
    assert second.answer["Subject"] == f"Ticket {second.ticket}: your 2 claims against {MERIDIAN}"
    assert "Since your mail" not in second.text


async def test_the_window_counts_on_the_day_of_the_completing_letter(portal: Correspondence) -> None:
    """Both came today, so what is too late stays too late however well it is completed."""
    office = await portal.office("late")
    first = await portal.write(mail(office, in_words(days=61)))
    second = await portal.write(reply(office, first, f"The tracking number is {NUMBER}"))
    assert (second.outcome, second.detail) == ("rejected", "too_late")
    assert day(ago(61) + timedelta(days=60)) in second.text


# Who may


async def test_a_colleague_of_the_same_provider_completes_it(portal: Correspondence) -> None:
    office = await portal.office("colleagues", hfs_id="036888000011")
    colleague = await portal.office("colleagues-two", provider="Colleagues Clinic", hfs_id="036888000011")
    first = await portal.write(mail(office, in_words()))
    second = await portal.write(reply(colleague, first, "The tracking number is CL-0004656"))
    assert (second.outcome, second.answer["To"]) == ("ticket", colleague)
    assert await portal.tracking_numbers(second.ticket) == ["CL-0004656"]


async def test_an_agent_of_several_completes_it_for_the_one_it_was(portal: Correspondence) -> None:
    office = await portal.office("single", hfs_id="036888000021")
    agent = await portal.office("severals", provider="Single Clinic", hfs_id="036888000021")
    await portal.office("severals", provider="Other Clinic", hfs_id="036888000022")
    first = await portal.write(mail(office, in_words()))
    second = await portal.write(reply(agent, first, "The tracking number is AG-0004656"))
    assert (await portal.ticket(second.ticket))["provider"] == "Single Clinic"


async def test_somebody_else_who_knows_the_message_id_learns_nothing(portal: Correspondence) -> None:
    office = await portal.office("owner")
    foreign = await portal.office("foreign")
    first = await portal.write(mail(office, in_words()))
    partly = await portal.write(with_sheet(mail(office), workbook(row("OW-1"), row(None))))
    for theirs in (first, partly):
        words = await portal.write(reply(foreign, theirs, "The tracking number is FO-0004656"))
        assert (words.outcome, words.detail, words.ticket) == ("no_answer", "reply_without_complaint", None)
        assert words.answers == ()
    own = await portal.write(with_sheet(reply(foreign, partly, "Mine."), workbook(row("OW-1"), row("FO-2"))))
    assert (own.outcome, await portal.tracking_numbers(own.ticket)) == ("ticket", ["OW-1", "FO-2"])
    assert "Since your mail" not in own.text
    assert str(partly.ticket) not in own.text
    stranger = await portal.write(reply("someone@elsewhere.example", first, "The tracking number is FO-0004656"))
    assert stranger.outcome == "not_registered"
    mine = await portal.write(reply(office, first, "The tracking number is OW-0004656"))
    assert mine.outcome == "ticket"


# Nothing loops, nothing doubles


async def test_an_absence_note_is_not_answered(portal: Correspondence) -> None:
    office = await portal.office("absent")
    first = await portal.write(mail(office, in_words()))
    note = "I am out of the office until Monday, tracking number 4711-2 is with Kim."
    marked = await portal.write(reply(office, first, note, Auto_Submitted="auto-replied"))
    assert (marked.outcome, marked.detail, marked.answers) == ("no_answer", "auto_replied", ())
    unmarked = await portal.write(reply(office, first, note, Subject="Automatic reply: STATUS"))
    assert (unmarked.outcome, unmarked.answers) == ("no_answer", ())


async def test_thanks_are_kept_and_not_answered(portal: Correspondence) -> None:
    office = await portal.office("thankful")
    first = await portal.write(mail(office, in_words()))
    thanks = await portal.write(reply(office, first, "Thank you, we will ask Meridian."))
    assert (thanks.outcome, thanks.detail, thanks.answers) == ("no_answer", "reply_without_complaint", ())
    second = await portal.write(reply(office, first, "The tracking number is TH-0004656"))
    again = await portal.write(reply(office, second, "Great, thanks!"))
    assert (again.outcome, again.ticket, again.answers) == ("added_to_ticket", second.ticket, ())


async def test_the_same_reply_twice_is_answered_once(portal: Correspondence) -> None:
    office = await portal.office("doubled")
    first = await portal.write(mail(office, in_words()))
    answer = reply(office, first, "The tracking number is DO-0004656")
    second = await portal.write(answer)
    assert (await portal.write(answer)).letter == second.letter
    other_way = await portal.write(
        b"Received: from mx2.example; Mon, 2 Nov 2026 10:00:00 -0600\r\n" + bytes(answer), office
    )
    assert (other_way.outcome, other_way.answers) == ("duplicate_letter", ())
    worried = await portal.write(reply(office, first, "The tracking number is DO-0004656"))
    assert (worried.outcome, worried.ticket, worried.answers) == ("added_to_ticket", second.ticket, ())
    tickets = [one for one in await portal.ask("tickets.list") if one["provider"] == "Doubled Clinic"]
    assert [one["number"] for one in tickets] == [second.ticket]


async def test_two_replies_at_once_are_one_after_the_other(portal: Correspondence) -> None:
    office = await portal.office("hurried")
    first = await portal.write(mail(office, "MCO: Meridian\nTracking number: pending\n"))
    letters = [
        await portal.send(reply(office, first, text))
        for text in (f"Date submitted to MCO: {ago(40):%m/%d/%Y}", "Tracking number: HU-0004656")
    ]
    became = [await portal.became(letter) for letter in letters]
    assert sorted(one.outcome for one in became) == ["rejected", "ticket"]
    tickets = [one for one in await portal.ask("tickets.list") if one["provider"] == "Hurried Clinic"]
    assert [await portal.tracking_numbers(one["number"]) for one in tickets] == [["HU-0004656"]]


# How it stands


async def test_status_by_number(portal: Correspondence) -> None:
    office = await portal.office("bynumber")
    filed = await portal.write(with_sheet(mail(office), workbook(row("BN-1"), row("BN-2"))))
    for letter in (
        mail(office, "", Subject=f"Status {filed.ticket}"),
        mail(office, f"{filed.ticket}", Subject="Hello"),
    ):
        told = await portal.write(letter)
        assert (told.outcome, told.ticket) == ("status", filed.ticket)
        assert told.answer["Subject"] == f"Ticket {filed.ticket}: open"
        for part in ("State: open", f"Against: {MERIDIAN}", "Covers: 2 claims", f"Opened: {day(today())}"):
            assert part in told.text
    await portal.ask("tickets.close", number=filed.ticket, disposition="paid", note="", who="staff")
    closed = await portal.write(mail(office, "", Subject=f"STATUS {filed.ticket}?"))
    assert closed.answer["Subject"] == f"Ticket {filed.ticket}: closed, the plan paid"
    assert f"Closed: {day(today())}" in closed.text


async def test_status_in_a_thread_is_that_threads_ticket(portal: Correspondence) -> None:
    office = await portal.office("inthread")
    filed = await portal.write(with_sheet(mail(office), workbook(row("IT-1"))))
    await portal.write(with_sheet(mail(office), workbook(row("IT-2"))))
    told = await portal.write(reply(office, filed, "STATUS"))
    assert (told.outcome, told.ticket) == ("status", filed.ticket)
    again = await portal.write(reply(office, told, "Thanks"))
    assert (again.outcome, again.ticket, again.answers) == ("added_to_ticket", filed.ticket, ())


async def test_status_without_a_number_is_all_open_tickets(portal: Correspondence) -> None:
    office = await portal.office("allopen")
    none = await portal.write(mail(office, "", Subject="status?"))
    assert (none.outcome, none.answer["Subject"]) == ("status", "You have no open ticket")
    filed = [await portal.write(with_sheet(mail(office), workbook(row(f"AO-{at}")))) for at in range(2)]
    told = await portal.write(mail(office, "", Subject="STATUS"))
    assert told.answer["Subject"] == "You have 2 open tickets"
    assert [told.text.index(str(one.ticket)) for one in reversed(filed)] == sorted(
        told.text.index(str(one.ticket)) for one in filed
    )


async def test_a_stranger_and_another_provider_learn_nothing_of_a_ticket(portal: Correspondence) -> None:
    office = await portal.office("private")
    other = await portal.office("curious")
    filed = await portal.write(with_sheet(mail(office), workbook(row("PR-1"))))
    assert filed.ticket
    nobodys = ticket_number(today().year, 987_654)
    foreign, unknown = [
        (await portal.write(mail(other, "", Subject=f"Status {number}"))) for number in (filed.ticket, nobodys)
    ]
    assert (foreign.outcome, foreign.ticket) == (unknown.outcome, unknown.ticket) == ("status", None)
    assert foreign.text.replace(filed.ticket, nobodys) == unknown.text
    in_thread = await portal.write(reply(other, filed, "STATUS"))
    assert in_thread.answer["Subject"] == "You have no open ticket"
    wrong = filed.ticket[:-1] + str((int(filed.ticket[-1]) + 1) % 10)
    mistyped = await portal.write(mail(other, "", Subject=f"Status {wrong}"))
    assert filed.ticket not in mistyped.text
    own = await portal.write(mail(office, "", Subject=f"Status {wrong}"))
    assert f"did you mean {filed.ticket}?" in own.text
    stranger = await portal.write(mail("who@elsewhere.example", "", Subject=f"Status {filed.ticket}"))
    assert stranger.outcome == "not_registered"
    assert filed.ticket not in stranger.text
