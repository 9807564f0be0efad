"""A program that visits the web pages as a browser would, with cookies, and can also do what no browser does."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
CLIENT_ID = re.compile(r'id="composer".*?name="seq" value="([0-9a-f]+)"', re.DOTALL)


class Visitor:
    """A program that keeps cookies and can say that it is our page."""

    def __init__(self, session: aiohttp.ClientSession, web: str) -> None:
        self.session = session
        self.web = web
        self.ours = {"Origin": web, "Sec-Fetch-Site": "same-origin"}

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(self.web + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, data: object, headers: dict[str, str] | None = None) -> tuple[int, str]:
        sent = self.ours if headers is None else headers
        async with self.session.post(self.web + path, data=data, headers=sent, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def begin(self) -> tuple[str, str]:
        """Start a chat: the form token and the client id of its page."""
        status, _ = await self.post("/chat/start", {"language": "en"})
        assert status == 303
        page = await self.page()
        token, client_id = TOKEN.search(page), CLIENT_ID.search(page)
        assert token
        assert client_id
        return token[1], client_id[1]

    async def page(self) -> str:
        status, page = await self.get("/chat")
        assert status == 200
        return page


@asynccontextmanager
async def visitor(web: str) -> AsyncIterator[Visitor]:
    jar = aiohttp.CookieJar(unsafe=True)  # that is: also of an address in numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Visitor(session, web)
