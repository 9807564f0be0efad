"""`recourse doctor` and lists on a new installation, and on one whose DNS has not answered for long."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from storage import deferrals
from storage.database import open_database
from tests.parts.name_server import Fault, name_server
from tests.parts.program import Installation


async def test_a_sound_new_installation_is_not_said_to_be_neglected(on_sqlite: Installation) -> None:
    await on_sqlite.done("migrate")
    told = (await on_sqlite.run("doctor")).out
    assert "ok   letters: 0 held, 0 in quarantine, no day to account for yet" in told
    assert "never" not in told


@pytest.mark.parametrize(
    ("outcome", "said"),
    [((), "There are no letters."), (("--outcome", "held"), "No letter ended so."),
     (("--outcome", "waiting"), "No letter waits.")],
)  # fmt: skip
async def test_an_empty_list_says_what_there_is_none_of(
    on_sqlite: Installation, outcome: tuple[str, ...], said: str
) -> None:
    assert (await on_sqlite.done("letters", "list", *outcome)).out == said + "\n"


async def test_a_dns_that_does_not_answer_and_mails_that_wait_for_it_are_told(on_sqlite: Installation) -> None:
    await on_sqlite.done("migrate")
    async with open_database(on_sqlite.database_url) as database:
        for ago in (timedelta(hours=3), timedelta(minutes=5)):
            await database.run(partial(deferrals.note, key="a mail", now=datetime.now(UTC) - ago))
    with name_server() as dns:
        settings = {"RECOURSE_SENDER_CHECK": "verify", "RECOURSE_DNS": dns.address}
        well = await on_sqlite.run("doctor", settings=settings)
        dns.fault = Fault.SERVFAIL
        sick = await on_sqlite.run("doctor", settings=settings)
    assert f"ok   DNS: {dns.address}: answered\n" in well.out
    assert "BAD  letters: " in well.out
    assert "1 mail was told to come again for more than an hour" in well.out
    assert f"BAD  DNS: {dns.address}: no answer about example.org" in sick.out
