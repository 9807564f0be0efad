"""The command line as a person and a script use it: the real program in a process of its own."""

import asyncio
import csv
import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import openpyxl
import pytest

from tests.parts import office
from tests.parts.program import Ended, Installation, serving
from tests.parts.waiting import until_async

HEADERS = ["MCO", "Tracking #", "Date submitted to plan", "Patient", "RIN", "DOS"]
ADD = ("providers", "add", "--name", "X")
FINDING_KEYS = {"code", "field", "row", "says", "eligible_from", "eligible_until", "ticket"}


def sheet(folder: Path, *claims: tuple[str, str, str], name: str = "claims.csv") -> Path:
    """A .csv of claims: MCO, tracking number, date."""
    path = folder / name
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Our disputes"])
        writer.writerow(HEADERS)
        for mco, number, day in claims:
            writer.writerow([mco, number, day, "Sample, Pat", "012345678", "07/01/2026"])
    return path


def one_clear_line(ended: Ended) -> bool:
    return ended.err.startswith("recourse: ") and ended.err.count("\n") == 1 and "Traceback" not in ended.err


async def judged(place: Installation, *words: str) -> dict[str, object]:
    ended = await place.done("judge", *words, "--json")
    found: dict[str, object] = ended.json
    return found


# judge


async def test_judge_prints_the_documented_json(on_sqlite: Installation) -> None:
    path = sheet(
        on_sqlite.folder,
        ("Meridian", "MER-1", "10/15/2026"),
        ("Meridian", "", "8/3/2026"),
        ("Meridian", "x", "2/30/2026"),
    )
    found = (await on_sqlite.done("judge", str(path), "--received", "2026-11-24T16:55:00-06:00", "--json")).json
    assert set(found) == {"verdict", "received", "mco", "findings", "rows", "sheets"}
    (read,) = (one["read"] for one in found["sheets"])
    assert [one["field"] for one in read["columns"]][:3] == ["mco", "tracking_number", "dispute_date"]
    assert found["verdict"] == "partly_accepted"
    assert found["mco"] == "Meridian Health Plan of Illinois"
    assert found["received"] == "2026-11-24T16:55:00-06:00"
    assert [(row["row"], row["verdict"], row["tracking_number"], row["dispute_date"]) for row in found["rows"]] == [
        (3, "accepted", "MER-1", "2026-10-15"),
        (4, "rejected", None, "2026-08-03"),
        (5, "rejected", "x", None),
    ]
    assert [(f["code"], f["row"], f["field"]) for f in found["findings"]] == [
        ("missing_tracking_number", 4, "tracking_number"),
        ("too_late", 4, "dispute_date"),
        ("invalid_field", 5, "dispute_date"),
    ]
    assert all(set(finding) >= FINDING_KEYS for finding in found["findings"])
    late = found["findings"][1]
    assert late["eligible_until"] == "2026-10-02"
    assert list(on_sqlite.folder.iterdir()) == [path], "judge writes nothing"


@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        ("2026-11-13T23:59:59", "rejected"),  # day 29, Chicago
        ("2026-11-14T05:59:59+00:00", "rejected"),  # the same moment told in UTC
        ("2026-11-14", "accepted"),  # day 30
        ("2026-12-14T23:59:59-06:00", "accepted"),  # day 60
        ("2026-12-15T06:00:00+00:00", "rejected"),  # day 61
    ],
)
async def test_the_window_goes_by_chicago_days(on_sqlite: Installation, received: str, verdict: str) -> None:
    path = sheet(on_sqlite.folder, ("Meridian", "MER-1", "10/15/2026"))
    assert (await judged(on_sqlite, str(path), "--received", received))["verdict"] == verdict


async def test_judge_reads_a_mail_and_its_words(on_sqlite: Installation) -> None:
    path = on_sqlite.folder / "mail.eml"
    path.write_bytes(office.in_words(1).as_bytes())
    found = (await on_sqlite.done("judge", str(path), "--json")).json
    assert (found["verdict"], found["rows"][0]["tracking_number"]) == ("accepted", "W000001")
    path.write_bytes(office.mail(2, "Good morning").as_bytes())
    assert await judged(on_sqlite, str(path)) | {"received": ""} == {
        "verdict": "no_complaint", "received": "", "mco": None, "findings": [], "rows": [], "sheets": [],
    }  # fmt: skip


