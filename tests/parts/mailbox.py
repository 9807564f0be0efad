"""A mailbox in the private Dovecot as others put mail into it, and an installation that fetches from it."""

import asyncio
import imaplib
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.parts.dovecot import PASSWORD, Dovecot

FOLDER = "Complaints"


@dataclass(frozen=True, slots=True)
class Box:
    """One folder of an address's mailbox."""

    server: Dovecot
    address: str

    def settings(self) -> dict[str, str]:
        """For an installation that fetches from it."""
        user = self.address.replace("@", "%40")
        return {
            "RECOURSE_IMAP": f"imap://{user}@127.0.0.1:{self.server.imap_port}/{FOLDER}",
            "RECOURSE_IMAP_PASSWORD": PASSWORD,
        }

    async def put(self, raw: bytes, arrived: datetime | None = None, flags: str = "") -> None:
        """A mail arrives."""
        await asyncio.to_thread(self._put, raw, arrived or datetime.now(UTC), flags)

    async def seen(self) -> list[bool]:
        """Of each mail, in order, whether it is marked as seen."""
        return await asyncio.to_thread(self._seen)

    async def recreate(self) -> None:
        """The folder is made anew and its mails are put back: their UIDs mean nothing any more."""
        await asyncio.to_thread(self._recreate)

    async def empty(self) -> None:
        """Somebody takes all mails away."""
        await asyncio.to_thread(self._empty)

    def _empty(self) -> None:
        with self._open() as imap:
            imap.select(FOLDER)
            imap.store("1:*", "+FLAGS", "(\\Deleted)")
            imap.expunge()

    def _put(self, raw: bytes, arrived: datetime, flags: str) -> None:
        with self._open() as imap:
            imap.append(FOLDER, flags, imaplib.Time2Internaldate(arrived.timestamp()), raw)

    def _seen(self) -> list[bool]:
        with self._open() as imap:
            imap.select(FOLDER, readonly=True)
            _, found = imap.fetch("1:*", "(FLAGS)")
            return [b"\\Seen" in line for line in found if isinstance(line, bytes)]

    def _recreate(self) -> None:
        with self._open() as imap:
            imap.select(FOLDER)
            _, parts = imap.fetch("1:*", "(BODY.PEEK[])")
            raws = [part[1] for part in parts if isinstance(part, tuple)]
            imap.close()
            imap.delete(FOLDER)
            imap.create(FOLDER)
            for raw in raws:
                imap.append(FOLDER, "", imaplib.Time2Internaldate(time.time()), raw)

    def _open(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.server.imap_port, timeout=20)
        imap.login(self.address, PASSWORD)
        imap.create(FOLDER)  # refused when it is there
        return imap
