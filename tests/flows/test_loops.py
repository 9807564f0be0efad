"""Machines that write back, each against the real program: all of them stop, after so many answers."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from bot.backstage import command as have_done
from bot.settings import load
from tests.parts.correspondence import mail
from tests.parts.office import CLINIC, with_csv
from tests.parts.post_office import Machine, PostedMail, PostOffice, post_office
from tests.parts.program import PORTAL, Installation, Server, installation, serving
from tests.parts.waiting import until_async

OFFICE = "office@busy.example"
OTHER_PORTAL = "portal@second.example"


@dataclass(frozen=True, slots=True)
class Portal:
    """An installation that runs."""

    place: Installation
    server: Server
    address: str

    async def ask(self, command: str, **args: Any) -> Any:
        return await have_done(load(environment=self.place.environment), command, **args)

    async def register(self, address: str) -> None:
        person = {"npi": None, "email": address, "person": "", "role": "provider"}
        await self.ask("providers.add", name="Busy Clinic", hfs_id="036112345001", **person)

    async def notices(self) -> list[str]:
        """For each notice its state, or what kept it."""
        return [one["error"] or one["state"] for one in await self.ask("notices.list")]

    async def outcomes(self) -> list[str]:
        return [one["outcome"] for one in await self.ask("letters.list")]


@asynccontextmanager
async def running(office: PostOffice, folder: Path, address: str = PORTAL, **settings: str) -> AsyncIterator[Portal]:
    """An installation at this address that relays by the post office."""
    folder.mkdir(exist_ok=True)
    place = installation(folder, relay=f"smtp://127.0.0.1:{office.port}")
    async with serving(place, settings={"RECOURSE_MAIL_ADDRESS": address} | settings) as server:
        office.portals[address] = server.port
        yield Portal(place, server, address)


async def quiet(office: PostOffice, *portals: Portal) -> None:
    """Wait until nothing is under way any more: two looks in a row find the same, and all of it settled."""
    last: object = None

    async def look() -> bool:
        nonlocal last
        before, last = last, None
        notices = [await portal.notices() for portal in portals]
        outcomes = [await portal.outcomes() for portal in portals]
        if office.under_way or any("queued" in some for some in notices) or any(None in some for some in outcomes):
            return False
        last = (notices, outcomes, len(office.carried))
        return last == before

    await until_async(look, "the end of the loop")


def said(sender: str, text: str, **headers: str) -> EmailMessage:
    """What a machine at this address says."""
    return mail(sender, text, **headers)


def dumb(answered: EmailMessage) -> Iterable[PostedMail]:
    """It threads its words rightly, and nothing shows that nobody wrote them."""
    yield OFFICE, said(OFFICE, "We got your mail.", Subject=f"Re: {answered['Subject']}",
                       In_Reply_To=answered["Message-ID"], References=answered["Message-ID"])  # fmt: skip


def dumber(answered: EmailMessage) -> Iterable[PostedMail]:
    yield OFFICE, said(OFFICE, "Thank you for writing to us.", Subject="Thank you")


def twice_and_never_the_same(answered: EmailMessage) -> Iterable[PostedMail]:
    for way in ("Your case has been opened", "A colleague will look"):
        words = f"{way}: reference {answered['Message-ID'].strip('<>')}"
        yield OFFICE, said(OFFICE, words, Subject=words[:60])


def echo(answered: EmailMessage) -> Iterable[PostedMail]:
    """All that we wrote comes back, the claim sheet too, as from a person."""
    back = mail(OFFICE, "x", Subject=answered["Subject"])
    back.clear_content()
    back.set_content(answered.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    for part in answered.iter_attachments():
        main, sub = part.get_content_maintype(), part.get_content_subtype()
        back.add_attachment(part.get_content(), maintype=main, subtype=sub, filename=part.get_filename())
    yield OFFICE, back


def vacation(answered: EmailMessage) -> Iterable[PostedMail]:
    """As RFC 3834 and Sieve want it."""
    headers = {"Subject": f"Auto: {answered['Subject']}", "In-Reply-To": answered["Message-ID"]}
    yield "", said(OFFICE, "I am away until Monday.", Auto_Submitted="auto-replied (vacation)", **headers)


def exchange_away(answered: EmailMessage) -> Iterable[PostedMail]:
    headers = {"Subject": f"Automatic reply: {answered['Subject']}", "X-Auto-Response-Suppress": "All"}
    yield "", said(OFFICE, "I am out of the office.", Auto_Submitted="auto-generated", **headers)


def old_away(answered: EmailMessage) -> Iterable[PostedMail]:
    yield OFFICE, said(OFFICE, "Away.", Subject=f"Out of Office AutoReply: {answered['Subject']}")


def mailing_list(answered: EmailMessage) -> Iterable[PostedMail]:
    """The list's address is registered, and we are among its members."""
    copy = said(
        OFFICE, "x", Subject=f"[billers] {answered['Subject']}", List_Id="<billers.busy.example>", Precedence="list"
    )
    yield f"owner-{OFFICE}", copy