async def test_judge_says_what_it_could_not_read(on_sqlite: Installation) -> None:
    path = on_sqlite.folder / "claims.xlsx"
    path.write_bytes(b"%PDF-1.7 nothing")
    found = (await on_sqlite.done("judge", str(path), "--json")).json
    assert (found["verdict"], [finding["code"] for finding in found["findings"]]) == (
        "no_complaint",
        ["unreadable_file"],
    )
    told = await on_sqlite.done("judge", str(path))
    assert "PDF" in told.out


async def test_judge_asks_about_registration_only_with_from(on_sqlite: Installation) -> None:
    path = sheet(on_sqlite.folder, ("Meridian", "MER-1", (office.today() - timedelta(days=40)).isoformat()))
    refused = await on_sqlite.run("judge", str(path), "--from", office.CLINIC)
    assert refused.code == 2
    assert one_clear_line(refused)
    await on_sqlite.register(office.CLINIC)
    no_address = await on_sqlite.run("judge", str(path), "--from", "the clinic")
    assert "the e-mail address reads 'the clinic'" in no_address.err
    assert (await judged(on_sqlite, str(path), "--from", office.CLINIC.upper()))["verdict"] == "accepted"
    stranger = (await on_sqlite.done("judge", str(path), "--from", office.STRANGER, "--json")).json
    assert [finding["code"] for finding in stranger["findings"]] == ["not_registered"]
    elsewhere = {"RECOURSE_DATABASE_URL": f"sqlite:///{on_sqlite.folder / 'other.sqlite3'}"}
    await on_sqlite.run("migrate", settings=elsewhere)
    there = await on_sqlite.run("judge", str(path), "--from", office.CLINIC, "--json", settings=elsewhere)
    assert [finding["code"] for finding in there.json["findings"]] == ["not_registered"]


async def test_judge_prints_a_table_for_a_person(on_sqlite: Installation) -> None:
    path = sheet(on_sqlite.folder, ("Meridian", "MER-1", "10/15/2026"), ("Meridian", "", "10/15/2026"))
    told = (await on_sqlite.done("judge", str(path), "--received", "2026-11-24")).out
    assert told.startswith("partly accepted: 1 of 2 claims against Meridian Health Plan of Illinois")
    assert "There is no" in told
    assert "Sample" not in told


