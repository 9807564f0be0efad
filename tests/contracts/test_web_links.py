"""One-time links and the details form: used by a press and once, by whom they were made for, and nothing shown back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import aiohttp
import pytest

from bot import chatroom
from bot.web import serve_web
from storage import chat_links, chats, details, files
from storage.chat_links import LinkPurpose
from storage.database import Database, Session
from tests.contracts.chatting import begin
from tests.contracts.test_ticket_books import open_one
from tests.parts.houses import house_of
from tests.parts.visitor import TOKEN, Visitor, visitor

PERSON = "billing@lakeside.example"


@dataclass(frozen=True, slots=True)
class Pages:
    """Our pages on a real database, and one visitor; no worker answers."""

    database: Database
    visitor: Visitor

    async def link(self, conversation: int, purpose: LinkPurpose, ticket: str = "") -> str:
        token = await self.database.run(
            lambda session: chat_links.new_link(session, conversation, purpose, ticket, PERSON)
        )
        return f"/go/{token}"

    async def chat(self, channel: str = "slack") -> int:
        return await self.database.run(lambda session: begin(session, "4711", channel))

    async def person_of(self, conversation: int) -> str:
        return (await self.database.run(lambda session: chats.look_at(session, conversation))).person

    async def own_chat(self) -> int:
        """The conversation that the visitor's own browser shows."""
        await self.visitor.post("/chat/start", {"language": "en"})
        cookie = next(iter(self.visitor.session.cookie_jar)).value
        found = await self.database.run(lambda session: chat_links.visit(session, cookie))
        assert found is not None
        return found

    async def press(self, path: str, form_from: str = "") -> tuple[int, str]:
        """Open the page and press its button."""
        _, page = await self.visitor.get(form_from or path)
        token = TOKEN.search(page)
        return await self.visitor.post(path, {"token": token[1] if token else ""})


@pytest.fixture
async def shown(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pages]:
    monkeypatch.setattr("bot.web_chat.ANSWER_WAIT", 0.0)  # nobody answers here
    house = house_of(database)
    store = partial(chatroom.store, house)
    async with (
        serve_web(house, "127.0.0.1:0", store, chatroom.sign_in) as port,
        visitor(f"http://127.0.0.1:{port}") as found,
    ):
        yield Pages(database, found)


async def test_looking_at_a_link_does_not_use_it(shown: Pages) -> None:
    path = await shown.link(await shown.chat(), LinkPurpose.SIGN_IN)
    for _ in range(3):
        status, page = await shown.visitor.get(path)
        assert status == 200
        assert PERSON not in page
    assert (await shown.visitor.post(path, {"token": "0" * 32}))[0] == 403
    assert (await shown.visitor.get(path))[0] == 200


async def test_a_sign_in_link_works_once(shown: Pages) -> None:
    conversation = await shown.chat()
    path = await shown.link(conversation, LinkPurpose.SIGN_IN)
    status, page = await shown.press(path)
    assert status == 200
    assert "You are signed in" in page
    assert await shown.person_of(conversation) == PERSON
    assert (await shown.visitor.get(path))[0] == 410
    assert (await shown.visitor.post(path, {"token": "x"}))[0] == 403


async def test_a_web_chat_is_signed_in_from_its_own_browser_only(shown: Pages) -> None:
    """Else somebody could begin a chat with another's address and wait until they press the link in their mail."""
    conversation = await shown.own_chat()
    path = await shown.link(conversation, LinkPurpose.SIGN_IN)
    async with visitor(shown.visitor.web) as other:
        status, page = await Pages(shown.database, other).press(path)
        assert status == 403
        assert "has a code" in page
    assert await shown.person_of(conversation) == ""
    assert (await shown.press(path))[0] == 303
    assert await shown.person_of(conversation) == PERSON


async def test_a_draft_goes_on_in_the_browser_that_pressed(shown: Pages) -> None:
    conversation = await shown.chat("web")
    path = await shown.link(conversation, LinkPurpose.DRAFT)
    assert (await shown.visitor.get("/chat"))[1].count('id="log"') == 0
    assert (await shown.press(path))[0] == 303
    assert (await shown.visitor.get("/chat"))[1].count('id="log"') == 1
    assert (await shown.press(path))[0] == 403  # its page has no form any more


async def test_details_are_added_once_and_never_shown(shown: Pages) -> None:
    ticket = (await shown.database.run(open_one)).number
    path = await shown.link(await shown.chat(), LinkPurpose.DETAILS, ticket)
    assert (await shown.visitor.get("/details"))[0] == 410
    assert (await shown.press(path))[0] == 303
    _, page = await shown.visitor.get("/details")
    assert ticket in page
    token = TOKEN.search(page)
    assert token

    def filled(**fields: str) -> aiohttp.FormData:
        form = aiohttp.FormData({"token": token[1], **fields})
        form.add_field("files", BytesIO(b"%PDF-1.4 made up"), filename="denial of a member.pdf")
        return form

    status, page = await shown.visitor.post("/details", filled(member_name="Sample, Pat", rin="12"))
    assert status == 422
    assert 'value="Sample, Pat"' in page
    assert 'href="#rin"' in page
    assert "choose your files again" in page
    assert await _added(shown.database, ticket) == []

    right = {"member_name": "Sample, Pat", "rin": "012345678", "service_from": "9/1/2026"}
    status, page = await shown.visitor.post("/details", filled(**right))
    assert status == 200
    assert f"Added to ticket {ticket}" in page
    assert "Sample" not in page
    (one,) = await _added(shown.database, ticket)
    assert one.fields == {"member_name": "Sample, Pat", "rin": "012345678", "service_from": "2026-09-01"}
    assert one.who == PERSON
    assert await shown.database.run(lambda session: files.get(session, one.files[0])) == b"%PDF-1.4 made up"

    assert (await shown.visitor.post("/details", filled(**right)))[0] == 410
    assert (await shown.visitor.get("/details"))[0] == 410
    assert len(await _added(shown.database, ticket)) == 1


async def test_an_empty_form_and_too_many_files_are_told(shown: Pages) -> None:
    ticket = (await shown.database.run(open_one)).number
    await shown.press(await shown.link(await shown.chat(), LinkPurpose.DETAILS, ticket))
    token = TOKEN.search((await shown.visitor.get("/details"))[1])
    assert token
    status, page = await shown.visitor.post("/details", {"token": token[1]})
    assert status == 422
    assert "Nothing was filled in" in page
    form = aiohttp.FormData({"token": token[1]})
    for number in range(6):
        form.add_field("files", BytesIO(b"%PDF"), filename=f"{number}.pdf")
    status, page = await shown.visitor.post("/details", form)
    assert status == 422
    assert "At most 5 files" in page
    large = aiohttp.FormData({"token": token[1]})
    large.add_field("files", BytesIO(b"x" * (11 * 1024 * 1024)), filename="large.pdf")
    status, page = await shown.visitor.post("/details", large)
    assert status == 413
    assert "larger than 10 MB" in page


async def test_a_sign_in_link_opens_no_form_and_a_form_s_link_no_chat(shown: Pages) -> None:
    token = (await shown.link(await shown.chat(), LinkPurpose.SIGN_IN)).removeprefix("/go/")
    shown.visitor.session.cookie_jar.update_cookies({"recourse-details": token, "recourse": token})
    assert (await shown.visitor.get("/details"))[0] == 410
    assert 'id="log"' not in (await shown.visitor.get("/chat"))[1]


async def _added(database: Database, ticket: str) -> list[details.Details]:
    def of(session: Session) -> list[details.Details]:
        return details.of(session, ticket)

    return await database.run(of)
