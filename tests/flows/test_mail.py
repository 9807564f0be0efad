"""What an office does by mail, and what it gets back: the real server, real SMTP, the answers as they arrive."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from templates.words import day
from tests.parts.correspondence import (
    MEMBER,
    RIN,
    SERVICE_DAY,
    Correspondence,
    Values,
    ago,
    corresponding,
    files_of,
    filled_in,
    mail,
    row,
    text_of,
    with_sheet,
    workbook,
)
from tests.parts.office import today
from tests.parts.program import PORTAL, installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

MERIDIAN = "Meridian Health Plan of Illinois"
AETNA = "Aetna Better Health of Illinois"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Correspondence]:
    async with corresponding(installation(tmp_path_factory.mktemp("mail"))) as correspondence:
        yield correspondence


# With the sheet


async def test_an_office_fills_our_sheet_and_gets_a_ticket(portal: Correspondence) -> None:
    office = await portal.office("firstclinic")
    form = portal.place.folder / "form.xlsx"
    await portal.place.done("sheet", "--mco", "Meridian", "--out", str(form))
    claims: list[Values] = [
        {
            "MCO tracking number": f"FC-{number}",
            "Date dispute submitted to MCO": ago(35 + number),
            "Member name": MEMBER,
            "RIN": RIN,
            "Date of service from": SERVICE_DAY,
        }
        for number in range(3)
    ]
    letter = with_sheet(mail(office), filled_in(form.read_bytes(), "MCO tracking number", claims))
    became = await portal.write(letter)

    assert became.outcome == "ticket"
    assert became.answer["Subject"] == f"Ticket {became.ticket}: your 3 claims against {MERIDIAN}"
    assert became.answer["To"] == office
    assert PORTAL in became.answer["From"]
    assert became.answer["Auto-Submitted"] == "auto-replied"
    assert f"between {day(ago(37))} and {day(ago(35))}" in became.text
    assert not files_of(became.answer)

    shown = (await portal.place.done("tickets", "show", str(became.ticket), "--json")).json
    assert (shown["state"], shown["mco"], shown["claims"], shown["filed_by"]) == ("open", MERIDIAN, 3, office)
    assert [claim["tracking_number"] for claim in shown["rows"]] == ["FC-0", "FC-1", "FC-2"]
    listed = (await portal.place.done("letters", "list", "--outcome", "ticket", "--json")).json
    assert [one["ticket"] for one in listed if one["id"] == became.letter] == [became.ticket]


async def test_faulty_rows_are_named_and_mended_in_a_reply(portal: Correspondence) -> None:
    office = await portal.office("mending")
    good = [row("ME-1"), row("ME-2")]
    faulty = [
        row(None),
        row("1.93E+11"),
        row("ME-3", "13/4/2026"),
        row("ME-4", ago(12)),
        row("ME-5", ago(71)),
        row("ME-6", member=""),
    ]
    first = await portal.write(with_sheet(mail(office), workbook(good[0], *faulty, good[1])))

    assert first.outcome == "partly"
    assert first.answer["Subject"] == f"Ticket {first.ticket}: 2 claims filed, 6 need you"
    said = {line.partition(":")[0]: line for line in first.text.splitlines() if line.startswith("- Row")}
    by_when = f"Send it by {day(ago(40) + timedelta(days=60))}"
    expected = {
        "- Row 5, column A": ("There is no tracking number", by_when),
        "- Row 6, column A": ("1.93E+11", "shortened", by_when),
        "- Row 7, column B": ("13/4/2026", "month first"),
        "- Row 8, column B": (day(ago(12)), day(ago(12) + timedelta(days=30)), day(ago(12) + timedelta(days=60))),
        "- Row 9, column B": (day(ago(71)), day(ago(11)), "Nothing more can be filed"),
        "- Row 10, column C": ("The member’s name is missing", by_when),
    }
    assert said.keys() == expected.keys()
    assert [(where, part) for where, parts in expected.items() for part in parts if part not in said[where]] == []
    assert await portal.tracking_numbers(first.ticket) == ["ME-1", "ME-2"]

    mended = [row("ME-7"), row("193000000001"), row("ME-3"), row("ME-6")]
    reply = mail(office, "Corrected.", In_Reply_To=first.answer["Message-ID"], References=first.answer["Message-ID"])
    second = await portal.write(with_sheet(reply, workbook(good[0], *mended, good[1])))

    assert second.outcome == "partly"
    assert second.answer["Subject"] == f"Ticket {second.ticket}: 4 rows fixed"
    assert f"Rows 4 and 9 are on ticket {first.ticket} already." in second.text
    assert await portal.tracking_numbers(second.ticket) == ["ME-7", "193000000001", "ME-3", "ME-6"]


async def test_day_30_and_day_60_are_in_and_the_days_beside_them_are_out(portal: Correspondence) -> None:
    office = await portal.office("windows")
    rows = [row(f"WI-{days}", ago(days)) for days in (29, 30, 60, 61)]
    became = await portal.write(with_sheet(mail(office), workbook(*rows)))
    assert await portal.tracking_numbers(became.ticket) == ["WI-30", "WI-60"]
    early, late = (line for line in became.text.splitlines() if line.startswith("- Row"))
    assert f"from {day(ago(-1))} until {day(ago(-31))}" in early
    assert f"was day 60, {day(ago(1))}" in late


async def test_everything_too_early_is_told_with_both_dates(portal: Correspondence) -> None:
    office = await portal.office("hasty")
    became = await portal.write(with_sheet(mail(office), workbook(row("HA-1", ago(12)))))
    assert (became.outcome, became.detail, became.ticket) == ("rejected", "too_early", None)
    assert became.answer["Subject"].startswith("Not filed yet: too early until ")
    assert f"from {day(ago(-18))} until {day(ago(-48))}" in became.text


async def test_a_worried_office_sends_its_sheet_again(portal: Correspondence) -> None:
    office = await portal.office("worried")
    sheet = workbook(row("WO-1"), row("WO-2"))
    first = await portal.write(with_sheet(mail(office), sheet))
    again = await portal.write(with_sheet(mail(office, "Did you get this?"), sheet))
    assert (again.outcome, again.ticket) == ("already_filed", first.ticket)
    assert again.answer["Subject"] == f"Ticket {first.ticket}: filed already"
    tickets = [one for one in await portal.ask("tickets.list") if one["provider"] == "Worried Clinic"]
    assert [one["number"] for one in tickets] == [first.ticket]


async def test_the_same_bytes_twice_are_one_letter_with_one_answer(portal: Correspondence) -> None:
    office = await portal.office("twice")
    letter = with_sheet(mail(office), workbook(row("TW-1")))
    first = await portal.write(letter)
    again = await portal.write(letter)
    assert again.letter == first.letter
    assert again.answer["Message-ID"] == first.answer["Message-ID"]


async def test_the_same_mail_by_two_ways_is_answered_once(portal: Correspondence) -> None:
    office = await portal.office("twoways")
    letter = with_sheet(mail(office), workbook(row("TY-1")))
    first = await portal.write(letter)
    raw = b"Received: from backup.example by mx2.example; Mon, 2 Nov 2026 10:00:00 -0600\r\n" + bytes(letter)
    other_way = await portal.send(raw, office)
    seen = await portal.became(other_way)
    assert other_way != first.letter
    assert (seen.outcome, seen.detail, seen.ticket) == ("duplicate_letter", f"letter {first.letter}", first.ticket)
    assert seen.answers == ()


# In words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("colons", "MCO: Meridian\nTracking number: {number}\nDate submitted to MCO: {date}"),
        ("dashes", "Plan - Meridian\nTracking # {number}\nDispute date = {date}"),
        ("sentences", "The MCO is Meridian.\nThe tracking number is {number}.\nThe dispute was submitted on {long}."),
        ("bullets", "Hello,\n\n* MCO: *Meridian*\n* Ref #: {number}\n* Date filed with the plan: {short}\n\nThank you"),
        ("one-line", "MCO: Meridian; Tracking #: {number}; Date sent to plan: {date}"),
        ("table", "MCO\tTracking number\tDispute date\nMeridian\t{number}\t{date}"),
        ("below-a-quote", "> When?\nHealth plan: Meridian\nCase number: {number}\nDispute filed: {long}\n-- \nDana"),
    ],
)
async def test_one_complaint_in_words_becomes_a_ticket(portal: Correspondence, name: str, text: str) -> None:
    office = await portal.office(name)
    filed, number = ago(40), f"WD-{len(name)}-{name}"
    told = text.format(number=number, date=f"{filed:%m/%d/%Y}", short=f"{filed:%m/%d/%y}", long=f"{filed:%B %d, %Y}")
    became = await portal.write(mail(office, told))
    assert (became.outcome, (await portal.ticket(became.ticket))["mco"]) == ("ticket", MERIDIAN)
    assert await portal.tracking_numbers(became.ticket) == [number]


async def test_one_in_words_with_gaps_is_told_every_gap_at_once(portal: Correspondence) -> None:
    office = await portal.office("gaps")
    became = await portal.write(mail(office, "MCO: IlliniCare\nTracking number: pending\nDate submitted to MCO:\n"))
    assert became.outcome == "rejected"
    assert set(became.detail.split(", ")) == {"missing_dispute_date", "missing_tracking_number", "unknown_mco"}
    for part in ("There is no date submitted to the MCO", "“pending”, which is none", "which MCO you mean"):
        assert part in became.text


async def test_two_in_words_come_back_as_a_sheet_that_is_completed_and_filed(portal: Correspondence) -> None:
    office = await portal.office("tworows")
    filed = f"{ago(40):%m/%d/%Y}"
    told = (
        f"MCO: Aetna\n\nTracking number: PDXGR0000001\nDate submitted to MCO: {filed}\nMember: {MEMBER}\nRIN: {RIN}\n\n"
        "Tracking number: PDXGR0000002\n"
    )
    asked = await portal.write(mail(office, told))
    assert (asked.outcome, asked.ticket) == ("sheet_required", None)
    assert asked.answer["Subject"] == f"Not filed yet: 2 complaints against {AETNA} go on the claim sheet"
    assert "5 required cells are empty or not right yet" in asked.text
    assert "Put this right" not in asked.text  # the empty cells say so themselves
    (form,) = files_of(asked.answer).values()
    missing: list[Values] = [
        {"Date of service from": SERVICE_DAY},
        {
            "Date dispute submitted to MCO": ago(38),
            "Member name": MEMBER,
            "RIN": "990771306",
            "Date of service from": SERVICE_DAY,
        },
    ]
    reply = mail(office, In_Reply_To=asked.answer["Message-ID"])
    became = await portal.write(with_sheet(reply, filled_in(form, "MCO tracking number", missing)))
    assert became.outcome == "ticket"
    shown = await portal.ticket(became.ticket)
    assert shown["mco"] == AETNA
    assert [(one["tracking_number"], one["dispute_date"]) for one in shown["rows"]] == [
        ("PDXGR0000001", ago(40).isoformat()),
        ("PDXGR0000002", ago(38).isoformat()),
    ]


async def test_the_mail_counts_the_cells_that_the_sheet_itself_colours(portal: Correspondence) -> None:
    """A number that is none yet is a cell to fill, too."""
    office = await portal.office("pending")
    filed = f"{ago(40):%m/%d/%Y}"
    told = "".join(f"Tracking number: {n}\nDate submitted to MCO: {filed}\n\n" for n in ("PDXGR0000003", "pending"))
    asked = await portal.write(mail(office, f"MCO: Aetna\n\n{told}"))
    (form,) = files_of(asked.answer).values()
    sheet = openpyxl.load_workbook(BytesIO(form)).worksheets[0]
    coloured = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(coloured) == 7
    assert "7 required cells are empty or not right yet" in asked.text


# Against whom


@pytest.mark.parametrize(
    ("name", "mco", "outcome", "detail", "told"),
    [
        ("misspelled", "Meridain Helth", "ticket", "", MERIDIAN),
        ("unknown", "Sunshine Mutual", "rejected", "unknown_mco", "“Sunshine Mutual” is not an Illinois Medicaid plan"),
        ("ambiguous", "IlliniCare", "rejected", "unknown_mco", AETNA),
        ("medicare", "Medicare", "rejected", "medicare_only", "Medicare"),
        ("unnamed", "", "rejected", "missing_field", "name of the MCO is missing"),
    ],
)
async def test_an_office_names_its_plan(
    portal: Correspondence, name: str, mco: str, outcome: str, detail: str, told: str
) -> None:
    office = await portal.office(name)
    became = await portal.write(with_sheet(mail(office), workbook(row(f"PL-{name}"), mco=mco)))
    assert (became.outcome, became.detail) == (outcome, detail)
    assert told in became.text


async def test_two_plans_in_one_mail_are_two_complaints(portal: Correspondence) -> None:
    office = await portal.office("severalplans")
    one = f"MCO: {{}}\nTracking number: SP-{{}}\nDate submitted to MCO: {ago(40):%m/%d/%Y}\n"
    became = await portal.write(mail(office, one.format("Aetna", 1) + "\n" + one.format("Molina", 2)))
    assert (became.outcome, became.detail) == ("rejected", "several_mcos")
    assert became.answer["Subject"] == "Not filed: more than one MCO"
    assert f"This names {AETNA} and " in became.text
    assert "send one for each, in a mail of its own" in became.text


# For whom


async def test_a_stranger_registers_and_then_files(portal: Correspondence) -> None:
    stranger = "new.biller@riverside.example"
    letter = with_sheet(mail(stranger), workbook(row("ST-1")))
    first = await portal.write(letter)
    assert (first.outcome, first.ticket) == ("not_registered", None)
    (form,) = files_of(first.answer).values()
    person = {
        "Provider or facility name": "Riverside Imaging",
        "HFS provider ID": "036999000001",
        "User name": "Kim Biller",
        "E-mail": stranger,
    }
    filled = filled_in(form, "Provider or facility name", [person])
    registering = await portal.write(with_sheet(mail(stranger), filled, "registration.xlsx"))
    assert (registering.outcome, len(registering.answers)) == ("registration", 1)

    saved = portal.place.folder / "registration.eml"
    saved.write_text((await portal.place.done("letters", "show", str(registering.letter), "--raw")).out)
    imported = await portal.place.done("providers", "import", str(saved))
    assert imported.out == f"{stranger} may file for Riverside Imaging (036999000001).\n"
    filed = await portal.write(with_sheet(mail(stranger), workbook(row("ST-1"))))
    assert filed.outcome == "ticket"


async def test_an_agent_of_two_providers_says_for_which_one(portal: Correspondence) -> None:
    agent = await portal.office("agency", provider="North Clinic", hfs_id="036777000001")
    await portal.office("agency", provider="South Clinic", hfs_id="036777000002")
    unclear = await portal.write(with_sheet(mail(agent), workbook(row("AG-1"))))
    assert (unclear.outcome, unclear.detail) == ("rejected", "missing_field")
    assert "You may file for North Clinic and South Clinic" in unclear.text
    clear = await portal.write(
        with_sheet(mail(agent), workbook(row("AG-1"), block={"HFS provider ID": "036777000002"}))
    )
    assert clear.outcome == "ticket"
    assert (await portal.ticket(clear.ticket))["provider"] == "South Clinic"
    foreign = await portal.write(
        with_sheet(mail(agent), workbook(row("AG-2"), block={"HFS provider ID": "036777000009"}))
    )
    assert (foreign.outcome, foreign.detail) == ("rejected", "not_registered")
    assert foreign.answer["Subject"] == "Not filed: not registered for this provider"


# Afterwards


async def test_staff_close_a_ticket_and_everybody_is_told_in_the_thread(portal: Correspondence) -> None:
    office = await portal.office("closing", hfs_id="036888000001")
    colleague = await portal.office("closing-colleague", hfs_id="036888000001")
    letter = with_sheet(mail(office, References="<earlier@closing.example>"), workbook(row("CL-1")))
    filed = await portal.write(letter)
    assert filed.ticket
    wrong = filed.ticket[:-1] + str((int(filed.ticket[-1]) + 1) % 10)
    mistyped = await portal.place.run("tickets", "close", wrong, "--disposition", "paid")
    assert mistyped.code == 2
    assert mistyped.err == (
        f"recourse: no ticket {wrong}. The check digit does not fit; did you mean {filed.ticket}?\n"
    )
    closed = await portal.place.done("tickets", "close", filed.ticket, "--disposition", "paid", "--note", "By check.")
    assert filed.ticket in closed.out
    again = await portal.place.run("tickets", "close", filed.ticket, "--disposition", "upheld")
    assert (again.code, again.out, again.err.count("\n")) == (1, "", 1)
    assert again.err.startswith(f"recourse: ticket {filed.ticket} was closed on {today().year}")

    notices = await portal.closure_notices(filed.ticket)
    assert notices.keys() == {office, colleague}
    assert all(one["Subject"] == f"Ticket {filed.ticket} is closed: the plan paid" for one in notices.values())
    assert notices[office]["In-Reply-To"] == letter["Message-ID"]
    assert notices[office]["References"].split() == ["<earlier@closing.example>", letter["Message-ID"]]
    assert notices[colleague]["In-Reply-To"] is None
    assert "Staff wrote: By check." in text_of(notices[office])
    assert (await portal.ticket(filed.ticket))["disposition"] == "paid"
    assert json.loads((await portal.place.done("tickets", "list", "--state", "closed", "--json")).out)

    refiled = await portal.write(with_sheet(mail(office), workbook(row("CL-1"))))
    assert (refiled.outcome, refiled.ticket != filed.ticket) == ("ticket", True)
