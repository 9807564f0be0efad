"""The memory of this process: what it has, and that large blocks go back to the system when they are freed."""

import ctypes
import gc
import os
from pathlib import Path

_M_MMAP_THRESHOLD = -3
_LARGE = 1024 * 1024


def keep_large_blocks_apart() -> None:
    """Make glibc take blocks of a megabyte and more from the system, and give each back when it is freed.

    Left alone it raises that size with the first large mail, and from then on the holes that large mails leave in its
    heaps are kept: after a few dozen of them the process has several times what it needs. Other C libraries have no
    such setting, and nothing is done there.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Hand what is free in our heaps back to the system."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
    if trim is not None:
        trim(0)


def resident_bytes() -> int:
    """The memory of this process; 0 where the system does not tell (it is no Linux)."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
