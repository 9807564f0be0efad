"""From a registration sheet in a mail to people who may file: the real server, real SMTP, and staff at a terminal."""

from collections.abc import AsyncIterator
from io import BytesIO

import openpyxl
import pytest
import pytest_asyncio

from tests.parts.correspondence import (
    Correspondence,
    corresponding,
    files_of,
    mail,
    row,
    text_of,
    with_sheet,
    workbook,
)
from tests.parts.program import Installation, installation
from tests.parts.waiting import until_async

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADER = "Facility,Medicaid ID,Contact,E-mail address,Role"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Correspondence]:
    async with corresponding(installation(tmp_path_factory.mktemp("registrations"))) as correspondence:
        yield correspondence


def sheet(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines)).encode()


def xlsx(*rows: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    table = book.worksheets[0]
    table.title = "Our people"
    table.append(["Please register these people"])
    table.append(HEADER.split(","))
    for cells in rows:
        table.append(cells)
    body = BytesIO()
    book.save(body)
    return body.getvalue()


async def told(portal: Correspondence, letter: int, subject: str) -> str:
    """What staff's decision had mailed into the thread of this letter."""

    async def look() -> str | None:
        answers = (await portal.became(letter)).answers
        return next((text_of(one) for one in answers if str(one["Subject"]) == subject), None)

    return await until_async(look, f"a mail with the subject {subject}")


async def test_right_rows_wait_and_are_approved(portal: Correspondence) -> None:
    sender = "owner@riverside.example"
    body = sheet(
        "Riverside Imaging,036999000001,Kim Biller,kim@riverside.example,Provider",
        "Riverside Imaging,036999,Lee Biller,lee at riverside,janitor",
        "Total: 2 people,,,,",
    )
    became = await portal.write(with_sheet(mail(sender), body, "people.csv", "text/csv"))
    assert (became.outcome, became.detail) == ("registration", "registration 1, 1 row to correct")
    assert became.answer["Subject"] == "Registration: 1 row with staff, 1 row needs you"
    for said in ("Row 3, column B", "exactly 12 digits", "Row 3, column D", "Row 3, column E", "Provider or Billing"):
        assert said in became.text
    assert files_of(became.answer) == {}, "a stranger's file goes to nobody"

    refused = await portal.write(with_sheet(mail("kim@riverside.example"), workbook(row("RI-1"))))
    assert refused.outcome == "not_registered"

    listed = await portal.ask("registrations.list", state="waiting")
    assert [(one["id"], one["from"], one["rows"], one["letter"]) for one in listed] == [(1, sender, 1, became.letter)]
    shown = (await portal.place.done("registrations", "show", "1")).out
    assert shown.partition("\n\n")[2] == (
        "Row 2\n"
        "  Riverside Imaging · HFS ID 036999000001 · NPI none\n"
        "  kim@riverside.example · Kim Biller · provider\n"
        "  Not registered yet: neither the provider nor the person.\n"
    )
    done = await portal.place.done("registrations", "approve", "1")
    assert done.out == (
        f"kim@riverside.example may file for Riverside Imaging.\nRegistration 1 is approved. Told: {sender}.\n"
    )
    approved = await told(portal, became.letter, "Registered: you can file complaints now")
    assert "kim@riverside.example" in approved
    filed = await portal.write(with_sheet(mail("kim@riverside.example"), workbook(row("RI-2"))))
    assert filed.outcome == "ticket"


async def test_a_registered_sender_gets_the_workbook_back_marked_and_replies_with_it_corrected(
    portal: Correspondence,
) -> None:
    office = await portal.office("northside", provider="Northside Clinic", hfs_id="036888000011")
    right = ("Northside Clinic", "036888000011", "Ana", "ana@northside.example", "")
    wrong = ("Northside Clinic", "36888", "Bo", "bo@northside.example", "")
    first = await portal.write(with_sheet(mail(office), xlsx(right, wrong), "people.xlsx"))
    assert first.detail.endswith(", 1 row to correct")
    ((name, marked),) = files_of(first.answer).items()
    assert name == "registration-sheet-marked.xlsx"
    book = openpyxl.load_workbook(BytesIO(marked))
    assert book.sheetnames == ["Recourse", "Our people"]
    table = book["Our people"]
    assert table["B4"].value == "36888"
    assert table["B4"].comment is not None
    assert "exactly 12 digits" in table["B4"].comment.text
    assert (table["F3"].value, table["F4"].value) == ("Nothing wrong in this row", "Not right yet: HFS provider ID")

    table["B4"] = "036888000011"
    corrected = BytesIO()
    book.save(corrected)
    second = await portal.write(with_sheet(mail(office), corrected.getvalue(), "people (2).xlsx"))
    assert second.outcome == "registration"
    assert "1 row is with staff now." in second.text
    assert "1 row is with staff already" in second.text
    requests = [one for one in await portal.ask("registrations.list", state="waiting") if one["from"] == office]
    rows = [(await portal.ask("registrations.show", id=one["id"]))["registrations"] for one in requests]
    assert [[one["email"] for one in mine] for mine in rows] == [["bo@northside.example"], ["ana@northside.example"]]
    shown = (await portal.place.done("registrations", "show", str(requests[0]["id"]))).out
    assert shown.endswith("The provider is registered; the person is not.\n")
    assert rows[0][0]["provider_registered"] == {"name": "Northside Clinic", "npi": None}

    again = await portal.write(with_sheet(mail(office), corrected.getvalue(), "people (3).xlsx"))
    assert again.detail == "nothing new in it"


async def test_staff_refuse_and_the_sender_is_told_why(portal: Correspondence) -> None:
    sender = "desk@unknown.example"
    line = "Unknown Clinic,036777000021,Sam,sam@unknown.example,Billing agent"
    became = await portal.write(with_sheet(mail(sender), sheet(line), "people.csv", "text/csv"))
    number = became.detail.removeprefix("registration ")
    reason = "The HFS provider ID is not in IMPACT."
    refused = await portal.place.done("registrations", "refuse", number, "--reason", reason, "--json")
    assert (refused.json["state"], refused.json["reason"]) == ("refused", reason)
    text = await told(portal, became.letter, "Not registered: staff could not approve your registration sheet")
    assert reason in text
    assert "sam@unknown.example" in text
    assert all(provider["name"] != "Unknown Clinic" for provider in await portal.ask("providers.list"))
    late = await portal.place.run("registrations", "approve", number)
    assert late.code == 1
    assert late.err.startswith(f"recourse: registration {number} was refused on ")
    once_more = await portal.write(with_sheet(mail(sender), sheet(line), "people.csv", "text/csv"))
    assert once_more.detail == f"registration {int(number) + 1}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "77"), "no registration 77"),
        (("approve", "77"), "no registration 77"),
        (("approve", "9" * 30), f"no registration {'9' * 30}"),
        (("refuse", "77", "--reason", "x"), "no registration 77"),
        (("refuse", "77", "--reason", " "), "the reason is empty"),
        (("refuse", "77"), "Missing option '--reason'"),
        (("list", "--state", "old"), "'old' is not one of"),
    ],
)
@pytest.mark.asyncio(loop_scope="function")
async def test_a_persons_error_is_one_clear_line(on_sqlite: Installation, words: tuple[str, ...], said: str) -> None:
    ended = await on_sqlite.run("registrations", *words)
    assert (ended.code, said in ended.err, ended.err.count("\n")) == (2, True, 1), ended.err