# what a person can do wrong


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("judge", "nowhere.xlsx"), 2, "cannot read nowhere.xlsx: No such file"),
        (("judge", "."), 2, "cannot read .: Is a directory"),
        (("judge",), 2, "Missing argument"),
        (("judge", "x.csv", "--received", "yesterday"), 2, "--received reads 'yesterday'"),
        (("judge", "x.csv", "--received", "0001-01-01"), 2, "--received reads '0001-01-01'"),
        (("tickets", "close", "2026-000001-5", "--disposition", "won"), 2, "'won' is not one of"),
        (("tickets", "close", "2026-000001-5", "--disposition", "paid"), 2, "no ticket 2026-000001-5 here"),
        (("tickets", "show", "2026-000001-4"), 2, "The check digit does not fit"),
        (("tickets", "show", "seven"), 2, "is not a ticket number. One looks like"),
        (("letters", "show", "7"), 2, "no letter 7"),
        (("letters", "retry", "7"), 2, "no letter 7"),
        (("letters", "show", "seven"), 2, "'seven' is not a valid integer"),
        (("letters", "show", "9" * 30), 2, f"no letter {'9' * 30}"),
        (("letters", "retry", "9" * 30), 2, f"no letter {'9' * 30}"),
        (("tickets", "close", "2026-000001-5"), 2, "Choose from: resolved_by_proposal, paid,"),
        (("providers", "add", "--name", " ", "--hfs-id", "036112345001", "--email", "a@b.example"), 2, "is empty"),
        (("sheet", "--registration", "--mco", "Aetna"), 2, "--mco is for the claim sheet"),
        (("demo", "--keep", "/proc/nowhere"), 2, "cannot keep the mails in /proc/nowhere"),
        ((*ADD, "--hfs-id", "123", "--email", "a@b.example"), 2, "it has 12 digits"),
        ((*ADD, "--hfs-id", "036112345001", "--email", "a b"), 2, "one looks like"),
        ((*ADD, "--hfs-id", "036112345001", "--email", "a@b.example", "--npi", "1234567890"), 2, "it has 10 digits"),
        (("providers", "import", "nowhere.xlsx"), 2, "cannot read nowhere.xlsx"),
        (("sheet", "--mco", "Cigna of Texas"), 2, "is not clear as an MCO"),
        (("sheet", "--out", "no/such/folder.xlsx"), 2, "cannot write no/such/folder.xlsx"),
        (("frobnicate",), 2, "No such command"),
        (("providers", "answer", "a@b.example"), 2, "say --anyway or --as-usual"),
        (("providers", "answer", "a@b.example", "--anyway", "--as-usual"), 2, "say --anyway or --as-usual"),
        (("providers", "answer", "a@b.example", "--anyway"), 2, "nobody is registered as 'a@b.example'"),
        (("notices", "send", "99"), 2, "no notice 99"),
        (("notices", "send", "9" * 30), 2, "no notice 999"),
        (("answers", "pause", "--note", " "), 2, "the note is empty"),
        (("letters", "reconcile", "--since", "yesterday"), 2, "--since reads 'yesterday'; write it as 2026-11-24"),
        (("letters", "replay", "--since", "yesterday"), 2, "--since reads 'yesterday'; write it as 2026-11-24"),
        (("--config", "nowhere.toml", "tickets", "list"), 2, "cannot read the settings file nowhere.toml"),
    ],
)  # fmt: skip
async def test_a_persons_error_is_one_clear_line(
    on_sqlite: Installation, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = await on_sqlite.run(*words)
    assert (ended.code, said in ended.err, one_clear_line(ended)) == (code, True, True), ended.err


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("RECOURSE_DATABASE_URL", "mysql://x", "write sqlite:///"),
        ("RECOURSE_DATABASE_URL", "sqlite:////no/such/folder/x.sqlite3", "there is no folder /no/such/folder"),
        ("RECOURSE_DATABASE_URL", "sqlite:////", "write sqlite:///"),
        ("RECOURSE_DATABASE_URL", "postgresql://localhost:port/x", "the database URL cannot be read"),
        ("RECOURSE_DATABASE_URL", "postgresql://127.0.0.1:1/x", "PostgreSQL is away"),
        ("RECOURSE_SMTP_LISTEN", "0.0.0.0:25", "which others can reach"),
        ("RECOURSE_RELAY", "somewhere", "is neither"),
        ("RECOURSE_IMAP", "imaps://x", "is not imaps://user@host/folder"),
        ("RECOURSE_IMAP", "https://x", "is not imaps://user@host/folder"),
        ("RECOURSE_IMAP", "imaps://portal@127.0.0.1/INBOX", "needs either RECOURSE_IMAP_PASSWORD or"),
        ("RECOURSE_AUTHSERV_ID", "mx example", "is not one name"),
    ],
)
async def test_serve_refuses_wrong_settings(on_sqlite: Installation, setting: str, value: str, said: str) -> None:
    ended = await on_sqlite.run("serve", settings={setting: value})
    assert ended.code in (1, 2)
    assert said in ended.err
    assert one_clear_line(ended), ended.err
    if setting in ("RECOURSE_IMAP", "RECOURSE_AUTHSERV_ID"):
        assert (ended.code, ended.out) == (2, ""), "nothing listens"
        assert (await on_sqlite.run("doctor", settings={setting: value})) == ended


@pytest.mark.parametrize("words", [(), ("providers",)])
async def test_without_a_command_the_commands_are_listed(on_sqlite: Installation, words: tuple[str, ...]) -> None:
    ended = await on_sqlite.run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: ")


@pytest.mark.parametrize("name", ["junk", "junk.xlsx", "junk.csv", "junk.eml", "empty.xlsx", "empty.csv", "empty.eml"])
async def test_no_file_surprises_judge_and_import(on_sqlite: Installation, name: str) -> None:
    path = on_sqlite.folder / name
    path.write_bytes(b"" if name.startswith("empty") else bytes(range(256)) * 40)
    found = await on_sqlite.run("judge", name, "--json")
    assert (found.code, found.err) == (0, "")
    assert found.json["verdict"] == "no_complaint"
    refused = await on_sqlite.run("providers", "import", name)
    assert refused.code == 2
    assert "Traceback" not in refused.err
    assert list(on_sqlite.folder.iterdir()) == [path]


