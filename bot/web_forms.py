"""Forms that come in, within limits of size and time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from bot.web_front import Front
from complaints.errors import RecourseError
from storage import files

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_FORM = 128 * 1024
"""Bytes of a form beside its files."""
_DRAINED = 64 * 1024 * 1024
_SLOWEST = 300.0
"""Seconds in which a form must have come in."""


class TooLarge(RecourseError):
    """More bytes than a form may have."""


class NoForm(RecourseError):
    """What came is no form, or it did not come whole."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was read. Empty file fields are left out."""

    fields: Mapping[str, str]
    files: tuple[UploadFile, ...]

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def bytes_of_files(self) -> int:
        return sum(file.size or 0 for file in self.files)


@asynccontextmanager
async def open_form(request: Request, most: int = LARGEST_FORM, most_files: int = 0) -> AsyncIterator[Form]:
    """Read the request's form of at most `most` bytes; large files lie in a nameless temporary file until the end.

    TooLarge: and the rest of the request was read, so that the browser hears our answer. NoForm: it is none.
    """
    capped = _Capped(request, most)
    try:
        async with asyncio.timeout(_SLOWEST):
            read = await Request(request.scope, capped.receive).form(
                max_files=most_files, max_fields=40, max_part_size=LARGEST_FORM
            )
    except TooLarge:
        await capped.drain()
        raise
    except (HTTPException, ClientDisconnect, TimeoutError) as error:
        raise NoForm("the form did not come in") from error
    try:
        parts = read.multi_items()
        yield Form(
            {name: part for name, part in parts if isinstance(part, str)},
            tuple(part for _, part in parts if isinstance(part, UploadFile) and part.size),
        )
    finally:
        await read.close()


async def keep_file(front: Front, upload: UploadFile) -> str:
    """Make a file durable; its digest. Few are in memory at the same time. Unavailable: it could not be stored."""
    async with front.uploads:
        body = await upload.read()
        return await front.house.database.run(lambda session: files.put(session, body))


class _Capped:
    """The request's body, up to a limit."""

    def __init__(self, request: Request, most: int) -> None:
        self._receive = request.receive
        self._most = most
        self._announced = int(length) if (length := request.headers.get("content-length", "")).isdigit() else 0
        self._taken = 0
        self._ended = False

    async def receive(self) -> Message:
        if self._announced > self._most:
            raise TooLarge("the form is too large")
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._taken > self._most:
            raise TooLarge("the form is too large")
        return message

    async def drain(self) -> None:
        """Read the rest without keeping it: a browser shows no answer to what it could not send to the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                while not self._ended and self._taken < _DRAINED:
                    message = await self._receive()
                    self._taken += len(message.get("body", b""))
                    self._ended = not message.get("more_body", False)