@pytest.mark.asyncio(loop_scope="function")
async def test_import_names_every_fault_by_row_and_column(on_sqlite: Installation) -> None:
    path = on_sqlite.folder / "people.csv"
    path.write_bytes(sheet("Lakeside,12,Pat,pat@clinic.example,", ",036112345001,Kim,kim,"))
    refused = await on_sqlite.run("providers", "import", "people.csv")
    assert refused.code == 2
    for line in ("row 2, column B (12): ", "row 3, column A: ", "row 3, column D (kim): "):
        assert line in refused.err
    path.write_bytes(b"Dear Department,\n")
    assert "no table of registrations" in (await on_sqlite.run("providers", "import", "people.csv")).err
    assert (await on_sqlite.done("registrations", "list")).out == "There are no registrations.\n"


async def test_a_stranger_who_sends_claims_and_a_registration_is_registered_first(portal: Correspondence) -> None:
    letter = with_sheet(mail("both@fox.example"), workbook(row("BO-1")))
    with_sheet(letter, sheet("Fox Valley Clinic,036999000021,Jo,both@fox.example,Provider"), "people.csv", "text/csv")
    became = await portal.write(letter)
    assert became.outcome == "registration"
    assert "1 row is with staff now" in became.text


async def test_two_registration_sheets_in_one_mail_are_both_taken(portal: Correspondence) -> None:
    letter = mail("two@fox.example")
    for number in (1, 2):
        line = f"Fox River Clinic {number},03699900003{number},Jo,two@fox.example,Provider"
        with_sheet(letter, sheet(line), f"people-{number}.csv", "text/csv")
    became = await portal.write(letter)
    assert became.outcome == "registration"
    assert "2 rows are with staff now" in became.text


async def test_a_list_of_claims_without_addresses_registers_nobody(portal: Correspondence) -> None:
    export = b"Claim Number,Provider,Provider ID,NPI\nC-1,Fox Clinic,036999000021,1234567893\n"
    office = await portal.office("export")
    became = await portal.write(with_sheet(mail(office), export, "export.csv", "text/csv"))
    assert became.outcome == "could_not_read"
    assert "tracking number" in became.text