async def test_a_variable_that_is_no_setting_is_told(on_sqlite: Installation) -> None:
    ended = await on_sqlite.run("serve", settings={"RECOURSE_RELAI": "x", "RECOURSE_SMTP_LISTEN": "nowhere"})
    assert ended.err.startswith("recourse: RECOURSE_RELAI is not a setting and has no effect")


async def test_serve_says_that_its_port_is_taken(on_sqlite: Installation) -> None:
    taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        ended = await on_sqlite.run("serve", settings={"RECOURSE_SMTP_LISTEN": f"127.0.0.1:{port}"})
    assert ended.code == 2
    assert ended.err == f"recourse: cannot listen on 127.0.0.1:{port}: address already in use\n"


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("tickets", "list")])
async def test_a_file_that_is_no_database_is_left_alone(on_sqlite: Installation, command: tuple[str, ...]) -> None:
    path = on_sqlite.folder / "recourse.sqlite3"
    path.write_text("a letter to the editor\n" * 500)
    ended = await on_sqlite.run(*command)
    assert (ended.code, one_clear_line(ended)) == (2, True), ended.err
    assert "cannot be used: file is not a database" in ended.err
    assert path.read_text().startswith("a letter")


@pytest.mark.real("postgres")
async def test_a_database_that_is_not_there_is_named(on_postgres: Installation) -> None:
    elsewhere = {"RECOURSE_DATABASE_URL": on_postgres.database_url.replace("@/", "@/nowhere_")}
    for command in ("serve", "migrate"):
        ended = await on_postgres.run(command, settings=elsewhere)
        assert (ended.code, one_clear_line(ended)) == (1, True), ended.err
        assert 'database "nowhere_' in ended.err
    told = await on_postgres.run("doctor", settings=elsewhere)
    assert (told.code, told.err) == (1, "")
    assert "BAD  database: PostgreSQL does not let us in" in told.out


# sheets, providers, tickets, letters


async def test_sheet_writes_what_judge_reads(on_sqlite: Installation) -> None:
    path = on_sqlite.folder / "blank.xlsx"
    assert (await on_sqlite.done("sheet", "--out", str(path), "--mco", "bcbsil")).out == f"Wrote {path}\n"
    found = (await on_sqlite.done("judge", str(path), "--json")).json
    assert [finding["code"] for finding in found["findings"]] == ["no_rows"]
    (on_sqlite.folder / "claim-sheet.xlsx").write_text("filled by a person")
    assert (await on_sqlite.done("sheet")).out == "Wrote claim-sheet-2.xlsx\n"
    assert (on_sqlite.folder / "claim-sheet.xlsx").read_text() == "filled by a person"
    await on_sqlite.done("sheet", "--registration")
    book = openpyxl.load_workbook(on_sqlite.folder / "registration-sheet.xlsx")
    assert book.worksheets[0].title == "Registration"


async def test_import_registers_everybody_or_nobody(on_sqlite: Installation) -> None:
    path = on_sqlite.folder / "people.csv"
    head = "Provider name,HFS provider ID,NPI,E-mail,Role\n"
    path.write_text(head + "Lakeside,036112345001,,Billing@Lakeside.example,\nHillside,12,,nobody,\n")
    refused = await on_sqlite.run("providers", "import", str(path))
    assert refused.code == 2
    assert "row 3, column B" in refused.err
    assert "row 3, column D" in refused.err
    assert "Traceback" not in refused.err
    assert (await on_sqlite.done("providers", "list", "--json")).json == []
    path.write_text(
        head + "Lakeside,036112345001,,Billing@Lakeside.example,\n"
        "Lakeside,036112345001,,b@agent.example,billing agent\n"
    )
    await on_sqlite.done("providers", "import", str(path))
    (provider,) = (await on_sqlite.done("providers", "list", "--json")).json
    assert provider["hfs_id"] == "036112345001"
    assert [(person["email"], person["role"]) for person in provider["people"]] == [
        ("billing@lakeside.example", "provider"),
        ("b@agent.example", "billing_agent"),
    ]


