"""A real Postfix that hands mail over on a pipe, with the lines that we ship."""

import pytest

from tests.parts import swaks
from tests.parts.counter import Counter, counter
from tests.parts.dovecot import dovecot
from tests.parts.pipes import pipe_to
from tests.parts.postfix import postfix_piping
from tests.parts.program import PORTAL, Installation, serving
from tests.parts.town import CLINIC, OUTSIDE
from tests.parts.waiting import until_async

pytestmark = [pytest.mark.real("postfix"), pytest.mark.real("dovecot"), pytest.mark.real("swaks")]


async def served(between: Counter, number: int) -> None:
    async def look() -> bool:
        return len(between.served) >= number

    await until_async(look, f"{number} mails on the counter", seconds=60)


async def test_a_mail_waits_in_postfix_until_it_is_stored_and_nothing_bounces(on_sqlite: Installation) -> None:
    await on_sqlite.register(CLINIC)
    database = on_sqlite.folder / "recourse.sqlite3"
    away = on_sqlite.folder / "away.sqlite3"
    with dovecot() as mailboxes:
        async with counter(pipe_to(on_sqlite)) as between:
            with postfix_piping(portal=PORTAL, command=between.command, mailboxes=mailboxes) as server:
                database.rename(away)
                database.mkdir()  # so that no new one is made
                assert (await swaks.send(server.port, sender=CLINIC, to=PORTAL, client=OUTSIDE)).code == 0
                await served(between, 1)
                database.rmdir()
                away.rename(database)
                async with serving(on_sqlite):

                    async def stored() -> bool:
                        return between.served[-1][2].code == 0

                    await until_async(stored, "the mail to be stored", seconds=60)
                    number = len(between.served)
                    tagged = PORTAL.replace("@", "+b.1.aaaaaaaaaaaaaaaa@")
                    assert (await swaks.send(server.port, sender="<>", to=tagged, client=OUTSIDE)).code == 0
                    await served(between, number + 1)
                assert server.logged("status=deferred")
                assert server.logged("status=sent (delivered via recourse service)")
                assert not server.logged("status=bounced")
        assert await mailboxes.mails(CLINIC) == []
    assert {ended.code for _, _, ended in between.served[: number - 1]} == {75}
    words, raw, _ = between.served[0]
    assert words == [f"--from={CLINIC}", f"--to={PORTAL}", f"--client={OUTSIDE}", "--helo=mail.example.org"]
    assert raw.startswith(b"Received: ")
    assert b"\r" not in raw
    assert between.served[-1][0][:2] == ["--from=", f"--to={tagged}"]
    one = (await on_sqlite.done("letters", "show", "1", "--json")).json
    assert (one["way"], one["mail_from"], one["peer"]) == ("pipe", CLINIC, OUTSIDE)
