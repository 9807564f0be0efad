"""Whether something in a mail or a file is known as harmful, asked of clamd after storing it and before reading it.

"Nobody was there to ask" is never "clean": either it was scanned, or it waits.
"""

import asyncio
import logging
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.settings import PREFIX, MalwareScan, Settings
from complaints.errors import SettingsError, Unavailable
from mailin.clamd import SCAN_SECONDS, Clamd, NotScanned
from storage.work import TryLater

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Scans at the same time: they shall not take all hands of the worker when clamd is slow."""
ROOM_SECONDS = 5.0
"""How long one waits for another to end before it is set back."""
AWAY_SECONDS = 2.0
"""After it was found away, clamd is left alone for so long."""
LONGEST_PAUSE = 60.0
LARGEST = 25 * 1024 * 1024
"""Bytes that clamd has to take: our largest letter."""
OLDEST = timedelta(days=7)
"""Signatures that are older protect little."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What clamd found. `name` is its signature's."""

    name: str

    @property
    def is_certain(self) -> bool:
        """A signature fits. A heuristic (an odd link, a file beyond clamd's limits) is only a reason to look."""
        return not self.name.startswith(("Heuristics.", "PUA."))


class Scanner:
    """Asks a clamd; or, with None, nobody: then nothing is ever found."""

    def __init__(self, clamd: Clamd | None) -> None:
        self._clamd = clamd
        self._room = asyncio.Semaphore(AT_ONCE)
        self._away_until = 0.0
        self._is_away = False
        self._asking = 0

    async def harm_in(self, bodies: Iterable[bytes], attempt: int = 1) -> Harm | None:
        """The first harm in one of them. TryLater: they were not scanned; `attempt` says how often that was tried."""
        if self._clamd is None:
            return None
        if self._is_hopeless():
            raise Waits("clamd was away a moment ago", attempt)
        try:
            return await self._scan(self._clamd, bodies)
        except Unavailable as away:
            raise Waits(str(away), attempt) from away

    async def _scan(self, clamd: Clamd, bodies: Iterable[bytes]) -> Harm | None:
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                await self._room.acquire()
        except TimeoutError:
            raise Unavailable("clamd has much to do") from None
        if self._is_hopeless():
            self._room.release()
            raise Unavailable("clamd was away a moment ago")
        self._asking += 1
        try:
            async with asyncio.timeout(SCAN_SECONDS):
                await clamd.ping()
                harm = await _first(clamd, bodies)
        except NotScanned as refused:
            self._note_back()
            log.error("malware scan: %s; what was to be scanned waits", refused)  # noqa: TRY400
            raise
        except TimeoutError:
            self._note_away(away := Unavailable("clamd is too slow"))
            raise away from None
        except Unavailable as away:
            self._note_away(away)
            raise
        else:
            self._note_back()
            return harm
        finally:
            self._asking -= 1
            self._room.release()

    def _is_hopeless(self) -> bool:
        """It was away when last asked, and that is not long ago, or another is finding out whether it is back."""
        return self._is_away and (self._asking > 0 or time.monotonic() < self._away_until)

    def _note_away(self, away: Unavailable) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        if not self._is_away:
            log.error("malware scan: %s; mail and files wait until it is back", away)
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            log.warning("malware scan: clamd is back")
        self._is_away = False


async def _first(clamd: Clamd, bodies: Iterable[bytes]) -> Harm | None:
    for body in bodies:
        if name := await clamd.scan(body):
            return Harm(name)
    return None


class Waits(TryLater):
    """It was not scanned: again soon, since clamd is near and asking it costs little."""

    def __init__(self, why: str, attempt: int) -> None:
        super().__init__(min(LONGEST_PAUSE, 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1))  # noqa: S311  no secret
        self.args = (f"not scanned for malware: {why}",)


def open_scanner(settings: Settings) -> Scanner:
    """As the settings say. SettingsError: RECOURSE_CLAMD is no place."""
    return Scanner(_clamd(settings))


def _clamd(settings: Settings) -> Clamd | None:
    if settings.malware_scan is MalwareScan.OFF:
        return None
    try:
        return Clamd(settings.clamd)
    except ValueError:
        raise SettingsError(
            f"{PREFIX}CLAMD={settings.clamd!r} is neither /path nor host:port. Example: /run/clamav/clamd.ctl"
        ) from None


async def say_at_start(settings: Settings) -> str:
    """One line for whoever starts the server; "" when nothing is to be scanned."""
    clamd = _clamd(settings)
    if clamd is None:
        return ""
    try:
        return f"malware scan by {await clamd.version()}"
    except Unavailable as away:
        return f"malware scan: {away}; mail is taken, and waits until it is scanned"


async def examine_scanner(settings: Settings, now: datetime | None = None) -> tuple[str, str]:
    """What `recourse doctor` says of it: what was found, and what to do ("" when it is right)."""
    try:
        clamd = _clamd(settings)
        if clamd is None:
            return "off: nothing is scanned", ""
        found = await clamd.version()
        await clamd.scan(b"\0" * LARGEST)
    except SettingsError as error:
        return "required", str(error)
    except NotScanned as refused:
        mend = "Set StreamMaxLength and MaxFileSize in clamd.conf to 50M, and MaxScanSize to 200M."
        return f"{found}, which takes no mail of {LARGEST >> 20} MB ({refused})", mend
    except Unavailable as away:
        return f"{away}; mail waits", "Start clamd, or correct RECOURSE_CLAMD."
    if age := _age(found, now or datetime.now(UTC)):
        return found, f"Its signatures are {age} days old: see that freshclam runs."
    return found, ""


def _age(version: str, now: datetime) -> int:
    """Days, when they are too old; 0 also when clamd names no day, which it does not for signatures of one's own."""
    try:
        day = datetime.strptime(version.rpartition("/")[2], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return 0
    return (now - day).days if now - day > OLDEST else 0