async def test_tickets_and_letters_with_and_without_a_server(place: Installation) -> None:
    await place.register(office.CLINIC)
    async with serving(place) as server:
        await send(server.port, office.with_csv(1))
        tickets = await until_listed(place)
        (ticket,) = tickets
        assert {"number", "state", "mco", "provider", "opened", "claims"} <= set(ticket)
        assert (ticket["state"], ticket["claims"], ticket["provider"]) == ("open", 5, "Lakeside Family Clinic")
        closing = ("tickets", "close", ticket["number"], "--disposition", "paid", "--json")
        assert (await place.done(*closing)).json["state"] == "closed"
        again = await place.run(*closing)
        assert again.code == 1
        assert one_clear_line(again)
        with_server = (await place.done("letters", "list", "--json")).json
    assert (await place.done("letters", "list", "--json")).json == with_server
    shown = (await place.done("tickets", "show", ticket["number"], "--json")).json
    assert [event["event"] for event in shown["timeline"]] == ["opened", "closed"]
    mistyped = ticket["number"][:-1] + str((int(ticket["number"][-1]) + 1) % 10)
    told = await place.run("tickets", "show", mistyped)
    assert f"did you mean {ticket['number']}?" in told.err
    raw = await place.done("letters", "show", "1", "--raw")
    assert "claims.csv" in raw.out
    table = (await place.done("tickets", "list")).out
    assert ticket["number"] in table
    assert "paid" in (await place.done("tickets", "show", ticket["number"])).out


async def test_commands_at_once_wait_for_each_other(on_sqlite: Installation) -> None:
    """Also the first ones, of which one makes the database."""
    addresses = [f"person{number}@lakeside.example" for number in range(6)]
    await asyncio.gather(*(on_sqlite.register(address) for address in addresses))
    (provider,) = (await on_sqlite.done("providers", "list", "--json")).json
    assert sorted(person["email"] for person in provider["people"]) == addresses


async def test_doctor_says_what_to_mend(on_sqlite: Installation) -> None:
    sick = await on_sqlite.run("doctor")
    assert sick.code == 1
    assert "`recourse migrate` makes it" in sick.out
    await on_sqlite.register(office.CLINIC)
    async with serving(on_sqlite) as server:
        settings = {"RECOURSE_SMTP_LISTEN": f"127.0.0.1:{server.port}"}
        well = await on_sqlite.run("doctor", "--json", settings=settings)
        assert well.code == 0, well.out
        assert json.loads(well.out)["sane"] is True
        misspelled = await on_sqlite.run("doctor", settings=settings | {"RECOURSE_RELAI": "x"})
    assert misspelled.code == 1
    assert "RECOURSE_RELAI: no such setting" in misspelled.out


async def test_migrate_says_what_it_did(on_sqlite: Installation) -> None:
    assert (await on_sqlite.done("migrate")).out.startswith("upgraded: ")
    assert (await on_sqlite.done("migrate")).out == "The database is up to date.\n"


async def send(port: int, mail: EmailMessage) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port)


async def until_listed(place: Installation) -> list[dict[str, Any]]:
    async def listed() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await place.done("tickets", "list", "--json")).json
        return found

    return await until_async(listed, "a ticket")


@pytest.mark.parametrize(("check", "asked"), [("verify", True), ("trusted-header", False), ("registered-only", False)])
async def test_who_lists_a_signing_domain_hears_what_it_allows_and_whether_it_is_asked(
    on_sqlite: Installation, check: str, asked: bool
) -> None:
    await on_sqlite.register("billing@lakeside.example")
    settings = {"RECOURSE_SENDER_CHECK": check, "RECOURSE_AUTHSERV_ID": "mx.example.gov"}
    words = ("providers", "signing", "add", "036112345001", "mailer.example")
    told = (await on_sqlite.run(*words, settings=settings)).out
    assert "List only a domain whose owner lets each customer sign that customer's own mail and no other.\n" in told
    assert (f"RECOURSE_SENDER_CHECK is {check}: there this list is not asked" in told) is not asked
