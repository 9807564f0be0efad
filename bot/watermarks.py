"""How full the machine is: beyond a watermark mail is told to come later, before anything is lost or killed."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from bot.house import House
from bot.limits import ReceivingLimits
from bot.memory import give_back, resident_bytes
from storage.urls import read_url, sqlite_path

log = logging.getLogger(__name__)

_MB = 1024 * 1024
_PAUSE = 5.0
"""Seconds between two attempts to give memory back."""
_HOLD = 0.1
"""Seconds for which the machine is taken to be as full as it was found. What can come meanwhile is bounded anyway, by
the bytes in flight."""


class Watermarks:
    """Asked before each mail. The name of the limit that is reached, "" when none is."""

    def __init__(
        self,
        bounds: ReceivingLimits,
        folder: Path | None,
        free_disk: Callable[[Path], int] | None = None,
        resident: Callable[[], int] | None = None,
        hold: float = 0.0,
    ) -> None:
        """`folder` is where the database lies; None when it is another machine's business. What was found is held for
        `hold` seconds: looking costs as much as a small part of a mail."""
        self._bounds = bounds
        self._folder = folder
        self._free_disk = free_disk or free_bytes
        self._resident = resident or resident_bytes
        self._hold = hold
        self._looked = float("-inf")
        self._told = ""
        self._gave_back = float("-inf")

    def __call__(self) -> str:
        now = time.monotonic()
        if now - self._looked < self._hold:
            return self._told
        self._looked = now
        reached = self._reached()
        if reached != self._told:
            self._told = reached
            if reached:
                log.error("no mail is taken in for now: %s is reached (docs/mail.md, Limits)", reached)
            else:
                log.warning("mail is taken in again")
        return reached

    def _reached(self) -> str:
        if self._folder is not None and self._free_disk(self._folder) < self._bounds.free_disk_mb * _MB:
            return "free_disk_mb"
        most = self._bounds.memory_mb * _MB
        if self._resident() > most and not (self._may_give_back() and self._resident() <= most):
            return "memory_mb"
        return ""

    def _may_give_back(self) -> bool:
        """Hand what is free in our heaps back, at most once in a while; True when it was done."""
        if time.monotonic() - self._gave_back < _PAUSE:
            return False
        self._gave_back = time.monotonic()
        give_back()
        return True


def watermarks_of(house: House) -> Watermarks:
    """Those of an installation."""
    database = sqlite_path(read_url(house.settings.database_url))
    return Watermarks(house.bounds.receiving, database.absolute().parent if database else None, hold=_HOLD)


def free_bytes(folder: Path) -> int:
    """What we may still write there."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize
