"""What the web pages let in and what they do not, as a program sees it that is no browser."""

import re
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from tests.parts.program import Installation, Server, serving
from tests.parts.visitor import Visitor, visitor
from tests.parts.waiting import until_async


@pytest.fixture
async def server(on_sqlite: Installation) -> AsyncIterator[Server]:
    async with serving(on_sqlite) as running:
        yield running


@pytest.fixture
async def somebody(server: Server) -> AsyncIterator[Visitor]:
    async with visitor(server.web) as found:
        yield found


async def test_a_server_is_healthy_when_its_database_answers(somebody: Visitor) -> None:
    assert await somebody.get("/health") == (200, "ok")


async def test_every_answer_carries_the_headers_that_protect_it(somebody: Visitor) -> None:
    for path in ("/", "/chat", "/nowhere", "/go/x", "/details", "/health", "/static/x/nothing"):
        async with somebody.session.get(somebody.web + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), path
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "Server" not in answer.headers


async def test_static_files_are_kept_by_browsers_and_change_their_address(somebody: Visitor) -> None:
    _, page = await somebody.get("/")
    found = re.search(r'href="(/static/\w+/page\.css)"', page)
    assert found
    async with somebody.session.get(somebody.web + found[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        etag = answer.headers["ETag"]
    async with somebody.session.get(somebody.web + found[1], headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    async with somebody.session.get(somebody.web + "/static/older/page.css") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "SELF", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "SELF", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_page_is_refused(somebody: Visitor, headers: dict[str, str]) -> None:
    sent = {name: somebody.web if value == "SELF" else value for name, value in headers.items()}
    assert (await somebody.post("/chat/start", {"language": "en"}, sent))[0] == 403
    token, client_id = await somebody.begin()
    words = {"token": token, "seq": client_id, "text": "check first"}
    assert (await somebody.post("/chat", words, sent))[0] == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await somebody.session.ws_connect(somebody.web + "/chat/socket", headers=sent)
    assert ">check first</div>" not in await somebody.page()


async def test_a_form_without_its_token_changes_nothing_and_keeps_the_words(somebody: Visitor) -> None:
    _, client_id = await somebody.begin()
    status, page = await somebody.post("/chat", {"token": "0" * 32, "seq": client_id, "text": "my own words"})
    assert status == 403
    assert "my own words</textarea>" in page
    assert "my own words" not in await somebody.page()


async def test_the_same_form_twice_is_one_event(somebody: Visitor) -> None:
    token, client_id = await somebody.begin()
    words = {"token": token, "seq": client_id, "text": "check first"}
    for _ in range(2):
        assert (await somebody.post("/chat", words))[0] == 303
    assert (await somebody.page()).count(">check first</div>") == 1


async def test_nobody_sees_a_chat_without_its_cookie(somebody: Visitor) -> None:
    await somebody.begin()
    async with visitor(somebody.web) as stranger:
        async with stranger.session.get(stranger.web + "/chat", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert (await stranger.post("/chat/file", {"token": "x"}))[0] == 403
        assert (await stranger.get("/chat/files/1"))[0] == 404
        async with stranger.session.ws_connect(stranger.web + "/chat/socket", headers=stranger.ours) as socket:
            await socket.receive()
            assert socket.close_code == 4401


async def test_a_socket_acknowledges_what_is_kept_and_replays_what_was_missed(somebody: Visitor) -> None:
    await somebody.begin()
    async with somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours) as socket:
        await socket.send_json({"last_seq": 0, "language": "en"})
        assert await socket.receive_json() == {"ready": True}
        assert 'data-seq="1"' in (await socket.receive_json())["lines"]
        for _ in range(2):  # sent again: acknowledged again, and one event
            await socket.send_json({"seq": "0123456789", "said": "check first"})
        news = [await socket.receive_json() for _ in range(3)]
        assert [frame["ack"] for frame in news if "ack" in frame][:1] == ["0123456789"]
    assert (await somebody.page()).count(">check first</div>") == 1
    async with somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours) as socket:
        await socket.send_json({"last_seq": 1, "language": "en"})
        assert await socket.receive_json() == {"ready": True}
        replayed = (await socket.receive_json())["lines"]
        assert re.findall(r'data-seq="(\d+)"', replayed)[:2] == ["2", "3"]


@pytest.mark.parametrize("frame", ["x" * 20_000, "no frame", '{"seq": "0123456789", "said": 5}'])
async def test_a_socket_that_says_what_no_page_says_is_closed(somebody: Visitor, frame: str) -> None:
    await somebody.begin()
    async with somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours) as socket:
        await socket.send_json({"last_seq": 9999, "language": "en"})
        await socket.receive_json()
        await socket.send_str(frame)
        await socket.receive()
        assert socket.close_code in (1008, 1009)
    await somebody.page()


async def test_one_visit_may_have_a_few_sockets_only(somebody: Visitor) -> None:
    await somebody.begin()
    sockets = []
    for _ in range(8):
        socket = await somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours)
        await socket.send_json({"last_seq": 9999, "language": "en"})
        await socket.receive_json()
        sockets.append(socket)
    refused = await somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours)
    await refused.receive()
    assert refused.close_code == 1013
    await sockets[0].close()

    async def admitted() -> bool:
        again = await somebody.session.ws_connect(somebody.web + "/chat/socket", headers=somebody.ours)
        await again.send_json({"last_seq": 9999, "language": "en"})
        return (await again.receive()).type is aiohttp.WSMsgType.TEXT

    assert await until_async(admitted, "room for another socket")