@pytest.mark.parametrize(
    ("machine", "letters", "notices"),
    [
        (dumb, 2, ["sent"]),
        (dumber, 4, ["same_content", "sent", "sent", "sent"]),
        (twice_and_never_the_same, 7, ["same_content"] * 4 + ["sent"] * 3),
        (vacation, 2, ["sent"]),
        (exchange_away, 2, ["sent"]),
        (old_away, 2, ["sent"]),
        (mailing_list, 2, ["sent"]),
    ],
)
async def test_a_machine_at_a_registered_address_is_answered_no_more(
    tmp_path: Path, machine: Machine, letters: int, notices: list[str]
) -> None:
    async with post_office() as office, running(office, tmp_path) as portal:
        office.machines[OFFICE] = machine
        await portal.register(OFFICE)
        await office.post(mail(OFFICE, "Hello."), PORTAL)
        await quiet(office, portal)
        assert sorted(await portal.notices()) == notices
        assert len(await portal.outcomes()) == letters
        assert office.to(OFFICE) == notices.count("sent")


async def test_an_echo_ends_within_the_budgets(tmp_path: Path) -> None:
    async with post_office() as office, running(office, tmp_path) as portal:
        office.machines[OFFICE] = echo
        await portal.register(OFFICE)
        await office.post(mail(OFFICE, "Hello."), PORTAL)
        await quiet(office, portal)
        assert office.to(OFFICE) <= 5
        assert len(await portal.outcomes()) == office.to(OFFICE) + 1


async def test_what_a_mailing_list_sends_on_is_not_answered_at_all(tmp_path: Path) -> None:
    async with post_office() as office, running(office, tmp_path) as portal:
        await portal.register(OFFICE)
        for headers in (
            {"List-Id": "<billers.busy.example>"},
            {"Precedence": "list"},
            {"X-BeenThere": "billers@busy.example"},
        ):
            await office.post(mail(OFFICE, "Hello all.", **headers), PORTAL)
        await quiet(office, portal)
        assert await portal.outcomes() == ["no_answer"] * 3
        assert await portal.notices() == []


def as_it_is(passed: EmailMessage) -> EmailMessage:
    return passed


def without_marks(passed: EmailMessage) -> EmailMessage:
    """A server that knows nothing of automatic mail: only what every program shows is kept."""
    for name in {name for name in passed if name.lower() not in KEPT}:
        del passed[name]
    return passed


def without_thread(passed: EmailMessage) -> EmailMessage:
    without_marks(passed)
    for name in ("In-Reply-To", "References"):
        del passed[name]
    return passed


KEPT = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type",
        "content-transfer-encoding"}  # fmt: skip


@pytest.mark.parametrize(
    ("launder", "first", "second"),
    [
        (as_it_is, ["sent"], []),
        (without_marks, ["sent"] * 4, ["same_content", *["sent"] * 3]),
        (without_thread, ["sent"] * 4, ["same_content", *["sent"] * 3]),
    ],
)
async def test_two_installations_stop_writing_to_each_other(
    tmp_path: Path, launder: Any, first: list[str], second: list[str]
) -> None:
    """Each has the other registered. Where a server on the way takes the marks off, the form that goes with an answer
    comes back empty and is answered as what it is: the same words go out three times."""
    async with post_office() as office, AsyncExitStack() as both:
        one = await both.enter_async_context(running(office, tmp_path / "one"))
        two = await both.enter_async_context(running(office, tmp_path / "two", OTHER_PORTAL))
        office.launder = launder
        await asyncio.gather(one.register(OTHER_PORTAL), two.register(PORTAL))
        await office.post(mail(OTHER_PORTAL, "Hello."), PORTAL)
        await quiet(office, one, two)
        assert sorted(await one.notices()) == first
        assert sorted(await two.notices()) == second


async def test_an_honest_office_with_fifty_sheets_gets_every_answer(tmp_path: Path) -> None:
    async with post_office() as office, running(office, tmp_path) as portal:
        await portal.register(CLINIC)
        await asyncio.gather(*(office.post(with_csv(number, rows=2), PORTAL) for number in range(50)))
        await quiet(office, portal)
        assert await portal.outcomes() == ["ticket"] * 50
        assert await portal.notices() == ["sent"] * 50
        assert office.to(CLINIC) == 50


async def test_too_many_answers_open_the_breaker_and_staff_close_it(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[answers]\nbreaker = [3, 3600]\n")
    async with post_office() as office, running(office, tmp_path, RECOURSE_LIMITS=str(limits)) as portal:
        for number in range(6):  # offices: strangers have a rate of their own and open no breaker
            await portal.place.register(f"ann@office{number}.example", f"03611234500{number}", f"Office {number}")
        for number in range(5):
            await office.post(mail(f"ann@office{number}.example", "Hello."), PORTAL)
        await quiet(office, portal)
        assert sorted(await portal.notices()) == ["breaker"] * 2 + ["sent"] * 3
        assert await portal.outcomes() == ["no_complaint"] * 5

        assert "more than 3 answers in 3600 seconds" in portal.server.log.read_text()
        doctor = await portal.place.run("doctor", "--json")
        assert doctor.code == 1
        assert [(one["ok"], one["found"]) for one in doctor.json["checks"] if one["name"] == "answers kept"] == [
            (False, "2 by breaker")
        ]
        assert (await portal.place.done("answers", "status", "--json")).json["paused"]

        resumed = await portal.place.done("answers", "resume")
        assert resumed.out == "Answers go out again; 2 that were kept will be sent.\n"
        await quiet(office, portal)
        assert await portal.notices() == ["sent"] * 5
        await office.post(mail("ann@office5.example", "Hello."), PORTAL)
        await quiet(office, portal)
        assert await portal.notices() == ["sent"] * 6