async def test_one_address_may_begin_some_chats_and_then_waits(somebody: Visitor) -> None:
    far = somebody.ours | {"X-Forwarded-For": "192.0.2.7"}  # believed from this machine only
    statuses = [(await somebody.post("/chat/start", {}, far))[0] for _ in range(22)]
    assert statuses[:20] == [303] * 20
    assert 429 in statuses[20:]
    near = somebody.ours | {"X-Forwarded-For": "192.0.2.8"}
    assert (await somebody.post("/chat/start", {}, near))[0] == 303


async def test_a_form_that_never_ends_is_not_kept_in_memory(somebody: Visitor) -> None:
    token, client_id = await somebody.begin()
    form = aiohttp.FormData({"token": token, "seq": client_id})
    form.add_field("file", BytesIO(b"x" * (11 * 1024 * 1024)), filename="large.pdf")
    assert (await somebody.post("/chat/file", form))[0] == 413
    form = aiohttp.FormData({"token": token, "seq": client_id})
    form.add_field("file", BytesIO(b"%PDF-1.4 small"), filename="small.pdf")
    assert (await somebody.post("/chat/file", form))[0] == 204


async def test_no_log_has_a_token_an_address_or_a_word_that_was_said(somebody: Visitor, server: Server) -> None:
    token, client_id = await somebody.begin()
    await somebody.post("/chat", {"token": token, "seq": client_id, "text": "a secret word"})
    await somebody.get("/go/a-one-time-token")
    await somebody.post("/go/a-one-time-token", {"token": "x"})
    cookie = next(iter(somebody.session.cookie_jar)).value
    await server.stop()
    log = server.log.read_text()
    for secret in (token, client_id, cookie, "a secret word", "a-one-time-token"):
        assert secret not in log


@pytest.mark.real("postgres")
async def test_what_one_process_hears_the_page_of_another_shows(on_postgres: Installation) -> None:
    async with serving(on_postgres) as one, serving(on_postgres) as other, visitor(one.web) as somebody:
        token, client_id = await somebody.begin()
        ours = {"Origin": other.web, "Sec-Fetch-Site": "same-origin"}
        async with somebody.session.ws_connect(other.web + "/chat/socket", headers=ours) as socket:
            await socket.send_json({"last_seq": 1, "language": "en"})
            assert await socket.receive_json() == {"ready": True}
            await somebody.post("/chat", {"token": token, "seq": client_id, "text": "meridian"})
            heard = ""
            while 'class="line ours"' not in heard:
                heard += (await socket.receive_json())["lines"]
            assert ">meridian</div>" in heard
